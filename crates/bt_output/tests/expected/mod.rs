//! What scripts print by their own text, from `tests/samples/expected.txt`, and what a decoder made of their output.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bt_output::{Decoder, EventKind, MapValue};

use crate::describe::{event_line, quoted, value_line};

/// The releases that recordings are of.
pub(crate) const RELEASES: [u16; 4] = [11, 17, 23, 27];

/// Where recordings and their scripts stand.
pub(crate) fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/samples")
}

/// One script, and what it prints.
pub(crate) struct Expected {
    pub(crate) name: String,
    releases: Releases,
    printed: Vec<(String, Releases)>,
    maps: Vec<(String, Releases)>,
}

/// A range of minor versions.
#[derive(Clone, Copy)]
struct Releases {
    from: u16,
    until: u16,
}

/// What a script printed, or should: text in order, contents of maps sorted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Printed {
    pub(crate) text: Vec<String>,
    pub(crate) maps: Vec<String>,
    /// How many maps are dumped at the end: each once.
    pub(crate) final_maps: u64,
}

/// All scripts of the file.
pub(crate) fn all() -> Vec<Expected> {
    let file = std::fs::read_to_string(samples().join("expected.txt")).expect("the file is there");
    let mut scripts: Vec<Expected> = Vec::new();
    for line in file.lines().skip_while(|line| !line.starts_with("# ")) {
        if let Some(head) = line.strip_prefix("# ") {
            let (name, releases) = head.split_once(' ').unwrap_or((head, ""));
            let releases = Releases::new(releases);
            scripts.push(Expected { name: name.into(), releases, printed: Vec::new(), maps: Vec::new() });
            continue;
        }
        let script = scripts.last_mut().expect("a script was begun");
        let (what, releases) = match line.strip_suffix('}').and_then(|line| line.rsplit_once(" {")) {
            Some((what, releases)) => (what, Releases::new(releases)),
            None => (line, Releases::new("")),
        };
        match what.strip_prefix("> ") {
            Some(text) => script.printed.push((text.into(), releases)),
            None if what.is_empty() => {}
            None => script.maps.push((what.into(), releases)),
        }
    }
    scripts
}

impl Releases {
    /// Reads `from 0.20`, `until 0.23`, or both.
    fn new(text: &str) -> Releases {
        let words: Vec<&str> = text.split_whitespace().collect();
        let after = |word| {
            let at = words.iter().position(|one| *one == word)?;
            Some(words[at + 1].strip_prefix("0.").expect("a release").parse().expect("a minor version"))
        };
        Releases { from: after("from").unwrap_or(0), until: after("until").unwrap_or(u16::MAX) }
    }

    fn contain(self, minor: u16) -> bool {
        (self.from..=self.until).contains(&minor)
    }
}

impl Expected {
    /// Whether this release runs the script.
    pub(crate) fn runs_on(&self, minor: u16) -> bool {
        self.releases.contain(minor)
    }

    /// What this release prints.
    pub(crate) fn of(&self, minor: u16) -> Printed {
        let lines = |lines: &[(String, Releases)]| {
            let lines = lines.iter().filter(|(_, releases)| releases.contain(minor));
            lines.map(|(line, _)| line.clone()).collect::<Vec<String>>()
        };
        let mut maps = lines(&self.maps);
        if minor >= 24 {
            maps.iter_mut().for_each(lose_blanks);
        }
        maps.sort();
        let names: BTreeSet<&str> = maps.iter().filter_map(|map| map.split(['[', ' ']).next()).collect();
        let final_maps = names.len() as u64;
        Printed { text: lines(&self.printed), maps, final_maps }
    }
}

/// Takes blanks and outer parentheses from the key, as 0.24 and later do.
fn lose_blanks(map: &mut String) {
    if let Some(start) = map.find("[\"")
        && let Some(end) = map.find("\"] ")
    {
        let key = map[start + 2..end].replace(' ', "");
        let bare = key.strip_prefix('(').and_then(|key| key.strip_suffix(')')).unwrap_or(&key).to_string();
        map.replace_range(start + 2..end, &bare);
    }
}

/// Decodes all of a script's output; the maps as they were printed the last time.
pub(crate) fn decode(mut decoder: Decoder, stream: &[u8]) -> Printed {
    let mut text = Vec::new();
    let mut maps: Vec<(String, Vec<String>)> = Vec::new();
    decoder.push(stream, 0, &mut |event| match event.kind {
        EventKind::Map(message) => {
            let name = message.name;
            let lines = match message.value {
                MapValue::Single(value) => vec![format!("{name} {}", value_line(value))],
                MapValue::Keyed(entries) => {
                    let line = |(key, value)| format!("{name}[{}] {}", quoted(key), value_line(value));
                    entries.iter().map(line).collect()
                }
            };
            maps.retain(|(known, _)| known != name);
            maps.push((name.to_string(), lines));
        }
        EventKind::Attached { .. } => {}
        _ => {
            let line = event_line(event);
            if line != "note blank \"\"" {
                text.push(line);
            }
        }
    });
    decoder.finish(0, &mut |event| text.push(event_line(event)));
    let mut maps: Vec<String> = maps.into_iter().flat_map(|(_, lines)| lines).collect();
    maps.sort();
    Printed { text, maps, final_maps: decoder.summary().final_maps }
}
