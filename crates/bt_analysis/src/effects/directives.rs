//! Directives that read files or hide what a script does, wherever they stand: clang also sees those between the
//! braces of a struct.

use bt_syntax::tree::Item;
use bt_syntax::{Program, Span};
use rustc_hash::FxHashSet;

use super::c_text::CText;
use super::macros::{Definition, definition};
use crate::facts::{EffectFact, EffectKind};

/// Directives that read no file and ask after none. `define` has rules of its own.
const HARMLESS: [&str; 11] =
    ["define", "undef", "if", "ifdef", "ifndef", "elif", "elifdef", "elifndef", "else", "endif", "error"];
/// Ask after a file from within `#if`.
const FILE_QUESTIONS: &str = "__has_";
/// A directive in the middle of C.
const OPERATOR: &str = "_Pragma";

/// Adds them to `found`.
pub(super) fn directives(source: &str, program: &Program, found: &mut Vec<EffectFact>) {
    let c = CText::new(source);
    let words = attach_point_words(source, program);
    let bytes = c.text.as_bytes();
    let mut position = 0;
    while position < bytes.len() {
        let mark = mark_length(&bytes[position..]);
        if mark == 0 {
            position += 1;
            continue;
        }
        let length = bytes[position..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let end = length.map_or(bytes.len(), |length| position + length);
        let line = &c.text[position + mark..end];
        let own = effect_of(line, c.is_joined(position, end), &words);
        if let Some((kind, what)) = own.or_else(|| second_directive(line)) {
            let shown = c.text[position..end].trim_end().len();
            found.push(EffectFact { kind, what, span: c.span(position, position + shown) });
        }
        position = end;
    }
    found.extend(stray_braces(source, program));
    found.extend(c.text.match_indices(OPERATOR).map(|(start, name)| EffectFact {
        kind: EffectKind::TakesText,
        what: name.to_string(),
        span: c.span(start, start + name.len()),
    }));
}

/// Structs that do not end where bpftrace ends them: some versions count the braces of comments and strings, too, and
/// then hand the text behind to clang, or keep the end from it.
fn stray_braces<'a>(source: &'a str, program: &'a Program) -> impl Iterator<Item = EffectFact> {
    let definitions = program.items.iter().filter_map(|item| match item {
        Item::CDefinition(definition) => Some(Span::new(definition.span.start, definition.body?.end)),
        _ => None,
    });
    let is_counted_otherwise = |definition: &Span| {
        let text = definition.text(source);
        let mut depth = 0_i64;
        let end = text.bytes().position(|byte| {
            depth += i64::from(byte == b'{') - i64::from(byte == b'}');
            byte == b'}' && depth <= 0
        });
        end.is_none_or(|end| end + 1 < text.len())
    };
    definitions.filter(is_counted_otherwise).map(|span| EffectFact {
        kind: EffectKind::HidesText,
        what: "a brace in a comment or string of a struct".into(),
        span,
    })
}

/// What a directive does beside defining a value or choosing text. `line` is what follows the `#`.
fn effect_of(line: &str, is_joined: bool, attach_points: &FxHashSet<&str>) -> Option<(EffectKind, String)> {
    let hides = |what: String| Some((EffectKind::HidesText, what));
    if line.contains(FILE_QUESTIONS) {
        return Some((EffectKind::TakesText, "a question for a file".into()));
    }
    let plain = without_comments(line);
    let rest = plain.as_deref().unwrap_or(line).trim_start_matches([' ', '\t', '\x0b', '\x0c']);
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let (name, rest) = rest.split_at(rest.bytes().take_while(is_word).count());
    if !(name.is_empty() || HARMLESS.contains(&name)) {
        return Some((EffectKind::TakesText, format!("#{name}")));
    }
    if plain.is_none() {
        return hides("a comment that begins behind a directive and goes on in the next line".into());
    }
    if is_joined {
        // Some versions of bpftrace end a directive with its line. For clang it then goes on with whatever bpftrace
        // hands over next.
        return hides("a directive that goes on in the next line".into());
    }
    if name != "define" {
        return None;
    }
    match definition(rest) {
        Definition::Value(macro_name) if attach_points.contains(macro_name) => {
            hides(format!("#define {macro_name}, a word of an attach point,"))
        }
        Definition::Value(_) => None,
        Definition::Other(macro_name) => hides(format!("#define {macro_name}").trim_end().to_string()),
    }
}

/// A second `#` behind a comment's end. If the comment began in an earlier line, this one begins behind it for clang.
fn second_directive(line: &str) -> Option<(EffectKind, String)> {
    let behind = &line.as_bytes()[line.find("*/")?..];
    let has_mark = (0..behind.len()).any(|position| mark_length(&behind[position..]) > 0);
    has_mark.then(|| (EffectKind::HidesText, "a second directive of a line".into()))
}

/// Length of a `#` at the start of `rest`, 0 if there is none: C also writes it as `%:` and `??=`.
fn mark_length(rest: &[u8]) -> usize {
    match rest {
        [b'#', ..] => 1,
        [b'%', b':', ..] => 2,
        [b'?', b'?', b'=', ..] => 3,
        _ => 0,
    }
}

/// The line with a blank for each comment; `None` if one goes on in the next line.
fn without_comments(line: &str) -> Option<String> {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            break;
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/")?.1;
            plain.push(' ');
        } else {
            let length = if first == '"' { string_length(rest) } else { first.len_utf8() };
            plain.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    Some(plain)
}

/// Length of the string at the start of `rest`, to the end if it is not closed.
fn string_length(rest: &str) -> usize {
    let mut is_escaped = false;
    for (position, byte) in rest.bytes().enumerate().skip(1) {
        if byte == b'"' && !is_escaped {
            return position + 1;
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    rest.len()
}

/// All words of all attach points: bpftrace replaces them by macros, too.
fn attach_point_words<'a>(source: &'a str, program: &Program) -> FxHashSet<&'a str> {
    let points = program.probes().flat_map(|probe| &probe.attach_points);
    let words = points.flat_map(|point| {
        point.span.text(source).split(|one: char| !one.is_ascii_alphanumeric() && one != '_')
    });
    // `1s` is a number and a word.
    words.flat_map(|word| [word, word.trim_start_matches(|one: char| one.is_ascii_digit())]).collect()
}
