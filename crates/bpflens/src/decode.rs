//! `bpflens decode`: what bpftrace wrote, one JSON object an event.

mod known_maps;
mod line;
mod one_line;

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use bt_analysis::analyse;
use bt_catalog::Version;
use bt_output::{Decoder, Event, Limits, Release};
use serde::Serialize;

use crate::script_file;
use known_maps::KnownMaps;
use line::Line;
use one_line::OneLine;

/// Bytes that are read at once.
const CHUNK_BYTES: usize = 64 << 10;
/// A recording does not say when its lines came.
const NO_CLOCK: u64 = 0;

/// Print what `bpftrace -f json` wrote: one JSON object an event, and a summary at the end
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The script that ran: then keys are split into their parts, stacks into frames, and structs told from keys
    #[arg(long, value_name = "FILE.bt")]
    script: Option<PathBuf>,
    /// The version of bpftrace that wrote it, as 0.23; mostly the output itself tells
    #[arg(long, value_name = "VERSION")]
    bpftrace_version: Option<Version>,
    /// What bpftrace wrote; `-` is stdin
    #[arg(value_name = "FILE.ndjson", default_value = "-")]
    file: PathBuf,
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let maps = match &args.script {
        Some(path) => KnownMaps::new(&analyse(&script_file::read(path)?, Version::NEWEST).facts),
        None => KnownMaps::default(),
    };
    let mut input: Box<dyn Read> = if args.file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        let file = File::open(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
        Box::new(file)
    };
    let mut decoder = Decoder::new(Limits::default()).with_maps(maps.hints());
    if let Some(Version { major, minor, .. }) = args.bpftrace_version {
        decoder = decoder.of_release(Release { major, minor });
    }
    match decode(&mut input, decoder, &maps, BufWriter::new(io::stdout().lock())) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error).context("cannot decode"),
        Ok(()) => Ok(ExitCode::SUCCESS),
    }
}

/// Decodes a stream of any length in constant memory.
fn decode(
    input: &mut dyn Read,
    mut decoder: Decoder,
    maps: &KnownMaps,
    mut output: impl Write,
) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match input.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => write_events(&mut output, maps, |mut sink| {
                decoder.push(&chunk[..length], NO_CLOCK, &mut sink);
            })?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    write_events(&mut output, maps, |mut sink| decoder.finish(NO_CLOCK, &mut sink))?;
    write_line(&mut output, &Line::summary(decoder.summary()))?;
    output.flush()
}

/// Writes the events that `feed` reports. Nothing is held back: bpftrace may wait for long until it prints again.
fn write_events(
    output: &mut impl Write,
    maps: &KnownMaps,
    feed: impl FnOnce(&mut dyn FnMut(Event<'_>)),
) -> io::Result<()> {
    let mut failure = None;
    feed(&mut |event| {
        // After a failure the rest is not worth printing.
        if failure.is_none() {
            failure = write_line(output, &Line::new(event, maps)).err();
        }
    });
    failure.map_or_else(|| output.flush(), Err)
}

fn write_line(output: &mut impl Write, line: &Line<'_>) -> io::Result<()> {
    line.serialize(&mut serde_json::Serializer::with_formatter(&mut *output, OneLine))?;
    output.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(stream: &str, maps: &KnownMaps, expected: &Expect) {
        let mut output = Vec::new();
        let decoder = Decoder::new(Limits::default()).with_maps(maps.hints());
        decode(&mut stream.as_bytes(), decoder, maps, &mut output).unwrap();
        expected.assert_eq(&String::from_utf8(output).unwrap());
    }

    #[test]
    fn an_object_an_event() {
        let stream = concat!(
            "{\"type\": \"attached_probes\", \"data\": {\"probes\": 2}}\n",
            "{\"type\": \"map\", \"data\": {\"@x\": 18446744073709551615}}\n",
            "{\"type\": \"map\", \"data\": {\"@k\": {\"a,b\": -9223372036854775808, \"a,b\": [1,\"x\"]}}}\n",
            "{\"type\": \"map\", \"data\": {\"@s\": { \"x\": 7 }}}\n",
            "{\"type\": \"hist\", \"data\": {\"@h\": [{\"max\": -1, \"count\": 1}, {\"min\": 4, \"max\": 7, \"count\": 2}]}}\n",
            "{\"type\": \"hist\", \"data\": {\"@kh\": {\"dd\": [{\"min\": 100, \"count\": 3}]}}}\n",
            "{\"type\": \"stats\", \"data\": {\"@st\": {\"count\": 2, \"average\": -15, \"total\": -30}}}\n",
            "{\"type\": \"printf\", \"data\": \"caf\\uffffffc3\\uffffffa9\\n\"}\n",
            "{\"type\": \"value\", \"data\": Invalid argument}\n",
            "{\"type\": \"lost_events\", \"data\": {\"events\": 6754}}\n",
            "{\"type\": \"helper_error\", \"helper\": \"map_delete_elem\", \"retcode\": -2, \"line\": 1, \"col\": 18}\n",
            "\nchild-output\n{\"type\": \"map\", broken}\n{\"type\": \"map\", \"da",
        );
        check(
            stream,
            &KnownMaps::default(),
            &expect![[r#"
                {"event":"attached","probes":2}
                {"event":"map","map":"@x","value":18446744073709551615}
                {"event":"map","map":"@k","entries":[{"key":["a,b"],"value":-9223372036854775808},{"key":["a,b"],"value":[1,"x"]}]}
                {"event":"map","map":"@s","value":{"x":7}}
                {"event":"map","map":"@h","buckets":[{"low":null,"high":-1,"count":1},{"low":4,"high":7,"count":2}]}
                {"event":"map","map":"@kh","entries":[{"key":["dd"],"buckets":[{"low":100,"high":null,"count":3}]}]}
                {"event":"map","map":"@st","value":{"count":2,"average":-15,"total":-30}}
                {"event":"text","source":"printf","text":"café\n"}
                {"event":"value","value":"Invalid argument"}
                {"event":"lost","count":6754}
                {"event":"error","kind":"helper_error","message":"","helper":"map_delete_elem","return_code":-2,"line":1,"column":18,"count":1}
                {"event":"note","kind":"blank","text":""}
                {"event":"note","kind":"foreign","text":"child-output"}
                {"event":"note","kind":"malformed","text":"{\"type\": \"map\", broken}"}
                {"event":"note","kind":"truncated","text":"{\"type\": \"map\", \"da"}
                {"event":"summary","lines":15,"events":15,"errors":1,"unexplained":1,"final_maps":0}
            "#]],
        );
    }

    #[test]
    fn a_line_is_one_for_every_reader_and_bytes_are_exact() {
        let stream = concat!(
            "{\"type\": \"printf\", \"data\": \"a\u{2028}b\u{85}\"}\n",
            "{\"type\": \"map\", \"data\": {\"@k\": {\"cut\\uffffffe2\\uffffff82\": \"\\uffffffff\"}}}\n",
        );
        check(
            stream,
            &KnownMaps::default(),
            &expect![[r#"
            {"event":"text","source":"printf","text":"a\u2028b\u0085"}
            {"event":"map","map":"@k","entries":[{"key":["cut�"],"key_bytes":"637574e282","value":"�","bytes":"ff"}]}
            {"event":"summary","lines":2,"events":2,"errors":0,"unexplained":0,"final_maps":0}
        "#]],
        );
    }

    #[test]
    fn stacks_in_frames_and_keys_that_are_ambiguous() {
        let script =
            "profile:hz:99 { @s[kstack, comm] = count(); @a[comm, comm] = count(); @v = kstack(2); }";
        let maps = KnownMaps::new(&analyse(script, Version::NEWEST).facts);
        let stream = concat!(
            "{\"type\": \"attached_probes\", \"count\": 1, \"data\": {\"probes\": 1}}\n",
            "{\"type\": \"map\", \"data\": {\"@s\": {\"\\nwork+0\\n0x7f5f271d624a\\n,a,b\": 1}}}\n",
            "{\"type\": \"map\", \"data\": {\"@a\": {\"a,b,c\": 1}}}\n",
            "{\"type\": \"map\", \"data\": {\"@v\": \"\\n        work+0\\n\"}}\n",
        );
        check(
            stream,
            &maps,
            &expect![[r#"
            {"event":"attached","probes":1}
            {"event":"map","map":"@s","lossy_keys":true,"entries":[{"key":["\nwork+0\n0x7f5f271d624a\n","a,b"],"frames":[[{"symbol":"work","offset":0},{"address":140046654857802}]],"value":1}]}
            {"event":"map","map":"@a","lossy_keys":true,"entries":[{"key":["a","b,c"],"ambiguous":true,"value":1}]}
            {"event":"map","map":"@v","value":"\n        work+0\n","value_frames":[{"symbol":"work","offset":0}]}
            {"event":"summary","lines":4,"events":4,"errors":0,"unexplained":0,"final_maps":2}
        "#]],
        );
    }

    #[test]
    fn a_known_script_splits_keys_and_reads_quoted_numbers() {
        let script = "BEGIN { @k[comm, pid] = count(); }";
        let maps = KnownMaps::new(&analyse(script, Version::NEWEST).facts);
        let stream = "{\"type\": \"map\", \"data\": {\"@k\": {\"a,b,1\": \"18446744073709551615\"}}}\n";
        check(
            stream,
            &maps,
            &expect![[r#"
                {"event":"map","map":"@k","entries":[{"key":["a,b","1"],"value":18446744073709551615}]}
                {"event":"summary","lines":1,"events":1,"errors":0,"unexplained":0,"final_maps":0}
            "#]],
        );
    }
}
