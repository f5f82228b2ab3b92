//! A bpftrace that does what a test wants: a shell script.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// What a map is, for analysis; the fake prints what it likes.
pub(crate) const SCRIPT: &str = "BEGIN { @x = 1; }\n";

/// A bpftrace that says it is 0.17 and otherwise does this.
pub(crate) fn fake(behaviour: &str) -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bpftrace");
    let script =
        format!("#!/bin/sh\n[ \"$1\" = --version ] && {{ echo bpftrace v0.17.0; exit; }}\n{behaviour}\n");
    write_program(&path, &script);
    (folder, path)
}

/// Writes a program by another process: this one may fork for another test meanwhile, whose child would hold the
/// file open for writing, and Linux does not run such a file.
pub(crate) fn write_program(path: &Path, text: &str) {
    let arguments = ["-c", "cat > \"$0\" && chmod 755 \"$0\""];
    let mut writer = Command::new("/bin/sh").args(arguments).arg(path).stdin(Stdio::piped()).spawn().unwrap();
    writer.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(writer.wait().unwrap().success());
}

/// Prints that one probe is attached.
pub(crate) const ATTACHED: &str = r#"echo '{"type": "attached_probes", "data": {"probes": 1}}'"#;
/// Prints a value of the map of [`SCRIPT`].
pub(crate) const VALUE: &str = r#"echo '{"type": "map", "data": {"@x": 7}}'"#;
