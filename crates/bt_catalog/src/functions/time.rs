//! Functions that read clocks and write times.

use super::{Function, NOTHING, call};
use crate::Type;
use crate::docs::Entry;
use crate::parameters::{Parameter, ParameterKind as Kind};

/// The clocks of `nsecs()`.
pub(crate) const CLOCKS: &[&str] = &["monotonic", "boot", "tai", "sw_tai"];

const FORMAT: Parameter = Parameter::new("format", Kind::StringLiteral);

pub(super) const ENTRIES: &[Entry<Function>] = &[
    call(
        "nsecs",
        "nsecs([clock])",
        &[Parameter::new("clock", Kind::Name(CLOCKS)).optional()],
        (Type::Unsigned, "uint64"),
        "Nanoseconds of a clock.",
    )
    .since(19)
    .texts(
        "`boot` is the clock of `nsecs` without parentheses: it counts time in which the machine sleeps, \
         `monotonic` does not. `tai` needs Linux 6.1; `sw_tai` is bpftrace's own reckoning of it. \
         `strftime()` takes all but `monotonic`.",
        "BEGIN { print(nsecs(monotonic)); print(nsecs(boot) - nsecs); }",
    ),
    call(
        "strftime",
        "strftime(format, nsecs)",
        &[FORMAT, Parameter::new("nsecs", Kind::Integer)],
        (Type::Timestamp, "timestamp"),
        "A moment as text.",
    )
    .since(12)
    .later()
    .texts(
        "The format is that of C's `strftime()`, and `%f` for microseconds. The moment is a value of \
         `nsecs`. It is formatted when it is printed, in the time zone of bpftrace.",
        r#"kprobe:do_nanosleep { printf("%s %s\n", strftime("%H:%M:%S.%f", nsecs), comm); }"#,
    ),
    call("time", "time([format])", &[FORMAT.optional()], NOTHING, "Prints the time of day.").later().texts(
        "The format is that of C's `strftime()`, `%H:%M:%S\\n` without one. It is the time at which \
         bpftrace prints, which is later than the event: `strftime(format, nsecs)` is exact.",
        r#"interval:s:5 { time("%F %T\n"); print(@reads); } kprobe:vfs_read { @reads = count(); }"#,
    ),
];
