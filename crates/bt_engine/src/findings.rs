//! Everything that is to be said about a script: findings of analysis, of bpftrace, and of the run.

use std::sync::Arc;

use bt_analysis::{BPFTRACE_TEXT, Severity, bpftrace_errors, control_diagnostics};
use bt_metrics::control::Diagnostic;
use bt_output::{Note, NoteKind, ScriptError, ScriptErrorKind};

/// Bytes of stderr that are kept: the first ones, which have the cause.
const MAX_STDERR_BYTES: usize = 32 << 10;
/// What 0.17 dies of when a key is deleted while it prints the map.
const NOT_PRINTED: &str = "Could not print map with ident";
/// Different errors of a run that are kept: the first ones. They are few, as they are told apart by position only.
const MAX_RUN_FINDINGS: usize = 64;

/// What is to be said about a script.
pub(crate) struct Findings {
    code: Arc<str>,
    /// Of analysis and of the engine; they stay.
    lasting: Vec<Diagnostic>,
    /// Of stderr, as far as it has come.
    bpftrace: Vec<Diagnostic>,
    /// Of the run: by what they are told apart, how often, and what is said.
    run: Vec<(RunKey, u64, Diagnostic)>,
    stderr: Vec<u8>,
    exit_error: String,
    /// All of them, until something changes.
    listed: Option<Arc<[Diagnostic]>>,
}

/// By what errors of a run are told apart.
#[derive(PartialEq, Eq)]
enum RunKey {
    Error { kind: ScriptErrorKind, helper: String, line: u64, column: u64 },
    Note(NoteKind),
}

impl Findings {
    pub(crate) fn new(code: Arc<str>, analysis: Vec<Diagnostic>) -> Findings {
        Findings {
            code,
            lasting: analysis,
            bpftrace: Vec::new(),
            run: Vec::new(),
            stderr: Vec::new(),
            exit_error: String::new(),
            listed: None,
        }
    }

    /// All of them, those of analysis first.
    pub(crate) fn list(&mut self) -> Arc<[Diagnostic]> {
        if let Some(listed) = &self.listed {
            return Arc::clone(listed);
        }
        let run = self.run.iter().map(|(_, count, diagnostic)| {
            let mut diagnostic = diagnostic.clone();
            if *count > 1 {
                diagnostic.message = format!("{} ({count} times)", diagnostic.message);
            }
            diagnostic
        });
        let listed: Arc<[Diagnostic]> =
            self.lasting.iter().cloned().chain(self.bpftrace.iter().cloned()).chain(run).collect();
        self.listed = Some(Arc::clone(&listed));
        listed
    }

    /// Adds one that stays.
    pub(crate) fn add(&mut self, diagnostic: Diagnostic) {
        self.lasting.push(diagnostic);
        self.listed = None;
    }

    /// A new process has nothing said yet, but why it was needed may be worth a word.
    pub(crate) fn forget_run(&mut self) {
        if self.is_of_the_moment() {
            self.add_replaced();
        }
        self.bpftrace.clear();
        self.run.clear();
        self.stderr.clear();
        self.exit_error.clear();
        self.listed = None;
    }

    /// Takes bytes of stderr.
    pub(crate) fn stderr(&mut self, bytes: &[u8]) {
        let room = MAX_STDERR_BYTES.saturating_sub(self.stderr.len());
        if room == 0 {
            return;
        }
        self.stderr.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.read_stderr();
    }

    /// Takes an error message of the run.
    pub(crate) fn script_error(&mut self, error: &ScriptError<'_>) {
        let ScriptError { kind, line, column, .. } = *error;
        let is_known = |key: &RunKey| {
            matches!(key, RunKey::Error { kind: k, helper, line: l, column: c }
                if (*k, helper.as_str(), *l, *c) == (kind, error.helper, line, column))
        };
        self.count(error.count, is_known, || {
            let key = RunKey::Error { kind, helper: error.helper.into(), line, column };
            (key, describe(error))
        });
    }

    /// Takes a line of stdout that is no message.
    pub(crate) fn note(&mut self, note: &Note<'_>) {
        let message = match note.kind {
            NoteKind::Blank => return,
            // Warnings of 0.24 to 0.26, and why nothing was attached.
            NoteKind::Foreign => {
                self.stderr(note.text.as_bytes());
                return self.stderr(b"\n");
            }
            NoteKind::Warning => note.text,
            NoteKind::UnknownMessage => "bpftrace printed a message that is not known",
            NoteKind::Malformed => "bpftrace printed a message that cannot be read",
            NoteKind::Truncated => "bpftrace ended within a message",
            NoteKind::LineTooLong => "bpftrace printed a line that is too long; it was skipped",
            NoteKind::KeysDropped => "a map has too many keys; those with the smallest values are left out",
            NoteKind::TextCut => "a printed text is too long; its end is left out",
        };
        self.count(1, |key| *key == RunKey::Note(note.kind), || (RunKey::Note(note.kind), warning(message)));
    }

    /// Says why the process ended with this code. A warning of bpftrace's is no reason.
    pub(crate) fn explain_exit(&mut self, exit_code: i32) {
        let findings = self.stderr_findings();
        let messages = |is_reason: fn(&bt_analysis::Diagnostic) -> bool| {
            let reasons = findings.iter().filter(|finding| is_reason(finding)).map(|finding| {
                let hint = finding.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
                format!("{}{hint}", finding.message.trim())
            });
            reasons.collect::<Vec<_>>().join("\n")
        };
        // Some reasons come without severity, `No probes to attach` for one.
        let said = [
            messages(|finding| finding.severity == Severity::Error),
            messages(|finding| finding.code == BPFTRACE_TEXT),
        ];
        let said = said.into_iter().find(|said| !said.is_empty());
        self.exit_error = said.unwrap_or_else(|| match exit_code.checked_sub(128) {
            Some(signal @ 1..=64) => format!(
                "bpftrace was ended by signal {signal} (exit code {exit_code}): by somebody, for want of memory, or by \
                 a fault of its own"
            ),
            _ => format!("bpftrace ended with exit code {exit_code} and did not say why"),
        });
    }

    /// Whether the process has died of printing a map whose keys were deleted meanwhile, which may never happen again.
    pub(crate) fn is_of_the_moment(&self) -> bool {
        self.exit_error.contains(NOT_PRINTED)
    }

    /// Says, once, that the process was replaced by the next one.
    fn add_replaced(&mut self) {
        let mut finding = warning(
            "bpftrace died while it printed a map, for a key was deleted meanwhile; it was started again and counts anew",
        );
        finding.hint = Some("leave maps that keys are deleted from out: `// include: @shown`".into());
        if !self.lasting.contains(&finding) {
            self.add(finding);
        }
    }

    /// Says that the policy keeps the script from a start: what it denies, all of it errors.
    pub(crate) fn deny(&mut self, denied: &[bt_analysis::Diagnostic]) {
        let messages: Vec<&str> = denied.iter().map(|finding| finding.message.as_str()).collect();
        self.exit_error = messages.join("\n");
        // In the place of what bpftrace would have said.
        self.bpftrace = control_diagnostics(denied, &self.code);
        self.listed = None;
    }

    /// Says why there is no process.
    pub(crate) fn set_exit_error(&mut self, error: String) {
        self.exit_error = error;
    }

    pub(crate) fn exit_error(&self) -> &str {
        &self.exit_error
    }

    fn count(
        &mut self,
        times: u64,
        is_known: impl Fn(&RunKey) -> bool,
        make: impl FnOnce() -> (RunKey, Diagnostic),
    ) {
        self.listed = None;
        if let Some((_, count, _)) = self.run.iter_mut().find(|(key, ..)| is_known(key)) {
            *count += times;
        } else if self.run.len() < MAX_RUN_FINDINGS {
            let (key, diagnostic) = make();
            self.run.push((key, times, diagnostic));
        }
    }

    fn read_stderr(&mut self) {
        self.bpftrace = control_diagnostics(&self.stderr_findings(), &self.code);
        self.listed = None;
    }

    fn stderr_findings(&self) -> Vec<bt_analysis::Diagnostic> {
        bpftrace_errors(&String::from_utf8_lossy(&self.stderr), &self.code)
    }
}

/// A warning about the whole script.
pub(crate) fn warning(message: impl Into<String>) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning.name().into(),
        message: message.into(),
        hint: None,
        line: None,
        column: None,
        end_column: None,
    }
}

fn describe(error: &ScriptError<'_>) -> Diagnostic {
    let what = match error.kind {
        ScriptErrorKind::Helper => {
            let errno = if error.message.is_empty() { "" } else { ": " };
            format!("{} failed with {}{errno}{}", error.helper, error.return_code, error.message)
        }
        _ => error.message.trim_end().to_string(),
    };
    let mut diagnostic = warning(what);
    let position = |number: u64| u32::try_from(number).ok().filter(|number| *number > 0);
    diagnostic.line = position(error.line);
    diagnostic.column = position(error.column);
    diagnostic
}
