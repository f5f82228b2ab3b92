//! Values: their types, what is computed of them, and conditions.

use super::Kind;

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        "operand-type",
        "An operator does not take a value of this type.",
        "Numbers are computed with; text, stacks and symbols are only stored, compared for equality, or \
         printed. There are no floating-point numbers. Convert the value, or compare it with one of its own \
         type.",
    )
    .shown("BEGIN { @a = comm == 1; }", r#"BEGIN { @a = comm == "bash"; }"#),
    Kind::new(
        "condition-type",
        "A condition is neither true nor false, or chooses between values of different types.",
        "Numbers are conditions, 0 being false; text and stacks are none. Compare the value with another \
         one. Both sides of the `:` in `a ? b : c` must be of one type, since the result has only one.",
    )
    .shown(
        "kprobe:vfs_read /comm/ { @reads = count(); }",
        r#"kprobe:vfs_read /comm != ""/ { @reads = count(); }"#,
    ),
    Kind::new(
        "impossible-cast",
        "A value is cast to a type that nothing can be made of it for.",
        "Text and stacks are no numbers, whatever stands before them, and a number is no text. `str()` \
         reads the text at an address, `ntop()` makes an IP address, and `strftime()` a time.",
    )
    .shown("kprobe:vfs_open { @name = (string)arg0; }", "kprobe:vfs_open { @name = str(arg0); }"),
    Kind::new(
        "no-such-part",
        "A part is taken of a value that does not have it.",
        "A number has neither fields nor elements: cast an address to the structure that it points to. The \
         parts of a tuple are `.0`, `.1` and so on, up to their number less one, and an index is not \
         negative.",
    )
    .shown("BEGIN { $pair = (1, 2); @a = $pair.2; }", "BEGIN { $pair = (1, 2); @a = $pair.1; }"),
    Kind::new(
        "variable-type",
        "A variable gets values of different types.",
        "The first value gives a variable its type, which it keeps. Use another variable for the other kind \
         of value.",
    )
    .shown(
        r#"BEGIN { $name = 1; $name = "text"; @a = $name; }"#,
        r#"BEGIN { $number = 1; $name = "text"; @a = ($number, $name); }"#,
    ),
    Kind::new(
        "constant-condition",
        "A condition is the same each time.",
        "It is made of constants only, so that one of its branches never runs. Perhaps a value of the event \
         was meant, or `==` compares the wrong things. Remove it if it is meant as a switch.",
    )
    .shown("kprobe:vfs_read /0/ { @reads = count(); }", "kprobe:vfs_read /pid != 0/ { @reads = count(); }"),
    Kind::new(
        "unsigned-comparison",
        "A number without a sign is compared with zero, which gives the same each time.",
        "`retval`, `arg0` and most builtins have no sign: an error such as -2 is then a huge number, and \
         never below 0. Cast it to the type that it has in C, `(int64)` for a `long`, `(int32)` for an \
         `int`.",
    )
    .shown(
        "kretprobe:vfs_read /retval < 0/ { @errors = count(); }",
        "kretprobe:vfs_read /(int64)retval < 0/ { @errors = count(); }",
    ),
    Kind::new(
        "division-by-zero",
        "A number is divided by zero.",
        "Newer releases refuse it where both numbers are constants. Otherwise the kernel gives 0 for `/` \
         and the number itself for `%`, which is seldom what was meant. Divide by something else.",
    )
    .shown("BEGIN { @a = 10 / 0; }", "BEGIN { @a = 10 / 2; }"),
    Kind::new(
        "far-shift",
        "A number is shifted by more bits than it has.",
        "A number has 64 bits, so that shifts by 0 to 63 make sense. What another shift gives depends on \
         the machine.",
    )
    .shown("kprobe:vfs_read { @a = nsecs >> 64; }", "kprobe:vfs_read { @a = nsecs >> 32; }"),
    Kind::new(
        "integer-overflow",
        "A result does not fit into 64 bits.",
        "Newer releases refuse it; older ones drop the upper bits without a word, and so give another \
         number. Compute with smaller numbers, as microseconds in place of nanoseconds.",
    )
    .shown("BEGIN { @a = 18446744073709551615 + 1; }", "BEGIN { @a = 18446744073709551615; }"),
    Kind::new(
        "no-effect",
        "A statement computes a value that nobody uses.",
        "Mostly `=` was meant in the place of `==`, or the value should be stored or printed.",
    )
    .shown("BEGIN { @limit = 1; @limit == 2; }", "BEGIN { @limit = 1; @limit = 2; }"),
    Kind::new(
        "string-too-long",
        "A string is longer than bpftrace makes strings.",
        "Strings have a fixed size, `max_strlen`, of which one byte is for their end. Shorten it, or set \
         `max_strlen` in a config block, in older releases by the environment variable BPFTRACE_STRLEN.",
    )
    .shown(
        "config = { max_strlen = 8 }\nBEGIN { @a = \"longer than eight\"; }",
        "config = { max_strlen = 32 }\nBEGIN { @a = \"longer than eight\"; }",
    ),
    Kind::new(
        "unroll-count",
        "`unroll` does not know how often to repeat, or repeats too often.",
        "The compiler writes the block out, so that the number must be a constant from 1 to 100. For a \
         number that is known only at run time, write a `for` or `while` loop.",
    )
    .shown("BEGIN { $n = 5; unroll ($n) { @a++; } }", "BEGIN { unroll (5) { @a++; } }"),
];
