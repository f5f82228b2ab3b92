//! The script that bpftrace was given, to find the places in it that a message means.

use bt_syntax::tree::Item;
use bt_syntax::{LineTable, Parse, Program, Span, Token};

use super::line::{Columns, Place};

/// What clang calls the C parts of a script, which bpftrace hands to it one behind the other.
const C_PARTS: &str = "definitions.h";
/// Files that bpftrace brings along.
const STANDARD_LIBRARY: &str = "stdlib/";
/// bpftrace prints a tab as that many blanks.
const TAB: &str = "    ";
/// Lines behind a message that are compared with the script.
const MAX_REPEATED_LINES: usize = 100;

pub(super) struct Script<'a> {
    pub(super) source: &'a str,
    pub(super) program: Program,
    comments: Vec<Token>,
    lines: LineTable,
    /// Lines that stand before the C parts in what clang reads.
    lines_before_c: u32,
}

impl<'a> Script<'a> {
    pub(super) fn new(source: &'a str, lines_before_c: u32) -> Script<'a> {
        let Parse { program, comments, .. } = bt_syntax::parse(source);
        Script { source, program, comments, lines: LineTable::new(source), lines_before_c }
    }

    /// The place in the script; `None` if it is elsewhere, or in what was appended to the script.
    pub(super) fn span(&self, place: &Place<'_>) -> Option<Span> {
        if place.file == C_PARTS {
            return self.c_span(place);
        }
        if let Some(import) = self.import_of(place.file) {
            return Some(import);
        }
        if !self.is_script(place.file) {
            return None;
        }
        let first = self.line_span(place.first_line)?;
        match place.columns {
            Columns::All => {
                Some(self.without_comments(first.to(self.line_span(place.last_line).unwrap_or(first))))
            }
            Columns::Range(start, end) => Some(self.columns_span(first, start, end)),
            // Headers; the script itself is not what clang reads.
            Columns::From(_) => None,
        }
    }

    /// Whether `line` is one of the first lines that a message is about, as bpftrace repeats them.
    pub(super) fn repeats(&self, line: &str, place: &Place<'_>) -> bool {
        (place.first_line..=place.last_line).take(MAX_REPEATED_LINES).any(|number| {
            let text = self.line_span(number).map_or("", |span| span.text(self.source));
            // Most lines differ in length.
            let tabs = text.bytes().filter(|byte| *byte == b'\t').count();
            text.len() + tabs * (TAB.len() - 1) == line.len() && text.replace('\t', TAB) == line
        })
    }

    /// A name alone is that of a `#define`, of which clang made a file.
    fn is_script(&self, file: &str) -> bool {
        let is_defined = || {
            self.program.items.iter().any(|item| match item {
                Item::Preprocessor(span) => defined_name(span.text(self.source)) == Some(file),
                _ => false,
            })
        };
        !file.starts_with(STANDARD_LIBRARY) && !is_defined()
    }

    /// The `import` that brings in a file.
    fn import_of(&self, file: &str) -> Option<Span> {
        self.program.items.iter().find_map(|item| match item {
            Item::Import(import) => {
                let path = import.path?.text(self.source).trim_matches('"').trim_start_matches("./");
                let before = file.strip_suffix(path).filter(|_| !path.is_empty())?;
                (before.is_empty() || before.ends_with('/')).then_some(import.span)
            }
            _ => None,
        })
    }

    /// A place in the C parts, which clang reads one behind the other and without what stands between them.
    fn c_span(&self, place: &Place<'_>) -> Option<Span> {
        let wanted = place.first_line.checked_sub(self.lines_before_c + 1)?;
        let Columns::From(column) = place.columns else { return None };
        let line_of = |byte| self.lines.line_column(self.source, byte).line;
        let mut lines = self.program.items.iter().filter_map(c_part).flat_map(|part| {
            let first = line_of(part.start);
            (first..=line_of(part.end)).map(move |line| (line, if line == first { part.start } else { 0 }))
        });
        let Some((line, part_start)) = lines.nth(wanted as usize) else {
            // Something is missing at the end of them.
            return self.program.items.iter().rev().find_map(c_part);
        };
        let line = self.line_span(line)?;
        Some(self.word_span(Span::new(part_start.max(line.start), line.end), column))
    }

    /// The word at a column of a line, as clang gives no end.
    fn word_span(&self, line: Span, column: u32) -> Span {
        let start = self.byte_in(line, column);
        let rest = &self.source[start as usize..line.end as usize];
        let is_word = |one: char| one == '_' || one.is_alphanumeric();
        let length = rest.find(|one| !is_word(one)).unwrap_or(rest.len());
        if length == 0 { Span::new(start, line.end) } else { Span::new(start, start + length as u32) }
    }

    /// Columns behind the end of the line, which 0.17 gives for predicates over several lines, mean the whole line.
    fn columns_span(&self, line: Span, start: u32, end: u32) -> Span {
        let text = line.text(self.source);
        if start as usize > text.len() {
            let blank = text.len() - text.trim_start().len();
            return Span::new(line.start + blank as u32, line.end);
        }
        let end = line.start.saturating_add(end.max(start).saturating_sub(1)).min(line.end);
        let end = self.source.ceil_char_boundary(end as usize) as u32;
        Span::new(self.byte_in(line, start), end)
    }

    /// Up to 0.23 an attach point begins where what stands before it ends, with a comment.
    fn without_comments(&self, span: Span) -> Span {
        let mut start = span.start;
        loop {
            let rest = &self.source[start as usize..span.end as usize];
            start += (rest.len() - rest.trim_start().len()) as u32;
            match self.comments.binary_search_by_key(&start, |comment| comment.span.start) {
                Ok(found)
                    if self.comments[found].span.end <= span.end && !self.comments[found].span.is_empty() =>
                {
                    start = self.comments[found].span.end;
                }
                _ => return if start < span.end { Span::new(start, span.end) } else { span },
            }
        }
    }

    fn byte_in(&self, line: Span, column: u32) -> u32 {
        let byte = line.start.saturating_add(column.saturating_sub(1)).min(line.end);
        self.source.floor_char_boundary(byte as usize) as u32
    }

    /// A line of the script without its line end.
    fn line_span(&self, line: u32) -> Option<Span> {
        let start = self.lines.line_start(line)?;
        let rest = self.source.get(start as usize..)?;
        let length = rest.lines().next().map_or(0, str::len);
        Some(Span::new(start, start + length as u32))
    }
}

/// What bpftrace hands to clang.
fn c_part(item: &Item) -> Option<Span> {
    match item {
        Item::Preprocessor(span) => Some(*span),
        Item::CDefinition(definition) => Some(definition.span),
        _ => None,
    }
}

/// The name that a `#define` defines.
fn defined_name(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('#')?.trim_start().strip_prefix("define")?.trim_start();
    let end = rest.find(|one: char| one != '_' && !one.is_alphanumeric()).unwrap_or(rest.len());
    rest.get(..end)
}
