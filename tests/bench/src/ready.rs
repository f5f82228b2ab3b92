//! From the start of an agent to its first answer, with this program in the place of pmcd.

use std::io::{Read, Write};
use std::process::{ChildStdin, ChildStdout, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::lab::{Lab, Labs};
use crate::report::{Bar, Measured, Report, median};

const ROUNDS: usize = 15;

/// Messages of PCP's protocol.
const ERROR: u32 = 0x7000;
const DESC_REQ: u32 = 0x7004;
const DESC: u32 = 0x7005;
const CREDS: u32 = 0x700c;
/// The credential that tells the version of the protocol, and version 2.
const VERSION_2: u32 = 0x0102_0000;
/// `bpftrace.info.scripts`: any answer will do, even that there is no such metric.
const PMID: u32 = 151 << 22 | 1 << 10;

pub(crate) fn run(labs: &Labs, report: &mut Report) -> anyhow::Result<()> {
    let labs = labs.both()?;
    let mut millis = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (lab, millis) in labs.iter().zip(&mut millis) {
            millis.push(start(lab)?.as_secs_f64() * 1e3);
        }
    }
    let [python, ours] = millis.map(median);
    let measured = Measured { python: Some(python), sample: None, ours };
    report.line("exec to ready", "ms", measured, Bar::AtMost(10.0));
    Ok(())
}

/// Starts an agent and asks it for a descriptor: the time until that is answered.
fn start(lab: &Lab) -> anyhow::Result<Duration> {
    let folder = tempfile::tempdir_in(lab.scratch())?;
    let mut words = lab.command.split(' ');
    let program = words.next().context("a program")?;
    let begin = Instant::now();
    let mut agent = lab
        .command(program)
        .args(words)
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut to_agent = agent.stdin.take().context("a pipe")?;
    let mut from_agent = agent.stdout.take().context("a pipe")?;
    let (kind, _) = receive(&mut from_agent)?;
    ensure!(kind == CREDS, "the agent began with {kind:#x}");
    send(&mut to_agent, CREDS, &[1, VERSION_2])?;
    send(&mut to_agent, DESC_REQ, &[PMID])?;
    let (kind, _) = receive(&mut from_agent)?;
    let elapsed = begin.elapsed();
    ensure!([DESC, ERROR].contains(&kind), "the agent answered {kind:#x}");
    drop((to_agent, from_agent));
    // It ends by itself, as nobody talks to it any more.
    for _ in 0..500 {
        if agent.try_wait()?.is_some() {
            return Ok(elapsed);
        }
        sleep(Duration::from_millis(10));
    }
    agent.kill()?;
    agent.wait()?;
    Ok(elapsed)
}

/// A message: its length, kind and sender, and its words.
fn send(pipe: &mut ChildStdin, kind: u32, words: &[u32]) -> anyhow::Result<()> {
    let length = u32::try_from(12 + 4 * words.len())?;
    let message: Vec<u8> =
        [length, kind, 0].iter().chain(words).flat_map(|word| word.to_be_bytes()).collect();
    Ok(pipe.write_all(&message)?)
}

fn receive(pipe: &mut ChildStdout) -> anyhow::Result<(u32, Vec<u8>)> {
    let mut head = [0; 12];
    pipe.read_exact(&mut head)?;
    let word = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let mut rest = vec![0; (word(0) as usize).checked_sub(head.len()).context("a length")?];
    pipe.read_exact(&mut rest)?;
    Ok((word(4), rest))
}
