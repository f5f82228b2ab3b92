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
        // Octal and hexadecimal signs within quotes.
        (&[], &["kprobe:vfs_write"], "kprobe:\"vfs\\137write\"", false),
        (&[], &["iter:*"], "\"it\\145r\":task", false),
        (&["kprobe:*"], &[], "kprobe:\"vfs\\x5fwrite\"", false),
        (&[], &[], "kprobe:\"vfs\\x5fwrite\"", true),
        (&[], &["iter:*"], "it$1er:task", false),
        // Macros that the compiler brings along.
        (&[], &["kprobe:vfs_write"], "kprobe:\"vfs_\"__USER_LABEL_PREFIX__\"write\"", false),
        (&[], &["kprobe:vfs_write"], "kprobe:vfs_wri*__USER_LABEL_PREFIX__", false),
        (&[], &["kprobe:vfs_write"], "kprobe:vfs_wri*_LINUX_TYPES_H", false),
        (&[], &["kprobe:vfs_write"], "kprobe:__x64_sys_*", true),
        (&[], &[], "kprobe:__USER_LABEL_PREFIX__", true),
        // Paths are compared as they are written.
        (&[], &["uprobe:/etc/*"], "uprobe:/bin/x:f", true),
        (&[], &["uprobe:/etc/*"], "uprobe:/bin/../etc/x:f", false),
        (&[], &["uprobe:/etc/*"], "uprobe:/bin/..:f", false),
        (&[], &["uprobe:/etc/*"], "uprobe://etc/x:f", false),
        (&[], &["uprobe:/etc/*"], "uprobe:/./etc/x:f", false),
        (&[], &["uprobe:/etc/*"], "uprobe:/bin/.*/etc/x:f", false),
        (&[], &["uprobe:/etc/*"], "uprobe:etc/x:f", false),
        (&[], &["uprobe:/etc/*"], "uprobe:\"../etc/x\":f", false),
        (&[], &["uprobe:/etc/*"], "u:x:f", false),
        (&[], &["uprobe:/etc/*"], "ur:/a//b:f", false),
        (&[], &["usdt:/etc/*"], "usdt:x:a:b", false),
        (&[], &["uprobe:x:*"], "uprobe:/bin/x:f", true),
        (&["uprobe:/opt/*"], &[], "uprobe:/opt/x:f", true),
        (&["uprobe:/opt/*"], &[], "uprobe:/opt/../etc/x:f", false),
        (&["u:/opt/*"], &[], "uprobe:/opt/a/../../etc/x:f", false),
        (&["uprobe:*"], &[], "uprobe:/opt/../etc/x:f", true),
        (&[], &["iter:*"], "uprobe:../x:f", true),
        (&[], &["kprobe:f"], "uprobe:x:f", true),
    ];
    for (allow, deny, point, passes) in cases {
        let analysis = analyse(&format!("{point} {{ @ = 1; }}"), Version::NEWEST);
        assert_eq!(analysis.facts.probes[0].attach_point, *point);
        let found = policy_findings(&analysis.facts, &policy(allow, deny));
        assert_eq!(found.is_empty(), *passes, "{point} with {allow:?} and {deny:?}: {found:?}");
    }
}

/// Scripts that bpftrace 0.17 accepts, in other words than policies have patterns for.
#[test]
fn attach_points_in_pieces_are_errors() {
    for script in [
        "kprobe:vfs_ write { @ = 1; }",
        "kprobe:vfs_\nwrite { @ = 1; }",
        "interval :s:1 { @ = 1; }",
        "it /**/ er:task { @ = 1; }",
        "it/**/er:task { @ = 1; }",
        "it er:task { @ = 1; }",
        "it\ner:task { @ = 1; }",
        "\"it\" er:task { @ = 1; }",
        "kprobe: f, it /* , */ er:task { @ = 1; }",
        "BEGIN { @ = 1; } it er:task { @ = 1; }",
    ] {
        let analysis = analyse(script, Version::new(0, 17));
        assert!(analysis.has_errors(), "{script}: {:?}", analysis.facts.probes);
    }
}

#[test]
fn values_are_defined_freely() {
    check(
        "#define N 10\n#define NAME \"#x\" // the #1\n#  define FLAG (1 << 3) /* bit */\n#define BOTH FLAG | 0x10\n\
         #define GUARD\n#ifdef GUARD\n#undef M\n#endif\n#if N > 4 && defined(FLAG) /* why */\n#else\n#error \"no\"\n\
         #endif\r\nstruct s {\n  int a; // one\n#define LENGTH 16\n  char b[LENGTH]; /* two {} */ struct { int c; } d;\n};\n\
         kprobe:N_10 /pid == N/ { @a[NAME] = count(); @N = FLAG; $N = BOTH; printf(\"N %d\", N); }\n\
         interval:s:1 { @x = $#; }",
        expect![[""]],
    );
}

/// Each of them lets bpftrace 0.17 read a file, attach to another probe or fail with what it read, or might let another
/// version do so.
#[test]
fn macros_hide_nothing() {
    let begin = "BEGIN { @x = 1; P; }";
    for hidden in [
        "#define P cat(\"/etc/hostname\")",
        "#define P 1; } tracepoint:syscalls:sys_enter_read { printf(\"hidden \")",
        "#define P c at(\"/etc/hostname\")",
        "#define N 1); cat(\"/etc/hostname\"",
        "#define P cat",
        "#define printf cat",
        "#define cat printf",
        "#define interval tracepoint",
        "#define P system",
        "#define BEGIN END",
        "#define unroll while",
        "#define P return",
        "#define P ca ## t",
        "#define P #x",
        "#define F(x) cat(x)",
        "#define P() cat(\"/etc/hostname\")",
        "#define P(...) cat(__VA_ARGS__)",
        "#define\tP\tcat(\"/etc/hostname\")",
        "# /**/ define /**/ P /**/ cat(\"/etc/hostname\")",
        "#define P cat(\"/etc/hostname\")\n#undef P",
        "#ifndef X\n#define P cat(\"/etc/hostname\")\n#endif",
        "#define P 1 // */ #define P cat(\"/etc/hostname\")",
        "#define P /* */ cat(\"/etc/hostname\")",
        "#define P /*\nstruct a { int x; */ cat(\"/etc/hostname\") };",
        "#ifdef P /*\n#endif",
        "#define A 1\r#define P cat(\"/etc/hostname\")",
        "#define A 1 // \r#define P cat(\"/etc/hostname\")",
        "#define P \\\nstruct a { int x; cat(\"/etc/hostname\") };",
        "#define P \\\n// a comment\nstruct a { int x; cat(\"/etc/hostname\") };",
        "#define P \\\ncat(\"/etc/hostname\")",
        "#define P \\ \t\ncat(\"/etc/hostname\")",
        "#define P 1 \\\r\n; cat(\"/etc/hostname\")",
        "#def\\\nine P cat(\"/etc/hostname\")",
        "#\\\ndefine P cat(\"/etc/hostname\")",
        "#if 1 \\\nstruct a { int x; };\n#endif",
        "#if \\\n__has_include(\"/etc/shadow\")\n#endif",
        "#if __ha\\\ns_include(\"/etc/shadow\")\n#endif",
        "#define P __has_include",
        "#define P \"a\" \"b\"",
        "#define P \"a\\\n\"",
        "#define P 'a'",
        "struct a { int x; }; #define P cat(\"/etc/hostname\")",
        "struct a { int x;\n#define P cat(\"/etc/hostname\")\n};",
        "struct a { int x;\n%:define P cat(\"/etc/hostname\")\n};",
        "struct a { int x;\n%\\\n:define P cat(\"/etc/hostname\")\n};",
        "struct a { int x;\n??=define P cat(\"/etc/hostname\")\n};",
        "struct a { int x;\n/* a\n*/ #define P cat(\"/etc/hostname\")\n};",
        "struct a { int x;\n/*\n#ifdef A /* */ #define P cat(\"/etc/hostname\")\n};",
        "struct a { int x;\n/*\n#ifdef A // */ #define P cat(\"/etc/hostname\")\n};",
        "struct a { int x; /*\n*/\n#/*\n*/define P cat(\"/etc/hostname\")\n};",
        "struct a { int x; _Pragma(\"GCC dependency \\\"/etc/shadow\\\"\") };",
        "struct a { int x; _Pra\\\ngma(\"GCC dependency \\\"/etc/shadow\\\"\") };",
        "struct a { int x; /* { */ };\n// \r#define P cat(\"/etc/hostname\")\n// };",
        "struct a { int x; /* { */ };\n// \\\n/*\n#define P cat(\"/etc/hostname\")\n// }; */",
        "struct a { int x __attribute__((deprecated(\"{\"))); };\n// \r#define P cat(\"/etc/hostname\")\n// };",
        "struct // {\na { int x; };\n// \r#define P cat(\"/etc/hostname\")\n// };",
        "struct a { int x; /* } */ };",
        "struct a { int x; // } {\n};",
        "enum a { X /* { */ };\n// \r#define P cat(\"/etc/hostname\")\n// };",
        "struct a { int x[0+'{']; };\n// \r#define P cat(\"/etc/hostname\")\n// };",
        "union a {\n#define P cat(\"/etc/hostname\")\nint x; };",
        "enum a {\n#define P cat(\"/etc/hostname\")\nX };",
    ] {
        for script in
            [format!("{hidden}\n{begin}"), format!("#!/usr/bin/bpftrace\n// why\n{hidden}\n{begin}")]
        {
            assert!(!denied(&script).is_empty(), "{script}");
        }
    }
}

#[test]
fn long_directives_are_read() {
    for part in [
        "*/#",
        "#/*",
        "# ",
        "%",
        "??",
        "/*",
        "#define X (",
        "#\\\n",
        "struct a{/*{*/};",
        "_Pragma",
        "#\"",
        "}",
    ] {
        let text = part.repeat(100_000 / part.len());
        analyse(&format!("struct a {{\n{text}"), Version::NEWEST);
        analyse(&text, Version::NEWEST);
        analyse(&format!("#define A {text}\nBEGIN {{ @ = 1; }}"), Version::NEWEST);
    }
}

#[test]
fn macros_change_no_attach_point() {
    for (name, point) in [
        ("vfs_read", "kprobe:vfs_read"),
        ("s", "interval:s:1"),
        ("syscalls", "tracepoint:syscalls:sys_enter_read"),
        ("read", "uprobe:/bin/a-read:f"),
        ("f", "kprobe:f+4"),
        ("x", "kprobe:1x"),
        ("g", "kprobe:f, kprobe:g"),
    ] {
        for value in ["vfs_write", "1", "\"x\"", ""] {
            let define = format!("#define {name} {value}");
            let script = format!("{define}\n{point} {{ @ = 1; }}");
            assert_eq!(denied(&script), [define.trim_end()], "{script}");
        }
    }
}

#[test]
fn a_hidden_word_is_named() {
    check(
        "#define P cat(\"x\")\n#define f g\n#if 1 \\\n+ 1\n#endif\nkprobe:f { P; }",
        expect![[r#"
        `#define P cat("x")`: #define P can hide what a script does: the policy of this host denies it
          hint: define a number, a string, a name or an expression of those, on one line; write out anything else
        `#define f g`: #define f can hide what a script does: the policy of this host denies it
          hint: define a number, a string, a name or an expression of those, on one line; write out anything else
        `#if 1 \
        + 1`: a directive that goes on in the next line can hide what a script does: the policy of this host denies it
          hint: define a number, a string, a name or an expression of those, on one line; write out anything else
    "#]],
    );
}

#[test]
fn bounds_are_the_hosts() {
    check(
        "config = { max_map_keys = 1000000; BPFTRACE_PERF_RB_PAGES=4096; MAX_STRLEN = 9; new_key = 1; license = \"GPL\";\n\
         BPFTRACE_STACK_MODE = perf; print_maps_on_exit = false; }\nlet @a = hash(1000000);\nlet @b = lruhash(4096);\n\
         let @c = hash(N);\nlet @d = percpuhash(0x1001);\nBEGIN { @a[1] = 1; @b[1] = 1; @c[1] = 1; @d[1] = 1; }",
        expect![[r#"
            `max_map_keys`: the config key max_map_keys sets a bound of its own: the policy of this host denies it
              hint: leave it to the bounds of the host; the administrator can set allow_unsafe in [policy]
            `BPFTRACE_PERF_RB_PAGES`: the config key BPFTRACE_PERF_RB_PAGES sets a bound of its own: the policy of this host denies it
              hint: leave it to the bounds of the host; the administrator can set allow_unsafe in [policy]
            `MAX_STRLEN`: the config key MAX_STRLEN sets a bound of its own: the policy of this host denies it
              hint: leave it to the bounds of the host; the administrator can set allow_unsafe in [policy]
            `new_key`: the config key new_key sets a bound of its own: the policy of this host denies it
              hint: leave it to the bounds of the host; the administrator can set allow_unsafe in [policy]
            `let @a = hash(1000000);`: the declaration of @a sets a bound of its own: the policy of this host denies it
              hint: leave it to the bounds of the host; the administrator can set allow_unsafe in [policy]
            `let @c = hash(N);`: the declaration of @c sets a bound of its own: the policy of this host denies it
              hint: leave it to the bounds of the host; the administrator can set allow_unsafe in [policy]
            `let @d = percpuhash(0x1001);`: the declaration of @d sets a bound of its own: the policy of this host denies it
              hint: leave it to the bounds of the host; the administrator can set allow_unsafe in [policy]
        "#]],
    );
}

#[test]
fn who_is_trusted_may_define_and_set_anything() {
    let script = "config = { max_map_keys = 1000000 }\n#define P cat(\"x\")\n#define LONG (1 + \\\n 2)\n#define f g\n\
        let @a = hash(1000000);\nkprobe:f { @a[1] = LONG; P; } uprobe:../\"\\x41\":f { @b = 1; }";
    let facts = analyse(script, Version::NEWEST).facts;
    assert_eq!(policy_findings(&facts, &Policy::trusting()), []);
    let policy = Policy { allow_unsafe: true, ..Policy::trusting() };
    assert_eq!(policy_findings(&facts, &policy), []);
    // One pattern is enough for a macro to go around it.
    let policy = Policy { deny_probes: vec!["iter:*".into()], ..policy };
    let found = policy_findings(&facts, &policy);
    assert_eq!(found.iter().filter(|found| found.message.contains("can hide")).count(), 3, "{found:?}");
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
