//! 25 scripts that print each second, and a client that fetches all of them each second.

use std::thread::sleep;
use std::time::{Duration, Instant};

use pcp_pmda::PmId;

use crate::fake::{Pace, Plan, Shape};
use crate::lab::{Lab, Labs};
use crate::process::cpu_nanos;
use crate::report::{Bar, Measured, Report};

const SCRIPTS: usize = 25;
const SECONDS: u32 = 15;

pub(crate) fn run(labs: &Labs, report: &mut Report) -> anyhow::Result<()> {
    let labs = labs.both()?;
    let metrics: Vec<Vec<PmId>> = labs.iter().map(register_all).collect::<anyhow::Result<_>>()?;
    let before = labs.each_ref().map(|lab| cpu_nanos(lab.agent));
    let start = Instant::now();
    for second in 1..=SECONDS {
        for (lab, metrics) in labs.iter().zip(&metrics) {
            lab.client.fetch(metrics)?;
        }
        sleep(Duration::from_secs(second.into()).saturating_sub(start.elapsed()));
    }
    let elapsed = start.elapsed().as_nanos() as f64;
    let percent = |index: usize| (cpu_nanos(labs[index].agent) - before[index]) as f64 / elapsed * 100.0;
    let measured = Measured { python: Some(percent(0)), sample: None, ours: percent(1) };
    report.line("25 scripts, polled each second: CPU", "%", measured, Bar::PartOfPython(10.0));
    Ok(())
}

/// A mix of what scripts print: single values, small maps and histograms. No two are the same script, or they would
/// share a process.
fn register_all(lab: &Lab) -> anyhow::Result<Vec<PmId>> {
    let plans = (0..SCRIPTS).map(|script| match script % 3 {
        0 => Plan { pace: Pace::EachSecond, shape: Shape::Map, keys: 5 + script },
        1 => Plan { pace: Pace::EachSecond, shape: Shape::Histogram, keys: 10 + script },
        _ => Plan { pace: Pace::EachSecond, shape: Shape::Map, keys: 100 + script },
    });
    plans.map(|plan| Ok(lab.register_map(plan)?.1)).collect()
}
