//! Answers that no host should send: a session takes them without a panic, and recovers.

use bt_wasm::session::{HeatOptions, SeriesOptions, Session, SessionOptions, WindowOptions};
use proptest::prelude::*;
use serde::Deserialize;

const RECORDING: &str = include_str!("pmproxy/session.ndjson");

#[derive(Deserialize)]
struct Exchange {
    path: String,
    status: u16,
    answer: String,
}

fn recording() -> Vec<Exchange> {
    RECORDING.lines().map(|line| serde_json::from_str(line).expect("a recorded exchange")).collect()
}

/// The latest recorded answer to the same question, or to one of the same kind.
fn answer_to<'a>(recording: &'a [Exchange], path: &str) -> Option<&'a Exchange> {
    // Without the number of the context and all names but the first.
    fn question(path: &str) -> &str {
        let path = path.split_once("/pmapi/").map_or(path, |(_, rest)| rest);
        let question = path.trim_start_matches(|c: char| c.is_ascii_digit());
        question.split([',', '&']).next().unwrap_or_default()
    }
    // All contexts are alike, fetches are told apart by `control`, `agent` and `scripts`.
    let kind = |path: &str| {
        let length = if question(path).starts_with("context") { 7 } else { "/fetch?names=bpftrace.sc".len() };
        question(path).chars().take(length).collect::<String>()
    };
    let find =
        |is_same: &dyn Fn(&str) -> bool| recording.iter().rev().find(|exchange| is_same(&exchange.path));
    find(&|recorded| question(recorded) == question(path))
        .or_else(|| find(&|recorded| kind(recorded) == kind(path)))
}

/// How an answer is spoilt.
#[derive(Clone, Debug)]
enum Damage {
    None,
    Status(u16),
    Body(String),
    Cut(prop::sample::Index),
    Byte(prop::sample::Index, char),
    Number(prop::sample::Index, i128),
    Lost,
}

fn damage() -> impl Strategy<Value = Damage> {
    let numbers =
        prop_oneof![Just(i128::from(u64::MAX)), Just(-1), Just(1 << 60), Just(1 << 70), any::<i128>()];
    prop_oneof![
        6 => Just(Damage::None),
        1 => (100_u16..600).prop_map(Damage::Status),
        1 => ".{0,40}".prop_map(Damage::Body),
        1 => any::<prop::sample::Index>().prop_map(Damage::Cut),
        2 => (any::<prop::sample::Index>(), any::<char>()).prop_map(|(place, with)| Damage::Byte(place, with)),
        3 => (any::<prop::sample::Index>(), numbers).prop_map(|(place, with)| Damage::Number(place, with)),
        1 => Just(Damage::Lost),
    ]
}

/// Replaces the character at a place, or the number that stands there or later.
fn spoil(text: &str, damage: &Damage) -> String {
    let places: Vec<(usize, char)> = text.char_indices().collect();
    match damage {
        Damage::Body(body) => body.clone(),
        Damage::Cut(place) if !places.is_empty() => text[..places[place.index(places.len())].0].to_string(),
        Damage::Byte(place, with) if !places.is_empty() => {
            let (start, old) = places[place.index(places.len())];
            format!("{}{with}{}", &text[..start], &text[start + old.len_utf8()..])
        }
        Damage::Number(place, with) if !places.is_empty() => {
            let from = places[place.index(places.len())].0;
            let Some(start) = text[from..].find(|c: char| c.is_ascii_digit()).map(|found| from + found)
            else {
                return text.to_string();
            };
            let length = text[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - start);
            format!("{}{with}{}", &text[..start], &text[start + length..])
        }
        _ => text.to_string(),
    }
}

fn draw(session: &Session, now: f64) {
    let _ = (session.connection(), session.status("panel", now));
    for metric in session.metrics("panel") {
        let (from, to) = (f64::NEG_INFINITY, f64::INFINITY);
        let options = SeriesOptions { from, to, max_series: None, rate: None, rest: Some(true) };
        let lines = session.time_series("panel", &metric.leaf, &options);
        assert!(lines.series.iter().all(|line| line.values.len() == lines.times.len()));
        let heat = session.heat_map("panel", &metric.leaf, &HeatOptions { from, to, key: None });
        assert_eq!(heat.counts.len(), heat.times.len().saturating_sub(1) * heat.buckets.len());
        let table = session.table("panel", std::slice::from_ref(&metric.leaf));
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
        let _ = session.flame_graph("panel", &metric.leaf, WindowOptions { from, to });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_answer_harms(damages in prop::collection::vec(damage(), 1..60)) {
        let recording = recording();
        let source = "interval:s:1 { @ticks = count(); }";
        let mut session = Session::new(SessionOptions::default());
        let mut damages = damages.into_iter();
        session.run("panel", source, 0.0);
        let now = play(&mut session, &recording, &mut damages, 0.0);
        // After the damage a while of good answers, and all is well again.
        session.run("panel", source, now);
        play(&mut session, &recording, &mut std::iter::empty(), now);
        prop_assert!(session.connection().context.is_some());
        // A name that was spoilt within a good answer is one more metric as far as anybody can tell.
        let missing: Vec<_> = undamaged(source, &recording).into_iter().filter(|leaf| !leaves(&session).contains(leaf)).collect();
        prop_assert!(missing.is_empty(), "{missing:?}");
    }
}

/// The metrics of the panel.
fn leaves(session: &Session) -> Vec<String> {
    session.metrics("panel").into_iter().map(|metric| metric.leaf).collect()
}

/// The metrics that good answers alone give.
fn undamaged(source: &str, recording: &[Exchange]) -> Vec<String> {
    let mut session = Session::new(SessionOptions::default());
    session.run("panel", source, 0.0);
    play(&mut session, recording, &mut std::iter::empty(), 0.0);
    let leaves = leaves(&session);
    assert_eq!(leaves.len(), 5);
    leaves
}

/// Twenty seconds of a page.
fn play(
    session: &mut Session,
    recording: &[Exchange],
    damages: &mut dyn Iterator<Item = Damage>,
    start: f64,
) -> f64 {
    let mut now = start;
    while now < start + 20_000.0 {
        now += 50.0;
        for request in session.tick(now) {
            let damage = damages.next().unwrap_or(Damage::None);
            match (answer_to(recording, &request.path), &damage) {
                (None, _) | (_, Damage::Lost) => session.fail(request.id, "lost", now),
                (Some(exchange), damage) => {
                    let status = if let Damage::Status(status) = damage { *status } else { exchange.status };
                    session.respond(request.id, status, &spoil(&exchange.answer, damage), now);
                }
            }
        }
        if now % 1_000.0 == 0.0 {
            draw(session, now);
        }
    }
    now
}
