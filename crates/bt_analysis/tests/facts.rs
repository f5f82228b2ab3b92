//! Scripts in, facts out: the table "maps to metrics" of the design document, row by row.

use bt_analysis::{KeyPart, analyse, report_json};
use bt_catalog::Version;
use expect_test::{Expect, expect};

/// A line per map: name, shape, type, semantics, key, label, and what else is to be said.
fn check(source: &str, expected: Expect) {
    check_for(Version::new(0, 17), source, expected);
}

fn check_for(target: Version, source: &str, expected: Expect) {
    let facts = analyse(source, target).facts;
    let lines = facts.maps.iter().map(|map| {
        let label = map.metric_type.map(|label| format!(" {label:?}")).unwrap_or_default();
        let scratch = if map.scratch { " scratch" } else { "" };
        let hidden = if map.exported { "" } else { " hidden" };
        let key = if map.key.is_empty() { String::new() } else { format!(" {:?}", map.key) };
        let (shape, values, semantics) = (map.shape, map.value_type, map.semantics);
        format!("{} {shape:?} {values:?} {semantics:?}{key}{label}{scratch}{hidden}\n", map.name)
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn aggregations() {
    check(
        "tracepoint:a:b { @count = count(); @by[comm] = count(); @stacks[kstack, comm] = count(); @min = min(cpu);
         @max[1] = max(-1); @avg = avg(args->x); @hist = hist(1); @hists[comm] = hist(1); @lhist = lhist(1, 0, 10, 1); }",
        expect![[r#"
            @count Value U64 Counter
            @by Keyed U64 Counter [String]
            @stacks Keyed U64 Counter [Kstack, String] Stacks
            @min Value U64 Instant
            @max Keyed I64 Instant [Int]
            @avg Value I64 Instant
            @hist Histogram U64 Counter Histogram
            @hists KeyedHistogram U64 Counter [String] Histogram
            @lhist Histogram U64 Counter Histogram
        "#]],
    );
}

#[test]
fn a_sum_is_a_counter_if_nothing_negative_goes_in() {
    check(
        "tracepoint:a:b / args->ret > 0 && pid / { @guarded = sum(args->ret); }
         tracepoint:a:c { @unknown = sum(args->ret); @unsigned = sum(nsecs); @signed = sum((int32)arg0);
             @literal = sum(5); @negative = sum(-5); @difference = sum(nsecs - @unsigned); @masked = sum(args->x & 7);
             if (args->y >= 0) { @within = sum(args->y); } else { @otherwise = sum(args->y); }
             @count = sum(args->x > 1); @divided = sum(nsecs / 1000); @mixed = sum(1); @mixed = sum(-1);
             @chosen = sum(args->z > 0 ? args->z : 0); @clipped = sum(args->z < 0 ? 0 : args->z);
             @unclear = sum(args->z > 0 ? args->y : 0); @turned = sum(args->z > 0 ? 0 : args->z); }",
        expect![[r#"
            @guarded Value I64 Counter
            @unknown Value I64 Instant
            @unsigned Value U64 Counter
            @signed Value I64 Instant
            @literal Value I64 Counter
            @negative Value I64 Instant
            @difference Value U64 Counter
            @masked Value I64 Counter
            @within Value I64 Counter
            @otherwise Value I64 Instant
            @count Value I64 Counter
            @divided Value U64 Counter
            @mixed Value I64 Instant
            @chosen Value I64 Counter
            @clipped Value I64 Counter
            @unclear Value I64 Instant
            @turned Value I64 Instant
        "#]],
    );
    // Since 0.26 the difference of unsigned numbers is signed.
    check_for(
        Version::NEWEST,
        "tracepoint:a:c { @start[tid] = nsecs; @difference = sum(nsecs - @start[tid]); }",
        expect![[r#"
            @start Keyed U64 Instant [Int]
            @difference Value I64 Counter
        "#]],
    );
}

#[test]
fn counting_up_is_a_counter_until_it_is_also_changed_otherwise() {
    check(
        "BEGIN { @assigned = 0; } interval:s:1 { @up++; ++@pre; @by += 2; @both++; @both += 1; @down--; @updown++; @updown--;
         @assigned++; @cleared++; clear(@cleared); @deleted[1]++; delete(@deleted[1]); @var += cpu; @bits |= 1;
         @stacks[ustack]++; }",
        expect![[r#"
            @assigned Value I64 Instant
            @up Value U64 Counter
            @pre Value U64 Counter
            @by Value U64 Counter
            @both Value U64 Counter
            @down Value I64 Instant
            @updown Value I64 Instant
            @cleared Value I64 Instant
            @deleted Keyed I64 Instant [Int]
            @var Value U64 Instant
            @bits Value I64 Instant
            @stacks Keyed U64 Counter [Ustack] Stacks
        "#]],
    );
}

#[test]
fn stats_have_the_type_of_their_total() {
    check(
        "BEGIN { @s = stats(nsecs); @k[comm] = stats(-1); }",
        expect![[r#"
        @s Stats U64 Counter
        @k KeyedStats I64 Instant [String]
    "#]],
    );
}

#[test]
fn plain_values() {
    check(
        "uprobe:a:b { @signed = -1; @unsigned = nsecs; @text = comm; @tuple = (1, 2); @symbol = func; @stack = kstack;
         @address = (struct s *)arg0; @unknown = args->x; @copy = @unsigned; $v = str(arg0); @variable = $v;
         @either = pid ? 1 : 2; @texts[1] = \"a\"; @time = strftime(\"%H\", nsecs); @is = 1 == 2; }",
        expect![[r#"
            @signed Value I64 Instant
            @unsigned Value U64 Instant
            @text Value Text Instant
            @tuple Value Text Instant
            @symbol Value Text Instant
            @stack Value Text Instant
            @address Value U64 Instant
            @unknown Value I64 Instant
            @copy Value U64 Instant
            @variable Value Text Instant
            @either Value I64 Instant
            @texts Keyed Text Instant [Int]
            @time Value Text Instant
            @is Value U64 Instant
        "#]],
    );
    check_for(
        Version::NEWEST,
        "BEGIN { @t = tseries(1, 1s, 5); @k[1] = tseries(1, 1s, 5); }",
        expect![[r#"
        @t Tseries I64 Instant
        @k KeyedTseries I64 Instant [Int]
    "#]],
    );
}

#[test]
fn key_parts() {
    check(
        "uprobe:a:b { @[pid, comm, kstack, ustack(3), ksym(arg0), usym(arg0), ntop(arg0), username] = count();
         @b[(struct s *)arg0, buf(arg0, 4), args->x, (1, 2), func, -1, probe, strftime(\"%s\", nsecs)] = count();
         @tuple[(1, \"a\")] = count(); $t = (1, 2); @variable[$t] = count(); }
         kprobe:f { @f[func, retval] = count(); @late[args->x] = count(); @late[comm] = count(); }",
        expect![[r#"
            @ Keyed U64 Counter [Int, String, Kstack, Ustack, Ksym, Usym, Inet, Username] Stacks
            @b Keyed U64 Counter [Pointer, Buffer, Unknown, Tuple, Usym, Int, String, Timestamp]
            @tuple Keyed U64 Counter [Int, String]
            @variable Keyed U64 Counter [Tuple]
            @f Keyed U64 Counter [Ksym, Unknown]
            @late Keyed U64 Counter [String]
        "#]],
    );
}

#[test]
fn scratch_maps_are_stored_read_and_deleted_by_key() {
    check(
        "kprobe:f { @start[tid] = nsecs; @kept[tid] = 1; @scalar = 1; @unread[tid] = 1; @counted[tid]++; }
         kretprobe:f { @us = hist(nsecs - @start[tid]); $x = @kept[tid] + @scalar + @counted[tid]; delete(@start[tid]);
         delete(@unread[tid]); delete(@counted[tid]); } END { clear(@start); }",
        expect![[r#"
            @start Keyed U64 Instant [Int] scratch
            @kept Keyed I64 Instant [Int]
            @scalar Value I64 Instant
            @unread Keyed I64 Instant [Int]
            @counted Keyed I64 Instant [Int]
            @us Histogram U64 Counter Histogram
        "#]],
    );
}

#[test]
fn only_included_maps_that_get_a_value_are_exported() {
    check(
        "// include: @b, @c\nBEGIN { @a = 1; @b = @c; }",
        expect![[r#"
        @a Value I64 Instant hidden
        @b Value I64 Instant
        @c Value I64 Instant hidden
    "#]],
    );
    check(
        "macro set(@m, $v) { @m = $v; @own = 1; } BEGIN { set(@a, 1); @b = 1; }",
        expect![[r#"
        @own Value I64 Instant
        @a Value I64 Instant
        @b Value I64 Instant
    "#]],
    );
}

#[test]
fn maps_come_in_the_order_of_their_first_mention() {
    let source = "BEGIN { @z[@k] = @v; @k = 1; @v = 2; } // @comment\nEND { printf(\"@string\"); }";
    let maps = analyse(source, Version::NEWEST).facts.maps;
    let names: Vec<_> = maps.iter().map(|map| map.name.as_str()).collect();
    assert_eq!(names, ["@z", "@k", "@v"]);
    assert_eq!(maps[0].key, [KeyPart::Int]);
}

#[test]
fn probes_and_outputs() {
    let facts = analyse(
        "begin, kfunc:f, t:a:b, *:x { printf(\"%d\\n\", 1); print(@m); print(@m[1]); time(); print(1); cat(\"x\"); }",
        Version::NEWEST,
    )
    .facts;
    let probes: Vec<_> =
        facts.probes.iter().map(|probe| (probe.attach_point.as_str(), probe.probe_type)).collect();
    assert_eq!(
        probes,
        [("begin", Some("BEGIN")), ("kfunc:f", Some("fentry")), ("t:a:b", Some("tracepoint")), ("*:x", None)]
    );
    let outputs: Vec<_> =
        facts.outputs.iter().map(|output| format!("{:?} {:?}", output.kind, output.format)).collect();
    assert_eq!(
        outputs,
        ["Printf Some(\"%d\\\\n\")", "Print None", "Time None", "Print None", "Cat Some(\"x\")"]
    );
}

#[test]
fn what_a_format_prints() {
    let source = r#"BEGIN { printf("%-16s %3d%% %lx\n", comm, 100 * @a / 3, kptr(1)); printf("-\n"); time("%H:%M"); @a = 1; }"#;
    let json: serde_json::Value =
        serde_json::from_str(&report_json("a.bt", source, Version::NEWEST)).unwrap();
    let columns = |output: usize| json["facts"]["outputs"][output]["columns"].clone();
    assert_eq!(
        columns(0),
        serde_json::json!([
            { "conversion": "%-16s", "value": "comm" },
            { "conversion": "%3d", "value": "100 * @a / 3" },
            { "conversion": "%lx", "value": "kptr(1)" },
        ])
    );
    assert_eq!((columns(1), columns(2)), (serde_json::json!([]), serde_json::json!([])));
}

#[test]
fn the_releases_that_have_it_all() {
    let versions = |source: &str| {
        let versions = analyse(source, Version::NEWEST).facts.versions;
        (versions.since.to_string(), versions.before.map(|before| before.to_string()))
    };
    assert_eq!(versions("BEGIN { @ = 1; }"), ("0.9.2".into(), None));
    assert_eq!(versions("BEGIN { @ = strcontains(\"a\", \"b\"); }"), ("0.17.0".into(), None));
    assert_eq!(versions("kprobe:f { @ = sarg1; @a = 1 ?: 2; }"), ("0.26.0".into(), Some("0.25.0".into())));
}

#[test]
fn annotations_are_read() {
    let source = "// name: a\n// name: b2\n// include: @a,@b , @c\n// table-retain-lines: 7\n\
                  // custom-output-block\n// refresh: 500ms\n// unit: @a us\n// unit: @b bytes\nBEGIN { @a = 1; }";
    let annotations = analyse(source, Version::NEWEST).facts.annotations;
    assert_eq!(annotations.name.as_deref(), Some("b2"));
    assert_eq!(annotations.include.as_deref(), Some(&["@a".into(), "@b".into(), "@c".into()][..]));
    assert_eq!(annotations.table_retain_lines, Some(7));
    assert!(annotations.custom_output_block);
    assert_eq!(annotations.refresh_millis, 500);
    let units: Vec<_> = annotations.units.iter().map(|(map, units)| (map.as_str(), &*units.0)).collect();
    assert_eq!(units, [("@a", "microsec"), ("@b", "byte")]);
}
