//! A name that is not known, not yet, or not any more.

use super::Kind;

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        "unknown-function",
        "bpftrace has no function of this name.",
        "The name may be misspelt, or belong to a macro that the script does not define. Macros of the C \
         preprocessor with arguments are not available: write a `macro` of bpftrace, or the expression \
         itself.",
    )
    .shown(
        "tracepoint:syscalls:sys_enter_read { @[comm] = cuont(); }",
        "tracepoint:syscalls:sys_enter_read { @[comm] = count(); }",
    ),
    Kind::new(
        "unknown-name",
        "bpftrace has no builtin of this name.",
        "The name may be misspelt, or lack the parentheses of a call. It is a warning where the name could \
         be a constant of the kernel or of a C header, which the text of the script does not tell. A \
         variable begins with `$`, a map with `@`.",
    )
    .shown("BEGIN { @a = count; }", "BEGIN { @a = count(); }"),
    Kind::new(
        "newer-feature",
        "The bpftrace that will run the script does not have this yet.",
        "It came with a later release, which the hint names. Write it in the older way, or update bpftrace \
         on the host.",
    )
    .in_release(17)
    .shown("BEGIN { for ($i : 0..3) { @a[$i] = 1; } }", "BEGIN { $i = 0; unroll (3) { @a[$i] = 1; $i++; } }"),
    Kind::new(
        "removed-feature",
        "The bpftrace that will run the script does not have this any more.",
        "A release removed it, mostly because there is a better way. The message says which release, the \
         hint what stands for it now.",
    )
    .shown(
        "asyncwatchpoint:0x10000000:8:w { @hits = count(); }",
        "watchpoint:0x10000000:8:w { @hits = count(); }",
    ),
    Kind::new(
        "deprecated",
        "There is a newer way to write this.",
        "bpftrace still takes the old way, but warns of it or may remove it one day. Where the script need \
         not run with old releases, write the newer one.",
    )
    .shown("kfunc:vfs_read { @[comm] = count(); }", "fentry:vfs_read { @[comm] = count(); }"),
    Kind::new(
        "undefined-variable",
        "A variable is read, but has no value there.",
        "A variable lives in the block where it first gets a value, and in one run of its probe: it is not \
         seen by other probes. Assign it before, look for a misspelling, or keep in a map what another \
         probe needs.",
    )
    .shown(
        "kprobe:vfs_read { $bytes = arg2; @total = sum($byte); }",
        "kprobe:vfs_read { $bytes = arg2; @total = sum($bytes); }",
    ),
    Kind::new(
        "undefined-map",
        "A map is used, but never gets a value.",
        "No probe stores anything in it, so it is always empty, and bpftrace cannot know its type. Look for \
         a misspelling of a map that gets values.",
    )
    .shown(
        "BEGIN { @reads = 0; }\ninterval:s:1 { print(@read); }",
        "BEGIN { @reads = 0; }\ninterval:s:1 { print(@reads); }",
    ),
    Kind::new(
        "unused-variable",
        "A variable gets a value that nobody reads.",
        "It costs time at each event and says nothing. Often another variable, with a similar name, is read \
         in its place. Use it or remove it.",
    )
    .shown(
        "kprobe:vfs_read { $bytes = arg2; @reads = count(); }",
        "kprobe:vfs_read { $bytes = arg2; @reads = sum($bytes); }",
    ),
    Kind::new(
        "repeated-declaration",
        "A variable or map is declared a second time.",
        "A variable cannot be declared while another one of its name is visible, be it by `let`, as the \
         variable of a loop, or as a parameter. Give it another name, or leave the second `let` out.",
    )
    .shown("BEGIN { let $a = 1; let $a = 2; @a = $a; }", "BEGIN { let $a = 1; $a = 2; @a = $a; }"),
    Kind::new(
        "repeated-definition",
        "A macro, function or parameter is defined twice.",
        "Macros may share a name only if they take different numbers of arguments; otherwise a call could \
         mean either. Rename or remove one.",
    )
    .shown(
        "macro twice(a) { a * 2 }\nmacro twice(b) { b + b }\nBEGIN { @a = twice(1); }",
        "macro twice(a) { a * 2 }\nBEGIN { @a = twice(1); }",
    ),
];
