//! The scripts of the recordings, and some that no recording can be made of, on every bpftrace that is installed by
//! `pkg-scripts/bpftrace-versions`. Run by name: `cargo test -p bt_output --test live`, as root.
#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test starts processes and may panic")]
#![allow(clippy::print_stdout, reason = "what is left out is said by name")]

#[allow(dead_code, reason = "shared with other tests")]
mod describe;
#[allow(dead_code, reason = "shared with other tests")]
mod expected;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use bt_output::{
    Decoder, EventKind, Frame, KeyPart, Limits, MapHint, MapValue, Release, TextSource, Value, frames,
    split_key,
};
use expected::{Expected, RELEASES, samples};

fn main() -> ExitCode {
    let installed: Vec<Bpftrace> = RELEASES.into_iter().filter_map(Bpftrace::find).collect();
    let is_complete = installed.len() == RELEASES.len();
    let failures: usize = std::thread::scope(|scope| {
        let runs: Vec<_> = installed.iter().map(|bpftrace| scope.spawn(|| bpftrace.check_all())).collect();
        runs.into_iter().map(|run| run.join().unwrap_or(1)).sum()
    });
    let may_skip = std::env::var("CI").is_ok_and(|ci| ci == "true");
    if failures > 0 || (may_skip && !is_complete) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// One installed release.
struct Bpftrace {
    minor: u16,
    runner: PathBuf,
}

impl Bpftrace {
    fn find(minor: u16) -> Option<Bpftrace> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let runner = root.join("pkg-scripts/bpftrace-at").canonicalize().expect("the runner is there");
        let bpftrace = Bpftrace { minor, runner };
        let output = bpftrace.command(&["--version"]).output().expect("the runner starts");
        if output.status.success() {
            return Some(bpftrace);
        }
        println!("skipped: bpftrace 0.{minor}: {}", String::from_utf8_lossy(&output.stderr).trim());
        None
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.runner);
        command.arg(format!("0.{}", self.minor)).args(arguments).stdin(Stdio::null());
        command
    }

    fn check_all(&self) -> usize {
        let scripts = expected::all();
        let scripts: Vec<&Expected> = scripts.iter().filter(|script| script.runs_on(self.minor)).collect();
        let mut failures = 0;
        let mut check = |name: &str, result: Result<(), String>| {
            if let Err(reason) = result {
                println!("FAILED: {name} on 0.{}: {reason}", self.minor);
                failures += 1;
            }
        };
        for script in &scripts {
            check(&script.name, self.check_script(script));
        }
        check("all byte values", self.check_all_bytes());
        check("stacks", self.check_stacks());
        check("the final dump", self.check_final_dump());
        println!(
            "bpftrace 0.{}: {} scripts, bytes, stacks and the final dump compared",
            self.minor,
            scripts.len()
        );
        failures
    }

    /// What it prints for a script, to its end.
    fn run(&self, script: &str, environment: &[(&str, &str)]) -> Vec<u8> {
        let mut command = self.command(&["-f", "json", "-e", script]);
        command.envs(environment.iter().copied());
        command.output().expect("it starts").stdout
    }

    /// The script prints what it should, whether the decoder is told the release or not.
    fn check_script(&self, script: &Expected) -> Result<(), String> {
        let path = samples().join(format!("v0.{}/{}.bt", self.minor, script.name));
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        // For the scripts about full maps; others have no map of more keys.
        let few_keys = [("BPFTRACE_MAP_KEYS_MAX", "2"), ("BPFTRACE_MAX_MAP_KEYS", "2")];
        let environment = if script.name.contains("mapfull") { &few_keys[..] } else { &[] };
        let stream = self.run(&text, environment);
        let wanted = script.of(self.minor);
        let told = Decoder::new(Limits::default()).of_release(Release { major: 0, minor: self.minor });
        for decoder in [Decoder::new(Limits::default()), told] {
            let printed = expected::decode(decoder, &stream);
            if printed != wanted {
                return Err(format!("{printed:#?}\n instead of {wanted:#?}"));
            }
        }
        Ok(())
    }

    /// Every byte that a string can hold comes back as key and as value, and a NUL from a file.
    fn check_all_bytes(&self) -> Result<(), String> {
        const CHUNK: usize = 15;
        let bytes: Vec<u8> = (1..=255).collect();
        let mut file = tempfile::NamedTempFile::new_in("/tmp").expect("a file");
        file.write_all(&(0..=255).collect::<Vec<u8>>()).expect("it is written");
        let mut script = format!("BEGIN {{ cat(\"{}\"); ", file.path().display());
        for (number, chunk) in bytes.chunks(CHUNK).enumerate() {
            let literal: String = chunk.iter().map(|byte| format!("\\{byte:03o}")).collect();
            script += &format!("@k[\"{literal}\"] = {number}; @v[{number}] = \"{literal}\"; ");
        }
        let stream = self.run(&(script + "exit(); }"), &[]);
        let (mut keys, mut values, mut printed) = (Vec::new(), Vec::new(), Vec::new());
        let mut decoder = Decoder::new(Limits::default());
        decoder.push(&stream, 0, &mut |event| match event.kind {
            EventKind::Text { source: TextSource::Cat, text } => printed.extend_from_slice(text.as_bytes()),
            EventKind::Map(message) => {
                let MapValue::Keyed(entries) = message.value else { return };
                for (key, value) in entries.iter() {
                    match (value, value.to_number()) {
                        (Value::Text(text), _) => {
                            values.push((key.as_str().parse().ok(), text.as_bytes().to_vec()))
                        }
                        (_, number) => {
                            keys.push((number.map(|number| number.to_u64()), key.as_bytes().to_vec()))
                        }
                    }
                }
            }
            _ => {}
        });
        let wanted: Vec<(Option<u64>, Vec<u8>)> = bytes
            .chunks(CHUNK)
            .enumerate()
            .map(|(number, chunk)| (Some(number as u64), chunk.to_vec()))
            .collect();
        let mut wanted_keys = wanted.clone();
        if self.minor >= 24 {
            wanted_keys.iter_mut().for_each(|(_, key)| key.retain(|byte| *byte != b' '));
        }
        keys.sort();
        values.sort();
        if !printed.iter().copied().eq(0..=255) {
            return Err(format!("printed {}", printed.escape_ascii()));
        }
        if keys != wanted_keys {
            return Err(format!("keys {keys:?}"));
        }
        if values != wanted { Err(format!("values {values:?}")) } else { Ok(()) }
    }

    /// Each frame of every stack mode is read: it has an address, or a function and an offset in it.
    fn check_stacks(&self) -> Result<(), String> {
        let modes = [("bpftrace", 0), ("perf", 0), ("raw", 18), ("build_id", 25)];
        let modes: Vec<&str> =
            modes.iter().filter(|(_, since)| *since <= self.minor).map(|(mode, _)| *mode).collect();
        let counts: String = modes
            .iter()
            .map(|mode| {
                let kernel = if *mode == "build_id" {
                    String::new()
                } else {
                    format!("@k_{mode}[kstack({mode}, 8)] = count(); ")
                };
                format!("{kernel}@u_{mode}[ustack({mode}, 8), comm] = count(); ")
            })
            .collect();
        let script = format!("profile:hz:199 /comm == \"dd\"/ {{ {counts}}} interval:ms:700 {{ exit(); }}");
        // Half of its time it is in the kernel.
        let mut busy = Command::new("dd")
            .args(["if=/dev/zero", "of=/dev/null", "bs=1k"])
            .stderr(Stdio::null())
            .spawn()
            .expect("dd starts");
        let stream = self.run(&script, &[]);
        busy.kill().and_then(|()| busy.wait()).expect("dd ends");
        let mut seen = Vec::new();
        let mut problems = Vec::new();
        let hint = |name: &str| MapHint { name: name.into(), is_keyed: true, key: vec![KeyPart::Stack] };
        let mut decoder =
            Decoder::new(Limits::default()).with_maps(modes.iter().map(|mode| hint(&format!("@k_{mode}"))));
        decoder.push(&stream, 0, &mut |event| {
            let EventKind::Map(message) = event.kind else { return };
            let MapValue::Keyed(entries) = message.value else { return };
            let (parts, mode) = match message.name.split_once('_') {
                Some(("@k", mode)) => (&[KeyPart::Stack][..], mode),
                Some((_, mode)) => (&[KeyPart::Stack, KeyPart::Text][..], mode),
                None => return,
            };
            for (key, _) in entries.iter() {
                let split = split_key(key.as_str(), parts);
                if split.is_ambiguous || parts.len() == 2 && split.parts[1] != "dd" {
                    problems.push(format!("{split:?}"));
                }
                for frame in frames(split.parts[0]) {
                    seen.push(message.name.to_string());
                    if !is_of_mode(&frame, mode) {
                        problems.push(format!("{mode} {frame:?} in {key:?}"));
                    }
                }
            }
        });
        seen.sort();
        seen.dedup();
        let wanted = modes.len() * 2 - usize::from(modes.contains(&"build_id"));
        match problems.first() {
            Some(problem) => Err(problem.clone()),
            None if seen.len() < wanted => {
                Err(format!("only {seen:?}: {}", String::from_utf8_lossy(&stream)))
            }
            None => Ok(()),
        }
    }

    /// A script that is interrupted prints its maps once more.
    fn check_final_dump(&self) -> Result<(), String> {
        let script = "BEGIN { @x = 1; } interval:ms:200 { @n = 7; print(@n); } END { printf(\"end\"); }";
        let mut process = self
            .command(&["-f", "json", "-e", script])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut reader = BufReader::new(process.stdout.take().expect("its output"));
        let mut before = Vec::new();
        while !before.ends_with(b"7}}\n") && reader.read_until(b'\n', &mut before).expect("it is read") > 0 {}
        let interrupt = Command::new("kill").args(["-INT", &process.id().to_string()]).status();
        assert!(interrupt.expect("kill starts").success(), "bpftrace runs");
        let mut after = Vec::new();
        reader.read_to_end(&mut after).expect("it is read");
        process.wait().expect("it ends");
        let mut lines = Vec::new();
        let mut decoder = Decoder::new(Limits::default());
        decoder.push(&before, 0, &mut |event| lines.push(describe::event_line(event)));
        if self.minor >= 24 {
            // Nothing but the END block tells, and whoever interrupted it.
            let end = after.windows(5).position(|bytes| bytes == b"end\"}").map_or(0, |end| end + 6);
            decoder.push(&after[..end], 0, &mut |event| lines.push(describe::event_line(event)));
            decoder.expect_final_dump();
            after.drain(..end);
        }
        decoder.push(&after, 0, &mut |event| lines.push(describe::event_line(event)));
        let dump: Vec<&String> = lines.iter().filter(|line| line.starts_with("dump")).collect();
        let is_dump = dump == ["dump of Map @n 7", "dump of Map @x 1"] && decoder.summary().final_maps == 2;
        let is_first_a_print = lines.iter().any(|line| line == "Map @n 7");
        if is_dump && is_first_a_print { Ok(()) } else { Err(format!("{lines:#?}")) }
    }
}

fn is_of_mode(frame: &Frame<'_>, mode: &str) -> bool {
    let has_symbol =
        !frame.symbol.is_empty() && !frame.symbol.contains([' ', '\t']) && frame.offset.is_some();
    match mode {
        "bpftrace" => has_symbol != frame.address.is_some(),
        "perf" => frame.address.is_some() && (has_symbol || frame.symbol.is_empty()),
        "raw" => frame.address.is_some() && frame.symbol.is_empty(),
        _ => frame.build_id.len() == 40 && frame.offset.is_some() || frame.address.is_some(),
    }
}
