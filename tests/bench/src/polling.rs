//! 25 scripts that print each second, and a client that fetches all of them each second: as the page does, the values
//! and what tells how a script fares.

use std::thread::sleep;
use std::time::{Duration, Instant};

use pcp_pmda::PmId;

use crate::fake::{Pace, Plan, Shape};
use crate::lab::{Kind, Lab, Labs};
use crate::process::cpu_nanos;
use crate::report::{Bar, Measured, Report};

const SCRIPTS: usize = 25;
const SECONDS: u32 = 10;
/// Each agent is measured so often, alone: 50 processes that print at any time cost the other one its caches.
const ROUNDS: usize = 2;
/// What the page polls of each script beside its values.
const STATUS: &[&str] = &["status", "error", "exit_code", "pid", "probes", "data_bytes"];

pub(crate) fn run(labs: &Labs, report: &mut Report) -> anyhow::Result<()> {
    let mut percents = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (kind, percents) in [Kind::Python, Kind::Rust].into_iter().zip(&mut percents) {
            percents.push(percent(&labs.start(kind)?)?);
        }
    }
    let [python, ours] = percents.map(|percents| percents.iter().sum::<f64>() / ROUNDS as f64);
    let measured = Measured { python: Some(python), sample: None, ours };
    report.line("25 scripts, polled each second: CPU", "%", measured, Bar::PartOfPython(10.0));
    Ok(())
}

/// The part of a processor that the agent takes.
fn percent(lab: &Lab) -> anyhow::Result<f64> {
    let metrics = register_all(lab)?;
    let (before, start) = (cpu_nanos(lab.agent), Instant::now());
    for second in 1..=SECONDS {
        lab.client.fetch(&metrics)?;
        sleep(Duration::from_secs(second.into()).saturating_sub(start.elapsed()));
    }
    Ok((cpu_nanos(lab.agent) - before) as f64 / start.elapsed().as_nanos() as f64 * 100.0)
}

/// A mix of what scripts print: single values, small maps and histograms. No two are the same script, or they would
/// share a process.
fn register_all(lab: &Lab) -> anyhow::Result<Vec<PmId>> {
    let plans = (0..SCRIPTS).map(|script| match script % 3 {
        0 => Plan::new(Pace::EachSecond, Shape::Map, 5 + script),
        1 => Plan::new(Pace::EachSecond, Shape::Histogram, 10 + script),
        _ => Plan::new(Pace::EachSecond, Shape::Map, 100 + script),
    });
    let mut metrics = Vec::new();
    for plan in plans {
        let (id, values) = lab.register_map(plan)?;
        let status = STATUS.iter().map(|leaf| lab.pmid(&format!("bpftrace.scripts.{id}.{leaf}")));
        metrics.extend(status.collect::<anyhow::Result<Vec<PmId>>>()?);
        metrics.push(values);
    }
    Ok(metrics)
}
