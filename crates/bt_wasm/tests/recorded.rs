//! A session against the recorded answers of pmproxy 6.0.3 with PCP's own bpftrace agent.
//!
//! `pmproxy/session.ndjson` holds each request of a page and its answer, in order. The script counted a timer's ticks,
//! took kernel stacks, and printed CSV.

use std::collections::VecDeque;
use std::fmt::Write;

use bt_wasm::session::{
    FlameNode, HeatOptions, HttpRequest, SeriesOptions, Session, SessionOptions, TableCell, WindowOptions,
};
use expect_test::expect;
use serde::Deserialize;

const RECORDING: &str = include_str!("pmproxy/session.ndjson");
/// When the page of the recording stopped its script.
const STOPPED_AT_MILLIS: f64 = 7_500.0;
const ALL: WindowOptions = WindowOptions { from: 0.0, to: 1e15 };

#[derive(Deserialize)]
struct Exchange {
    at: f64,
    method: String,
    path: String,
    body: Option<String>,
    status: u16,
    answer: String,
}

fn recording() -> Vec<Exchange> {
    RECORDING.lines().map(|line| serde_json::from_str(line).expect("a recorded exchange")).collect()
}

/// Plays the recording to its end; the session has to ask for exactly what was asked then.
fn replay(mut visit: impl FnMut(&Session, f64)) -> Session {
    let exchanges = recording();
    let mut session =
        Session::new(SessionOptions { hostspec: recorded_hostspec(&exchanges), ..SessionOptions::default() });
    let source = exchanges.iter().find_map(|exchange| exchange.body.clone()).expect("a script");
    session.run("panel", &source, 0.0);
    let mut due: VecDeque<HttpRequest> = VecDeque::new();
    let mut is_stopped = false;
    for exchange in exchanges {
        if exchange.at > STOPPED_AT_MILLIS && !std::mem::replace(&mut is_stopped, true) {
            session.stop("panel", exchange.at);
        }
        if due.is_empty() {
            due.extend(session.tick(exchange.at + 1.0));
        }
        let request = due.pop_front().unwrap_or_else(|| panic!("nothing due for {}", exchange.path));
        assert_eq!(in_order(&request.path), in_order(&exchange.path));
        assert_eq!(format!("{:?}", request.method).to_uppercase(), exchange.method);
        assert_eq!(request.body, exchange.body);
        session.respond(request.id, exchange.status, &exchange.answer, exchange.at + 2.0);
        visit(&session, exchange.at + 2.0);
    }
    session
}

/// A path with its names in alphabetical order: a host answers any order alike.
fn in_order(path: &str) -> String {
    let Some((call, names)) = path.split_once("/fetch?names=") else { return path.to_string() };
    let mut names: Vec<&str> = names.split(',').collect();
    names.sort_unstable();
    format!("{call}/fetch?names={}", names.join(","))
}

fn recorded_hostspec(exchanges: &[Exchange]) -> Option<String> {
    let query = exchanges.first()?.path.split_once("hostspec=")?.1;
    Some(query.split('&').next()?.replace("%3A", ":"))
}

#[test]
fn the_script_goes_through_its_states() {
    let mut states: Vec<String> = Vec::new();
    replay(|session, now| {
        let status = format!("{:?}", session.status("panel", now));
        let state = status.split([' ', '{']).next().unwrap_or_default();
        let has_data = if status.contains("has_data: true") { " with data" } else { "" };
        let state = format!("{state}{has_data}");
        if states.last() != Some(&state) {
            states.push(state);
        }
    });
    assert_eq!(states, ["Registering", "Starting", "Running", "Running with data", "Stopping", "Idle"]);
}

#[test]
fn metrics_have_their_pictures() {
    let session = replay(|_, _| {});
    let mut text = String::new();
    for metric in session.metrics("panel") {
        let _ = writeln!(
            text,
            "{} {} {:?} {:?} {}",
            metric.leaf, metric.map, metric.semantics, metric.formats, metric.instances
        );
    }
    expect![[r#"
        by @by Counter [TimeSeries, Table] 3
        output output Instant [Table] 1
        size @size Counter [HeatMap, TimeSeries, Table] 7
        stacks @stacks Counter [FlameGraph, Table] 43
        ticks @ticks Counter [TimeSeries, Table] 1
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_counter_rises_as_it_was_printed() {
    let session = replay(|_, _| {});
    let options =
        SeriesOptions { from: ALL.from, to: ALL.to, max_series: None, rate: Some(false), rest: None };
    let ticks = session.time_series("panel", "ticks", &options);
    let values: Vec<f64> = ticks.series[0].values.iter().copied().filter(|value| !value.is_nan()).collect();
    expect![[r#""ticks" [4.0, 8.0, 12.0, 16.0, 20.0, 24.0, 28.0]"#]]
        .assert_eq(&format!("{:?} {values:?}", ticks.series[0].label));
    // Four ticks a second, but for the first rate, which is that before a first print. One of the timestamps lacks the zero in front of its nanoseconds.
    let rates = session.time_series("panel", "ticks", &SeriesOptions { rate: None, ..options });
    let rates = rates.series[0].values.iter().copied().filter(|rate| !rate.is_nan()).skip(1);
    assert!(rates.clone().count() > 4);
    assert!(rates.clone().all(|rate| (3.9..=4.1).contains(&rate)), "{:?}", rates.collect::<Vec<_>>());
}

#[test]
fn buckets_are_read_from_names_where_the_agent_sends_no_labels() {
    let session = replay(|_, _| {});
    let options = HeatOptions { from: ALL.from, to: ALL.to, key: None };
    let heat = session.heat_map("panel", "size", &options);
    let bounds: Vec<_> = heat.buckets.iter().filter_map(|bucket| bucket.low.zip(bucket.high)).collect();
    let powers = [(0.0, 0.0), (1.0, 1.0), (2.0, 3.0), (4.0, 7.0), (8.0, 15.0), (16.0, 31.0), (32.0, 63.0)];
    assert_eq!(bounds, powers);
    let counted: f64 = heat.counts.iter().filter(|count| !count.is_nan()).sum();
    let ticks = session.table("panel", &["ticks".to_string()]);
    assert_eq!(ticks.rows, [[TableCell::Number(counted)]], "each tick fell into a bucket");
}

#[test]
fn stacks_have_their_root_below() {
    let session = replay(|_, _| {});
    let flames = session.flame_graph("panel", "stacks", ALL);
    assert_eq!(flames.name, "all");
    let children: f64 = flames.children.iter().map(|child| child.value).sum();
    assert_eq!(flames.value, children);
    let roots: Vec<&str> = flames.children.iter().map(|child| child.name.as_str()).collect();
    expect!["Chrome_ChildIOT Chrome_IOThread Compositor ThreadPoolForeg bash bpflens bpftrace chromium grep kdamond.0 node pmcd pmproxy python3 swapper/0 tv"].assert_eq(&roots.join(" "));
    let mut frames: Vec<&FlameNode> = flames.children.iter().collect();
    while let Some(frame) = frames.pop() {
        assert!(!frame.name.contains(['+', ',', '\n']), "{:?}", frame.name);
        frames.extend(&frame.children);
    }
}

#[test]
fn printed_csv_is_a_table() {
    let session = replay(|_, _| {});
    let table = session.table("panel", &["output".to_string()]);
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["probe", "count"]);
    assert!(table.rows.len() > 3);
    assert!(table.rows.iter().all(|row| *row == [TableCell::Text("a,b".into()), TableCell::Number(2.0)]));
}
