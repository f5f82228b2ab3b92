//! Which bpftrace is installed.

use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use bt_catalog::Version;

use crate::StartError;
use crate::error::OLDEST_RUNNABLE;

/// Asks bpftrace for its version. Takes as long as bpftrace takes to start (some 10 ms).
///
/// # Errors
/// There is no bpftrace, it cannot be run, says no version, or is older than 0.12.
pub fn probe_version(bpftrace: &Path) -> Result<Version, StartError> {
    let not_runnable = |reason: String| StartError::NotRunnable { program: bpftrace.to_path_buf(), reason };
    let output = Command::new(bpftrace).arg("--version").output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => StartError::Missing { program: bpftrace.to_path_buf() },
        _ => not_runnable(error.to_string()),
    })?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version: Version = text.lines().next().unwrap_or_default().parse().map_err(|_| {
        let said =
            text.chars().chain(String::from_utf8_lossy(&output.stderr).chars()).take(200).collect::<String>();
        not_runnable(format!("`--version` printed no version but {said:?}"))
    })?;
    if version < OLDEST_RUNNABLE {
        return Err(StartError::TooOld { version });
    }
    Ok(version)
}
