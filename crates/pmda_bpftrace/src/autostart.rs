//! The autostart folders: scripts that run as long as the agent does. They run as root and nobody is asked, so folder
//! and file must belong to root and be writable by root alone.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Dir, FileType, Mode, OFlags, fstat, openat};

use crate::trust::{self, Untrusted};

/// Scripts that are started from a folder; further ones, in the order of their names, are reported.
const MAX_SCRIPTS: usize = 500;

/// A script of an autostart folder.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AutostartScript {
    /// Where it was read.
    pub(crate) path: PathBuf,
    /// The component of its metric names, made of the name of its file.
    pub(crate) name: String,
    pub(crate) code: String,
}

/// Why a folder or a file of it is left out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Skipped {
    #[error("{path}: {reason}")]
    Io { path: PathBuf, reason: io::Error },
    #[error("{path} {reason}: its scripts would run as root; chown root and chmod go-w make it right")]
    Untrusted { path: PathBuf, reason: Untrusted },
    #[error("{path} is no regular file")]
    NoFile { path: PathBuf },
    #[error("{path} is longer than the {bound} bytes that a script may have")]
    TooLong { path: PathBuf, bound: usize },
    #[error("{path} is no UTF-8 text: {reason}")]
    NoText { path: PathBuf, reason: std::string::FromUtf8Error },
    #[error("{path} is left out: {first} is named {name} already")]
    SameName { path: PathBuf, name: String, first: PathBuf },
    #[error("{path} is left out: {folder} has more than {MAX_SCRIPTS} scripts")]
    TooMany { path: PathBuf, folder: PathBuf },
}

/// Reads all `*.bt` of the folders, in the order of the folders and then of the names. What is not as it should be is
/// left out; a folder that does not exist is none.
pub(crate) fn read(folders: &[PathBuf], max_script_bytes: usize) -> (Vec<AutostartScript>, Vec<Skipped>) {
    let mut scripts = Vec::new();
    let mut skipped = Vec::new();
    let mut taken: HashMap<String, PathBuf> = HashMap::new();
    for folder in folders {
        let listing = match open_folder(folder) {
            Ok(Some(listing)) => listing,
            Ok(None) => continue,
            Err(reason) => {
                skipped.push(reason);
                continue;
            }
        };
        for (position, file) in listing.files.iter().enumerate() {
            let path = folder.join(file);
            if position >= MAX_SCRIPTS {
                skipped.push(Skipped::TooMany { path, folder: folder.clone() });
                break;
            }
            let name = script_name(Path::new(file).file_stem().unwrap_or_default());
            if let Some(first) = taken.get(&name) {
                skipped.push(Skipped::SameName { path, name, first: first.clone() });
                continue;
            }
            match read_script(&listing.folder, file, &path, max_script_bytes) {
                Ok(code) => {
                    taken.insert(name.clone(), path.clone());
                    scripts.push(AutostartScript { path, name, code });
                }
                Err(reason) => skipped.push(reason),
            }
        }
    }
    (scripts, skipped)
}

/// An open folder: its files are opened relative to it, so that the folder that was checked is the one that is read.
struct Listing {
    folder: std::os::fd::OwnedFd,
    files: Vec<OsString>,
}

fn open_folder(path: &Path) -> Result<Option<Listing>, Skipped> {
    let failed = |error: rustix::io::Errno| Skipped::Io { path: path.into(), reason: error.into() };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = match openat(CWD, path, flags, Mode::empty()) {
        Ok(folder) => folder,
        Err(rustix::io::Errno::NOENT) => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    trust::check(&folder)
        .map_err(failed)?
        .map_err(|reason| Skipped::Untrusted { path: path.into(), reason })?;
    let mut files = Vec::new();
    for entry in Dir::read_from(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        let is_hidden = name.as_bytes().starts_with(b".");
        if !is_hidden && Path::new(name).extension() == Some(OsStr::new("bt")) {
            files.push(name.to_os_string());
        }
    }
    files.sort();
    Ok(Some(Listing { folder, files }))
}

/// Opens the file once and checks what was opened: the name may stand for another file a moment later.
fn read_script(
    folder: &std::os::fd::OwnedFd,
    file: &OsStr,
    path: &Path,
    max_bytes: usize,
) -> Result<String, Skipped> {
    let failed = |error: io::Error| Skipped::Io { path: path.into(), reason: error };
    // A FIFO must not keep the agent waiting for whoever writes to it.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = openat(folder, file, flags, Mode::empty()).map_err(|error| failed(error.into()))?;
    let stat = fstat(&file).map_err(|error| failed(error.into()))?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(Skipped::NoFile { path: path.into() });
    }
    let verdict = trust::check(&file).map_err(|error| failed(error.into()))?;
    verdict.map_err(|reason| Skipped::Untrusted { path: path.into(), reason })?;
    let mut bytes = Vec::new();
    File::from(file).take(max_bytes as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > max_bytes {
        return Err(Skipped::TooLong { path: path.into(), bound: max_bytes });
    }
    String::from_utf8(bytes).map_err(|reason| Skipped::NoText { path: path.into(), reason })
}

/// The name of a file as a component of a metric name: a letter, then letters, digits and `_`.
fn script_name(stem: &OsStr) -> String {
    let text = stem.to_string_lossy();
    let name: String = text
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() { character } else { '_' })
        .collect();
    if bt_metrics::is_script_name(&name) { name } else { format!("s{name}") }
}

#[cfg(test)]
mod tests;
