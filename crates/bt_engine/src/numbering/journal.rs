//! The file of one name: lines of JSON, of which a later one about the same number replaces the earlier.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Write};
use std::rc::Rc;
use std::time::SystemTime;

use bt_metrics::Bucket;
use serde::{Deserialize, Serialize};

use super::folder::Folder;
use super::{MAX_FOLDER_BYTES, Numbering, journal_name, new_journal_name};

/// Bytes of a journal: some 100,000 instances, of which a metric has 20,000 at most by default. Beyond it no more are
/// kept. The supervisor reads a journal at once, this long one in a tenth of a second.
pub(super) const MAX_BYTES: u64 = 8 << 20;
/// Lines that may be out of date, beside as many as are not, before the file is written anew.
const SPARE_LINES: usize = 200;

/// One line; which members there are says what it is about.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line<'a> {
    /// The script's slot. Always the first line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) slot: Option<u32>,
    /// A variable and its position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) variable: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) position: Option<u32>,
    /// An instance of a map and its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) map: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bucket: Option<(Option<i64>, Option<i64>)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<u32>,
}

impl<'a> Line<'a> {
    pub(crate) fn slot(slot: u32) -> Line<'a> {
        Line { slot: Some(slot), ..Line::default() }
    }

    pub(crate) fn position(variable: &'a str, position: u32) -> Line<'a> {
        Line { variable: Some(variable.into()), position: Some(position), ..Line::default() }
    }

    pub(crate) fn instance(map: &'a str, key: &'a str, bucket: Option<Bucket>, number: u32) -> Line<'a> {
        Line {
            map: Some(map.into()),
            key: Some(key.into()),
            bucket: bucket.map(|bucket| (bucket.low, bucket.high)),
            number: Some(number),
            ..Line::default()
        }
    }

    /// Reads a line with its end; one without was torn.
    pub(crate) fn parse(line: &[u8]) -> Option<Line<'static>> {
        serde_json::from_slice(line.strip_suffix(b"\n")?).ok()
    }
}

impl Numbering {
    /// Takes a line; `false` if it says nothing that makes sense.
    fn take(&mut self, line: Line<'_>) -> bool {
        match line {
            Line { variable: Some(variable), position: Some(position), .. } => {
                self.positions.insert(variable.into_owned(), position);
            }
            Line { map: Some(map), key: Some(key), bucket, number: Some(number), .. } => {
                let bucket = bucket.map(|(low, high)| Bucket { low, high });
                let instances = self.instances.entry(map.into_owned()).or_default();
                instances.insert(number, (key.into_owned(), bucket));
            }
            _ => return false,
        }
        true
    }
}

/// The journal of a script that runs.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: Rc<Folder>,
    name: String,
    slot: u32,
    file: File,
    lines: usize,
    bytes: u64,
    /// Whether it has anything that must not stay, or lacks its first line.
    is_damaged: bool,
}

impl Journal {
    /// Reads what the name had, and opens its file for more.
    pub(super) fn open(folder: Rc<Folder>, name: &str, slot: u32) -> io::Result<(Numbering, Journal)> {
        let file_name = journal_name(name);
        let file = folder.append(&file_name)?;
        let text = read(&file)?;
        let bytes = file.metadata()?.len();
        folder.count(&file_name, bytes);
        let mut numbering = Numbering::default();
        let mut lines = text.split_inclusive(|byte| *byte == b'\n').map(Line::parse);
        let first = lines.next().flatten().and_then(|line| line.slot);
        let mut journal = Journal {
            folder,
            name: name.to_string(),
            slot,
            file,
            lines: 1,
            bytes,
            is_damaged: first != Some(slot),
        };
        for line in lines {
            let is_good = line.is_some_and(|line| numbering.take(line));
            journal.is_damaged |= !is_good;
            journal.lines += 1;
        }
        // When it was last used decides which name is dropped first.
        journal.file.set_modified(SystemTime::now())?;
        Ok((numbering, journal))
    }

    /// Whether more than half of it is out of date, given how many lines are not.
    pub(crate) fn is_due(&self, live_lines: usize) -> bool {
        self.is_damaged || self.lines > 2 * live_lines + SPARE_LINES
    }

    /// Appends what is new. One `write`: a process that dies meanwhile leaves one torn line at most.
    ///
    /// # Errors
    /// It could not be written, or has reached its bound; then it is of no more use.
    pub(crate) fn append(&mut self, lines: &[Line<'_>]) -> io::Result<()> {
        let text = text(lines)?;
        self.check_room(self.bytes, text.len())?;
        self.file.write_all(&text)?;
        self.lines += lines.len();
        self.has_bytes(self.bytes + text.len() as u64);
        Ok(())
    }

    /// Writes it anew, with these lines behind that of the slot. The old file stays whole until the new one is.
    ///
    /// # Errors
    /// It could not be written, or would be beyond its bound; then it is of no more use.
    pub(crate) fn rewrite(&mut self, lines: Vec<Line<'_>>) -> io::Result<()> {
        let lines: Vec<Line<'_>> = std::iter::once(Line::slot(self.slot)).chain(lines).collect();
        let text = text(&lines)?;
        self.check_room(0, text.len())?;
        let new = new_journal_name(&self.name);
        let mut file = self.folder.replace(&new)?;
        file.write_all(&text)?;
        self.folder.rename(&new, &journal_name(&self.name))?;
        self.file = file;
        (self.lines, self.is_damaged) = (lines.len(), false);
        self.has_bytes(text.len() as u64);
        Ok(())
    }

    /// Whether so many more bytes may come to those that stay.
    fn check_room(&self, staying: u64, more: usize) -> io::Result<()> {
        let bytes = staying + more as u64;
        if bytes > MAX_BYTES {
            return Err(io::Error::other(format!("its journal has reached {MAX_BYTES} bytes")));
        }
        if self.folder.bytes().saturating_sub(self.bytes) + bytes > MAX_FOLDER_BYTES {
            return Err(io::Error::other(format!("all journals have reached {MAX_FOLDER_BYTES} bytes")));
        }
        Ok(())
    }

    fn has_bytes(&mut self, bytes: u64) {
        self.bytes = bytes;
        self.folder.count(&journal_name(&self.name), bytes);
    }
}

/// The whole file; nothing if it is too long to be a journal of ours.
fn read(file: &File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        bytes.clear();
    }
    Ok(bytes)
}

fn text(lines: &[Line<'_>]) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut text, line)?;
        text.push(b'\n');
    }
    Ok(text)
}
