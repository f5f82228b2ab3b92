//! Findings as the control metrics have them: lines and UTF-16 columns.

use bt_metrics::control;
use bt_syntax::LineTable;

use crate::Diagnostic;

/// Findings about `source` for the wire. An empty span at the start is about the whole script.
pub fn control_diagnostics(findings: &[Diagnostic], source: &str) -> Vec<control::Diagnostic> {
    let lines = LineTable::new(source);
    findings.iter().map(|finding| control_diagnostic(finding, source, &lines)).collect()
}

fn control_diagnostic(finding: &Diagnostic, source: &str, lines: &LineTable) -> control::Diagnostic {
    let has_place = finding.span.end > 0;
    let start = lines.line_column(source, finding.span.start);
    let end = lines.line_column(source, finding.span.end);
    // Whoever shows a finding over several lines marks it to the end of its first line.
    let ends_in_line = has_place && end.line == start.line && end.column > start.column;
    control::Diagnostic {
        severity: finding.severity.name().into(),
        message: finding.message.clone(),
        hint: finding.hint.clone(),
        line: has_place.then_some(start.line),
        column: has_place.then_some(start.column),
        end_column: ends_in_line.then_some(end.column),
    }
}
