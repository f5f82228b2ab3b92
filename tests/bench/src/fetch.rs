//! pmFetch of one value, of a histogram, of 1,000 and of 10,000 keys: its time, and what it costs the agent.

use std::time::Instant;

use pcp_pmda::PmId;
use pcp_pmda::client::keep_memory;

use crate::fake::{Pace, Plan, Shape};
use crate::lab::{Lab, Labs};
use crate::process::cpu_nanos;
use crate::report::{Bar, Measured, Report, median};

/// What is fetched: name, shape, keys, and fetches of each agent a round.
const CASES: &[(&str, Shape, usize, usize)] = &[
    ("one value", Shape::Map, 0, 200),
    ("a histogram of 20 buckets", Shape::Histogram, 20, 200),
    ("1,000 keys", Shape::Map, 1000, 100),
    ("10,000 keys", Shape::Map, 10_000, 50),
];
/// The agents take turns so often.
const ROUNDS: usize = 12;

/// Who is fetched from, and what it took: microseconds of each fetch, and of the agent's processor time.
struct Peer<'l> {
    lab: &'l Lab,
    metric: PmId,
    process: u32,
    fetches: usize,
    micros: Vec<f64>,
    cpu_micros: Vec<f64>,
}

impl<'l> Peer<'l> {
    fn new(lab: &'l Lab, metric: PmId, process: u32, fetches: usize) -> Peer<'l> {
        Peer { lab, metric, process, fetches, micros: Vec::new(), cpu_micros: Vec::new() }
    }

    fn round(&mut self) -> anyhow::Result<()> {
        let before = cpu_nanos(self.process);
        for _ in 0..self.fetches {
            let start = Instant::now();
            let fetched = self.lab.client.fetch(&[self.metric])?;
            self.micros.push(start.elapsed().as_secs_f64() * 1e6);
            drop(fetched);
        }
        let nanos = cpu_nanos(self.process) - before;
        self.cpu_micros.push(nanos as f64 / 1e3 / self.fetches as f64);
        Ok(())
    }
}

pub(crate) fn run(labs: &Labs, report: &mut Report) -> anyhow::Result<()> {
    keep_memory();
    let [python, ours] = labs.both()?;
    for &(name, shape, keys, fetches) in CASES {
        let plan = Plan::new(Pace::Once, shape, keys);
        let (python_script, python_metric) = python.register_map(plan)?;
        let (our_script, our_metric) = ours.register_map(plan)?;
        let sample_metric = ours.set_sample(keys.max(1))?;
        let mut peers = [
            // Python's fetches take as long as many of the others'.
            Peer::new(&python, python_metric, python.agent, fetches.div_ceil(10)),
            Peer::new(&ours, sample_metric, ours.sample, fetches),
            Peer::new(&ours, our_metric, ours.agent, fetches),
        ];
        for _ in 0..ROUNDS {
            for peer in &mut peers {
                peer.round()?;
            }
        }
        let medians = |of: for<'p> fn(&'p Peer<'_>) -> &'p Vec<f64>| {
            let [python, sample, ours] = peers.each_ref().map(|peer| median(of(peer).clone()));
            Measured { python: Some(python), sample: Some(sample), ours }
        };
        let (time, cpu) = (medians(|peer| &peer.micros), medians(|peer| &peer.cpu_micros));
        report.line(&format!("pmFetch of {name}"), "us", time, Bar::TimesSample(2.0));
        let bar = if keys == 10_000 { Bar::PartOfPython(30.0) } else { Bar::None };
        report.line(&format!("  agent's CPU for {name}"), "us", cpu, bar);
        python.deregister(&python_script)?;
        ours.deregister(&our_script)?;
    }
    Ok(())
}
