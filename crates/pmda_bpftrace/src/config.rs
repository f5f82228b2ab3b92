//! The configuration file: PCP's `bpftrace.conf` as it is, with a section `[policy]` more.
//!
//! Nothing in it can keep the agent from running: a key that is unknown, given twice or has a bad value is reported
//! with its line, and the default stays. The defaults are the careful choice.

mod ini;
mod keys;
mod value;

use std::collections::HashSet;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bt_analysis::Policy;
use bt_catalog::Version;
use bt_engine::EngineConfig;

use crate::access::Access;
use keys::KEYS;

/// Bytes of a configuration file that are read; what follows is reported and ignored.
const MAX_FILE_BYTES: u64 = 256 << 10;

/// What the file says, with the defaults for what it does not say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Config {
    /// A path, or a name to look up in `PATH`.
    pub(crate) bpftrace: PathBuf,
    /// Who may start scripts.
    pub(crate) access: Access,
    /// What a script may do.
    pub(crate) policy: Policy,
    /// See [`EngineConfig::expiry_millis`], which is in milliseconds.
    pub(crate) expiry_seconds: u64,
    /// See [`EngineConfig`], as for the rest.
    pub(crate) max_output_bytes_per_second: u64,
    pub(crate) max_scripts: usize,
    pub(crate) max_script_bytes: usize,
    pub(crate) max_map_keys: Option<u32>,
    pub(crate) max_instances: u32,
}

impl Default for Config {
    fn default() -> Config {
        // Which bpftrace it is does not matter for the bounds.
        let engine = EngineConfig::new("bpftrace", Version::new(0, 0));
        Config {
            bpftrace: engine.bpftrace,
            access: Access::default(),
            policy: engine.policy,
            expiry_seconds: engine.expiry_millis / 1000,
            max_output_bytes_per_second: engine.max_output_bytes_per_second,
            max_scripts: engine.max_scripts,
            max_script_bytes: engine.max_script_bytes,
            max_map_keys: engine.max_map_keys,
            max_instances: engine.max_instances,
        }
    }
}

impl Config {
    /// What an engine on a bpftrace of this version is started with.
    pub(crate) fn engine(&self, version: Version, numbering_folder: Option<PathBuf>) -> EngineConfig {
        EngineConfig {
            policy: self.policy.clone(),
            keep_named: true,
            numbering_folder,
            // PCP dates values by the fetch, so that nobody can tell.
            gather_millis: 100,
            expiry_millis: self.expiry_seconds * 1000,
            max_output_bytes_per_second: self.max_output_bytes_per_second,
            max_scripts: self.max_scripts,
            max_script_bytes: self.max_script_bytes,
            max_map_keys: self.max_map_keys,
            max_instances: self.max_instances,
            ..EngineConfig::new(self.bpftrace.clone(), version)
        }
    }
}

/// Something in the file that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// From 1.
    pub(crate) line: usize,
    /// What is wrong, and what holds instead.
    pub(crate) message: String,
}

impl Finding {
    fn new(line: usize, message: impl Into<String>) -> Finding {
        Finding { line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.message)
    }
}

/// Reads the file at `path`.
///
/// # Errors
/// It is not there or cannot be read.
pub(crate) fn read(path: &Path) -> io::Result<(Config, Vec<Finding>)> {
    let mut bytes = Vec::new();
    let file = File::open(path)?;
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    let is_cut = bytes.len() as u64 > MAX_FILE_BYTES;
    bytes.truncate(MAX_FILE_BYTES as usize);
    let text = String::from_utf8_lossy(&bytes);
    let (config, mut findings) = parse(&text);
    if is_cut {
        let message = format!("the file is longer than {MAX_FILE_BYTES} bytes; the rest is ignored");
        findings.push(Finding::new(text.lines().count(), message));
    }
    Ok((config, findings))
}

/// Reads the text of a configuration file.
fn parse(text: &str) -> (Config, Vec<Finding>) {
    let (entries, mut findings) = ini::read(text);
    let mut config = Config::default();
    let mut seen = HashSet::new();
    for (key, entry) in KEYS.iter().flat_map(|key| entries.iter().map(move |entry| (key, entry))) {
        if (entry.section.as_str(), entry.key.as_str()) != (key.section, key.name) {
            continue;
        }
        if !seen.insert((key.section, key.name)) {
            let message = format!("`{}` stands in [{}] already; this one is ignored", key.name, key.section);
            findings.push(Finding::new(entry.line, message));
        } else if let Err(reason) = (key.set)(&mut config, &entry.value) {
            let message = format!("{} = {:?}: {reason}; the default stays", key.name, entry.value);
            findings.push(Finding::new(entry.line, message));
        }
    }
    for entry in &entries {
        let has_section = KEYS.iter().any(|key| key.section == entry.section);
        let has_key = KEYS.iter().any(|key| key.section == entry.section && key.name == entry.key);
        if !has_section {
            let message = format!("there is no section [{}]: `{}` is ignored", entry.section, entry.key);
            findings.push(Finding::new(entry.line, message));
        } else if !has_key {
            let message = format!("there is no `{}` in [{}]; it is ignored", entry.key, entry.section);
            findings.push(Finding::new(entry.line, message));
        }
    }
    findings.sort_by_key(|finding| finding.line);
    (config, findings)
}

#[cfg(test)]
mod tests;
