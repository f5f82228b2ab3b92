//! Trees of stacks.

use std::fmt::Write;

use bt_metrics::Semantics;
use bt_series::frame::{self, FlameNode, FlameOptions};
use bt_series::{Limits, MetricId, Store, TimeWindow};
use expect_test::{Expect, expect};

use crate::{NONE, labels, metric, samples};

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
fn a_sample_without_a_stack_belongs_to_all_or_is_unresolved() {
    let mut store = Store::new(Limits::default());
    let names = [labels(&[""], None), labels(&["\n  vfs_read+1\n"], None), labels(&["\n  0xffff01\n"], None)];
    let id = metric(&mut store, Semantics::Instant, &names, &[&[5.0, 2.0, 1.0]]);
    let all = FlameOptions { hide_idle: true, ..FlameOptions::default() };
    check_flame_table(
        &store,
        id,
        &all,
        expect![[r#"
            0 all 8 5
            1 0xffff01 1 1
            1 vfs_read 2 2
        "#]],
    );
    check_flame_table(
        &store,
        id,
        &FlameOptions { hide_unresolved: true, ..all },
        expect![[r#"
            0 all 2 0
            1 vfs_read 2 2
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

/// What is allocated and not freed yet: a stack whose last piece was freed has no key any more.
#[test]
fn values_that_are_no_counts_are_those_of_one_moment() {
    let mut store = Store::new(Limits::default());
    let names = [labels(&["\n  grow+1\n"], None), labels(&["\n  parse+1\n"], None)];
    let rows: [&[f64]; 4] = [&[70.0, 8.0], &[NONE, 9.0], &[-5.0, 3.0], &[NONE, NONE]];
    let id = metric(&mut store, Semantics::Instant, &names, &rows);
    let moments = [
        (0.0, expect!["all 78\n  grow 70\n  parse 8\n"]),
        (1_000.0, expect!["all 9\n  parse 9\n"]),
        (2_000.0, expect!["all 3\n  parse 3\n"]),
        // A map that was cleared a moment ago.
        (3_000.0, expect!["all 3\n  parse 3\n"]),
    ];
    for (moment, expected) in moments {
        check_flames(&store, id, TimeWindow::new(0.0, moment), expected);
    }
    check_flames(&store, id, TimeWindow::new(2_500.0, 9_000.0), expect!["all 0\n"]);
}
