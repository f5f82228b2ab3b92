//! The comment lines `// key: value` that say how a script is exported.

use bt_catalog::{AnnotationKind, annotation};
use bt_metrics::{Units, is_script_name};
use bt_syntax::{Span, Token, TokenKind};

use crate::facts::Annotations;

/// Most lines of output that a script can ask to keep.
const MAX_RETAINED_LINES: u32 = 100_000;

/// Everything that the comments say.
#[derive(Debug, Default)]
pub(crate) struct AnnotationFacts<'a> {
    /// What is valid.
    pub(crate) annotations: Annotations,
    /// The maps that annotations mention.
    pub(crate) maps: Vec<(&'a str, Span)>,
    /// Where the script says that it prints its maps itself.
    pub(crate) custom_output_block: Option<Span>,
    /// What is not valid.
    pub(crate) problems: Vec<AnnotationProblem<'a>>,
}

/// What is wrong with an annotation. It is then ignored, unless the kind says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AnnotationProblem<'a> {
    pub(crate) kind: AnnotationProblemKind,
    /// The annotation.
    pub(crate) key: &'a str,
    /// Where its key stands.
    pub(crate) key_span: Span,
    /// Where its value stands; the key's place if it has none.
    pub(crate) value_span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnnotationProblemKind {
    /// Almost the key of an annotation.
    UnknownKey,
    /// It needs a value.
    Empty,
    /// No metric can have that name.
    InvalidName,
    /// No map can have that name.
    InvalidMap,
    /// Not a number of lines.
    InvalidLines,
    /// Not an interval.
    InvalidInterval,
    /// Too short or too long; the nearest allowed interval is taken.
    IntervalOutOfRange,
    /// Not `@map unit`.
    InvalidUnit,
}

/// One comment line that has the form of an annotation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnnotationLine<'a> {
    pub(crate) key: &'a str,
    pub(crate) key_span: Span,
    pub(crate) value: &'a str,
    pub(crate) value_span: Span,
}

/// Reads a comment as `key: value` or as a lone key. Only a comment that has its line for itself counts: one behind
/// a statement explains the statement.
pub(crate) fn annotation_line(source: &str, comment: Token) -> Option<AnnotationLine<'_>> {
    if comment.kind != TokenKind::LineComment {
        return None;
    }
    // Most comments are prose, which the first blank between words tells.
    let text = comment.span.text(source).strip_prefix("//")?.trim_start();
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let (key, rest) = text.split_at(text.bytes().take_while(|byte| is_key(byte)).count());
    let rest = rest.trim_start();
    let value = match rest.strip_prefix(':') {
        Some(value) => value.trim(),
        None if rest.is_empty() => "",
        None => return None,
    };
    if key.is_empty() || !has_own_line(source, comment.span.start) {
        return None;
    }
    let key_span = span_of(source, key);
    let value_span = if value.is_empty() { key_span } else { span_of(source, value) };
    Some(AnnotationLine { key, key_span, value, value_span })
}

/// Whether only blanks stand before `start` on its line.
fn has_own_line(source: &str, start: u32) -> bool {
    let before = source.as_bytes()[..start as usize].iter().rev();
    before.into_iter().find(|byte| !matches!(byte, b' ' | b'\t')).is_none_or(|byte| *byte == b'\n')
}

/// The place of `part` in `source`, of which it is a part.
fn span_of(source: &str, part: &str) -> Span {
    let start = part.as_ptr() as usize - source.as_ptr() as usize;
    Span::new(start as u32, (start + part.len()) as u32)
}

/// Reads all comments. What stands twice counts as it stands last, but for `unit`, which adds up.
pub(crate) fn annotation_facts<'a>(source: &'a str, comments: &[Token]) -> AnnotationFacts<'a> {
    let mut facts = AnnotationFacts::default();
    for line in comments.iter().filter_map(|comment| annotation_line(source, *comment)) {
        match annotation(line.key) {
            Some(known) => facts.read(source, line, known.kind, known.example.is_empty()),
            None => facts.unknown(line),
        }
    }
    facts
}

impl<'a> AnnotationFacts<'a> {
    fn unknown(&mut self, line: AnnotationLine<'a>) {
        let known = bt_catalog::ANNOTATIONS.iter().map(|annotation| annotation.key);
        // Prose has colons too: only what is almost a key is a mistake.
        if !line.value.is_empty() && bt_catalog::did_you_mean(line.key, known).is_some() {
            self.problem(AnnotationProblemKind::UnknownKey, line);
        }
    }

    fn read(&mut self, source: &'a str, line: AnnotationLine<'a>, kind: AnnotationKind, stands_alone: bool) {
        if line.value.is_empty() && !stands_alone {
            // `// name` without a colon is prose.
            if source[line.key_span.end as usize..].trim_start_matches([' ', '\t']).starts_with(':') {
                self.problem(AnnotationProblemKind::Empty, line);
            }
            return;
        }
        let annotations = &mut self.annotations;
        match kind {
            AnnotationKind::Name if is_script_name(line.value) => {
                annotations.name = Some(line.value.to_string())
            }
            AnnotationKind::Name => self.problem(AnnotationProblemKind::InvalidName, line),
            AnnotationKind::Include => self.include(source, line),
            AnnotationKind::TableRetainLines => match line.value.parse() {
                Ok(lines @ 1..=MAX_RETAINED_LINES) => annotations.table_retain_lines = Some(lines),
                _ => self.problem(AnnotationProblemKind::InvalidLines, line),
            },
            AnnotationKind::CustomOutputBlock => {
                annotations.custom_output_block = true;
                self.custom_output_block = Some(line.key_span);
            }
            AnnotationKind::Refresh => self.refresh(line),
            AnnotationKind::Unit => self.unit(source, line),
        }
    }

    fn include(&mut self, source: &'a str, line: AnnotationLine<'a>) {
        let mut included = Vec::new();
        for name in line.value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            if is_map_name(name) {
                self.maps.push((name, span_of(source, name)));
                included.push(name.to_string());
            } else {
                let value_span = span_of(source, name);
                self.problem(AnnotationProblemKind::InvalidMap, AnnotationLine { value_span, ..line });
            }
        }
        if !included.is_empty() {
            self.annotations.include = Some(included);
        }
    }

    fn refresh(&mut self, line: AnnotationLine<'a>) {
        let Some(millis) = millis(line.value) else {
            self.problem(AnnotationProblemKind::InvalidInterval, line);
            return;
        };
        let allowed = millis.clamp(Annotations::MIN_REFRESH_MILLIS, Annotations::MAX_REFRESH_MILLIS);
        if allowed != millis {
            self.problem(AnnotationProblemKind::IntervalOutOfRange, line);
        }
        self.annotations.refresh_millis = allowed;
    }

    fn unit(&mut self, source: &'a str, line: AnnotationLine<'a>) {
        let parts = line.value.split_once([' ', '\t']).map(|(map, unit)| (map.trim_end_matches(','), unit));
        match parts.map(|(map, unit)| (map, Units::from_annotation(unit))) {
            Some((map, Some(units))) if is_map_name(map) => {
                self.maps.push((map, span_of(source, map)));
                self.annotations.units.retain(|(other, _)| other != map);
                self.annotations.units.push((map.to_string(), units));
            }
            _ => self.problem(AnnotationProblemKind::InvalidUnit, line),
        }
    }

    fn problem(&mut self, kind: AnnotationProblemKind, line: AnnotationLine<'a>) {
        let AnnotationLine { key, key_span, value_span, .. } = line;
        self.problems.push(AnnotationProblem { kind, key, key_span, value_span });
    }
}

fn is_map_name(text: &str) -> bool {
    let Some(name) = text.strip_prefix('@') else { return false };
    !name.starts_with(|first: char| first.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `250ms`, `2s`, `1m` in milliseconds.
fn millis(text: &str) -> Option<u32> {
    let digits = text.bytes().position(|byte| !byte.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim_start() {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        _ => return None,
    };
    number.parse::<u32>().ok()?.checked_mul(factor)
}
