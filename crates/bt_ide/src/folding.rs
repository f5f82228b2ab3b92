//! What an editor can fold: blocks, definitions, and comments of several lines.

use bt_syntax::{LineTable, Span, Token, TokenKind, sort_by_number, tokens};

/// Lines that can be folded into the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fold {
    /// The line that stays, from 1.
    pub start_line: u32,
    /// The last line that goes.
    pub end_line: u32,
}

/// What can be folded, by its first line; of several that begin on a line the longest.
pub fn folding_ranges(source: &str) -> Vec<Fold> {
    let lines = LineTable::new(source);
    let mut folds: Vec<Fold> = spans(source)
        .into_iter()
        .map(|span| Fold {
            start_line: lines.line_column(source, span.start).line,
            end_line: lines.line_column(source, span.end.saturating_sub(1).max(span.start)).line,
        })
        .filter(|fold| fold.start_line < fold.end_line)
        .collect();
    sort_by_number(&mut folds, |fold| u64::from(fold.start_line) << 32 | u64::from(u32::MAX - fold.end_line));
    folds.dedup_by_key(|fold| fold.start_line);
    folds
}

/// Pairs of braces, comments, and neighbouring line comments.
fn spans(source: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut open = Vec::new();
    let mut comments: Option<Span> = None;
    for Token { kind, span } in tokens(source) {
        match kind {
            TokenKind::LeftBrace => open.push(span),
            TokenKind::RightBrace => spans.extend(open.pop().map(|start: Span| start.to(span))),
            TokenKind::CBody | TokenKind::BlockComment => spans.push(span),
            // A brace that an earlier probe left open does not reach into this one.
            TokenKind::AttachPoint => open.clear(),
            _ => {}
        }
        let is_alone =
            || source[..span.start as usize].rsplit('\n').next().is_some_and(|line| line.trim().is_empty());
        match kind {
            TokenKind::LineComment if comments.is_some() || is_alone() => {
                comments = Some(comments.map_or(span, |first| first.to(span)));
            }
            // An empty line parts two comments.
            TokenKind::Whitespace if span.text(source).matches('\n').count() <= 1 => {}
            _ => spans.extend(comments.take()),
        }
    }
    spans.extend(comments);
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folds(source: &str) -> Vec<(u32, u32)> {
        folding_ranges(source).iter().map(|fold| (fold.start_line, fold.end_line)).collect()
    }

    #[test]
    fn blocks_comments_and_definitions() {
        let source = "// a\n// b\n\n// alone\nstruct s {\n  int a;\n};\nkprobe:f {\n  if (pid) {\n    @a = 1;\n  }\n}\n/* x\n y */\n";
        assert_eq!(folds(source), [(1, 2), (5, 7), (8, 12), (9, 11), (13, 14)]);
    }

    #[test]
    fn what_is_on_one_line_or_not_closed_is_not_folded() {
        assert_eq!(folds("BEGIN { @a = 1 }"), []);
        assert_eq!(folds("BEGIN {\n if (1) {\n\nkprobe:f {\n}\n"), [(4, 5)]);
        assert_eq!(folds(""), []);
    }
}
