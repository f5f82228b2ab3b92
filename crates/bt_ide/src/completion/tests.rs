//! Scripts with a cursor, and what is proposed there.

use super::*;
use expect_test::{Expect, expect};

const PROBES: &str = "kprobe:vfs_read,kretprobe:vfs_read,kprobe:vfs_readv,kprobe:vfs_write,\
                      tracepoint:syscalls:sys_enter_openat,tracepoint:sched:sched_switch";

fn complete_at(marked: &str, target: Version) -> Completion {
    let offset = marked.find("$0").expect("a mark") as u32;
    let source = marked.replacen("$0", "", 1);
    complete(&source, offset, target, Some(&ProbeIndex::new(PROBES)))
}

fn check(marked: &str, expected: Expect) {
    check_for(marked, Version::NEWEST, expected);
}

/// Shows the first six proposals.
fn check_for(marked: &str, target: Version, expected: Expect) {
    let shown: Vec<String> =
        complete_at(marked, target).items.into_iter().take(6).map(|item| item.insert_text).collect();
    expected.assert_eq(&shown.join(" | "));
}

#[test]
fn attach_points() {
    check("$0", expect!["begin | end | self: | test: | bench: | interval:"]);
    check("k$0", expect!["kprobe: | kretprobe:"]);
    check("kp$0", expect!["kprobe: | kretprobe:"]);
    check("vfs_r$0", expect!["kprobe:vfs_read | kretprobe:vfs_read | kprobe:vfs_readv | kprobe:vfs_write"]);
    check("kprobe:vfs_r$0", expect!["kprobe:vfs_read | kprobe:vfs_readv | kprobe:vfs_write"]);
    check("kprobe:vfs_read, kr:$0 { }", expect!["kretprobe:vfs_read"]);
    check("BEGIN { }\n\nt:sched$0", expect!["tracepoint:sched:sched_switch"]);
    check(
        "interval:$0",
        expect!["interval:s:${1:1} | interval:us:${1:1} | interval:ms:${1:1} | interval:hz:${1:1}"],
    );
    check("software:cpu$0", expect!["software:cpu-clock | software:cpu-migrations"]);
    check_for("be$0", Version::new(0, 20), expect!["BEGIN | kprobe: | uprobe: | kretprobe: | uretprobe:"]);
}

#[test]
fn statements_and_values() {
    check("kprobe:f { pri$0 }", expect![[r#"print(${1:@map}) | printf("${1:format}")"#]]);
    check(
        "kprobe:f { @a = hi$0 }",
        expect!["hist(${1:n}) | lhist(${1:n}, ${2:min}, ${3:max}, ${4:step}) | has_cpid"],
    );
    check(
        "kprobe:f { @a[pid] = cou$0 }",
        expect![[r#"count() | cgroup | cgroupid("${1:path}") | cgroup_path(${1:id})"#]],
    );
    check("kprobe:f { $x = cou$0 }", expect![[r#"cgroup | cgroupid("${1:path}") | cgroup_path(${1:id})"#]]);
    check("kprobe:f /pi$0/ { }", expect!["pid | pid() | ppid | cpid | ppid() | has_cpid"]);
    check(
        "kprobe:f { @[com$0] = count() }",
        expect!["comm | comm() | comptime(${1:value}) | leader_comm | leader_comm() | pcomm"],
    );
    check("kprobe:f { print$0(@a) }", expect!["print | printf"]);
    check("kprobe:f { wh$0 }", expect!["while | unwatch(${1:address})"]);
    check("kprobe:f { @a = (uint$0 }", expect!["uint8 | uint16 | uint32 | uint64 | uint8_t | uint16_t"]);
    check("kprobe:f { nsecs(boo$0) }", expect!["boot"]);
}

#[test]
fn versions() {
    check_for("kprobe:f { strcon$0 }", Version::new(0, 14), expect![[""]]);
    check(
        "kprobe:f { @ = strcon$0 }",
        expect!["strcontains(${1:text}, ${2:part}) | str_concat(${1:a}, ${2:b})"],
    );
}

#[test]
fn names_of_the_script() {
    check("kprobe:f { @reads = count(); @usecs[tid] = hist(1); print(@$0) }", expect!["@reads | @usecs"]);
    check("kprobe:f { @reads = count(); @re$0 }", expect!["@reads"]);
    check(
        "kprobe:f { $a = 1; if (pid) { $b = 2; } $0 $c = 3; }",
        expect!["$a | pid | tid | uid | gid | nsecs"],
    );
    check("kprobe:f { $a = 1; if (pid) { $b = 2; } print($$0) } kprobe:g { $d = 1; }", expect!["$a"]);
    let before_block_scopes = Version::new(0, 20);
    check_for(
        "kprobe:f { $a = 1; if (pid) { $b = 2; } print($$0) }",
        before_block_scopes,
        expect!["$b | $a"],
    );
    check("struct pair { int a; };\nkprobe:f { $p = (struct p$0 }", expect!["pair"]);
}

#[test]
fn annotations_config_and_types() {
    check("// na$0", expect!["name: "]);
    check(
        "// $0",
        expect!["name:  | include:  | table-retain-lines:  | custom-output-block | refresh:  | unit: "],
    );
    check("// include: @$0\nkprobe:f { @a = 1; printf(\"x\") }", expect!["@a | @output"]);
    check("config = { max_str$0 }", expect!["max_strlen = "]);
    check("config = { missing_probes = $0 }", expect!["error | warn | ignore"]);
    check("kprobe:f { let $x : uint$0 }", expect!["uint8 | uint16 | uint32 | uint64 | uint8_t | uint16_t"]);
}

#[test]
fn nothing_where_nothing_is_known() {
    for marked in [
        "kprobe:f { args.$0 }",
        "kprobe:f { printf(\"$0\") }",
        "kprobe:f { 12$0 }",
        "kprobe:f { @a = 1 // na$0",
        "// name: x$0",
        "#include $0",
        "kprobe:f $0",
    ] {
        check(marked, expect![[""]]);
    }
}
