//! Functions that read, compare and make text and bytes.

use super::{BOOLEAN, Function, INT64, STRING, UINT64, call};
use crate::Type;
use crate::docs::Entry;
use crate::parameters::{Parameter, ParameterKind as Kind};

const TEXT: Parameter = Parameter::new("text", Kind::String);
const PART: Parameter = Parameter::new("part", Kind::String);
const A: Parameter = Parameter::new("a", Kind::String);
const B: Parameter = Parameter::new("b", Kind::String);
const NUMBER: Parameter = Parameter::new("number", Kind::Integer);
const LENGTH: Parameter = Parameter::new("length", Kind::Integer);

pub(super) const ENTRIES: &[Entry<Function>] = &[
    call(
        "buf",
        "buf(address[, length])",
        &[Parameter::new("address", Kind::Array), LENGTH.optional()],
        (Type::Buffer, "buffer"),
        "Reads bytes.",
    )
    .since(11)
    .texts(
        "The length may be left out for an array, whose length is known. At most `max_strlen` bytes are \
         read. Printed with `%r`, bytes that are no printable ASCII are shown as `\\xNN`; `%rx` shows all \
         so, `%rh` as hex with blanks.",
        r#"tracepoint:syscalls:sys_enter_write { printf("%r\n", buf(args.buf, args.count)); }"#,
    ),
    call(
        "memcmp",
        "memcmp(a, b, length)",
        &[Parameter::new("a", Kind::Any), Parameter::new("b", Kind::Any), LENGTH],
        (Type::Signed, "int"),
        "0 if two pieces of memory are alike.",
    )
    .since(25)
    .texts(
        "Compares that many bytes and returns the difference of the first two that differ: below zero if \
         the left one is smaller. Zero bytes do not end it, unlike `strncmp()`.",
        r#"BEGIN { if (memcmp("abcd", "abce", 3) == 0) { print("alike"); } }"#,
    ),
    call("signal_name", "signal_name(number)", &[NUMBER], STRING, "Name of a signal.").since(26).texts(
        "Gives `SIGKILL` for 9, by the numbers of the machine that runs the script.",
        "tracepoint:signal:signal_generate { @[signal_name(args.sig)] = count(); }",
    ),
    call(
        "str",
        "str(address[, length])",
        &[Parameter::new("address", Kind::Pointer), LENGTH.optional()],
        STRING,
        "Reads the string at an address.",
    )
    .texts(
        "Reads up to the first zero byte, but at most `length` bytes and at most `max_strlen`; the zero \
         byte counts. What is longer is cut. Whether kernel or user memory is read comes from the probe \
         and the type; `kptr()` and `uptr()` set it. `str($1)` gives a parameter of the script as text. A \
         page that is not in memory reads as an empty string.",
        "tracepoint:syscalls:sys_enter_openat { @[str(args.filename)] = count(); }",
    )
    .changes(&[(23, "the default of `max_strlen` is 1024, before 64")]),
    call("str_concat", "str_concat(a, b)", &[A, B], STRING, "Two strings joined.").since(27).texts(
        "Gives the first string with the second behind it. There is no operator for this.",
        r#"BEGIN { print(str_concat("bpf", "trace")); }"#,
    ),
    call("strcap", "strcap(text)", &[TEXT], INT64, "Room for a string, in bytes.").since(25).texts(
        "How long the string could be, not how long it is: the size of its type. The compiler knows \
         it for most strings.",
        "BEGIN { print(strcap(comm)); }",
    ),
    call("strcontains", "strcontains(text, part)", &[TEXT, PART], BOOLEAN, "Whether a string holds another.")
        .since(17)
        .texts(
            "Compares byte by byte, with case. Long strings make a large program, which older kernels \
             refuse.",
            r#"tracepoint:syscalls:sys_enter_read /strcontains(comm, "ssh")/ { @ = count(); }"#,
        )
        .changes(&[(24, "returns a bool, before a number")]),
    call("strerror", "strerror(number)", &[NUMBER], STRING, "Text of an error number.").since(16).texts(
        "Takes the positive number: a system call returns it negated.",
        "tracepoint:syscalls:sys_exit_openat { if (args.ret < 0) { @[strerror(-args.ret)] = count(); } }",
    ),
    call("strlen", "strlen(text)", &[TEXT], UINT64, "Length of a string, in bytes.").since(25).texts(
        "Counts the bytes before the first zero byte. A string that was cut has the length that was \
         kept.",
        "tracepoint:syscalls:sys_enter_openat { @ = hist(strlen(str(args.filename))); }",
    ),
    call(
        "strncmp",
        "strncmp(a, b, length)",
        &[A, B, Parameter::new("length", Kind::IntegerLiteral)],
        INT64,
        "0 if two strings begin alike.",
    )
    .since_patch(9, 4)
    .texts(
        "Compares at most that many bytes. Any other result only says that they differ: it gives no \
         order. Whole strings are compared with `==`.",
        r#"tracepoint:syscalls:sys_enter_read { if (strncmp(comm, "ssh", 3) == 0) { @ = count(); } }"#,
    ),
    call("strstr", "strstr(text, part)", &[TEXT, PART], INT64, "Where a string holds another.")
        .since(25)
        .texts(
            "Counts from 0, and gives -1 if the string does not hold the other.",
            r#"BEGIN { print(strstr("bpftrace", "trace")); }"#,
        ),
    call("syscall_name", "syscall_name(number)", &[NUMBER], STRING, "Name of a system call.")
        .since(25)
        .texts(
            "By the numbers of the machine that runs the script: they differ by architecture.",
            "tracepoint:raw_syscalls:sys_enter { @[syscall_name(args.id)] = count(); }",
        ),
];
