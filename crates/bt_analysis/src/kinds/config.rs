//! The config block.

use super::Kind;

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        "unknown-config-key",
        "There is no config key of this name.",
        "The key is misspelt, or this release does not know it. docs/reference.md lists all keys.",
    )
    .shown(
        "config = { max_strle = 64 }\nBEGIN { @name = comm; }",
        "config = { max_strlen = 64 }\nBEGIN { @name = comm; }",
    ),
    Kind::new(
        "invalid-config-value",
        "A config key gets a value that it does not take.",
        "A key takes a number, a truth value, text, or one of a few names; the message says which.",
    )
    .shown(
        "config = { stack_mode = nothing }\nprofile:hz:99 { @[kstack(9)] = count(); }",
        "config = { stack_mode = perf }\nprofile:hz:99 { @[kstack(9)] = count(); }",
    ),
    Kind::new(
        "environment-only",
        "This can be set only by an environment variable.",
        "bpftrace needs it before it reads the script. Set the variable where bpftrace is started, and \
         remove the key.",
    )
    .shown("config = { vmlinux = \"/boot/vmlinux\" }\nBEGIN { @a = 1; }", "BEGIN { @a = 1; }"),
    Kind::new(
        "renamed-config-key",
        "A config key has another name now.",
        "bpftrace takes the old name with a warning. Write the new one.",
    )
    .shown(
        "config = { strlen = 64 }\nBEGIN { @name = comm; }",
        "config = { max_strlen = 64 }\nBEGIN { @name = comm; }",
    ),
    Kind::new(
        "dead-config-key",
        "A config key has no effect any more.",
        "What it switched on is always on now, or is gone. Remove it.",
    )
    .shown("config = { symbol_source = \"dwarf\" }\nBEGIN { @a = 1; }", "BEGIN { @a = 1; }"),
    Kind::new(
        "repeated-config-key",
        "A config key is set twice.",
        "Only one of the values can count. Remove the other one.",
    )
    .shown(
        "config = { max_strlen = 64; max_strlen = 128 }\nBEGIN { @name = comm; }",
        "config = { max_strlen = 128 }\nBEGIN { @name = comm; }",
    ),
];
