//! What a line of bpftrace's output costs an agent, at full speed.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use anyhow::ensure;

use crate::fake::{DONE, GO, Pace, Plan, Shape};
use crate::lab::{Lab, Labs, eventually};
use crate::process::cpu_nanos;
use crate::report::{Bar, Measured, Report, median};

/// What is printed at full speed: name, shape, keys and lines. Of a map that is printed again before our agent came to
/// it, it reads only the last print.
const BURSTS: &[(&str, Shape, usize, usize)] = &[
    ("a small map", Shape::Map, 5, 40_000),
    ("a histogram of 20 buckets", Shape::Histogram, 20, 20_000),
    ("1,000 keys", Shape::Map, 1000, 1000),
    ("a row of a printf table", Shape::Row, 0, 40_000),
];
/// What is printed by many maps once a round, so that all of it is read: name, shape and keys.
const ROUNDS: &[(&str, Shape, usize)] = &[
    ("a small map", Shape::Map, 5),
    ("a histogram of 20 buckets", Shape::Histogram, 20),
    ("1,000 keys", Shape::Map, 1000),
];
/// Maps and rounds of these.
const MAPS: usize = 50;
const PRINTS: usize = 20;
/// The agents take turns so often.
const REPETITIONS: usize = 3;

pub(crate) fn run(labs: &Labs, report: &mut Report) -> anyhow::Result<()> {
    let labs = labs.both()?;
    for &(name, shape, keys, lines) in BURSTS {
        let measured = measure(&labs, Plan::new(Pace::Burst(lines), shape, keys), lines)?;
        report.line(&format!("reading {name}: CPU a line"), "us", measured, Bar::PartOfPython(10.0));
    }
    for &(name, shape, keys) in ROUNDS {
        let plan = Plan { maps: MAPS, ..Plan::new(Pace::Rounds(PRINTS), shape, keys) };
        let measured = measure(&labs, plan, MAPS * PRINTS)?;
        report.line(&format!("  {name}, each line read"), "us", measured, Bar::None);
    }
    Ok(())
}

fn measure(labs: &[Lab; 2], plan: Plan, lines: usize) -> anyhow::Result<Measured> {
    let mut micros = [Vec::new(), Vec::new()];
    for _ in 0..REPETITIONS {
        for (lab, micros) in labs.iter().zip(&mut micros) {
            micros.push(micros_a_line(lab, plan, lines)?);
        }
    }
    let [python, ours] = micros.map(median);
    Ok(Measured { python: Some(python), sample: None, ours })
}

/// Processor time of the agent for each line of a burst. Nothing else asks it anything meanwhile.
fn micros_a_line(lab: &Lab, plan: Plan, lines: usize) -> anyhow::Result<f64> {
    let (go, done) = (lab.bin().join(GO), lab.bin().join(DONE));
    let id = lab.register(plan)?;
    // Started, attached, and ready to print.
    sleep(Duration::from_secs(1));
    let before = cpu_nanos(lab.agent);
    fs::write(&go, "")?;
    eventually("the end of the burst", || Ok(done.exists().then_some(())))?;
    // What is still in the pipe, or waits to be published.
    sleep(Duration::from_secs(1));
    let nanos = cpu_nanos(lab.agent) - before;
    fs::remove_file(go)?;
    fs::remove_file(done)?;
    let mut text = String::new();
    (0..lines).try_for_each(|line| plan.write_line(line, &mut text))?;
    let read = lab.data_bytes(&id)?;
    ensure!(read >= text.len() as u64, "only {read} of {} bytes were read", text.len());
    lab.deregister(&id)?;
    Ok(nanos as f64 / 1e3 / lines as f64)
}
