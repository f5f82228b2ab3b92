//! Functions that print. bpftrace prints later than the probe fired, in the order in which the events reach it.

use super::{Function, MapEffect, NOTHING, call};
use crate::docs::Entry;
use crate::parameters::{FORMATTED, Parameter, ParameterKind as Kind};

pub(super) const ENTRIES: &[Entry<Function>] = &[
    call("cat", "cat(format, ...)", FORMATTED, NOTHING, "Prints a file.").later().texts(
        "The path is made from the format and the values. The file is read after the event, by \
         bpftrace, at most `max_cat_bytes` of it (10 KiB). A file that cannot be read gives an error \
         message, and the script goes on.",
        r#"BEGIN { cat("/proc/loadavg"); }"#,
    ),
    call("debugf", "debugf(format, ...)", FORMATTED, NOTHING, "Writes to the kernel's trace pipe.")
        .since(16)
        .texts(
            "A debugging aid for bpftrace itself: the text goes to \
             `/sys/kernel/debug/tracing/trace_pipe`, not to the output of the script. It is undocumented \
             and slow, and takes few conversions.",
            r#"BEGIN { debugf("started %d\n", pid); printf("started\n"); }"#,
        ),
    call(
        "errorf",
        "errorf(format, ...)",
        FORMATTED,
        NOTHING,
        "Prints an error with its place in the script.",
    )
    .since(24)
    .later()
    .texts(
        "As `printf()`, but the text goes to the standard error output, with the place of the call \
         in front. The script goes on: call `exit()` to end it.",
        r#"BEGIN { errorf("no process %d\n", 1); }"#,
    ),
    call(
        "join",
        "join(strings[, separator])",
        &[
            Parameter::new("strings", Kind::Pointer),
            Parameter::new("separator", Kind::StringLiteral).optional(),
        ],
        NOTHING,
        "Prints an array of strings in one line.",
    )
    .later()
    .texts(
        "Takes a `char **` that ends with a null pointer, as the arguments of `execve()`. At most 16 \
         strings of at most 1024 bytes each are printed, with a blank between them unless a separator is \
         given.",
        "tracepoint:syscalls:sys_enter_execve { join(args.argv); }",
    ),
    call(
        "print",
        "print(value) or print(@map[, top[, divisor]])",
        &[
            Parameter::new("@map", Kind::MapOrValue),
            Parameter::new("top", Kind::IntegerLiteral).optional(),
            Parameter::new("divisor", Kind::IntegerLiteral).optional(),
        ],
        NOTHING,
        "Prints a value or a map.",
    )
    .later()
    .on_map(MapEffect::Prints)
    .texts(
        "A map is printed with the values that it has when bpftrace gets to it, not those when the probe \
         fired; a value is taken at once. `top` prints only that many of the highest entries, `divisor` \
         divides the values before. Both are for whole maps only.",
        "BEGIN { @a[1] = 10; @a[2] = 20; print(@a, 1, 10); print(@a[1]); }",
    )
    .changes(&[(11, "takes values that are no map"), (21, "takes one value of a map, `print(@a[1])`")]),
    call("printf", "printf(format, ...)", FORMATTED, NOTHING, "Prints formatted text.").later().texts(
        "The format is that of C with some conversions of its own, listed under printf conversions. \
         Values are taken when the probe fires; the text is made and printed later. A line break is \
         printed only if the format has `\\n`. When events come faster than they are printed, some \
         are lost, and bpftrace says how many.",
        r#"kprobe:do_nanosleep { printf("%-16s %d\n", comm, pid); }"#,
    ),
    call("warnf", "warnf(format, ...)", FORMATTED, NOTHING, "Prints a warning with its place in the script.")
        .since(25)
        .later()
        .texts(
            "As `errorf()`, but marked as a warning; the option `--no-warnings` silences it.",
            r#"BEGIN { warnf("this takes a while\n"); }"#,
        ),
];
