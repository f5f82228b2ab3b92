//! Calls of functions, aggregations and macros.

use super::Kind;

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        "argument-count",
        "A function gets too few or too many arguments.",
        "The hint shows how it is called; what stands in brackets may be left out.",
    )
    .shown("BEGIN { @a = lhist(5, 0, 10); }", "BEGIN { @a = lhist(5, 0, 10, 1); }"),
    Kind::new(
        "argument-kind",
        "A function gets an argument of the wrong kind.",
        "A function may want a number, text, a map, or a literal that the compiler can read. A variable is \
         no literal, even if it always has the same value.",
    )
    .shown("kprobe:vfs_read { @a = sum(comm); }", "kprobe:vfs_read { @a = sum(arg2); }"),
    Kind::new(
        "argument-value",
        "A function refuses this literal.",
        "It is of the right kind, but its value makes no sense there, as a text that is no IP address or a \
         negative length.",
    )
    .shown(r#"BEGIN { @a = pton("127.0.1"); }"#, r#"BEGIN { @a = pton("127.0.0.1"); }"#),
    Kind::new(
        "argument-name",
        "A function that takes one of a few names gets something else.",
        "Modes of stacks, clocks and the like are words of the language, written without quotes. The \
         message lists them.",
    )
    .shown(
        "profile:hz:99 { @[kstack(pref, 9)] = count(); }",
        "profile:hz:99 { @[kstack(perf, 9)] = count(); }",
    ),
    Kind::new(
        "aggregation-argument",
        "An aggregation gets numbers that make no sense together.",
        "`lhist` wants a lowest bucket of at least 0, a highest one above it, and a step that gives at most \
         1000 buckets. `hist` takes 0 to 5 bits, `tseries` an interval and a number of intervals.",
    )
    .shown(
        "kprobe:vfs_read { @bytes = lhist(arg2, 0, 100000, 1); }",
        "kprobe:vfs_read { @bytes = lhist(arg2, 0, 100000, 1000); }",
    ),
    Kind::new(
        "misplaced-aggregation",
        "An aggregation is not assigned to a map.",
        "`count()`, `sum()`, `hist()` and their like keep their state in a map, so they can only stand as \
         `@map = count()`. In a variable, count with `$n++`.",
    )
    .shown("BEGIN { $n = count(); @a = 1; }", "BEGIN { @n = count(); @a = 1; }"),
    Kind::new(
        "aggregation-read",
        "What an aggregation made is used like a number.",
        "A histogram or `stats()` is not one number: it can be printed and cleared, but not compared, \
         stored or put into a key. `count()`, `sum()` and other numbers can, in newer releases.",
    )
    .shown(
        "kprobe:vfs_read { @bytes = hist(arg2); if (@bytes > 1) { @many = count(); } }",
        "kprobe:vfs_read { @bytes = hist(arg2); if (arg2 > 1) { @many = count(); } }",
    ),
    Kind::new(
        "no-value",
        "A value is taken of a function that gives none.",
        "`print()`, `exit()`, `clear()` and their like do something and return nothing. Call them as a \
         statement.",
    )
    .shown("BEGIN { @a = print(1); }", "BEGIN { @a = 1; print(1); }"),
    Kind::new(
        "printf-arguments",
        "A format has more or fewer conversions than there are values.",
        "Each conversion such as `%d` takes one value, in order. A percent sign itself is written `%%`. \
         Some conversions of C, as `%f`, do not exist here.",
    )
    .shown(
        r#"kprobe:vfs_read { printf("%s %d\n", comm); }"#,
        r#"kprobe:vfs_read { printf("%s %d\n", comm, pid); }"#,
    ),
    Kind::new(
        "printf-conversion",
        "A conversion of a format does not take its value.",
        "`%s` takes text, stacks and symbols, `%d`, `%u` and `%x` numbers, `%r` a buffer. Change the \
         conversion to one of the value's type.",
    )
    .shown(r#"kprobe:vfs_read { printf("%d\n", comm); }"#, r#"kprobe:vfs_read { printf("%s\n", comm); }"#),
    Kind::new(
        "delete-form",
        "delete() is called in a way that this release does not take.",
        "Several values of maps in one call were taken by 0.21 only. Write one call for each: `delete(@map, \
         key)` since 0.22, `delete(@map[key])` in all releases.",
    )
    .shown(
        "BEGIN { @a[1] = 1; @b[1] = 1; delete(@a[1], @b[1]); }",
        "BEGIN { @a[1] = 1; @b[1] = 1; delete(@a[1]); delete(@b[1]); }",
    ),
    Kind::new(
        "map-argument",
        "A function that takes a whole map gets one value of it.",
        "`clear()` and `zero()` work on all keys. To remove one key, call `delete()`; to set one value to \
         zero, assign it.",
    )
    .shown("BEGIN { @a[1] = 1; clear(@a[1]); }", "BEGIN { @a[1] = 1; delete(@a[1]); }"),
    Kind::new(
        "stack-limit",
        "A stack is deeper than bpftrace takes it.",
        "`kstack` and `ustack` keep at most as many frames as the message says. Ten to thirty are mostly \
         enough to see who calls.",
    )
    .shown("profile:hz:99 { @[kstack(5000)] = count(); }", "profile:hz:99 { @[kstack(16)] = count(); }"),
    Kind::new(
        "stack-memory",
        "Stacks without a limit take much memory in this release.",
        "Older releases reserve room for the deepest stack in each entry of their table, before the first \
         event. Say how many frames are needed.",
    )
    .in_release(17)
    .shown("profile:hz:99 { @[kstack] = count(); }", "profile:hz:99 { @[kstack(16)] = count(); }"),
    Kind::new(
        "macro-arguments",
        "A macro is called with arguments that it does not take.",
        "A parameter `$x` wants a variable, `@m` a whole map, and a plain name any expression; their number \
         must be that of a definition.",
    )
    .shown(
        "macro add(x, y) { x + y }\nBEGIN { @a = add(1); }",
        "macro add(x, y) { x + y }\nBEGIN { @a = add(1, 2); }",
    ),
    Kind::new(
        "recursive-macro",
        "A macro calls itself.",
        "The text of a macro is put in the place of its call, which would never end here. Write a loop.",
    )
    .shown(
        "macro again(x) { again(x) }\nBEGIN { @a = again(1); }",
        "macro again(x) { x + 1 }\nBEGIN { @a = again(1); }",
    ),
    Kind::new(
        "unsafe-function",
        "A function changes the system.",
        "bpftrace refuses `system()`, `signal()`, `override()` and their like without `--unsafe`, since a \
         script that observes needs none of them. A host gives `--unsafe` only where its policy has \
         `allow_unsafe`.",
    )
    .shown(
        r#"interval:s:1 { system("date"); @ticks = count(); }"#,
        "interval:s:1 { time(); @ticks = count(); }",
    ),
];
