//! Latest values, and what a script printed.

use std::fmt::Write;

use bt_metrics::{Atom, Semantics};
use bt_series::frame::{self, Cell, Table, TableSource};
use bt_series::{Limits, Store};
use expect_test::{Expect, expect};

use crate::{NONE, labels, metric, samples};

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
