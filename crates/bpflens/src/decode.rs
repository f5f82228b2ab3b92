//! `bpflens decode`: what bpftrace wrote, one JSON object an event.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use bt_analysis::{Facts, analyse};
use bt_catalog::Version;
use bt_engine::key_part;
use bt_metrics::ValueType;
use bt_output::{
    BucketCount, Decoder, Entries, Event, KeyPart, Limits, MapHint, MapMessage, MapValue, Number, Value,
    split_key,
};
use serde::Serialize;
use serde::ser::Serializer;

/// Bytes that are read at once.
const CHUNK_BYTES: usize = 64 << 10;

/// Print what `bpftrace -f json` wrote: one JSON object an event, and a summary at the end
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The script that ran: then keys are split into their parts
    #[arg(long, value_name = "FILE.bt")]
    script: Option<PathBuf>,
    /// What bpftrace wrote; `-` is stdin
    #[arg(value_name = "FILE.ndjson", default_value = "-")]
    file: PathBuf,
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let maps = match &args.script {
        Some(path) => {
            let source =
                std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            KnownMaps::new(&analyse(&source, Version::NEWEST).facts)
        }
        None => KnownMaps::default(),
    };
    let mut input: Box<dyn Read> = if args.file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        let file = File::open(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
        Box::new(file)
    };
    match decode(&mut input, &maps, BufWriter::new(io::stdout().lock())) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error).context("cannot decode"),
        Ok(()) => Ok(ExitCode::SUCCESS),
    }
}

/// What the script says about its maps, by name with `@`.
#[derive(Default)]
struct KnownMaps(HashMap<String, KnownMap>);

struct KnownMap {
    is_keyed: bool,
    is_number: bool,
    key: Vec<KeyPart>,
}

impl KnownMaps {
    fn new(facts: &Facts) -> KnownMaps {
        let maps = facts.maps.iter().map(|map| {
            let known = KnownMap {
                is_keyed: map.shape.is_keyed(),
                is_number: map.value_type != ValueType::Text,
                key: map.key.iter().map(|part| key_part(*part)).collect(),
            };
            (map.name.clone(), known)
        });
        KnownMaps(maps.collect())
    }

    fn hints(&self) -> impl Iterator<Item = MapHint> {
        self.0.iter().map(|(name, map)| MapHint { name: name.clone(), is_keyed: map.is_keyed })
    }
}

/// Decodes a stream of any length in constant memory.
fn decode(input: &mut dyn Read, maps: &KnownMaps, mut output: impl Write) -> io::Result<()> {
    let mut decoder = Decoder::with_hints(Limits::default(), maps.hints());
    let mut failure = None;
    let mut sink = |event: Event<'_>| {
        // After a failure the rest is not worth printing.
        if failure.is_none() {
            failure = write_line(&mut output, &Line::new(event, maps)).err();
        }
    };
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match input.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => decoder.push(&chunk[..length], &mut sink),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    decoder.finish(&mut sink);
    if let Some(error) = failure {
        return Err(error);
    }
    let summary = decoder.summary();
    let (lines, events, unexplained) = (summary.lines, summary.events, summary.unexplained);
    write_line(&mut output, &Line::Summary { lines, events, unexplained })?;
    output.flush()
}

fn write_line(output: &mut impl Write, line: &Line<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *output, line)?;
    output.write_all(b"\n")
}

/// One line of the output.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum Line<'a> {
    Attached {
        probes: u64,
    },
    Map {
        map: &'a str,
        #[serde(flatten)]
        contents: Contents<'a>,
    },
    Text {
        source: &'a str,
        text: &'a str,
    },
    Value {
        value: Value<'a>,
    },
    Lost {
        count: u64,
    },
    Error {
        kind: &'a str,
        message: &'a str,
        helper: &'a str,
        return_code: i64,
        line: u64,
        column: u64,
    },
    Note {
        kind: &'a str,
        text: &'a str,
        #[serde(skip_serializing_if = "is_zero")]
        amount: u64,
    },
    Summary {
        lines: u64,
        events: u64,
        unexplained: u64,
    },
}

/// What a map or one of its keys holds.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Contents<'a> {
    Value(Value<'a>),
    Buckets(&'a [BucketCount]),
    Entries(KeyedContents<'a>),
}

/// The entries of a map, serialised one after the other.
struct KeyedContents<'a> {
    entries: Entries<'a>,
    map: Option<&'a KnownMap>,
}

#[derive(Serialize)]
struct Entry<'a> {
    key: Vec<&'a str>,
    #[serde(flatten)]
    contents: Contents<'a>,
}

impl<'a> Line<'a> {
    fn new(event: Event<'a>, maps: &'a KnownMaps) -> Line<'a> {
        match event {
            Event::Attached { probes } => Line::Attached { probes },
            Event::Map(message) => Line::map(message, maps),
            Event::Text { source, text } => Line::Text { source: source.name(), text },
            Event::Value(value) => Line::Value { value },
            Event::Lost { count } => Line::Lost { count },
            Event::Error(error) => Line::Error {
                kind: error.kind.name(),
                message: error.message,
                helper: error.helper,
                return_code: error.return_code,
                line: error.line,
                column: error.column,
            },
            Event::Note(note) => Line::Note { kind: note.kind.name(), text: note.text, amount: note.amount },
        }
    }

    fn map(message: MapMessage<'a>, maps: &'a KnownMaps) -> Line<'a> {
        let map = maps.0.get(message.name);
        let contents = match message.value {
            MapValue::Single(value) => Contents::new(value, map),
            MapValue::Keyed(entries) => Contents::Entries(KeyedContents { entries, map }),
        };
        Line::Map { map: message.name, contents }
    }
}

impl<'a> Contents<'a> {
    fn new(value: Value<'a>, map: Option<&KnownMap>) -> Contents<'a> {
        match value {
            Value::Buckets(buckets) => Contents::Buckets(buckets),
            // Since 0.24 numbers beyond 2^53 come as text.
            Value::Text(_) if map.is_some_and(|map| map.is_number) => {
                Contents::Value(value.to_number().map_or(value, |number: Number| Value::Number(number)))
            }
            _ => Contents::Value(value),
        }
    }
}

impl Serialize for KeyedContents<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parts = self.map.map_or(&[][..], |map| &map.key);
        serializer.collect_seq(self.entries.iter().map(|(key, value)| {
            let key = split_key(key, parts);
            Entry { key, contents: Contents::new(value, self.map) }
        }))
    }
}

fn is_zero(amount: &u64) -> bool {
    *amount == 0
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(stream: &str, maps: &KnownMaps, expected: &Expect) {
        let mut output = Vec::new();
        decode(&mut stream.as_bytes(), maps, &mut output).unwrap();
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
            {"event":"error","kind":"helper_error","message":"","helper":"map_delete_elem","return_code":-2,"line":1,"column":18}
            {"event":"note","kind":"blank","text":""}
            {"event":"note","kind":"foreign","text":"child-output"}
            {"event":"note","kind":"malformed","text":"{\"type\": \"map\", broken}"}
            {"event":"note","kind":"truncated","text":"{\"type\": \"map\", \"da"}
            {"event":"summary","lines":15,"events":15,"unexplained":1}
        "#]],
        );
    }

    #[test]
    fn a_known_script_splits_keys_and_reads_quoted_numbers() {
        let known = KnownMap { is_keyed: true, is_number: true, key: vec![KeyPart::Text, KeyPart::Word] };
        let maps = KnownMaps(HashMap::from([("@k".to_string(), known)]));
        let stream = "{\"type\": \"map\", \"data\": {\"@k\": {\"a,b,1\": \"18446744073709551615\"}}}\n";
        check(
            stream,
            &maps,
            &expect![[r#"
            {"event":"map","map":"@k","entries":[{"key":["a,b","1"],"value":18446744073709551615}]}
            {"event":"summary","lines":1,"events":1,"unexplained":0}
        "#]],
        );
    }
}
