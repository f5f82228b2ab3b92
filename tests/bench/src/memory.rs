//! Memory of an agent that has just started, and of one that has seen many scripts and many keys come and go.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use crate::fake::{DONE, GO, Pace, Plan, Shape};
use crate::lab::{Lab, Labs, eventually};
use crate::process::resident_mb;
use crate::report::{Bar, Measured, Report};

/// What is left after churn, in MB.
const BOUND: Bar = Bar::AtMost(16.0);
const SCRIPTS: usize = 200;
/// 120,000 keys, a thousand a line.
const KEYS: usize = 1000;
const LINES: usize = 120;

pub(crate) fn run(labs: &Labs, report: &mut Report) -> anyhow::Result<()> {
    let labs = labs.both()?;
    let mut line = |what: &str, bar: Bar| {
        let [python, ours] = labs.each_ref().map(|lab| resident_mb(lab.agent));
        report.line(what, "MB", Measured { python: Some(python), sample: None, ours }, bar);
    };
    sleep(Duration::from_secs(2));
    line("memory, idle", Bar::AtMost(12.0));
    labs.iter().try_for_each(many_scripts)?;
    line("memory after 200 scripts", BOUND);
    labs.iter().try_for_each(many_scripts)?;
    line("memory after 400 scripts", BOUND);
    labs.iter().try_for_each(many_keys)?;
    line("memory after 120,000 keys", BOUND);
    labs.iter().try_for_each(many_keys)?;
    line("memory after 240,000 keys", BOUND);
    Ok(())
}

/// Scripts come and go, none while another is there.
fn many_scripts(lab: &Lab) -> anyhow::Result<()> {
    for script in 0..SCRIPTS {
        let plan = Plan::new(Pace::Once, Shape::Map, 1 + script);
        let (id, _) = lab.register_map(plan)?;
        lab.deregister(&id)?;
    }
    // Scripts linger, so that a page that is loaded again finds its own, and memory returns twice a minute.
    sleep(Duration::from_secs(35));
    Ok(())
}

/// A script whose keys are all new in each line.
fn many_keys(lab: &Lab) -> anyhow::Result<()> {
    let (go, done) = (lab.bin().join(GO), lab.bin().join(DONE));
    let id = lab.register(Plan::new(Pace::Burst(LINES), Shape::NewKeys, KEYS))?;
    sleep(Duration::from_secs(1));
    fs::write(&go, "")?;
    eventually("the end of the burst", || Ok(done.exists().then_some(())))?;
    sleep(Duration::from_secs(1));
    lab.client.fetch(&[lab.pmid(&format!("bpftrace.scripts.{id}.data.x"))?])?;
    fs::remove_file(go)?;
    fs::remove_file(done)?;
    lab.deregister(&id)?;
    sleep(Duration::from_secs(35));
    Ok(())
}
