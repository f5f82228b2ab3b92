//! What bpftrace wrote on stderr, as findings in the script.

use crate::Diagnostic;

/// The findings that `stderr` of a bpftrace run reports about `source`.
pub fn bpftrace_errors(_stderr: &str, _source: &str) -> Vec<Diagnostic> {
    Vec::new()
}
