//! The decoder's speed beside `serde_json::Value`, PCP's Python agent and itself in WebAssembly, in one run.
//! `pkg-scripts/bench-decoder` starts it; it ends with an error if a bar is missed.

#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock and starts programs")]
#![expect(clippy::print_stdout, reason = "what was measured is its output")]

use std::alloc::System;
use std::hint::black_box;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bench_decoder::{DecoderRun, NAMES, stream};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

/// Counts what the decoder allocates.
#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How long each is measured; they take turns.
const MEASURED: Duration = Duration::from_millis(1500);
/// What is asked of each stream, in MB/s; of a stream with many keys, twice the speed of `serde_json` is enough.
const BARS: [Option<(f64, bool)>; NAMES.len()] =
    [Some((200.0, false)), Some((200.0, false)), Some((400.0, false)), Some((400.0, true)), None, None, None];
/// How many times slower WebAssembly may be.
const MAX_WASM_RATIO: f64 = 2.5;

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [wasm_program, python_program] = &arguments[..] else {
        anyhow::bail!("usage: bench_decoder WASM_PROGRAM.mjs PYTHON_PROGRAM.py");
    };
    let mut is_met = true;
    println!(
        "{:<28}{:>10}{:>20}{:>20}{:>22}{:>14}",
        "MB/s of one thread",
        "ours",
        "serde_json::Value",
        "PCP's agent",
        "ours in WebAssembly",
        "allocations"
    );
    for (number, name) in NAMES.iter().enumerate() {
        let (ours, serde) = native(number);
        let python = peer("/usr/bin/python3", python_program, &stream(number), None)?;
        let wasm = peer("node", wasm_program, &[], Some(number))?;
        let allocations = allocations(number);
        let is_fast =
            BARS[number].is_none_or(|(bar, is_relative)| ours >= bar || is_relative && ours >= 2.0 * serde);
        let is_line_met = is_fast && allocations == 0 && ours <= MAX_WASM_RATIO * wasm;
        is_met &= is_line_met;
        let times = |peer: f64| format!("{peer:.0} ({:.1} times)", ours / peer);
        println!(
            "{name:<28}{ours:>10.0}{:>20}{:>20}{:>22}{allocations:>14}{}",
            times(serde),
            times(python),
            times(wasm),
            if is_line_met { "" } else { "  MISSED" },
        );
    }
    println!(
        "bars: 200 (single value, small map), 400 (histogram; 1,000 keys, or twice serde_json), WebAssembly at most {MAX_WASM_RATIO} times slower, no allocation once the buffers have grown"
    );
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Megabytes a second of the decoder, and of `serde_json` into a tree.
fn native(number: usize) -> (f64, f64) {
    let stream = stream(number);
    let mut run = DecoderRun::new(number);
    let mut ours = || {
        black_box(run.once());
    };
    let mut serde = || {
        for line in stream.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            black_box(serde_json::from_slice::<serde_json::Value>(line).ok());
        }
    };
    let mut best = [Duration::MAX; 2];
    let start = Instant::now();
    while start.elapsed() < MEASURED {
        for (best, parse) in best.iter_mut().zip([&mut ours as &mut dyn FnMut(), &mut serde]) {
            let start = Instant::now();
            parse();
            *best = start.elapsed().min(*best);
        }
    }
    let [ours, serde] = best.map(|time| stream.len() as f64 / 1e6 / time.as_secs_f64());
    (ours, serde)
}

/// Allocations of the decoder while it reads a stream for the second time.
fn allocations(number: usize) -> usize {
    let mut run = DecoderRun::new(number);
    run.once();
    let region = Region::new(ALLOCATOR);
    black_box(run.once());
    let change = region.change();
    change.allocations + change.reallocations
}

/// Megabytes a second that a program says, which gets the stream or its number.
fn peer(interpreter: &str, program: &str, stream: &[u8], number: Option<usize>) -> Result<f64> {
    let mut command = Command::new(interpreter);
    command.arg(program).args(number.map(|number| number.to_string()));
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context(program.to_string())?;
    std::io::Write::write_all(&mut child.stdin.take().context("its input")?, stream)?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "{program} failed");
    let said = String::from_utf8_lossy(&output.stdout);
    said.trim().parse().with_context(|| format!("{program} said {said:?}"))
}
