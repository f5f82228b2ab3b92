//! Reads the script that a command is about.

use std::io::{self, Read};
use std::path::Path;

use anyhow::Context;

/// The text of a script; `-` is stdin.
///
/// # Errors
/// If the file cannot be read, or is not UTF-8.
pub(crate) fn read(path: &Path) -> anyhow::Result<String> {
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).context("cannot read stdin")?;
        bytes
    } else {
        std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?
    };
    String::from_utf8(bytes).with_context(|| {
        format!("cannot read {} as text: write the bytes of strings as \\xNN", path.display())
    })
}
