//! What a policy refuses, and ways around it that must not work.

use bt_catalog::Version;
use expect_test::{Expect, expect};

use super::*;
use crate::{Severity, analyse};

fn check_under(policy: &Policy, script: &str, expected: &Expect) {
    let analysis = analyse(script, Version::NEWEST);
    let mut listing = String::new();
    for found in policy_findings(&analysis.facts, policy) {
        assert_eq!((found.severity, found.code), (Severity::Error, POLICY));
        listing += &format!("`{}`: {}\n", found.span.text(script), found.message);
        listing += &format!("  hint: {}\n", found.hint.unwrap_or_default());
    }
    expected.assert_eq(&listing);
}

fn check(script: &str, expected: Expect) {
    check_under(&Policy::default(), script, &expected);
}

/// The words that the default policy complains about.
fn denied(script: &str) -> Vec<String> {
    let analysis = analyse(script, Version::NEWEST);
    policy_findings(&analysis.facts, &Policy::default())
        .iter()
        .map(|found| found.span.text(script).to_string())
        .collect()
}

#[test]
fn what_only_observes_is_allowed() {
    check(
        "#define N 1\n#ifdef N\n#endif\nstruct s { int a; };\nBEGIN { printf(\"#include cat() %d\", N); } // #include\n\
         tracepoint:syscalls:sys_enter_read, kprobe:vfs_*, uprobe:/bin/sh:main { @[comm, kstack] = count(); }\n\
         interval:s:1 { print(@); clear(@); }",
        expect![[""]],
    );
}

#[test]
fn what_reaches_beyond_is_not() {
    check(
        "#include <linux/sched.h>\nimport \"x.bt\";\nBEGIN { @ = 1; cat(\"/etc/shadow\"); system(\"id\"); signal(9); }\n\
         kprobe:f { override(1); skboutput(\"/tmp/x\", $skb, 1, 0); }\n\
         iter:task, it:task_file:/sys/fs/bpf/x { @++; }",
        expect![[r#"
            `#include <linux/sched.h>`: #include reads other files: the policy of this host denies it
              hint: a script that only observes needs none; the administrator can set allow_include in [policy]
            `import "x.bt";`: import reads other files: the policy of this host denies it
              hint: a script that only observes needs none; the administrator can set allow_include in [policy]
            `cat("/etc/shadow")`: cat() reads a file of the host: the policy of this host denies it
              hint: a script that only observes needs none; the administrator can set allow_cat in [policy]
            `system("id")`: system() changes the system: the policy of this host denies it
              hint: a script that only observes needs none; the administrator can set allow_unsafe in [policy]
            `signal(9)`: signal() changes the system: the policy of this host denies it
              hint: a script that only observes needs none; the administrator can set allow_unsafe in [policy]
            `override(1)`: override() changes the system: the policy of this host denies it
              hint: a script that only observes needs none; the administrator can set allow_unsafe in [policy]
            `skboutput("/tmp/x", $skb, 1, 0)`: skboutput() writes a file: the policy of this host denies it
              hint: a script that only observes needs none; the administrator can set allow_unsafe in [policy]
            `iter:task`: iter:task is denied by the policy of this host
              hint: the administrator denies iter:* by deny_probes in [policy]
            `it:task_file:/sys/fs/bpf/x`: a pinned iterator writes a file: the policy of this host denies it
              hint: a script that only observes needs none; the administrator can set allow_unsafe in [policy]
            `it:task_file:/sys/fs/bpf/x`: it:task_file:/sys/fs/bpf/x is denied by the policy of this host
              hint: the administrator denies iter:* by deny_probes in [policy]
        "#]],
    );
}

#[test]
fn includes_are_found_wherever_clang_reads_them() {
    for hidden in [
        "#include \"/etc/shadow\"\n",
        "  # include \"/etc/shadow\"\n",
        "#/**/include \"/etc/shadow\"\n",
        "#inc\\\nlude \"/etc/shadow\"\n",
        "#include_next \"/etc/shadow\"\n",
        "#import \"/etc/shadow\"\n",
        "#embed \"/etc/shadow\"\n",
        "#pragma GCC dependency \"/etc/shadow\"\n",
        "#if __has_include(\"/etc/shadow\")\n#endif\n",
        "struct a { int x;\n#include \"/etc/shadow\"\n};\n",
        "struct a { int x;\n%:include \"/etc/shadow\"\n};\n",
        "struct a { int x; }; #include \"/etc/shadow\"\n",
    ] {
        assert!(!denied(&format!("{hidden}BEGIN {{ @ = 1; }}\n")).is_empty(), "{hidden}");
    }
}

#[test]
fn what_is_written_only_is_not_done() {
    for harmless in [
        "// #include <x>\nBEGIN { @ = 1; }",
        "/* #include <x> */ BEGIN { @ = 1; }",
        "BEGIN { printf(\"cat(x) system(y)\"); }",
        "BEGIN { @cat = 1; $signal = 2; @system[$signal] = count(); }",
    ] {
        assert_eq!(denied(harmless), [""; 0], "{harmless}");
    }
}

#[test]
fn a_macro_hides_no_call() {
    assert_eq!(denied("macro m(x) { cat(x) }\nBEGIN { @ = 1; m(\"/etc/shadow\"); }"), ["cat(x)"]);
    assert_eq!(
        denied("macro cat(x) { 1 }\nBEGIN { @ = 1; cat (\"/etc/shadow\"); }"),
        ["cat (\"/etc/shadow\")"]
    );
}

#[test]
fn attach_points_by_patterns() {
    let policy = |allow: &[&str], deny: &[&str]| Policy {
        allow_probes: allow.iter().map(ToString::to_string).collect(),
        deny_probes: deny.iter().map(ToString::to_string).collect(),
        ..Policy::default()
    };
    // Allowed patterns, denied ones, an attach point, and whether it passes.
    let cases: &[(&[&str], &[&str], &str, bool)] = &[
        (&[], &[], "iter:task", true),
        (&[], &["iter:*"], "it:task", false),
        (&[], &["it:*"], "iter:task", false),
        (&[], &["kfunc:*"], "fexit:f", true),
        (&[], &["kfunc:*"], "fentry:f", false),
        (&[], &["iter:*"], "KPROBE:f", true),
        (&[], &["kprobe:*"], "KPROBE:f", false),
        (&[], &["kprobe:vfs_write"], "kprobe:vfs_*", false),
        (&[], &["kprobe:vfs_write"], "kprobe:vfs_read", true),
        (&[], &["kprobe:vfs_w*"], "kprobe:*_write", false),
        (&[], &["kprobe:vfs_write"], "kprobe:vfs_writ?", false),
        (&[], &["kprobe:vfs_write"], "kprobe:vfs_[vw]rite", false),
        (&[], &["kprobe:vfs_write"], "kprobe:vmlinux:vfs_write", false),
        (&[], &["kprobe:vfs_write"], "kprobe:vfs_write+4", false),
        (&[], &["uprobe:/etc/*"], "uprobe:\"/etc/x\":f", false),
        (&[], &["tracepoint:raw_syscalls:*"], "*:raw_sys*:sys_enter", false),
        (&["tracepoint:*"], &[], "t:syscalls:sys_enter_read", true),
        (&["tracepoint:syscalls:*"], &[], "tracepoint:syscalls:sys_enter_*", true),
        (&["tracepoint:syscalls:*"], &[], "tracepoint:sys*:sys_enter_read", false),
        (&["tracepoint:sys*"], &[], "tracepoint:sys*:sys_enter_read", true),
        (&["tracepoint:syscalls:sys_enter_read"], &[], "tracepoint:syscalls:sys_enter_readv", false),
        (&["kprobe:vfs_?"], &[], "kprobe:vfs_?", false),
        (&["tracepoint:*"], &[], "interval:s:1", true),
        (&["tracepoint:*"], &[], "BEGIN", true),
        (&["tracepoint:*"], &["interval:*"], "interval:s:1", false),
        (&["tracepoint:*"], &[], "profile:hz:99", false),
    ];
    for (allow, deny, point, passes) in cases {
        let analysis = analyse(&format!("{point} {{ @ = 1; }}"), Version::NEWEST);
        assert_eq!(analysis.facts.probes[0].attach_point, *point);
        let found = policy_findings(&analysis.facts, &policy(allow, deny));
        assert_eq!(found.is_empty(), *passes, "{point} with {allow:?} and {deny:?}: {found:?}");
    }
}

#[test]
fn a_policy_can_allow_it() {
    let script = "#include <x>\nBEGIN { @ = 1; cat(\"x\"); system(\"id\"); } iter:task { @++; }";
    let analysis = analyse(script, Version::NEWEST);
    let count = |policy: &Policy| policy_findings(&analysis.facts, policy).len();
    assert_eq!((count(&Policy::default()), count(&Policy::trusting())), (4, 1));
    let policy = Policy { allow_unsafe: true, ..Policy::trusting() };
    assert_eq!(count(&policy), 0);
    let found = findings_under(&policy, &analysis.facts, analysis.diagnostics.clone());
    assert!(found.iter().all(|found| found.severity != Severity::Error), "{found:?}");
    let found = findings_under(&Policy::default(), &analysis.facts, analysis.diagnostics);
    assert_eq!(found.iter().filter(|found| found.span.text(script).starts_with("system")).count(), 1);
}
