//! From a script and what bpftrace prints to metrics: text in, text out.

use bt_analysis::analyse;
use bt_catalog::Version;
use bt_output::{Decoder, EventKind, Limits};
use expect_test::{Expect, expect};

use super::positions::MAX_POSITIONS;
use super::*;

/// Feeds `printed` to the metrics of `script`, and shows them: `leaf type semantics`, then a line a value.
fn check(script: &str, printed: &[&str], expected: &Expect) {
    expected.assert_eq(&show(&mut feed(script, printed, 20)));
}

fn feed(script: &str, printed: &[&str], max_instances: u32) -> Metrics {
    let facts = analyse(script, Version::NEWEST).facts;
    let mut config = EngineConfig::new("bpftrace", Version::NEWEST);
    config.max_instances = max_instances;
    let mut metrics = Metrics::new(&facts, "t", 0, &config, None);
    let mut decoder = Decoder::new(Limits::default()).with_maps(Metrics::hints(&facts));
    for line in printed {
        decoder.push(format!("{line}\n").as_bytes(), 1, &mut |event| match event.kind {
            EventKind::Map(message) => metrics.map(&message, 1),
            EventKind::Text { source, text } => metrics.text(source, text.as_str(), 1),
            EventKind::Value(value) => metrics.value(value, 1),
            other => panic!("{other:?}"),
        });
    }
    metrics
}

fn show(metrics: &mut Metrics) -> String {
    let mut text = String::new();
    for metric in metrics.snapshots() {
        let descriptor = &metric.descriptor;
        let leaf = descriptor.name.strip_prefix("bpftrace.scripts.t.data.").unwrap_or("?");
        text +=
            &format!("{} {leaf} {:?} {:?}\n", metric.variable, descriptor.value_type, descriptor.semantics);
        for (number, value) in &metric.values {
            let instance =
                metric.domain.iter().flat_map(|domain| domain.iter()).find(|one| Some(one.number) == *number);
            let name = instance.map(|one| format!("{}#{} ", one.name, one.number)).unwrap_or_default();
            text += &format!("  {name}{:?}\n", value.to_text());
        }
    }
    text
}

#[test]
fn duplicates_are_summed_for_counters_and_the_last_one_stands_otherwise() {
    check(
        r#"BEGIN { @c["a", "b"] = count(); @m["a", "b"] = max(1); @s["a", "b"] = stats(1); }"#,
        &[
            r#"{"type": "map", "data": {"@c": {"a,b,c": 1, "x,y": 5, "a,b,c": 2}}}"#,
            r#"{"type": "map", "data": {"@m": {"a,b,c": 1, "a,b,c": 2}}}"#,
            r#"{"type": "stats", "data": {"@s": {"k,l": {"count": 1, "average": 4, "total": 4}, "k,l": {"count": 3, "average": 8, "total": 24}}}}"#,
        ],
        &expect![[r#"
            @c c U64 Counter
              a,b,c#0 "3"
              x,y#1 "5"
            @m m I64 Instant
              a,b,c#0 "2"
            @s.count s.count U64 Counter
              k,l#0 "4"
            @s.average s.average I64 Instant
              k,l#0 "7"
            @s.total s.total I64 Counter
              k,l#0 "28"
        "#]],
    );
}

#[test]
fn values_of_every_shape() {
    check(
        r#"BEGIN { @h = hist(1); @kh["x"] = lhist(1, 0, 10, 1); @st = stats(-1); @text = "s"; @tuple = (1, "a"); @n = 1; @a = avg(3); }"#,
        &[
            r#"{"type": "hist", "data": {"@h": [{"max": -1, "count": 1}, {"min": 0, "max": 0, "count": 0}]}}"#,
            r#"{"type": "hist", "data": {"@kh": {"dd": [{"min": 10, "count": 2}]}}}"#,
            r#"{"type": "stats", "data": {"@st": {"count": 2, "average": -15, "total": -30}}}"#,
            r#"{"type": "map", "data": {"@text": "é"}}"#,
            r#"{"type": "map", "data": {"@tuple": [1,"a",[2,-3]]}}"#,
            r#"{"type": "map", "data": {"@n": "9007199254740993"}}"#,
            r#"{"type": "stats", "data": {"@a": 12}}"#,
            r#"{"type": "map", "data": {"@unknown": 12}}"#,
        ],
        &expect![[r#"
            @h h U64 Counter
              -inf--1#0 "1"
              0-0#1 "0"
            @kh kh U64 Counter
              dd::10-inf#0 "2"
            @st.count st.count U64 Counter
              "2"
            @st.average st.average I64 Instant
              "-15"
            @st.total st.total I64 Instant
              "-30"
            @text text Text Instant
              "é"
            @tuple tuple Text Instant
              "(1, a, (2, -3))"
            @n n I64 Instant
              "9007199254740993"
            @a a I64 Instant
              "12"
        "#]],
    );
}

#[test]
fn printed_text_is_one_metric() {
    check(
        r#"tracepoint:a:b { printf("x\n"); join(args->argv); print((1, "a")); time("%H"); }"#,
        &[
            r#"{"type": "printf", "data": "x\n"}"#,
            r#"{"type": "join", "data": "ls -l"}"#,
            r#"{"type": "value", "data": [1,"a"]}"#,
            r#"{"type": "time", "data": "13"}"#,
        ],
        &expect![[r#"
            @output output Text Instant
              "x\nls -l\n(1, a)\n13"
        "#]],
    );
}

#[test]
fn what_does_not_fit_its_shape_is_left_out() {
    check(
        "BEGIN { @n = count(); @k[1] = count(); @h = hist(1); }",
        &[
            r#"{"type": "map", "data": {"@n": 3}}"#,
            r#"{"type": "map", "data": {"@n": "words"}}"#,
            r#"{"type": "map", "data": {"@k": 3}}"#,
            r#"{"type": "map", "data": {"@h": 3}}"#,
        ],
        &expect![[r#"
            @n n U64 Counter
            @k k U64 Counter
            @h h U64 Counter
        "#]],
    );
}

#[test]
fn the_first_value_tells_that_a_field_is_text() {
    check(
        "tracepoint:sched:sched_switch { @last[cpu] = args->prev_comm; @pid = args->prev_pid; }",
        &[
            r#"{"type": "map", "data": {"@last": {"0": "dd", "1": "3"}}}"#,
            r#"{"type": "map", "data": {"@pid": 3}}"#,
        ],
        &expect![[r#"
            @last last Text Instant
              0#0 "dd"
              1#1 "3"
            @pid pid I64 Instant
              "3"
        "#]],
    );
}

#[test]
fn forgotten_values_leave_numbers_behind() {
    let script = "BEGIN { @k[1] = count(); }";
    let mut metrics = feed(script, &[r#"{"type": "map", "data": {"@k": {"1": 1, "2": 2}}}"#], 20);
    metrics.forget();
    assert!(metrics.snapshots()[0].values.is_empty());
    assert_eq!(metrics.snapshots()[0].domain.as_ref().map(|domain| domain.len()), Some(0));
    let mut decoder = Decoder::new(Limits::default());
    decoder.push(
        b"{\"type\": \"map\", \"data\": {\"@k\": {\"2\": 5}}}\n",
        1,
        &mut |event| match event.kind {
            EventKind::Map(message) => metrics.map(&message, 1),
            other => panic!("{other:?}"),
        },
    );
    assert_eq!(show(&mut metrics), "@k k U64 Counter\n  2#1 \"5\"\n");
}

#[test]
fn of_too_many_keys_the_smallest_values_are_left_out() {
    let keys = r#"{"type": "map", "data": {"@k": {"a": 1, "b": 2, "c": 3, "d": 4}}}"#;
    let mut metrics = feed("BEGIN { @k[comm] = count(); }", &[keys], 2);
    assert_eq!(show(&mut metrics), "@k k U64 Counter\n  c#1 \"3\"\n  d#0 \"4\"\n");
}

/// The PMID item of each variable of `script`, given the positions of an earlier life.
fn items(script: &str, before: &[(&str, u32)]) -> Vec<String> {
    let facts = analyse(script, Version::NEWEST).facts;
    let config = EngineConfig::new("bpftrace", Version::NEWEST);
    let positions = before.iter().map(|(variable, position)| (variable.to_string(), *position)).collect();
    let numbering = Numbering { positions, ..Numbering::default() };
    let mut metrics = Metrics::new(&facts, "t", 0, &config, Some(numbering));
    let item = |metric: &Arc<MetricSnapshot>| format!("{} {}", metric.variable, metric.descriptor.pmid.item);
    metrics.snapshots().iter().map(item).collect()
}

#[test]
fn a_variable_keeps_its_position() {
    let script = "BEGIN { @new = 1; @b = stats(1); @a = 1; printf(\"x\"); }";
    assert_eq!(
        items(script, &[]),
        ["@new 10", "@b.count 11", "@b.average 12", "@b.total 13", "@a 14", "@output 15"]
    );
    let before = [("@a", 0), ("@b.total", 1), ("@gone", 2), ("output", 3), ("@b.count", 4)];
    assert_eq!(
        items(script, &before),
        ["@a 10", "@b.total 11", "@output 13", "@b.count 14", "@new 15", "@b.average 16"]
    );
}

#[test]
fn positions_that_make_no_sense_are_given_anew() {
    assert_eq!(items("BEGIN { @a = 1; @b = 1; }", &[("@a", 4), ("@b", 4)]), ["@a 14", "@b 15"]);
    assert_eq!(items("BEGIN { @a = 1; }", &[("@a", MAX_POSITIONS)]), ["@a 10"]);
    // Map and printed text have the same name in the control metrics, and not the same number.
    assert_eq!(items("BEGIN { @output = 1; printf(\"x\"); }", &[]), ["@output 10", "@output 11"]);
}

#[test]
fn when_all_positions_are_taken_those_of_gone_variables_are_used() {
    let gone: Vec<String> = (0..MAX_POSITIONS - 1).map(|number| format!("@v{number}")).collect();
    let before: Vec<(&str, u32)> = gone.iter().map(String::as_str).zip(0..).collect();
    let items = items("BEGIN { @a = 1; @b = 1; @c = 1; @v7 = 1; }", &before);
    assert!(items.contains(&"@v7 17".to_string()), "{items:?}");
    let mut numbers: Vec<&str> = items.iter().map(|item| item.split(' ').next_back().unwrap()).collect();
    numbers.dedup();
    assert_eq!(numbers.len(), 4, "{items:?}");
    assert!(items.contains(&format!("@a {}", 10 + MAX_POSITIONS - 1)), "the last free one first: {items:?}");
}
