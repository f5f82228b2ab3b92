//! Directives that read files or hide what a script does, wherever they stand: clang also sees those between the
//! braces of a struct.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

use bt_syntax::tree::Item;
use bt_syntax::{Parse, Program, Span, Token};
use memchr::{memchr_iter, memchr2, memchr3_iter, memmem};
use rustc_hash::FxHashSet;

use super::c_text::{CText, splice_length};
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
pub(super) fn directives(source: &str, parse: &Parse, found: &mut Vec<EffectFact>) {
    found.extend(stray_braces(source, &parse.program));
    let words = Words { source, program: &parse.program, asked: Cell::new(0), known: OnceCell::new() };
    match marks(source, &parse.comments) {
        Marks::Plain(starts) => {
            for start in starts {
                let end = memchr2(b'\n', b'\r', &source.as_bytes()[start..])
                    .map_or(source.len(), |length| start + length);
                if let Some((kind, what)) = directive_effect(&source[start..end], false, &words) {
                    let shown = source[start..end].trim_end().len();
                    found.push(EffectFact {
                        kind,
                        what,
                        span: Span::new(start as u32, (start + shown) as u32),
                    });
                }
            }
        }
        Marks::Tangled => directives_as_clang_reads(&CText::new(source), &words, found),
    }
}

/// Where directives begin.
enum Marks {
    /// There, each at the start of a line that means the same to bpftrace and to clang.
    Plain(Vec<usize>),
    /// That takes more than a look at single lines: lines are joined, or a mark stands within one.
    Tangled,
}

/// Finds the marks of directives. Few scripts have other than plain ones, and to read a whole text as clang does takes
/// longer than all other analysis.
fn marks(source: &str, comments: &[Token]) -> Marks {
    let bytes = source.as_bytes();
    let is_comment = |position: usize| {
        let before = comments.partition_point(|comment| comment.span.start as usize <= position);
        before > 0 && position < comments[before - 1].span.end as usize
    };
    let starts_line = |position: usize| {
        let before = source[..position].trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with('\n')
    };
    let shebang = if source.starts_with("#!") { source.find('\n').unwrap_or(source.len()) } else { 0 };
    let mut joints = memchr_iter(b'\\', bytes).filter(|position| splice_length(&bytes[*position..]) > 0);
    if joints.any(|joint| !is_comment(joint)) || memmem::find(bytes, OPERATOR.as_bytes()).is_some() {
        return Marks::Tangled;
    }
    let mut starts = Vec::new();
    for mark in memchr3_iter(b'#', b'%', b'?', bytes) {
        if mark < shebang || mark_length(&bytes[mark..]) == 0 || is_comment(mark) {
            continue;
        }
        if !starts_line(mark) {
            return Marks::Tangled;
        }
        starts.push(mark);
    }
    Marks::Plain(starts)
}

fn directives_as_clang_reads(c: &CText, words: &Words<'_>, found: &mut Vec<EffectFact>) {
    let bytes = c.text.as_bytes();
    let mut position = 0;
    while position < bytes.len() {
        if mark_length(&bytes[position..]) == 0 {
            position += 1;
            continue;
        }
        let end = memchr2(b'\n', b'\r', &bytes[position..]).map_or(bytes.len(), |length| position + length);
        if let Some((kind, what)) =
            directive_effect(&c.text[position..end], c.is_joined(position, end), words)
        {
            let shown = c.text[position..end].trim_end().len();
            found.push(EffectFact { kind, what, span: c.span(position, position + shown) });
        }
        position = end;
    }
    found.extend(c.text.match_indices(OPERATOR).map(|(start, name)| EffectFact {
        kind: EffectKind::TakesText,
        what: name.to_string(),
        span: c.span(start, start + name.len()),
    }));
}

/// What a line that begins with a mark does.
fn directive_effect(line: &str, is_joined: bool, words: &Words<'_>) -> Option<(EffectKind, String)> {
    let rest = &line[mark_length(line.as_bytes())..];
    effect_of(rest, is_joined, words).or_else(|| second_directive(rest))
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
fn effect_of(line: &str, is_joined: bool, attach_points: &Words<'_>) -> Option<(EffectKind, String)> {
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
fn without_comments(line: &str) -> Option<Cow<'_, str>> {
    if !line.contains('/') {
        return Some(line.into());
    }
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
    Some(plain.into())
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
struct Words<'a> {
    source: &'a str,
    program: &'a Program,
    asked: Cell<usize>,
    /// Made when somebody asks often.
    known: OnceCell<FxHashSet<&'a str>>,
}

/// Questions that are answered by a look at all words.
const FEW_QUESTIONS: usize = 16;

impl<'a> Words<'a> {
    fn contains(&self, word: &str) -> bool {
        self.asked.set(self.asked.get() + 1);
        if self.asked.get() <= FEW_QUESTIONS {
            return self.words().any(|known| known == word);
        }
        self.known.get_or_init(|| self.words().collect()).contains(word)
    }

    fn words(&self) -> impl Iterator<Item = &'a str> {
        let source = self.source;
        let points = self.program.probes().flat_map(|probe| &probe.attach_points);
        let words = points.flat_map(move |point| {
            point.span.text(source).split(|one: char| !one.is_ascii_alphanumeric() && one != '_')
        });
        // `1s` is a number and a word.
        words.flat_map(|word| {
            let is_number = word.starts_with(|first: char| first.is_ascii_digit());
            let behind = is_number.then(|| word.trim_start_matches(|one: char| one.is_ascii_digit()));
            std::iter::once(word).chain(behind)
        })
    }
}
