//! Probes: where they attach, and what may stand in them.

use super::Kind;

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        "no-probes",
        "The script has no probe.",
        "Without a probe nothing ever runs, and bpftrace refuses the script. Write an attach point and a \
         block behind it.",
    )
    .shown("#define LIMIT 10", "#define LIMIT 10\nBEGIN { @limit = LIMIT; }"),
    Kind::new(
        "unknown-probe-type",
        "There is no probe type of this name.",
        "An attach point begins with its type, such as `kprobe` or `tracepoint`, and a `:`. The name may be \
         misspelt, or belong to another release. Whether what follows exists is known by the host alone: \
         `bpftrace -l` lists it.",
    )
    .shown("kprob:vfs_read { @[comm] = count(); }", "kprobe:vfs_read { @[comm] = count(); }"),
    Kind::new(
        "invalid-attach-point",
        "An attach point is not written as its probe type wants it.",
        "Each type has a form of its own: `kprobe:FUNCTION`, `tracepoint:SUBSYSTEM:EVENT`, \
         `uprobe:FILE:FUNCTION`. A part is missing, too many, or not of the right kind.",
    )
    .shown(
        "tracepoint:sched_switch { @[comm] = count(); }",
        "tracepoint:sched:sched_switch { @[comm] = count(); }",
    ),
    Kind::new(
        "invalid-interval",
        "The time of an `interval` or `profile` probe cannot be read.",
        "It is a unit and a whole number, as `interval:s:1` and `profile:hz:99`; since 0.24 also a duration \
         such as `interval:500ms`. For a part of a second take a smaller unit.",
    )
    .shown("interval:s:0.5 { @ticks = count(); }", "interval:ms:500 { @ticks = count(); }"),
    Kind::new(
        "unknown-event",
        "There is no `software` or `hardware` event of this name.",
        "The kernel has a fixed list of them, which `bpftrace -l 'software:*'` and `bpftrace -l \
         'hardware:*'` show. The name is probably misspelt.",
    )
    .shown("software:fault:100 { @[comm] = count(); }", "software:faults:100 { @[comm] = count(); }"),
    Kind::new(
        "wide-wildcard",
        "A wildcard means nearly every probe of its kind.",
        "bpftrace attaches to each one apart, which takes minutes for thousands of them, slows the whole \
         system down, and is refused beyond a limit. Write a longer pattern.",
    )
    .shown("kprobe:* { @[probe] = count(); }", "kprobe:vfs_* { @[probe] = count(); }"),
    Kind::new(
        "duplicate-probe",
        "The same attach point stands in the script twice.",
        "Releases before 0.25 refuse a second `BEGIN` or `END`. Where the same text stands twice, each \
         event counts twice. Join the blocks, or remove one.",
    )
    .shown("kprobe:vfs_read, kprobe:vfs_read { @reads = count(); }", "kprobe:vfs_read { @reads = count(); }"),
    Kind::new(
        "empty-probe",
        "A probe does nothing.",
        "Its block is empty. It still costs time at each event. Write what it should do, or remove it.",
    )
    .shown("BEGIN { }\nkprobe:vfs_read { @reads = count(); }", "kprobe:vfs_read { @reads = count(); }"),
    Kind::new(
        "probe-name",
        "There are blanks between the name of a probe and the probe.",
        "Since 0.25 a probe can have a name, which is written without blanks: `name=interval:1s`.",
    )
    .shown("ticker = interval:1s { @ticks = count(); }", "ticker=interval:1s { @ticks = count(); }"),
    Kind::new(
        "misplaced-builtin",
        "This kind of probe does not have this value.",
        "`retval` is there only when a function returns, `arg0` only where arguments are in registers, \
         `args` only where the kernel describes them. One attach point without it is enough for bpftrace to \
         refuse the probe. Take another type of probe, or another value.",
    )
    .shown("kprobe:vfs_read { @bytes = hist(retval); }", "kretprobe:vfs_read { @bytes = hist(retval); }"),
    Kind::new(
        "misplaced-jump",
        "`break`, `continue`, `return` or `exit()` cannot stand here.",
        "`break` and `continue` belong into a `while` or `for` loop; `unroll` is no loop. `return` cannot \
         leave a macro, and since 0.25 `exit()` cannot stand in a `for` loop. To end the probe, write \
         `return`.",
    )
    .shown("BEGIN { @a = 1; break; }", "BEGIN { @a = 1; return; }"),
    Kind::new(
        "positional-parameter",
        "The script asks for a parameter of the command line.",
        "A dashboard starts scripts without parameters, so that `$1` is 0 and, as text, empty. Write the \
         value itself.",
    )
    .shown(
        "kprobe:vfs_read /pid == $1/ { @reads = count(); }",
        "kprobe:vfs_read /pid == 1234/ { @reads = count(); }",
    ),
];
