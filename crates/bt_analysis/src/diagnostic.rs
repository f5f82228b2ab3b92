//! A finding: what is wrong, where, what to do, and edits that do it.

use bt_syntax::Span;
use serde::Serialize;

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Names the kind of finding, in kebab case.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Where.
    pub span: Span,
    /// Edits that mend it.
    pub fixes: Vec<Fix>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// bpftrace would refuse the script: it is not sent.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// One way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order: `Leave @start out`.
    pub title: String,
    /// Replacements, in ascending order, without overlap.
    pub edits: Vec<(Span, String)>,
}

impl Diagnostic {
    /// Its place among others: by position, at one position the worst first.
    pub(crate) fn rank(&self) -> u64 {
        u64::from(self.span.start) << 8 | self.severity as u64
    }

    /// A finding that keeps the script from running.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, span, message.into())
    }

    /// A finding that is probably a mistake.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, span, message.into())
    }

    /// A finding that is worth knowing.
    pub fn info(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Info, code, span, message.into())
    }

    /// The same with advice.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(hint.into());
        self
    }

    /// The same with one more way to mend it.
    #[must_use]
    pub fn with_fix(mut self, title: impl Into<String>, edits: Vec<(Span, String)>) -> Diagnostic {
        self.fixes.push(Fix { title: title.into(), edits });
        self
    }

    /// The same with an edit that writes `text` instead of what it marks.
    #[must_use]
    pub(crate) fn with_replacement(self, text: &str) -> Diagnostic {
        let span = self.span;
        self.with_fix(format!("Change it to `{text}`"), vec![(span, text.to_string())])
    }

    /// The same with the name that was probably meant instead of what it marks, if there is one.
    #[must_use]
    pub(crate) fn with_meant(self, meant: Option<&str>) -> Diagnostic {
        match meant {
            Some(meant) => self.with_hint(format!("did you mean `{meant}`?")).with_replacement(meant),
            None => self,
        }
    }

    fn new(severity: Severity, code: &'static str, span: Span, message: String) -> Diagnostic {
        Diagnostic { severity, code, message, hint: None, span, fixes: Vec::new() }
    }
}
