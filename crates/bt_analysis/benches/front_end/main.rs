//! Speed of the front end beside tree-sitter-bpftrace, on the same scripts in one run: `cargo bench -p bt_analysis`.
//!
//! `BENCH_SCRIPTS=FOLDER` measures the `.bt` files of another folder than `tests/corpus`. Each round gives every
//! contestant all scripts once, in turn, so that a machine that grows slower does so for all; medians are compared.
//!
//! With `--on-request` it is the native half of `web/bench/front_end.mjs`: see [`on_request`].
#![expect(
    clippy::disallowed_methods,
    reason = "the scripts are files, and their folder is named by the environment"
)]
#![expect(clippy::print_stdout, reason = "the result is for people")]

mod on_request;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bt_analysis::analyse;
use bt_catalog::Version;

/// Rounds that are measured; the median counts.
const ROUNDS: usize = 51;
/// Shortest round: a small folder is read several times.
const ROUND_BYTES: usize = 1 << 20;
/// How much faster than the peer's parse our parse and analysis are meant to be.
const WANTED_RATIO: f64 = 5.0;
/// Longest time that the re-analysis of an edited script is meant to take.
const WANTED_EDIT: Duration = Duration::from_micros(100);
/// Lines of the script that is edited.
const EDITED_LINES: usize = 300;

fn main() {
    let folder = std::env::var_os("BENCH_SCRIPTS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus"), PathBuf::from);
    let scripts = scripts(&folder);
    assert!(!scripts.is_empty(), "no .bt file in {}", folder.display());
    if std::env::args().any(|argument| argument == "--on-request") {
        return on_request::serve(&scripts);
    }
    println!("{} scripts of {}", scripts.len(), folder.display());
    compare("as they are", &scripts);
    let bare: Vec<String> = scripts.iter().map(|script| without_comments(script)).collect();
    compare("without comments", &bare);
    edit(&scripts);
}

/// The scripts of a folder, by name.
fn scripts(folder: &Path) -> Vec<String> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "bt"));
    paths.sort();
    paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect()
}

fn without_comments(script: &str) -> String {
    let tokens = bt_syntax::tokens(script);
    tokens.iter().filter(|token| !token.kind.is_comment()).map(|token| token.span.text(script)).collect()
}

fn compare(what: &str, scripts: &[String]) {
    let bytes: usize = scripts.iter().map(String::len).sum();
    let repetitions = repetitions(bytes);
    let mut peer = tree_sitter::Parser::new();
    peer.set_language(&tree_sitter_bpftrace::LANGUAGE.into()).expect("the peer's grammar fits its parser");
    let mut times: [Vec<Duration>; 3] = Default::default();
    for _ in 0..ROUNDS {
        let mut parse_peer = |script: &str| drop(black_box(peer.parse(script, None)));
        times[0].push(round(scripts, repetitions, &mut parse_peer));
        times[1].push(round(scripts, repetitions, &mut |script| drop(black_box(bt_syntax::parse(script)))));
        times[2].push(round(scripts, repetitions, &mut |script| {
            drop(black_box(analyse(script, Version::NEWEST)));
        }));
    }
    let [peer, parse, both] = times.map(|times| median(times).as_secs_f64());
    let rate = |seconds: f64| (bytes * repetitions) as f64 / seconds / 1e6;
    println!("\n{what}, {bytes} bytes, median of {ROUNDS} rounds:");
    println!("  tree-sitter-bpftrace, parse   {:7.1} MB/s", rate(peer));
    println!("  bpflens, parse                {:7.1} MB/s  {:5.1} x", rate(parse), peer / parse);
    println!(
        "  bpflens, parse and analyse    {:7.1} MB/s  {:5.1} x  (wanted: {WANTED_RATIO} x)",
        rate(both),
        peer / both
    );
}

/// How often scripts of so many bytes are read in a round.
fn repetitions(bytes: usize) -> usize {
    ROUND_BYTES.div_ceil(bytes.max(1))
}

fn round(scripts: &[String], repetitions: usize, read: &mut impl FnMut(&str)) -> Duration {
    let start = Instant::now();
    for _ in 0..repetitions {
        scripts.iter().for_each(|script| read(script));
    }
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// An edit is a new text: all of it is read again. The script has as many probes of the others as fill its lines.
fn edit(scripts: &[String]) {
    let mut script = String::new();
    for source in scripts.iter().cycle() {
        for probe in bt_syntax::parse(source).program.probes() {
            script.push_str(probe.span.text(source));
            script.push('\n');
        }
        let lines = script.lines().count();
        if lines == 0 || lines >= EDITED_LINES {
            break;
        }
    }
    let middle = script.len() / 2;
    let middle = script.floor_char_boundary(middle);
    let times = (0..1000).map(|number| {
        let edited = format!("{}{number}{}", &script[..middle], &script[middle..]);
        let start = Instant::now();
        black_box(analyse(&edited, Version::NEWEST));
        start.elapsed()
    });
    let time = median(times.collect());
    println!(
        "\nan edit in a script of {} lines, {} bytes, with {} findings: {time:?} (wanted: {WANTED_EDIT:?})",
        script.lines().count(),
        script.len(),
        analyse(&script, Version::NEWEST).diagnostics.len()
    );
}
