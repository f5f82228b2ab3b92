//! Streams that no recording has: cut, too long, broken, of other versions, and rubbish.

mod describe;

use bt_output::{Decoder, Limits, Release};
use expect_test::{Expect, expect};
use proptest::prelude::*;

fn check(stream: &str, expected: &Expect) {
    expected.assert_eq(&describe::events([stream.as_bytes()], Limits::default(), &[]).join("\n"));
}

#[test]
fn values_without_quotes_among_others() {
    check(
        concat!(
            "{\"type\": \"map\", \"data\": {\"@k\": {\"1\": 13:52:09, \"2\": a, \"b\", \"3\": Sun, 22 Nov}}}\n",
            "{\"type\": \"map\", \"data\": {\"@t\": [1,13:52:09,\"x\"]}}\n",
            "{\"type\": \"map\", \"data\": {\"@m\": {\"a\": 1, \"b\": unified:/,cpu:/}}}\n",
            "{\"type\": \"value\", \"data\": }\n",
            "{\"type\": \"hist\", \"data\": {\"@h\": }}\n",
            "{\"type\": \"hist\", \"data\": {\"@h\": []}}\n",
            "{\"type\": \"stats\", \"data\": {\"@s\": {}}}\n",
        ),
        &expect![[r#"
            Map @k ["1"] "13:52:09"; ["2"] "a, \"b\""; ["3"] "Sun, 22 Nov"
            Map @t (1, "13:52:09", "x")
            Map @m ["a"] 1; ["b"] "unified:/,cpu:/"
            value null
            Histogram @h <>
            Histogram @h <>
            Stats @s 
            7 lines, 0 unexplained"#]],
    );
}

#[test]
fn releases_up_to_0_23() {
    check(
        concat!(
            // 0.9.2
            "{\"type\": \"attached_probes\", \"probes\": 3}\n",
            "{\"type\": \"printf\", \"msg\": \"x\"}\n",
            "{\"type\": \"lost_events\", \"events\": 7}\n",
        ),
        &expect![[r#"
            attached 3
            printf "x"
            lost 7
            3 lines, 0 unexplained"#]],
    );
    check(
        concat!(
            // up to 0.12
            "{\"type\": \"stats\", \"data\": {\"@a\": {    \"x\": 10,     \"y\": 15}}}\n",
            // 0.12 to 0.23
            "{\"type\": \"lost_events\", \"data\": {\"events\": 6754}}\n",
            "{\"type\": \"lost_events\", \"data\": \"out of watchpoint registers\"}\n",
            "{\"type\": \"map\", \"data\": {\"@k\": {\"1\": 09, \"2\": 02:42:ac:11:00:02}}}\n",
            "{\"type\": \"map\", \"data\": {\"@s\": { \"a\": 1, \"t\": 09:00 }}}\n",
            "{\"type\": \"?\", \"data\": 1}\n",
        ),
        &expect![[r#"
            Stats @a ["x"] 10; ["y"] 15
            lost 6754
            note warning "out of watchpoint registers"
            Map @k ["1"] "09"; ["2"] "02:42:ac:11:00:02"
            Map @s {a=1, t="09:00"}
            note unknown-message "{\"type\": \"?\", \"data\": 1}"
            6 lines, 0 unexplained"#]],
    );
}

#[test]
fn releases_from_0_24() {
    check(
        concat!(
            "{\"type\": \"attached_probes\", \"count\": 1, \"data\": {\"probes\": 1}}\n",
            "{\"type\": \"map\", \"data\": {\"@b\": true}}\n",
            "{\"type\": \"stats\", \"data\": {\"@s\": {\"count\": 2, \"average\": \"9007199254740993\", \"total\": 3}}}\n",
            "{\"type\": \"hist\", \"data\": {\"@h\": [{\"min\": 4, \"max\": 7, \"count\": 15},{\"min\": 8, \"max\": \"9223372036854775807\", \"count\": 1}]}}\n",
            "{\"type\": \"tseries\", \"data\": {\"@k\": {\"1,x\": [{\"interval_start\":\"2026-11-22 13:55:21.000000000\",\"value\":8}]}}}\n",
            "{\"type\": \"runtime_error\", \"msg\": \"Divide\", \"filename\": \"stdin\", \"line\": 1, \"col\": 50}\n",
            "{\"type\": \"errorf\", \"msg\": \"err 1\\n\", \"filename\": \"stdin\", \"line\": 1, \"col\": 9}\n",
            "{\"type\": \"errorf\", \"msg\": \"9007199254740993\", \"filename\": \"stdin\", \"line\": 2, \"col\": 9}\n",
            "{\"type\": \"benchmark_results\", \"data\": {\"a\": 5}}\n",
            "{\"type\": \"benchmark_result\", \"data\": {\"x\": {\"average\": 1, \"iters\": 1.5}}}\n",
            "{\"type\": \"test_result\", \"data\": {\"t\": {\"duration\": 5, \"passed\": true, \"output\": \"\"}}}\n",
            // numbers that a double does not hold, and texts that are none
            "{\"type\": \"map\", \"data\": {\"@q\": [\"9007199254740993\",\"-9223372036854775807\",\"9007199254740992\",\"09007199254740993\",\"18446744073709551616\"]}}\n",
            // after an escape, numbers of histograms and losses are hexadecimal
            "{\"type\": \"printf\", \"data\": \"\\u0001\"}\n",
            "{\"type\": \"hist\", \"data\": {\"@h\": [{\"min\": 4, \"max\": 7, \"count\": f}]}}\n",
            "{\"type\": \"lost_events\", \"count\": 1f3e, \"data\": {\"events\": 1f3e}}\n",
            "{\"type\": \"tseries\", \"data\": {\"@a\": [{\"interval_start\":\"13:55:21.0\",\"value\":12c}]}}\n",
            "{\"type\": \"tseries\", \"data\": {\"@a\": [{\"interval_start\":2026-11-22 13:55,\"value\":1}null{\"interval_start\":x,\"value\":\"9007199254740993\"}]}}\n",
            "{\"type\": \"map\", \"data\": {\"@n\": 10}}\n",
        ),
        &expect![[r#"
            attached 1
            Map @b true
            Stats @s n=2 avg=9007199254740993 sum=3
            Histogram @h <4-7:15 8-9223372036854775807:1>
            TimeSeries @k (lossy keys) ["1,x"] ({interval_start="2026-11-22 13:55:21.000000000", value=8})
            runtime_error "Divide" at stdin:1:50, 1 times
            errorf "err 1\n" at stdin:1:9, 1 times
            errorf "9007199254740993" at stdin:2:9, 1 times
            benchmark report {a=5}
            benchmark report {x={average=1, iters="1.5"}}
            test report {t={duration=5, passed=true, output=""}}
            Map @q (9007199254740993, -9223372036854775807, "9007199254740992", "09007199254740993", "18446744073709551616")
            printf "\u{1}"
            Histogram @h <4-7:15>
            lost 7998
            TimeSeries @a ({interval_start="13:55:21.0", value=300})
            TimeSeries @a ({interval_start="2026-11-22 13:55", value=1}, {interval_start="x", value=9007199254740993})
            Map @n 10
            18 lines, 0 unexplained, the last 2 are the final dump"#]],
    );
}

/// With `-q` no message says at once which release it is: others do, and then it holds for the whole line.
#[test]
fn a_quiet_stream_tells_its_release_later() {
    check(
        concat!(
            "{\"type\": \"printf\", \"data\": \"\\u0001\"}\n",
            // Nothing tells yet.
            "{\"type\": \"hist\", \"data\": {\"@h\": [{\"min\": 4, \"max\": 7, \"count\": 10}]}}\n",
            // No blank between buckets.
            "{\"type\": \"hist\", \"data\": {\"@h\": [{\"min\": 4, \"max\": 7, \"count\": 10},{\"min\": 8, \"max\": 15, \"count\": 11}]}}\n",
            "{\"type\": \"hist\", \"data\": {\"@h\": [{\"min\": 4, \"max\": 7, \"count\": 10}]}}\n",
        ),
        &expect![[r#"
            printf "\u{1}"
            Histogram @h <4-7:10>
            Histogram @h <4-7:16 8-15:17>
            Histogram @h <4-7:16>
            4 lines, 0 unexplained, the last 1 are the final dump"#]],
    );
    check(
        concat!(
            "{\"type\": \"printf\", \"data\": \"\\u0001\"}\n",
            "{\"type\": \"hist\", \"data\": {\"@h\": [{\"min\": 4, \"max\": 7, \"count\": 1f}]}}\n",
        ),
        &expect![[r#"
            printf "\u{1}"
            Histogram @h <4-7:31>
            2 lines, 0 unexplained, the last 1 are the final dump"#]],
    );
}

#[test]
fn keys_that_are_escaped_twice() {
    check(
        concat!(
            "{\"type\": \"attached_probes\", \"data\": {\"probes\": 1}}\n",
            // By chance these could be texts with backslashes.
            "{\"type\": \"map\", \"data\": {\"@a\": {\"\\\\n        work+0\\\\n\": 1, \"a\\\\\\\\b\": \"c\\\\d\"}}}\n",
            // These could not.
            "{\"type\": \"map\", \"data\": {\"@b\": {\"caf\\\\uffffffc3\\\\uffffffa9 \\\\\\\"q\\\\\\\"\": 1}}}\n",
            "{\"type\": \"map\", \"data\": {\"@c\": {\"\\\\\\\\xff\": 1}}}\n",
        ),
        &expect![[r#"
            attached 1
            Map @a ["\n        work+0\n"] 1; ["a\\b"] "c\\d"
            Map @b ["café \"q\""] 1
            Map @c ["\\xff"] 1
            4 lines, 0 unexplained"#]],
    );
    check(
        concat!(
            "{\"type\": \"attached_probes\", \"data\": {\"probes\": 1}}\n",
            // One key that can only be escaped once decides for all.
            "{\"type\": \"map\", \"data\": {\"@a\": {\"a\\\\nb\": 1, \"quote\\\"d\": 2}}}\n",
            "{\"type\": \"map\", \"data\": {\"@a\": {\"a\\\\nb\": 1}}}\n",
        ),
        &expect![[r#"
            attached 1
            Map @a ["a\\nb"] 1; ["quote\"d"] 2
            Map @a ["a\\nb"] 1
            3 lines, 0 unexplained"#]],
    );
}

#[test]
fn a_child_that_prints_no_line_end() {
    check(
        concat!(
            "child {\"type\": \"printf\", \"data\": \"x\\n\"}\n",
            "{\"type\": \"map\"{\"type\": \"map\", \"data\": {\"@x\": 1}}\n",
            "child {\"type\": \"mine\"}\n",
        ),
        &expect![[r#"
            note foreign "child "
            printf "x\n"
            note malformed "{\"type\": \"map\""
            Map @x 1
            note foreign "child {\"type\": \"mine\"}"
            3 lines, 1 unexplained"#]],
    );
}

#[test]
fn errors_are_counted_by_their_place() {
    let error = |column: u32, code: i32| {
        format!(
            "{{\"type\": \"helper_error\", \"helper\": \"map_update_elem\", \"retcode\": {code}, \"line\": 1, \"col\": {column}}}\n"
        )
    };
    let stream = [error(9, -7), error(9, -7), error(20, -2), error(9, -12)].concat();
    check(
        &stream,
        &expect![[r#"
        helper_error map_update_elem -7 "" at :1:9, 1 times
        helper_error map_update_elem -2 "" at :1:20, 1 times
        helper_error map_update_elem -12 "" at :1:9, 2 times
        4 lines, 0 unexplained"#]],
    );
}

#[test]
fn the_final_dump() {
    let map = |name: &str| format!("{{\"type\": \"map\", \"data\": {{\"{name}\": 1}}}}\n");
    let (a, b, text) = (map("@a"), map("@b"), "{\"type\": \"printf\", \"data\": \"x\"}\n");
    // Up to 0.23 it is announced.
    check(
        &[&a, &b, text, "\n\n", &a, &b].concat(),
        &expect![[r#"
        Map @a 1
        Map @b 1
        printf "x"
        note blank ""
        note blank ""
        dump of Map @a 1
        dump of Map @b 1
        7 lines, 0 unexplained, the last 2 are the final dump"#]],
    );
    // Later only whoever ended bpftrace knows; at its end, the order tells.
    let attached = "{\"type\": \"attached_probes\", \"count\": 1, \"data\": {\"probes\": 1}}\n";
    check(
        &[attached, &b, &a, &b].concat(),
        &expect![[r#"
        attached 1
        Map @b 1
        Map @a 1
        Map @b 1
        4 lines, 0 unexplained, the last 2 are the final dump"#]],
    );
    let mut decoder = Decoder::new(Limits::default());
    let mut lines = Vec::new();
    decoder.push([attached, &a].concat().as_bytes(), 0, &mut |event| lines.push(describe::event_line(event)));
    decoder.expect_final_dump();
    decoder.push(a.as_bytes(), 0, &mut |event| lines.push(describe::event_line(event)));
    expect![[r#"
        attached 1
        Map @a 1
        dump of Map @a 1"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn events_are_stamped_when_their_line_ends() {
    let mut decoder = Decoder::new(Limits::default());
    let mut stamps = Vec::new();
    for (now, chunk) in [(1, "one\ntw"), (2, "o"), (3, "\nthree")] {
        decoder.push(chunk.as_bytes(), now, &mut |event| stamps.push(event.arrived_at_millis));
    }
    decoder.finish(4, &mut |event| stamps.push(event.arrived_at_millis));
    assert_eq!(stamps, [1, 3, 4]);
}

#[test]
fn broken_and_cut_lines() {
    check(
        concat!(
            "{\"type\": \"map\", \"data\": {\"@x\": {\"a\": 1, \n",
            "{\"type\": \"map\", \"data\": {\"@x\": 1}} junk\n",
            "{\"type\": \"map\"}\n",
            "{\"type\": \"printf\", \"data\": 5}\n",
            "{\"type\": 5}\n",
            "{\"other\": 1}\n",
            "  \r\n",
            "{\"type\": \"map\", \"data\": {\"@x\": 1",
        ),
        &expect![[r#"
            note malformed "{\"type\": \"map\", \"data\": {\"@x\": {\"a\": 1, "
            note malformed "{\"type\": \"map\", \"data\": {\"@x\": 1}} junk"
            note malformed "{\"type\": \"map\"}"
            note malformed "{\"type\": \"printf\", \"data\": 5}"
            note malformed "{\"type\": 5}"
            note foreign "{\"other\": 1}"
            note blank "  "
            note truncated "{\"type\": \"map\", \"data\": {\"@x\": 1"
            8 lines, 5 unexplained"#]],
    );
    check(
        "{\"type\": \"map\", \"data\": {\"@x\": 1}}",
        &expect![[r#"
        Map @x 1
        1 lines, 0 unexplained"#]],
    );
    check(
        "{\"ty",
        &expect![[r#"
            note truncated "{\"ty"
            1 lines, 0 unexplained"#]],
    );
}

#[test]
fn bounds() {
    let limits = Limits { max_line_bytes: 60, max_keys: 2, max_text_bytes: 5 };
    let stream = concat!(
        "{\"type\": \"printf\", \"data\": \"ééé\"}\n",
        "{\"type\": \"map\", \"data\": {\"@\": {\"a\": 1, \"b\": 2, \"c\": 3}}}\n",
        "this line is longer than the bound, and nothing of it is kept but its beginning\n",
        "{\"type\": \"value\", \"data\": 1}\n",
    );
    let expected = expect![[r#"
        printf "éé"
        note text-cut "printf" of 6
        Map @ ["b"] 2; ["c"] 3
        note keys-dropped "@" of 1
        note line-too-long "this " of 79
        value 1
        4 lines, 0 unexplained"#]];
    for size in [1, 10, 1000] {
        expected.assert_eq(&describe::events(stream.as_bytes().chunks(size), limits, &[]).join("\n"));
    }
}

#[test]
fn deep_nesting_is_no_danger() {
    let deep =
        format!("{{\"type\": \"value\", \"data\": {}1{}}}\n", "[".repeat(100_000), "]".repeat(100_000));
    let events = describe::events([deep.as_bytes()], Limits::default(), &[]);
    assert_eq!(events.last().unwrap(), "1 lines, 1 unexplained");
}

#[test]
fn a_broken_list_is_read_once_and_not_again_at_each_depth() {
    // Twice as long for each depth would not end.
    let broken = format!("{{\"type\": \"map\", \"data\": {{\"@t\": {}1}}}}\n", "[1, ".repeat(60));
    let events = describe::events([broken.as_bytes()], Limits::default(), &[]);
    assert_eq!(events.last().unwrap(), "1 lines, 1 unexplained");
}

/// Lines of messages, and of what looks like some.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("{\"type\": \"map\", \"data\": {\"@x\": ".as_bytes().to_vec()),
        Just(
            "{\"type\": \"hist\", \"data\": {\"@h\": [{\"min\": 1, \"max\": 2, \"count\": 3}"
                .as_bytes()
                .to_vec()
        ),
        Just(
            "{\"type\": \"stats\", \"data\": {\"@s\": {\"count\": 1, \"average\": 2, \"total\": 3}"
                .as_bytes()
                .to_vec()
        ),
        Just("{\"type\": \"printf\", \"data\": \"".as_bytes().to_vec()),
        Just("{\"type\": \"value\", \"data\": ".as_bytes().to_vec()),
        Just("{\"type\": \"lost_events\", \"data\": {\"events\": ".as_bytes().to_vec()),
        Just("{\"type\": \"helper_error\", \"line\": 1".as_bytes().to_vec()),
        "[\\[\\]{}\",: 0-9a-z\\\\@-]{0,12}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..6),
        Just(b"\\uffffffc3".to_vec()),
        Just(b"}}\n".to_vec()),
        Just(b"\n".to_vec()),
    ];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

/// Lines of which some replace others.
const PRINTED: [&str; 7] = [
    "{\"type\": \"map\", \"data\": {\"@a\": 1}}\n",
    "{\"type\": \"map\", \"data\": {\"@a\": {\"x\\u0001\": 2}}}\n",
    "{\"type\": \"map\", \"data\": {\"@ab\": 3}}\n",
    "{\"type\": \"hist\", \"data\": {\"@h\": [{\"min\": 4, \"max\": 7, \"count\": 10}]}}\n",
    "{\"type\": \"hist\", \"data\": {\"@h\": [{\"min\": 8, \"max\": 15, \"count\": 11}]}}\n",
    "{\"type\": \"printf\", \"data\": \"x\"}\n",
    "foreign\n",
];

proptest! {
    /// Rubbish is no danger, and how the stream is cut does not matter.
    #[test]
    fn any_split_of_anything_gives_the_same_events(stream in stream(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)) {
        let limits = Limits { max_line_bytes: 200, max_keys: 3, max_text_bytes: 20 };
        let whole = describe::events([&stream[..]], limits, &[]);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &stream[pair[0]..pair[1]]).collect();
        prop_assert_eq!(describe::events(chunks, limits, &[]), whole);
        let lines = stream.split(|byte| *byte == b'\n').count() as u64;
        let mut decoder = Decoder::new(limits);
        decoder.push(&stream, 0, &mut |_| {});
        decoder.finish(0, &mut |_| {});
        let is_ended = stream.is_empty() || stream.ends_with(b"\n");
        prop_assert_eq!(decoder.summary().lines, lines - u64::from(is_ended));
    }

    /// Leaving out what is replaced changes neither the last print of a map nor anything else, however it is cut.
    #[test]
    fn the_newest_is_the_last(
        lines in prop::collection::vec(0usize..PRINTED.len(), 0..30),
        is_new in any::<bool>(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        // Only 0.24 and later say `count`; from then on an escape changes how numbers are written.
        let head = if is_new { "{\"type\": \"attached_probes\", \"count\": 1, \"data\": {\"probes\": 1}}\n" } else { "" };
        let text = lines.iter().map(|line| PRINTED[*line]).collect::<String>();
        let stream = format!("{head}{text}");
        let mut all = Vec::new();
        let mut every = Decoder::new(Limits::default());
        every.push(stream.as_bytes(), 0, &mut |event| all.push(describe::event_line(event)));

        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let mut some = Vec::new();
        let mut newest = Decoder::new(Limits::default());
        for pair in cuts.windows(2) {
            let bytes = &stream.as_bytes()[pair[0]..pair[1]];
            newest.push_newest(bytes, 0, &mut |event| some.push(describe::event_line(event)));
        }
        prop_assert_eq!(newest.summary().lines, every.summary().lines);
        let is_print = |line: &&String| line.contains(" @");
        let others = |lines: &[String]| lines.iter().filter(|line| !is_print(line)).cloned().collect::<Vec<_>>();
        prop_assert_eq!(others(&some), others(&all));
        for map in ["Map @a ", "Map @ab ", "Histogram @h "] {
            let last = |lines: &[String]| lines.iter().rfind(|line| line.starts_with(map)).cloned();
            prop_assert_eq!(last(&some), last(&all), "{}", map);
        }
    }

    /// A printed text comes back exactly, as bpftrace 0.17 escapes it. The decoder has to know the release: 0.22 and 0.23
    /// escape keys twice, and print a line end as 0.17 prints a backslash before an `n`.
    #[test]
    fn printed_text_comes_back(text in any::<String>()) {
        let mut escaped = String::new();
        for byte in text.bytes() {
            match byte {
                b'"' => escaped.push_str("\\\""),
                b'\\' => escaped.push_str("\\\\"),
                b'\n' => escaped.push_str("\\n"),
                b'\r' => escaped.push_str("\\r"),
                b'\t' => escaped.push_str("\\t"),
                0..0x20 => escaped.push_str(&format!("\\u{byte:04x}")),
                0x80.. => escaped.push_str(&format!("\\uffffff{byte:02x}")),
                _ => escaped.push(char::from(byte)),
            }
        }
        let line = format!("{{\"type\": \"map\", \"data\": {{\"@x\": {{\"{escaped}\": \"{escaped}\"}}}}}}\n");
        let decoder = Decoder::new(Limits::default()).of_release(Release { major: 0, minor: 17 });
        let events = describe::events_of(decoder, [line.as_bytes()]);
        prop_assert_eq!(&events[0], &format!("Map @x [{text:?}] {text:?}"));
    }
}
