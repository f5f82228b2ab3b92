//! The folder of the journals. Everything in it is reached through one handle, and only files that are nobody else's are
//! opened: whoever can move its path, or put links there, cannot have root write to another file.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::{DirBuilder, File};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, fstat, openat, renameat, unlinkat};
use rustix::process::geteuid;

/// Files that are looked at; of more, any are left out. Of our own there are two a name at most.
const MAX_FILES: usize = 10_000;
const OTHERS_MAY_WRITE: u32 = 0o022;

/// An open folder that is ours alone.
#[derive(Debug)]
pub(super) struct Folder {
    handle: OwnedFd,
    /// Bytes of each file that counts.
    sizes: RefCell<HashMap<String, u64>>,
}

impl Folder {
    /// Opens the folder, and makes it if it is not there. The folders above it must be trusted.
    pub(super) fn open(path: &Path) -> io::Result<Folder> {
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let handle = openat(CWD, path, flags, Mode::empty())?;
        let stat = fstat(&handle)?;
        if stat.st_uid != geteuid().as_raw() {
            return Err(io::Error::other(format!("it belongs to user {}", stat.st_uid)));
        }
        if stat.st_mode & OTHERS_MAY_WRITE != 0 {
            return Err(io::Error::other("others may write to it (chmod go-w)"));
        }
        Ok(Folder { handle, sizes: RefCell::default() })
    }

    /// The names of its files, in no order.
    pub(super) fn names(&self) -> io::Result<Vec<String>> {
        let entries = Dir::read_from(&self.handle)?.take(MAX_FILES);
        Ok(entries.filter_map(|entry| Some(entry.ok()?.file_name().to_str().ok()?.to_string())).collect())
    }

    /// Opens a file to read.
    pub(super) fn read(&self, name: &str) -> io::Result<File> {
        self.open_own(name, OFlags::RDONLY)
    }

    /// Opens a file to read and append, and makes it if it is not there.
    pub(super) fn append(&self, name: &str) -> io::Result<File> {
        self.open_own(name, OFlags::RDWR | OFlags::APPEND | OFlags::CREATE)
    }

    /// Makes a file to append to, in the place of whatever has this name.
    pub(super) fn replace(&self, name: &str) -> io::Result<File> {
        self.remove(name)?;
        self.open_own(name, OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::EXCL)
    }

    /// Gives a file another name, and removes what had it.
    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(renameat(&self.handle, from, &self.handle, to)?)
    }

    /// Removes a file, if there is one.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        self.sizes.borrow_mut().remove(name);
        match unlinkat(&self.handle, name, AtFlags::empty()) {
            Ok(()) | Err(rustix::io::Errno::NOENT) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Counts a file with so many bytes, in the place of what was counted for it before.
    pub(super) fn count(&self, name: &str, bytes: u64) {
        self.sizes.borrow_mut().insert(name.to_string(), bytes);
    }

    /// Bytes of all files that are counted.
    pub(super) fn bytes(&self) -> u64 {
        self.sizes.borrow().values().sum()
    }

    fn open_own(&self, name: &str, flags: OFlags) -> io::Result<File> {
        // Without NONBLOCK, a pipe of that name would hold the supervisor for ever.
        let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let file =
            openat(&self.handle, name, flags, Mode::RUSR | Mode::WUSR).map_err(|error| match error {
                rustix::io::Errno::LOOP => io::Error::other(format!("{name} is a link")),
                error => error.into(),
            })?;
        check_own(&file, name)?;
        Ok(File::from(file))
    }
}

/// Whether it is a file of ours that has no other name.
fn check_own(file: impl AsFd, name: &str) -> io::Result<()> {
    let stat = fstat(file)?;
    let is_own = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile
        && stat.st_uid == geteuid().as_raw()
        && stat.st_nlink == 1;
    if is_own { Ok(()) } else { Err(io::Error::other(format!("{name} is no file of this program's own"))) }
}
