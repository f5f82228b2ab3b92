//! Tests whose files must belong to root.

use std::io::Write;

/// Whether a test can run; says so if it cannot.
///
/// # Panics
/// In CI nothing is skipped.
pub(crate) fn can_run(test: &str) -> bool {
    if rustix::process::geteuid().is_root() {
        return true;
    }
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "skipped in CI: {test}: not root");
    // Not `eprintln!`: the output of a test that passes is hidden, and this must be seen.
    let _ = writeln!(std::io::stderr(), "skipped: {test}: not root");
    false
}
