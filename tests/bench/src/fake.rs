//! A bpftrace that prints what a benchmark wants, as quickly as it wants it. It is told in the script's first comment:
//! `/* PACE SHAPE KEYS */`, see [`Plan`].

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, Read, Write};
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// One line.
    Once,
    /// A line each second.
    EachSecond,
    /// So many lines at full speed.
    Burst(usize),
}

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
    /// A script that both agents accept, for which the fake prints this.
    pub(crate) fn script(&self) -> String {
        let pace = match self.pace {
            Pace::Once => "once".into(),
            Pace::EachSecond => "each-second".into(),
            Pace::Burst(lines) => format!("burst-{lines}"),
        };
        let (shape, probe) = match self.shape {
            Shape::Map if self.keys == 0 => ("map", "@x = count();"),
            Shape::Map => ("map", "@x[comm] = count();"),
            Shape::NewKeys => ("new-keys", "@x[comm] = count();"),
            Shape::Histogram => ("histogram", "@x = hist(nsecs);"),
            Shape::Row => ("row", "printf(\"%s,%d\\n\", comm, pid);"),
        };
        let table = if self.shape == Shape::Row { "// table-retain-lines: 10\n" } else { "" };
        let keys = self.keys;
        format!("/* {pace} {shape} {keys} */\n{table}kprobe:vfs_read {{ {probe} }}\n")
    }

    fn read(script: &str) -> anyhow::Result<Plan> {
        let comment = script.strip_prefix("/* ").and_then(|text| text.split_once(" */"));
        let words: Vec<&str> = comment.context("no plan")?.0.split(' ').collect();
        let [pace, shape, keys] = words[..] else { bail!("no plan") };
        let pace = match (pace, pace.strip_prefix("burst-")) {
            ("once", _) => Pace::Once,
            ("each-second", _) => Pace::EachSecond,
            (_, Some(lines)) => Pace::Burst(lines.parse()?),
            _ => bail!("no such pace: {pace}"),
        };
        let shape = match shape {
            "map" => Shape::Map,
            "new-keys" => Shape::NewKeys,
            "histogram" => Shape::Histogram,
            "row" => Shape::Row,
            _ => bail!("no such shape: {shape}"),
        };
        Ok(Plan { pace, shape, keys: keys.parse()? })
    }

    /// Appends line number `line`, with values that grow from line to line.
    pub(crate) fn write_line(&self, line: usize, text: &mut String) -> std::fmt::Result {
        match self.shape {
            Shape::Map if self.keys == 0 => {
                writeln!(text, "{{\"type\": \"map\", \"data\": {{\"@x\": {}}}}}", 1000 + line)
            }
            Shape::Map | Shape::NewKeys => {
                let first = if self.shape == Shape::NewKeys { line * self.keys } else { 0 };
                text.push_str("{\"type\": \"map\", \"data\": {\"@x\": {");
                for key in 0..self.keys {
                    let comma = if key == 0 { "" } else { ", " };
                    write!(text, "{comma}\"command-{}\": {}", first + key, key + line)?;
                }
                text.push_str("}}}\n");
                Ok(())
            }
            Shape::Histogram => {
                text.push_str(
                    "{\"type\": \"hist\", \"data\": {\"@x\": [{\"min\": 0, \"max\": 0, \"count\": 1}",
                );
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
        Pace::Burst(lines) => burst(plan, lines, path.parent().context("a folder")?, &mut out)?,
    }
    loop {
        sleep(Duration::from_secs(1));
    }
}

/// Prints everything, made before, as quickly as it is read.
fn burst(plan: Plan, lines: usize, folder: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    let mut text = String::new();
    for line in 0..lines {
        plan.write_line(line, &mut text)?;
    }
    while !folder.join(GO).exists() {
        sleep(Duration::from_millis(10));
    }
    out.write_all(text.as_bytes())?;
    out.flush()?;
    std::fs::write(folder.join(DONE), "")?;
    Ok(())
}
