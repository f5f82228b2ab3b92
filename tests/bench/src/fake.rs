//! A bpftrace that prints what a benchmark wants, as quickly as it wants it. It is told in the script's first comment:
//! `/* PACE SHAPE KEYS MAPS */`, see [`Plan`].

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::ops::Range;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, bail};

/// A burst begins when there is a file of this name beside the fake, ...
pub(crate) const GO: &str = "go";
/// ... and makes this one when everything is printed.
pub(crate) const DONE: &str = "done";

/// What the fake prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// When.
    pub(crate) pace: Pace,
    /// What.
    pub(crate) shape: Shape,
    /// Of how many keys or buckets.
    pub(crate) keys: usize,
    /// How many maps take turns.
    pub(crate) maps: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// One line.
    Once,
    /// A line each second.
    EachSecond,
    /// So many lines at full speed.
    Burst(usize),
    /// One line of each map, and later so many times another, as bpftrace prints them, with pauses in which an agent
    /// reads all of them.
    Rounds(usize),
}

/// Longer than an agent of ours waits for more.
const BETWEEN_ROUNDS: Duration = Duration::from_millis(150);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A map of numbers by name.
    Map,
    /// The same with other names in each line.
    NewKeys,
    /// A histogram.
    Histogram,
    /// A row of a table, by printf.
    Row,
}

impl Plan {
    /// One line of one map.
    pub(crate) fn new(pace: Pace, shape: Shape, keys: usize) -> Plan {
        Plan { pace, shape, keys, maps: 1 }
    }

    /// A script that both agents accept, for which the fake prints this.
    pub(crate) fn script(&self) -> String {
        let pace = match self.pace {
            Pace::Once => "once".into(),
            Pace::EachSecond => "each-second".into(),
            Pace::Burst(lines) => format!("burst-{lines}"),
            Pace::Rounds(rounds) => format!("rounds-{rounds}"),
        };
        let (shape, value) = match self.shape {
            Shape::Map if self.keys == 0 => ("map", " = count();"),
            Shape::Map => ("map", "[comm] = count();"),
            Shape::NewKeys => ("new-keys", "[comm] = count();"),
            Shape::Histogram => ("histogram", " = hist(nsecs);"),
            Shape::Row => ("row", ""),
        };
        let probe = match self.shape {
            Shape::Row => "printf(\"%s,%d\\n\", comm, pid);".into(),
            _ => (0..self.maps).map(|map| format!("{}{value} ", self.map(map))).collect::<String>(),
        };
        let table = if self.shape == Shape::Row { "// table-retain-lines: 10\n" } else { "" };
        let Plan { keys, maps, .. } = self;
        format!("/* {pace} {shape} {keys} {maps} */\n{table}kprobe:vfs_read {{ {probe} }}\n")
    }

    /// The name of the map that a line prints.
    fn map(&self, line: usize) -> String {
        match line % self.maps {
            0 => "@x".into(),
            map => format!("@x{map}"),
        }
    }

    fn read(script: &str) -> anyhow::Result<Plan> {
        let comment = script.strip_prefix("/* ").and_then(|text| text.split_once(" */"));
        let words: Vec<&str> = comment.context("no plan")?.0.split(' ').collect();
        let [pace, shape, keys, maps] = words[..] else { bail!("no plan") };
        let pace = match pace.rsplit_once('-') {
            None => Pace::Once,
            Some(("burst", lines)) => Pace::Burst(lines.parse()?),
            Some(("rounds", rounds)) => Pace::Rounds(rounds.parse()?),
            Some(_) => Pace::EachSecond,
        };
        let shape = match shape {
            "map" => Shape::Map,
            "new-keys" => Shape::NewKeys,
            "histogram" => Shape::Histogram,
            "row" => Shape::Row,
            _ => bail!("no such shape: {shape}"),
        };
        Ok(Plan { pace, shape, keys: keys.parse()?, maps: maps.parse()? })
    }

    /// Appends line number `line`, with values that grow from line to line.
    pub(crate) fn write_line(&self, line: usize, text: &mut String) -> std::fmt::Result {
        match self.shape {
            Shape::Map if self.keys == 0 => {
                let (map, value) = (self.map(line), 1000 + line);
                writeln!(text, "{{\"type\": \"map\", \"data\": {{\"{map}\": {value}}}}}")
            }
            Shape::Map | Shape::NewKeys => {
                let first = if self.shape == Shape::NewKeys { line * self.keys } else { 0 };
                write!(text, "{{\"type\": \"map\", \"data\": {{\"{}\": {{", self.map(line))?;
                for key in 0..self.keys {
                    let comma = if key == 0 { "" } else { ", " };
                    write!(text, "{comma}\"command-{}\": {}", first + key, key + line)?;
                }
                text.push_str("}}}\n");
                Ok(())
            }
            Shape::Histogram => {
                let first = "{\"min\": 0, \"max\": 0, \"count\": 1}";
                write!(text, "{{\"type\": \"hist\", \"data\": {{\"{}\": [{first}", self.map(line))?;
                for bucket in 1..self.keys {
                    let (low, high) = (1_u64 << (bucket - 1), (1_u64 << bucket) - 1);
                    let count = bucket + line;
                    write!(text, ", {{\"min\": {low}, \"max\": {high}, \"count\": {count}}}")?;
                }
                text.push_str("]}}\n");
                Ok(())
            }
            Shape::Row => {
                writeln!(text, "{{\"type\": \"printf\", \"data\": \"some-command,{}\\n\"}}", 1000 + line)
            }
        }
    }
}

/// Answers as bpftrace would.
pub(crate) fn run(path: &Path, arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let arguments: Vec<OsString> = arguments.collect();
    let mut out = io::stdout().lock();
    if arguments.iter().any(|argument| argument == "--version") {
        return Ok(writeln!(out, "bpftrace v0.17.0")?);
    }
    if arguments.iter().any(|argument| argument == "-l") {
        return Ok(());
    }
    let mut script = String::new();
    io::stdin().read_to_string(&mut script)?;
    let plan = Plan::read(&script)?;
    writeln!(out, "{{\"type\": \"attached_probes\", \"data\": {{\"probes\": 1}}}}")?;
    out.flush()?;
    let mut text = String::new();
    match plan.pace {
        Pace::Once => {
            plan.write_line(0, &mut text)?;
            out.write_all(text.as_bytes())?;
            out.flush()?;
        }
        Pace::EachSecond => {
            for line in 0.. {
                text.clear();
                plan.write_line(line, &mut text)?;
                out.write_all(text.as_bytes())?;
                out.flush()?;
                sleep(Duration::from_secs(1));
            }
        }
        Pace::Burst(lines) => print_all(plan, 0..lines, lines, path, &mut out)?,
        Pace::Rounds(rounds) => {
            let mut first = String::new();
            (0..plan.maps).try_for_each(|line| plan.write_line(line, &mut first))?;
            out.write_all(first.as_bytes())?;
            out.flush()?;
            let lines = plan.maps..plan.maps * (1 + rounds);
            print_all(plan, lines, plan.maps, path, &mut out)?;
        }
    }
    loop {
        sleep(Duration::from_secs(1));
    }
}

/// Prints lines that are made before, as quickly as they are read but for a pause after each `together`.
fn print_all(
    plan: Plan,
    lines: Range<usize>,
    together: usize,
    path: &Path,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let folder = path.parent().context("a folder")?;
    let mut texts = vec![String::new(); lines.len().div_ceil(together)];
    for (index, line) in lines.enumerate() {
        plan.write_line(line, &mut texts[index / together])?;
    }
    while !folder.join(GO).exists() {
        sleep(Duration::from_millis(10));
    }
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            sleep(BETWEEN_ROUNDS);
        }
        out.write_all(text.as_bytes())?;
        out.flush()?;
    }
    std::fs::write(folder.join(DONE), "")?;
    Ok(())
}
