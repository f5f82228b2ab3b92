//! Throughput of the decoder on recordings, next to `serde_json::Value` on the same lines: `cargo bench -p bt_output`.
#![expect(clippy::disallowed_methods, reason = "the recordings are files")]

use std::path::Path;

use bt_output::{Decoder, Limits};
use divan::Bencher;
use divan::counter::BytesCount;

/// Small maps, a map of 4,096 keys, histograms, text of stacks.
const RECORDINGS: [&str; 4] =
    ["94-two-probes-race", "69-many-keys-4096", "65-evil-then-hist", "13-hist-scalar"];

/// Bytes that one round decodes at least: short recordings are repeated.
const ROUND_BYTES: usize = 1 << 20;

fn main() {
    divan::main();
}

/// The recording over and over; lines that are no message are left out, for the sake of the other parser.
fn stream(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/samples/v0.17/{name}.ndjson"));
    let text = std::fs::read(path).unwrap_or_default();
    let lines: Vec<&[u8]> =
        text.split_inclusive(|byte| *byte == b'\n').filter(|line| line.len() > 1).collect();
    let once = lines.concat();
    once.repeat(ROUND_BYTES.div_ceil(once.len().max(1)))
}

#[divan::bench(args = RECORDINGS)]
fn ours(bencher: Bencher<'_, '_>, name: &str) {
    let stream = stream(name);
    let mut decoder = Decoder::new(Limits::default());
    bencher.counter(BytesCount::of_slice(&stream)).bench_local(|| {
        let mut events = 0u64;
        for chunk in stream.chunks(64 << 10) {
            decoder.push(chunk, 0, &mut |event| {
                divan::black_box(event);
                events += 1;
            });
        }
        events
    });
}

#[divan::bench(args = RECORDINGS)]
fn serde_json_value(bencher: Bencher<'_, '_>, name: &str) {
    let stream = stream(name);
    bencher.counter(BytesCount::of_slice(&stream)).bench_local(|| {
        let lines = stream.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok()).count()
    });
}
