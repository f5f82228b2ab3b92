//! Recordings of four releases: nothing in them stays unexplained, and what they say follows from their scripts.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files and may panic")]

mod describe;
mod expected;

use bt_output::{Decoder, Limits, MapHint, Release};
use expect_test::{Expect, expect};
use expected::{RELEASES, samples};

fn recording(name: &str) -> Vec<u8> {
    std::fs::read(samples().join(format!("v0.17/{name}.ndjson"))).unwrap()
}

fn decode(bytes: &[u8]) -> Vec<String> {
    describe::events([bytes], Limits::default(), &[])
}

/// The events but for the blank lines before the final dump.
fn check(name: &str, expected: &Expect) {
    let events = decode(&recording(name));
    let events: Vec<String> = events.into_iter().filter(|line| line != "note blank \"\"").collect();
    expected.assert_eq(&events.join("\n"));
}

/// All recordings: the minor version, the name, and what was recorded.
fn recordings() -> Vec<(u16, String, Vec<u8>)> {
    let mut recordings = Vec::new();
    for minor in RELEASES {
        for entry in std::fs::read_dir(samples().join(format!("v0.{minor}"))).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "ndjson") {
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                recordings.push((minor, name, std::fs::read(&path).unwrap()));
            }
        }
    }
    assert!(recordings.len() > 270, "only {} recordings found", recordings.len());
    recordings
}

#[test]
fn no_line_is_unexplained_in_any_chunks() {
    for (minor, name, bytes) in recordings() {
        let whole = decode(&bytes);
        let unexplained = whole.iter().filter(|line| {
            line.starts_with("note") && !line.starts_with("note blank") && !line.starts_with("note foreign")
        });
        assert_eq!(unexplained.count(), 0, "{name} of 0.{minor}: {whole:#?}");
        for size in [1, 7, 4096] {
            let chunked = describe::events(bytes.chunks(size), Limits::default(), &[]);
            assert!(chunked == whole, "{name} of 0.{minor} by {size}");
        }
    }
}

/// Only these print text that is no message: output of a child, of an `iter` probe, and of `-v`.
#[test]
fn foreign_text_is_where_it_should_be() {
    for (minor, name, bytes) in recordings() {
        let has_foreign = decode(&bytes).iter().any(|line| line.starts_with("note foreign"));
        let may = ["76-child-c-cmd", "84-verbose", "100-skb-iter-na", "82-no-probes-attach"];
        assert!(!has_foreign || may.contains(&name.as_str()), "{name} of 0.{minor}");
    }
}

/// What a release does is told by its output, and telling it changes nothing.
#[test]
fn recordings_tell_their_release() {
    for (minor, name, bytes) in recordings() {
        let told = Decoder::new(Limits::default()).of_release(Release { major: 0, minor });
        assert_eq!(describe::events_of(told, [&bytes[..]]), decode(&bytes), "{name} of 0.{minor}");
    }
}

#[test]
fn recordings_say_what_their_scripts_say() {
    let mut compared = 0;
    let expected = expected::all();
    for (minor, name, bytes) in recordings() {
        let Some(expected) = expected.iter().find(|expected| expected.name == name) else { continue };
        if expected.runs_on(minor) {
            let printed = expected::decode(Decoder::new(Limits::default()), &bytes);
            assert_eq!(printed, expected.of(minor), "{name} of 0.{minor}");
            compared += 1;
        }
    }
    assert!(compared > 110, "only {compared} recordings were compared");
}

#[test]
fn text() {
    check(
        "02-printf-nonl",
        &expect![[r#"
        attached 1
        printf "no newline"
        printf " second"
        printf "three\nlines\nhere"
        6 lines, 0 unexplained"#]],
    );
    check(
        "05-printf-utf8",
        &expect![[r#"
        attached 1
        printf "café ✓ 😀 \u{1}\u{1b}[31mred\u{1b}[0m\u{7f} tab\t cr\r bs\\ q\" sl/\n"
        4 lines, 0 unexplained"#]],
    );
    check(
        "06-printf-badutf8-hexescape",
        &expect![[r#"
            attached 1
            printf b"\xff\xfe\xc3\xa9|\xc3\xa9\n"
            4 lines, 0 unexplained"#]],
    );
    check(
        "49-join",
        &expect![[r#"
            attached 1
            join "/bin/true arg one q\"uote unié"
            join "/bin/true|arg one|q\"uote|unié"
            join "/bin/sleep 0.03"
            join "/bin/sleep|0.03"
            join "/bin/true arg one q\"uote unié"
            join "/bin/true|arg one|q\"uote|unié"
            dump of Map @n 3
            10 lines, 0 unexplained, the last 1 are the final dump"#]],
    );
    check(
        "50-system-unsafe",
        &expect![[r#"
        attached 1
        syscall "hi\n"
        syscall "5 bpftrace\n"
        syscall "nonl"
        6 lines, 0 unexplained"#]],
    );
    check(
        "106-begin-end-order",
        &expect![[r#"
            attached 1
            printf "1\n"
            value 1
            time "13\n"
            cat "vm\n"
            Map @a 2
            Map @a 2
            printf "2\n"
            dump of Map @a 2
            11 lines, 0 unexplained, the last 1 are the final dump"#]],
    );
}

#[test]
fn numbers_and_keys() {
    check(
        "08-int-keys",
        &expect![[r#"
            attached 1
            dump of Map @ ["1"] 1; ["0"] 2
            dump of Map @m ["6"] -8; ["-5"] -7
            dump of Map @neg ["-1"] 3
            dump of Map @u ["-1"] 4
            dump of Map @v ["3"] 5; ["2"] 9007199254740993; ["1"] 18446744073709551615
            8 lines, 0 unexplained, the last 5 are the final dump"#]],
    );
    check(
        "09-str-scalar-keyed",
        &expect![[r#"
            attached 1
            dump of Map @ [""] ""; ["k,2"] "v,2"; ["k1"] "v1"
            dump of Map @k ["x"] "{}"
            dump of Map @s "a\"b\\c\n"
            6 lines, 0 unexplained, the last 3 are the final dump"#]],
    );
    check(
        "10-agg-scalar",
        &expect![[r#"
            attached 1
            dump of Stats @a 12
            dump of Stats @an -7
            dump of Map @c 1
            dump of Map @ma 9
            dump of Map @mi -3
            dump of Map @mi2 3
            dump of Map @s 5
            dump of Map @sn -5
            dump of Stats @st n=2 avg=3 sum=7
            12 lines, 0 unexplained, the last 9 are the final dump"#]],
    );
    check(
        "12-count-big",
        &expect![[r#"
            attached 1
            dump of Map @s 9223372036854775807
            dump of Map @s2 18446744073709551615
            dump of Stats @st n=1 avg=9223372036854775807 sum=9223372036854775807
            6 lines, 0 unexplained, the last 3 are the final dump"#]],
    );
    check(
        "22-multi-key-commas",
        &expect![[r#"
            attached 1
            dump of Map @ ["a,b,c"] 1; ["a,b,c"] 2
            dump of Map @n ["1,x, y,-3"] 4
            5 lines, 0 unexplained, the last 2 are the final dump"#]],
    );
    check(
        "102-nested-quotes-key",
        &expect![[r#"
            attached 1
            dump of Map @ ["{\"a\":[1,2]}"] "[1,{\"b\":null}]"
            dump of Map @t ["1"] ("\"", "\\", "\n")
            5 lines, 0 unexplained, the last 2 are the final dump"#]],
    );
}

#[test]
fn histograms_and_statistics() {
    check(
        "18-lhist-mid",
        &expect![[r#"
            attached 1
            dump of Histogram @ <30-39:1 40-49:0 50-59:1>
            dump of Histogram @k <2048-3071:1>
            dump of Histogram @over <100-inf:1>
            dump of Histogram @under <-inf--1:1>
            7 lines, 0 unexplained, the last 4 are the final dump"#]],
    );
    check(
        "20-stats-keyed-neg",
        &expect![[r#"
            attached 1
            dump of Stats @ ["1"] n=2 avg=-15 sum=-30; ["2"] n=1 avg=5 sum=5
            dump of Stats @avg ["1"] -15
            5 lines, 0 unexplained, the last 2 are the final dump"#]],
    );
    check(
        "44-print-top-div",
        &expect![[r#"
            attached 1
            Map @ ["2"] 2; ["3"] 3
            Map @ ["3"] 1
            Map @s ["2"] -3; ["1"] 1
            Map @s ["2"] -3; ["1"] 1
            Histogram @h ["b"] <2-3:2>
            Histogram @h ["b"] <2-3:1>
            Stats @av ["2"] 30
            Stats @st ["1"] n=1 avg=100 sum=100; ["2"] n=1 avg=200 sum=200
            dump of Map @ ["1"] 1; ["2"] 2; ["3"] 3
            dump of Stats @av ["1"] 100; ["2"] 300
            dump of Histogram @h ["a"] <1-1:1>; ["b"] <2-3:2>
            dump of Map @s ["2"] -3000; ["1"] 1000
            dump of Stats @st ["1"] n=1 avg=100 sum=100; ["2"] n=1 avg=200 sum=200
            16 lines, 0 unexplained, the last 5 are the final dump"#]],
    );
}

#[test]
fn values() {
    check(
        "21-tuple-values",
        &expect![[r#"
            attached 1
            dump of Map @k ["1"] (1, -2, "s"); ["2"] (3, 4, "t")
            dump of Map @t (1, "a,\"b", (2, (3, "x")))
            5 lines, 0 unexplained, the last 2 are the final dump"#]],
    );
    check(
        "38-struct-array",
        &expect![[r#"
            attached 1
            value {x=7, y=-9}
            value (1, -2, 3, 4)
            value ({x=1, y=0}, {x=0, y=2})
            dump of Map @a -1
            dump of Map @arr (1, -2, 3, 4)
            dump of Map @c -2147483648
            dump of Map @d 18446744073709551615
            dump of Map @in {x=7, y=-9}
            dump of Map @k ["[1,-2,3,4]"] 1
            dump of Map @kin ["{.x=7,.y=-9}"] 2
            dump of Map @n ["na\"me,x"] 3
            dump of Map @t (-1, {x=7, y=-9}, (1, -2, 3, 4))
            15 lines, 0 unexplained, the last 9 are the final dump"#]],
    );
    check(
        "45-print-nonmap",
        &expect![[r#"
        attached 1
        value 1
        value -1
        value "str,\"q\""
        value (1, "a", (2, -3))
        value -1
        value "bpftrace"
        value 24032
        value 1
        value 1
        value "BEGIN"
        13 lines, 0 unexplained"#]],
    );
}

#[test]
fn values_without_quotes() {
    check(
        "34-time-strftime",
        &expect![[r#"
            attached 1
            time "13:52:09\n"
            time "13:52:09\n"
            time "2026-11-22"
            printf "13:52:09.739479\n"
            value 1795355529
            dump of Map @k ["2026-11-22"] 1
            dump of Map @t "13:52:09"
            10 lines, 0 unexplained, the last 2 are the final dump"#]],
    );
    check(
        "73-strerror-kstackless",
        &expect![[r#"
            attached 1
            printf "No such file or directory\n"
            value "Invalid argument"
            dump of Map @e "Permission denied"
            dump of Map @k ["1"] 1
            7 lines, 0 unexplained, the last 2 are the final dump"#]],
    );
}

#[test]
fn errors_and_foreign_text() {
    check(
        "54-helper-error-kk",
        &expect![[r#"
            attached 1
            helper_error probe_read -14 "" at :1:9, 1 times
            helper_error probe_read_str -14 "" at :1:42, 1 times
            dump of Map @x 0
            dump of Map @y ""
            7 lines, 0 unexplained, the last 2 are the final dump"#]],
    );
    check(
        "76-child-c-cmd",
        &expect![[r#"
            attached 2
            note foreign "child-output"
            printf "end\n"
            5 lines, 0 unexplained"#]],
    );
    check(
        "84-verbose",
        &expect![[r#"
            attached 1
            note foreign "Program ID: 2144"
            note foreign "The verifier log: "
            note foreign "processed 30 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 0"
            printf "v\n"
            dump of Map @x 1
            11 lines, 0 unexplained, the last 1 are the final dump"#]],
    );
}

#[test]
fn four_thousand_keys() {
    // The script counts getpgid() by pid; the load called it as often for each of 4096.
    let events = decode(&recording("69-many-keys-4096"));
    let last = events.iter().rfind(|line| line.starts_with("Map @ ")).unwrap();
    let mut entries: Vec<(&str, &str)> =
        last["Map @ ".len()..].split("; ").filter_map(|entry| entry.split_once(' ')).collect();
    entries.sort_unstable();
    entries.dedup_by_key(|(key, _)| *key);
    assert!(entries.len() >= 4000, "{}", entries.len());
}

#[test]
fn hints_tell_a_struct_from_keys() {
    let line = br#"{"type": "map", "data": {"@x": {"a": 1}}}"#;
    let hint = |is_keyed| [MapHint { name: "@x".into(), is_keyed, key: Vec::new() }];
    let decode = |is_keyed| describe::events([&line[..], b"\n"], Limits::default(), &hint(is_keyed));
    assert_eq!(decode(true)[0], r#"Map @x ["a"] 1"#);
    assert_eq!(decode(false)[0], "Map @x {a=1}");
}
