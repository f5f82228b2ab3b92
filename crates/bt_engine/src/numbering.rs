//! Numbers that outlive the engine: of each script with a name its slot, the positions of its variables and the numbers
//! of its instances. With them an archive that was recorded over a restart reads as one series.
//!
//! Each name has a file of its own, a journal to which only what is new is appended. Whatever is wrong with a file or
//! with the folder costs numbers, never a script.

mod journal;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, DirBuilder, File};
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bt_metrics::{Bucket, Pmid, is_script_name};

pub(crate) use journal::{Journal, Line};

/// Names that keep their numbers. For one more, the name that was used longest ago loses them.
const MAX_NAMES: usize = 1000;
/// Bytes of a name that keeps its numbers: it is part of a file's name.
const MAX_NAME_BYTES: usize = 200;
/// Extension of the journals.
const EXTENSION: &str = "ndjson";

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
    folder: Option<PathBuf>,
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
    pub(crate) fn follow(&mut self, folder: Option<&Path>) {
        if self.folder.as_deref() == folder {
            return;
        }
        *self = Numberings { folder: folder.map(Path::to_path_buf), ..Numberings::default() };
        if let Some(folder) = folder
            && let Err(error) = self.read(folder)
        {
            log::warn!(
                "numbers of scripts are not kept over restarts: {} cannot be used: {error}",
                folder.display()
            );
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
        if !self.names.contains_key(name) && self.names.len() >= MAX_NAMES {
            self.drop_oldest(&folder, is_used);
        }
        self.reserve(name, slot, SystemTime::now());
        match Journal::open(journal_path(&folder, name), slot) {
            Ok((numbering, journal)) => (numbering, Some(journal)),
            Err(error) => {
                log::warn!("script {name}: its numbers are not kept over a restart: {error}");
                Default::default()
            }
        }
    }

    fn read(&mut self, folder: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let mut found: Vec<(SystemTime, String, u32)> =
            fs::read_dir(folder)?.filter_map(|entry| known_name(&entry.ok()?)).collect();
        found.sort_by_key(|(used_at, ..)| std::cmp::Reverse(*used_at));
        for (used_at, name, slot) in found {
            // Of two names with one slot, which only an edited file can have, the newer one has it.
            if self.names.len() < MAX_NAMES && !self.is_reserved(slot) {
                self.reserve(&name, slot, used_at);
            }
        }
        Ok(())
    }

    fn reserve(&mut self, name: &str, slot: u32, used_at: SystemTime) {
        if let Some(before) = self.names.insert(name.to_string(), Known { slot, used_at }) {
            self.reserved.remove(&before.slot);
        }
        self.reserved.insert(slot);
    }

    fn drop_oldest(&mut self, folder: &Path, is_used: impl Fn(&str) -> bool) {
        let unused = self.names.iter().filter(|(name, _)| !is_used(name));
        let Some(oldest) = unused.min_by_key(|(_, known)| known.used_at).map(|(name, _)| name.clone()) else {
            return;
        };
        log::info!("the numbers of the script {oldest} are dropped: {MAX_NAMES} others were used later");
        if let Some(known) = self.names.remove(&oldest) {
            self.reserved.remove(&known.slot);
        }
        // What stays behind is dropped at the next start.
        let _ = fs::remove_file(journal_path(folder, &oldest));
    }
}

fn journal_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).with_extension(EXTENSION)
}

/// When the name of a journal was last used, the name, and its slot; `None` if it is no journal.
fn known_name(entry: &fs::DirEntry) -> Option<(SystemTime, String, u32)> {
    let path = entry.path();
    let name = path.file_stem()?.to_str().filter(|name| is_script_name(name))?;
    let metadata = entry.metadata().ok().filter(|metadata| metadata.is_file())?;
    if path.extension()? != EXTENSION {
        return None;
    }
    let slot = first_line(&path).and_then(|line| Line::parse(&line)?.slot);
    Some((metadata.modified().ok()?, name.to_string(), slot.filter(|slot| *slot < Pmid::SLOTS)?))
}

fn first_line(path: &Path) -> Option<Vec<u8>> {
    /// The slot's line has some 15 bytes.
    const MAX_BYTES: u64 = 100;
    let mut line = Vec::new();
    BufReader::new(File::open(path).ok()?.take(MAX_BYTES)).read_until(b'\n', &mut line).ok()?;
    Some(line)
}
