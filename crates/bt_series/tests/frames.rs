//! Frames of small stores, as text.

use std::fmt::Write;
use std::sync::Arc;

use bt_metrics::{Atom, Bucket, InstanceLabels, Semantics, ValueType};
use bt_series::frame::{self, Cell, FlameNode, FlameOptions, LineOptions, Quantity, Table, TableSource};
use bt_series::{Limits, MetricId, Samples, Store, TimeWindow};
use expect_test::{Expect, expect};

fn labels(key: &[&str], bucket: Option<&str>) -> Arc<InstanceLabels> {
    let bucket = bucket.map(|name| Bucket::from_instance_name(name).expect("a bucket's name"));
    Arc::new(InstanceLabels { key: key.iter().map(|part| (*part).into()).collect(), bucket })
}

/// A metric whose instances are `names`; `rows` holds a value per instance, a second apart, NaN for none.
fn metric(
    store: &mut Store,
    semantics: Semantics,
    names: &[Arc<InstanceLabels>],
    rows: &[&[f64]],
) -> MetricId {
    let id = store.add(semantics, ValueType::U64);
    for (second, row) in rows.iter().enumerate() {
        let values = row.iter().enumerate().map(|(number, value)| (Some(number as u32), *value));
        store.append(id, second as f64 * 1000.0, values);
        for (number, labels) in names.iter().enumerate() {
            store.label(id, number as u32, labels.clone());
        }
    }
    id
}

fn samples(store: &Store, id: MetricId) -> &Samples {
    store.samples(id).expect("a metric of the store")
}

const NONE: f64 = f64::NAN;

fn numbers(values: &[f64]) -> String {
    let texts: Vec<String> =
        values.iter().map(|value| if value.is_nan() { "-".into() } else { value.to_string() }).collect();
    texts.join(" ")
}

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
        let id = store.add(Semantics::Counter, value_type);
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

fn check_table(table: &Table, expected: Expect) {
    let heading = |column: &bt_series::frame::TableColumn| {
        let unit = column.unit.as_deref().map_or(String::new(), |unit| format!(" ({unit})"));
        format!("{}{}{unit}", if column.is_key { "*" } else { "" }, column.name)
    };
    let cell = |cell: &Cell| match cell {
        Cell::Empty => "-".to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Text(text) => format!("{text:?}"),
    };
    let mut text = table.columns.iter().map(heading).collect::<Vec<_>>().join(" | ");
    for row in &table.rows {
        let _ = write!(text, "\n{}", row.iter().map(cell).collect::<Vec<_>>().join(" | "));
    }
    let _ = write!(text, "\nomitted {}\n", table.omitted);
    expected.assert_eq(&text);
}

#[test]
fn a_table_joins_metrics_by_key() {
    let mut store = Store::new(Limits::default());
    let names = [labels(&["10", "dd"], None), labels(&["9", "cat"], None), labels(&["8", "gone"], None)];
    let count = metric(&mut store, Semantics::Counter, &names, &[&[1.0, 5.0, 9.0], &[2.0, 7.0, NONE]]);
    let bytes = metric(&mut store, Semantics::Counter, &names[..1], &[&[512.0]]);
    let files = [(labels(&["9", "cat"], None), Atom::Text("/etc/passwd".into()))];
    let source = |name, unit, id| TableSource::Numbers { name, unit, samples: samples(&store, id) };
    let sources = [
        source("count", None, count),
        source("bytes", Some("byte"), bytes),
        TableSource::Texts { name: "file", values: &files },
    ];
    check_table(
        &frame::table(&sources, 10),
        expect![[r#"
            *key0 | *key1 | count | bytes (byte) | file
            9 | "cat" | 7 | - | "/etc/passwd"
            10 | "dd" | 2 | 512 | -
            omitted 0
        "#]],
    );
    check_table(
        &frame::table(&sources[..1], 1),
        expect![[r#"
            *key0 | *key1 | count
            9 | "cat" | 7
            omitted 1
        "#]],
    );
    check_table(
        &frame::table(&[], 1),
        expect![[r#"

        omitted 0
    "#]],
    );
}

#[test]
fn a_histogram_is_a_table_in_the_order_of_its_buckets() {
    let mut store = Store::new(Limits::default());
    let names = [labels(&[], Some("16-31")), labels(&[], Some("2-3"))];
    let id = metric(&mut store, Semantics::Counter, &names, &[&[9.0, 2.0]]);
    let samples = samples(&store, id);
    check_table(
        &frame::table(&[TableSource::Numbers { name: "h", unit: None, samples }], 9),
        expect![[r#"
        *bucket | h
        "2-3" | 2
        "16-31" | 9
        omitted 0
    "#]],
    );
}

#[test]
fn printed_text_is_csv_or_lines() {
    check_table(
        &frame::output_table("pid,comm\n1,init\n007,\"a,b\"\npid,comm\n2,c\n", 2),
        expect![[r#"
        pid | comm
        "007" | "a,b"
        2 | "c"
        omitted 1
    "#]],
    );
    check_table(
        &frame::output_table("hello\nworld, you\n", 9),
        expect![[r#"
        output
        "hello"
        "world, you"
        omitted 0
    "#]],
    );
    check_table(
        &frame::output_table("", 9),
        expect![[r#"
        output
        omitted 0
    "#]],
    );
}

fn check_flames(store: &Store, id: MetricId, window: TimeWindow, expected: Expect) {
    fn push(node: &FlameNode, depth: usize, text: &mut String) {
        let _ = writeln!(text, "{:depth$}{} {}", "", node.name, node.value);
        node.children.iter().for_each(|child| push(child, depth + 2, text));
    }
    let mut text = String::new();
    push(&frame::flame_graph(samples(store, id), window), 0, &mut text);
    expected.assert_eq(&text);
}

fn check_flame_table(store: &Store, id: MetricId, options: &FlameOptions, expected: Expect) {
    let table = frame::flame_table(samples(store, id), TimeWindow::ALL, options);
    let mut text = String::new();
    for (place, label) in table.labels.iter().enumerate() {
        let (level, value, own) = (table.levels[place], table.values[place], table.selfs[place]);
        let _ = writeln!(text, "{level} {label} {value} {own}");
    }
    expected.assert_eq(&text);
}

#[test]
fn a_nested_set_leaves_out_what_nobody_wants_to_see() {
    let mut store = Store::new(Limits::default());
    let names = [
        labels(&["\n  cpuidle_enter_state+1\n  do_idle+2\n", "swapper/0"], None),
        labels(&["\n  read+1\n  0x7f00c0de\n  [unknown]\n  main+3\n", "cat"], None),
        labels(&["\n  write+1\n  main+3\n", "cat"], None),
    ];
    let id = metric(&mut store, Semantics::Instant, &names, &[&[50.0, 7.0, 1.0]]);
    check_flame_table(
        &store,
        id,
        &FlameOptions::default(),
        expect![[r#"
        0 all 58 0
        1 cat 8 0
        2 main 8 0
        3 [unknown] 7 0
        4 0x7f00c0de 7 0
        5 read 7 7
        3 write 1 1
        1 swapper/0 50 0
        2 do_idle 50 0
        3 cpuidle_enter_state 50 50
    "#]],
    );
    let quiet = FlameOptions { min_samples: 2.0, hide_unresolved: true, hide_idle: true };
    check_flame_table(
        &store,
        id,
        &quiet,
        expect![[r#"
        0 all 7 0
        1 cat 7 0
        2 main 7 0
        3 read 7 7
    "#]],
    );
    let none = FlameOptions { min_samples: 1_000.0, ..FlameOptions::default() };
    check_flame_table(
        &store,
        id,
        &none,
        expect![[r#"
        0 all 0 0
    "#]],
    );
}

#[test]
fn stacks_become_a_tree_of_what_was_counted_in_the_window() {
    let mut store = Store::new(Limits::default());
    let names = [
        labels(&["\n        vfs_read+1\n        ksys_read+0x2a\n        entry\n", "dd"], None),
        labels(&["\n        vfs_write+9\n        ksys_write+2\n        entry\n", "dd"], None),
        labels(&["\n        vfs_read+77\n        ksys_read+3\n        entry\n", "dd"], None),
        labels(&["\n", "idle"], None),
    ];
    let id = metric(
        &mut store,
        Semantics::Counter,
        &names,
        &[&[1.0, 1.0, NONE, 0.0], &[3.0, 1.0, 4.0, 2.0], &[4.0, 2.0, 4.0, 2.0]],
    );
    check_flames(
        &store,
        id,
        TimeWindow::ALL,
        expect![[r#"
        all 10
          dd 8
            entry 8
              ksys_read 7
                vfs_read 7
              ksys_write 1
                vfs_write 1
          idle 2
    "#]],
    );
    check_flames(
        &store,
        id,
        TimeWindow::new(1_500.0, 9_000.0),
        expect![[r#"
        all 2
          dd 2
            entry 2
              ksys_read 1
                vfs_read 1
              ksys_write 1
                vfs_write 1
    "#]],
    );
}

#[test]
fn the_kernel_stands_on_the_user_stack() {
    let mut store = Store::new(Limits::default());
    let names = [labels(&["\n  sys_read+1\n  entry+2\n", "\n  read+3\n  main+4 (/bin/cat)\n", "cat"], None)];
    let id = metric(&mut store, Semantics::Instant, &names, &[&[5.0]]);
    check_flames(
        &store,
        id,
        TimeWindow::ALL,
        expect![[r#"
        all 5
          cat 5
            main 5
              read 5
                entry 5
                  sys_read 5
    "#]],
    );
}

#[test]
fn a_key_in_one_piece_is_taken_apart() {
    let mut store = Store::new(Limits::default());
    let names =
        [labels(&["\n  read+1\n  entry+2\n,dd"], None), labels(&["dd,\n  write+1\n  entry+2\n"], None)];
    let id = metric(&mut store, Semantics::Instant, &names, &[&[5.0, 1.0]]);
    check_flames(
        &store,
        id,
        TimeWindow::ALL,
        expect![[r#"
        all 6
          dd 6
            entry 6
              read 5
              write 1
    "#]],
    );
}
