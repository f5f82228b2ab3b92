//! Counts over time and buckets.

use std::fmt::Write;

use bt_metrics::Semantics;
use bt_series::frame;
use bt_series::{Limits, MetricId, Store, TimeWindow};
use expect_test::{Expect, expect};

use crate::{NONE, labels, metric, numbers, samples};

fn check_heat(store: &Store, id: MetricId, key: Option<&str>, expected: Expect) {
    let frame = frame::heat_map(samples(store, id), TimeWindow::ALL, key);
    let mut text = format!("t {}\n", numbers(&frame.times));
    for (place, bucket) in frame.buckets.iter().enumerate() {
        let counts: Vec<f64> =
            frame.counts.iter().skip(place).step_by(frame.buckets.len()).copied().collect();
        let _ = writeln!(text, "{bucket} {}", numbers(&counts));
    }
    let _ = writeln!(text, "max {}, keys {:?}", frame.max, frame.keys);
    expected.assert_eq(&text);
}

#[test]
fn a_heat_map_counts_what_fell_into_each_bucket() {
    let mut store = Store::new(Limits::default());
    let names = [labels(&[], Some("16-31")), labels(&[], Some("2-3")), labels(&[], Some("-inf--1"))];
    let id = metric(
        &mut store,
        Semantics::Counter,
        &names,
        &[&[1.0, 2.0, NONE], &[4.0, 2.0, NONE], &[4.0, 9.0, 6.0], &[0.0, 9.0, 7.0]],
    );
    check_heat(
        &store,
        id,
        None,
        expect![[r#"
        t 0 1000 2000 3000
        -inf--1 0 6 1
        0-0 0 0 0
        1-1 0 0 0
        2-3 0 7 0
        4-7 0 0 0
        8-15 0 0 0
        16-31 3 0 -
        max 7, keys []
    "#]],
    );
}

#[test]
fn a_keyed_histogram_is_shown_by_key_or_as_a_whole() {
    let mut store = Store::new(Limits::default());
    let names =
        [labels(&["sda"], Some("4-7")), labels(&["sdb"], Some("4-7")), labels(&["sdb"], Some("8-15"))];
    let id = metric(&mut store, Semantics::Counter, &names, &[&[0.0, 0.0, 0.0], &[1.0, 2.0, 3.0]]);
    check_heat(
        &store,
        id,
        None,
        expect![[r#"
        t 0 1000
        4-7 3
        8-15 3
        max 3, keys ["sda", "sdb"]
    "#]],
    );
    check_heat(
        &store,
        id,
        Some("sda"),
        expect![[r#"
        t 0 1000
        4-7 1
        max 1, keys ["sda", "sdb"]
    "#]],
    );
    check_heat(
        &store,
        id,
        Some("sdc"),
        expect![[r#"
        t 0 1000
        max 0, keys ["sda", "sdb"]
    "#]],
    );
}
