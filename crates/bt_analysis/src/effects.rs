//! What a script does beside observing: calls that change or read the host, and text that it takes from files.

use bt_catalog::function;
use bt_syntax::tree::Item;
use bt_syntax::{Program, Span, TokenKind, tokens};

use crate::facts::{EffectFact, EffectKind};
use crate::usage::{Syntax, Usage};

/// Directives of the preprocessor that read no file and ask after none.
const HARMLESS_DIRECTIVES: [&str; 11] =
    ["define", "undef", "if", "ifdef", "ifndef", "elif", "elifdef", "elifndef", "else", "endif", "error"];
/// Ask after a file from within `#if`.
const FILE_QUESTIONS: &str = "__has_";

/// Everything that reaches beyond observing, in the order of the text.
///
/// A call counts whatever the script may have defined under that name: a policy had better be strict than clever.
pub(crate) fn effect_facts(source: &str, program: &Program, usage: &Usage<'_>) -> Vec<EffectFact> {
    let calls = usage.calls.iter().filter_map(|call| {
        let kind = match call.name {
            "cat" => EffectKind::ReadsFile,
            "skboutput" => EffectKind::WritesFile,
            name if function(name).is_some_and(|known| known.needs_unsafe) => EffectKind::ChangesSystem,
            _ => return None,
        };
        Some(EffectFact { kind, what: format!("{}()", call.name), span: call.span })
    });
    let imports = program.items.iter().filter_map(|item| match item {
        Item::Import(import) => Some(import.span),
        _ => None,
    });
    let inner = usage.syntax.iter().filter(|(syntax, _)| *syntax == Syntax::Import).map(|(_, span)| *span);
    let imports = imports.chain(inner).map(|span| effect(EffectKind::TakesText, "import", span));
    let mut effects: Vec<EffectFact> =
        calls.chain(imports).chain(pins(source, program)).chain(directives(source)).collect();
    effects.sort_by_key(|effect| effect.span.start);
    effects
}

fn effect(kind: EffectKind, what: impl Into<String>, span: Span) -> EffectFact {
    EffectFact { kind, what: what.into(), span }
}

/// `iter:object:pin` leaves a file behind that outlives bpftrace.
fn pins<'a>(source: &'a str, program: &'a Program) -> impl Iterator<Item = EffectFact> {
    let points = program.probes().flat_map(|probe| &probe.attach_points);
    points.filter_map(move |point| {
        let is_iter =
            bt_catalog::probe_type(point.provider.text(source)).is_some_and(|known| known.name == "iter");
        let is_pinned = point.span.text(source).matches(':').count() > 1;
        (is_iter && is_pinned).then(|| effect(EffectKind::WritesFile, "a pinned iterator", point.span))
    })
}

/// Directives that read files, wherever they stand: clang also sees those between the braces of a struct.
fn directives(source: &str) -> Vec<EffectFact> {
    let text = without_comments_and_strings(source);
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some((start, mark)) = next_directive(&text, rest) {
        rest = start + mark;
        let line_end = text[start..].find('\n').map_or(text.len(), |end| start + end);
        let name = directive_name(&text[rest..]);
        let asks = text[start..line_end].contains(FILE_QUESTIONS);
        if asks || !(name.is_empty() || HARMLESS_DIRECTIVES.contains(&name.as_str())) {
            let what = if asks { "a question for a file".to_string() } else { format!("#{name}") };
            let end = start + text[start..line_end].trim_end().len();
            found.push(effect(EffectKind::TakesText, what, Span::new(start as u32, end as u32)));
        }
    }
    found
}

/// The source with blanks for what bpftrace skips; as long as before.
fn without_comments_and_strings(source: &str) -> String {
    let mut text = source.as_bytes().to_vec();
    for token in tokens(source) {
        if matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment | TokenKind::String) {
            let bytes = &mut text[token.span.start as usize..token.span.end as usize];
            bytes.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        }
    }
    // Whole tokens were replaced, so that it still is UTF-8.
    String::from_utf8(text).unwrap_or_else(|_| source.to_string())
}

/// Where the next `#` stands, and its length: C also writes it as `%:` and `??=`.
fn next_directive(text: &str, from: usize) -> Option<(usize, usize)> {
    let marks = ["#", "%:", "??="].into_iter();
    marks.filter_map(|mark| Some((from + text[from..].find(mark)?, mark.len()))).min()
}

/// The word behind a `#`. Blanks, comments and a line continued by `\` may stand before and within it.
fn directive_name(text: &str) -> String {
    let mut name = String::new();
    let mut rest = text;
    loop {
        if let Some(behind) = rest.strip_prefix("\\\n").or_else(|| rest.strip_prefix("\\\r\n")) {
            rest = behind;
        } else if name.is_empty() && rest.starts_with([' ', '\t', '\r', '\x0b', '\x0c']) {
            rest = &rest[1..];
        } else if let Some(comment) = rest.strip_prefix("/*").filter(|_| name.is_empty()) {
            rest = comment.split_once("*/").map_or("", |(_, behind)| behind);
        } else {
            match rest.chars().next() {
                Some(first) if first.is_ascii_alphanumeric() || first == '_' => {
                    name.push(first);
                    rest = &rest[1..];
                }
                _ => return name,
            }
        }
    }
}
