//! Lines over time.

use std::fmt::Write;

use bt_metrics::{Semantics, ValueType};
use bt_series::frame::{self, LineOptions, Quantity};
use bt_series::{Limits, MetricId, MetricKind, Store, TimeWindow};
use expect_test::{Expect, expect};

use crate::{NONE, kind, labels, metric, numbers, samples};

fn check_lines(store: &Store, id: MetricId, max_series: usize, rate: bool, expected: Expect) {
    let quantity = if rate { Quantity::Rate { factor: 1.0 } } else { Quantity::Value };
    check_quantity(store, id, max_series, quantity, expected);
}

fn check_quantity(store: &Store, id: MetricId, max_series: usize, quantity: Quantity, expected: Expect) {
    let options = LineOptions { max_series, quantity };
    let frame = frame::time_series(samples(store, id), TimeWindow::ALL, &options);
    let mut text = format!("t {}\n", numbers(frame.times()));
    for (place, labels) in frame.labels().enumerate() {
        let mut values = Vec::new();
        frame.push_values(place, &mut values);
        let _ = writeln!(text, "{:?} {}", labels.instance_name(), numbers(&values));
    }
    if let Some(rest) = frame.rest() {
        let _ = writeln!(text, "rest {}", numbers(&rest));
    }
    let _ = writeln!(text, "omitted {}", frame.omitted());
    expected.assert_eq(&text);
}

#[test]
fn a_counter_that_restarts_has_a_gap() {
    let mut store = Store::new(Limits::default());
    let id = metric(
        &mut store,
        Semantics::Counter,
        &[labels(&["dd"], None)],
        &[&[10.0], &[30.0], &[5.0], &[6.0], &[NONE], &[9.0]],
    );
    check_lines(
        &store,
        id,
        9,
        true,
        expect![[r#"
        t 0 1000 2000 3000 4000 5000
        "dd" - 20 - 1 - 9
        omitted 0
    "#]],
    );
    check_lines(
        &store,
        id,
        9,
        false,
        expect![[r#"
        t 0 1000 2000 3000 4000 5000
        "dd" 10 30 5 6 - 9
        omitted 0
    "#]],
    );
}

#[test]
fn the_largest_lines_come_first_and_the_rest_is_counted() {
    let mut store = Store::new(Limits::default());
    let names = [labels(&["a"], None), labels(&["b", "x"], None), labels(&["c"], None)];
    let id = metric(&mut store, Semantics::Instant, &names, &[&[1.0, -7.0, 3.0], &[2.0, -8.0, NONE]]);
    check_lines(
        &store,
        id,
        2,
        false,
        expect![[r#"
            t 0 1000
            "b,x" -7 -8
            "c" 3 -
            rest 1 2
            omitted 1
        "#]],
    );
}

#[test]
fn lines_of_about_the_same_size_take_turns_seldom() {
    let mut store = Store::new(Limits::default());
    let id = store.add(kind(Semantics::Instant));
    let mut changes = Vec::new();
    for row in 0..400_u32 {
        let burst = if row % 70 == 0 { 9.0 } else { 1.0 };
        store.append(id, f64::from(row) * 1000.0, [(Some(0), 5.0), (Some(1), burst)]);
        store.label(id, 0, labels(&["steady"], None));
        store.label(id, 1, labels(&["bursts"], None));
        let options = LineOptions { max_series: 1, quantity: Quantity::Value };
        let frame = frame::time_series(samples(&store, id), TimeWindow::ALL, &options);
        let largest = frame.labels().next().expect("a line").instance_name();
        if changes.last().is_none_or(|(_, last)| *last != largest) {
            changes.push((row, largest));
        }
    }
    let changes: Vec<String> = changes.into_iter().map(|(row, name)| format!("{row} {name}")).collect();
    expect!["0 bursts"].assert_eq(&changes.join(", "));
}

#[test]
fn an_interruption_parts_the_lines() {
    let mut store = Store::new(Limits::default());
    let id = metric(&mut store, Semantics::Instant, &[labels(&["a"], None)], &[&[1.0], &[2.0]]);
    store.interrupt(id);
    store.append(id, 9_000.0, [(Some(0), 3.0)]);
    check_lines(
        &store,
        id,
        9,
        false,
        expect![[r#"
        t 0 1000 5000 9000
        "a" 1 2 - 3
        omitted 0
    "#]],
    );
}

#[test]
fn a_full_counter_of_32_bits_goes_on_at_zero() {
    let wraps = [4_294_967_290.0, 4_294_967_295.0, 4.0, 5.0];
    // Neither nearly full before nor nearly empty after: a restart.
    let restarts = [3_000_000_000.0, 4.0, 4_294_967_290.0, 2_000_000_000.0];
    for (value_type, expected) in [
        (
            ValueType::U32,
            expect![[r#"
        t 0 1000 2000 3000
        "restarts" - - 4294967286 -
        "wraps" - 5 5 1
        omitted 0
    "#]],
        ),
        (
            ValueType::U64,
            expect![[r#"
        t 0 1000 2000 3000
        "restarts" - - 4294967286 -
        "wraps" - 5 - 1
        omitted 0
    "#]],
        ),
    ] {
        let mut store = Store::new(Limits::default());
        let id = store.add(MetricKind { value_type, ..kind(Semantics::Counter) });
        for (second, (wrap, restart)) in wraps.into_iter().zip(restarts).enumerate() {
            store.append(id, second as f64 * 1000.0, [(Some(0), wrap), (Some(1), restart)]);
        }
        store.label(id, 0, labels(&["wraps"], None));
        store.label(id, 1, labels(&["restarts"], None));
        check_lines(&store, id, 9, true, expected);
    }
}

#[test]
fn a_rate_is_brought_to_another_unit() {
    let mut store = Store::new(Limits::default());
    let names = [labels(&["busy"], None)];
    let id = metric(&mut store, Semantics::Counter, &names, &[&[0.0], &[500_000.0], &[2_500_000.0]]);
    check_quantity(
        &store,
        id,
        9,
        Quantity::Rate { factor: 1e-6 },
        expect![[r#"
        t 0 1000 2000
        "busy" - 0.5 2
        omitted 0
    "#]],
    );
}

#[test]
fn the_rest_is_the_sum_of_what_is_there() {
    let mut store = Store::new(Limits::default());
    let names = [labels(&["a"], None), labels(&["b"], None), labels(&["c"], None)];
    let rows: [&[f64]; 4] = [&[9.0, 1.0, NONE], &[9.0, NONE, 2.0], &[9.0, NONE, NONE], &[9.0, 3.0, 4.0]];
    let id = metric(&mut store, Semantics::Instant, &names, &rows);
    check_lines(
        &store,
        id,
        1,
        false,
        expect![[r#"
        t 0 1000 2000 3000
        "a" 9 9 9 9
        rest 1 2 - 7
        omitted 2
    "#]],
    );
    check_lines(
        &store,
        id,
        3,
        false,
        expect![[r#"
        t 0 1000 2000 3000
        "a" 9 9 9 9
        "c" - 2 - 4
        "b" 1 - - 3
        omitted 0
    "#]],
    );
}

/// A counter that was polled at these moments.
fn polled(rows: &[(f64, f64)]) -> (Store, MetricId) {
    let mut store = Store::new(Limits::default());
    let id = store.add(kind(Semantics::Counter));
    rows.iter().for_each(|&(millis, value)| store.append(id, millis, [(None, value)]));
    (store, id)
}

#[test]
fn rows_that_come_too_close_together_are_one_sample() {
    let mut rows = vec![(0.0, 0.0), (1000.0, 100.0), (1001.0, 110.0)];
    let (store, id) = polled(&rows);
    check_lines(
        &store,
        id,
        9,
        true,
        expect![[r#"
            t 0 1000 1001
            "" - 100 109.8901098901099
            omitted 0
        "#]],
    );
    rows.push((2000.0, 200.0));
    let (store, id) = polled(&rows);
    check_lines(
        &store,
        id,
        9,
        true,
        expect![[r#"
            t 0 1000 2000
            "" - 100 100
            omitted 0
        "#]],
    );
    let (store, id) = polled(&rows[1..3]);
    check_lines(
        &store,
        id,
        9,
        true,
        expect![[r#"
            t 1000 1001
            "" - -
            omitted 0
        "#]],
    );
}

#[test]
fn polls_in_quick_succession_still_make_lines() {
    let rows: Vec<(f64, f64)> =
        (0..12).map(|poll| (f64::from(poll) * 200.0, f64::from(poll) * 20.0)).collect();
    let (store, id) = polled(&rows);
    check_lines(
        &store,
        id,
        9,
        true,
        expect![[r#"
        t 0 600 1200 1800 2200
        "" - 100 100 100 100
        omitted 0
    "#]],
    );
}

#[test]
fn a_clock_that_is_set_back_takes_the_rows_along() {
    let (store, id) = polled(&[(10_000.0, 1.0), (11_000.0, 2.0), (3_000.0, 3.0), (4_000.0, 4.0)]);
    check_lines(
        &store,
        id,
        9,
        true,
        expect![[r#"
        t 1999 2999 2999.5 3000 4000
        "" - 1 - - 1
        omitted 0
    "#]],
    );
}
