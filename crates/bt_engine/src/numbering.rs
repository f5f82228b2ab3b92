//! Numbers that outlive the engine: of each script with a name its slot, the positions of its variables and the numbers
//! of its instances. With them an archive that was recorded over a restart reads as one series.
//!
//! Each name has a file of its own, a journal to which only what is new is appended. Whatever is wrong with a file or
//! with the folder costs numbers, never a script.

mod folder;
mod journal;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::SystemTime;

use bt_metrics::{Bucket, Pmid, is_script_name};

use folder::Folder;
use journal::MAX_BYTES;
pub(crate) use journal::{Journal, Line};

/// Names that keep their numbers. For one more, the name that was used longest ago loses them.
const MAX_NAMES: usize = 1000;
/// Bytes of all journals. For a script that begins, names that were used longest ago lose theirs until there is room for
/// one as long as can be; journals of scripts that run grow no more.
const MAX_FOLDER_BYTES: u64 = 128 << 20;
/// Bytes of a name that keeps its numbers: it is part of a file's name.
const MAX_NAME_BYTES: usize = 200;
/// Extension of the journals.
const EXTENSION: &str = "ndjson";
/// Extension of journals that are not complete yet.
const NEW: &str = "new";

/// What a script with a name had in its last life.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Numbering {
    /// Positions of variables: `@x`, `@x.count`; `output` is what the script prints.
    pub(crate) positions: BTreeMap<String, u32>,
    /// The instances of each map by their numbers.
    pub(crate) instances: HashMap<String, NumberedInstances>,
}

/// Keys and buckets by their numbers.
pub(crate) type NumberedInstances = BTreeMap<u32, (String, Option<Bucket>)>;

/// The names that keep their numbers.
#[derive(Debug, Default)]
pub(crate) struct Numberings {
    /// Where they should be.
    path: Option<PathBuf>,
    /// Where they are; `None` also if the path cannot be used.
    folder: Option<Rc<Folder>>,
    names: HashMap<String, Known>,
    reserved: HashSet<u32>,
}

#[derive(Debug)]
struct Known {
    slot: u32,
    used_at: SystemTime,
}

impl Numberings {
    /// Uses this folder from now on, and makes it if it is not there.
    pub(crate) fn follow(&mut self, path: Option<&Path>) {
        if self.path.as_deref() == path {
            return;
        }
        *self = Numberings { path: path.map(Path::to_path_buf), ..Numberings::default() };
        if let Some(path) = path
            && let Err(error) = Folder::open(path).and_then(|folder| self.read(folder))
        {
            let path = path.display();
            log::warn!("numbers of scripts are not kept over restarts: {path} cannot be used: {error}");
        }
    }

    /// The slot that this name has.
    pub(crate) fn slot(&self, name: &str) -> Option<u32> {
        self.names.get(name).map(|known| known.slot)
    }

    /// Whether a name has this slot.
    pub(crate) fn is_reserved(&self, slot: u32) -> bool {
        self.reserved.contains(&slot)
    }

    /// Gives a name this slot, and reads what else it had. `is_used`: whether a script has a name now.
    pub(crate) fn begin(
        &mut self,
        name: &str,
        slot: u32,
        is_used: impl Fn(&str) -> bool,
    ) -> (Numbering, Option<Journal>) {
        let Some(folder) = self.folder.clone() else { return Default::default() };
        if name.len() > MAX_NAME_BYTES {
            log::warn!("script {name}: its name is too long to keep numbers for it");
            return Default::default();
        }
        let is_new = !self.names.contains_key(name);
        while (is_new && self.names.len() >= MAX_NAMES) || folder.bytes() + MAX_BYTES > MAX_FOLDER_BYTES {
            if !self.drop_oldest(&folder, |other| other == name || is_used(other)) {
                break;
            }
        }
        self.reserve(name, slot, SystemTime::now());
        match Journal::open(folder, name, slot) {
            Ok((numbering, journal)) => (numbering, Some(journal)),
            Err(error) => {
                log::warn!("script {name}: its numbers are not kept over a restart: {error}");
                Default::default()
            }
        }
    }

    fn read(&mut self, folder: Folder) -> io::Result<()> {
        let mut found = Vec::new();
        for file in folder.names()? {
            match file.split_once('.') {
                Some((name, EXTENSION)) if is_script_name(name) => found.extend(known(&folder, name)),
                // Left behind by one who ended while he wrote it. What stays behind now is replaced the next time.
                Some((name, NEW)) if is_script_name(name) => drop(folder.remove(&file)),
                _ => {}
            }
        }
        found.sort_by_key(|(_, known, _)| std::cmp::Reverse(known.used_at));
        for (name, Known { slot, used_at }, bytes) in found {
            if self.names.len() >= MAX_NAMES || folder.bytes() + bytes > MAX_FOLDER_BYTES {
                log::info!("the numbers of the script {name} are dropped: there are too many others");
                folder.remove(&journal_name(&name))?;
                continue;
            }
            folder.count(&journal_name(&name), bytes);
            // Of two names with one slot, which only an edited file can have, the newer one has it.
            if !self.is_reserved(slot) {
                self.reserve(&name, slot, used_at);
            }
        }
        self.folder = Some(Rc::new(folder));
        Ok(())
    }

    fn reserve(&mut self, name: &str, slot: u32, used_at: SystemTime) {
        if let Some(before) = self.names.insert(name.to_string(), Known { slot, used_at }) {
            self.reserved.remove(&before.slot);
        }
        self.reserved.insert(slot);
    }

    /// Drops the name that was used longest ago, if there is one that may go.
    fn drop_oldest(&mut self, folder: &Folder, must_stay: impl Fn(&str) -> bool) -> bool {
        let droppable = self.names.iter().filter(|(name, _)| !must_stay(name));
        let Some(oldest) = droppable.min_by_key(|(_, known)| known.used_at).map(|(name, _)| name.clone())
        else {
            return false;
        };
        log::info!("the numbers of the script {oldest} are dropped: too many others were used later");
        if let Some(known) = self.names.remove(&oldest) {
            self.reserved.remove(&known.slot);
        }
        // What stays behind is found again at the next start.
        let _ = folder.remove(&journal_name(&oldest));
        true
    }
}

/// The file of a name.
fn journal_name(name: &str) -> String {
    format!("{name}.{EXTENSION}")
}

/// The file that becomes that of a name when it is complete. No name has a dot, so that this is no other name's.
fn new_journal_name(name: &str) -> String {
    format!("{name}.{NEW}")
}

/// What is known of a name, and the bytes of its journal; `None` if that is none.
fn known(folder: &Folder, name: &str) -> Option<(String, Known, u64)> {
    let file = folder.read(&journal_name(name)).ok()?;
    let metadata = file.metadata().ok()?;
    let slot = first_line(file).and_then(|line| Line::parse(&line)?.slot);
    let slot = slot.filter(|slot| *slot < Pmid::SLOTS)?;
    Some((name.to_string(), Known { slot, used_at: metadata.modified().ok()? }, metadata.len()))
}

fn first_line(file: File) -> Option<Vec<u8>> {
    /// The slot's line has some 15 bytes.
    const MAX_BYTES: u64 = 100;
    let mut line = Vec::new();
    BufReader::new(file.take(MAX_BYTES)).read_until(b'\n', &mut line).ok()?;
    Some(line)
}
