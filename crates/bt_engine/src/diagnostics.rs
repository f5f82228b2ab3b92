//! Findings with byte spans, as the wire has them: lines and UTF-16 columns.

use bt_analysis::Severity;
use bt_metrics::control::Diagnostic;
use bt_syntax::LineTable;

/// Findings about `source` for the wire. An empty span at the start is about the whole script.
pub(crate) fn to_control(findings: &[bt_analysis::Diagnostic], source: &str) -> Vec<Diagnostic> {
    let lines = LineTable::new(source);
    findings.iter().map(|finding| one(finding, source, &lines)).collect()
}

fn one(finding: &bt_analysis::Diagnostic, source: &str, lines: &LineTable) -> Diagnostic {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let mut diagnostic = plain(severity, &finding.message);
    diagnostic.hint.clone_from(&finding.hint);
    if finding.span.end > 0 {
        let start = lines.line_column(source, finding.span.start);
        let end = lines.line_column(source, finding.span.end);
        diagnostic.line = Some(start.line);
        diagnostic.column = Some(start.column);
        // Whoever shows a finding over several lines marks it to the end of its first line.
        diagnostic.end_column = (end.line == start.line && end.column > start.column).then_some(end.column);
    }
    diagnostic
}

/// A finding about the whole script.
pub(crate) fn plain(severity: &str, message: impl Into<String>) -> Diagnostic {
    Diagnostic {
        severity: severity.into(),
        message: message.into(),
        hint: None,
        line: None,
        column: None,
        end_column: None,
    }
}
