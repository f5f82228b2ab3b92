//! Functions that start from how the script was called, and that end it.

use super::{Function, NOTHING, call};
use crate::Type;
use crate::docs::Entry;
use crate::parameters::{Parameter, ParameterKind as Kind};

pub(super) const ENTRIES: &[Entry<Function>] = &[
    call(
        "assert",
        "assert(condition, message)",
        &[Parameter::new("condition", Kind::Condition), Parameter::new("message", Kind::StringLiteral)],
        NOTHING,
        "Ends the script if a condition fails.",
    )
    .since(24)
    .texts(
        "Checks when the probe fires. If the condition is false, the message is printed as an error and \
         the script exits with code 1.",
        r#"BEGIN { assert(ncpus > 0, "no CPU"); print(ncpus); }"#,
    ),
    call(
        "exit",
        "exit([code])",
        &[Parameter::new("code", Kind::Integer).optional().since(21)],
        NOTHING,
        "Ends the script.",
    )
    .later()
    .texts(
        "The probe returns at once; bpftrace then stops, runs the `end` probes and prints the maps. \
         Other probes may fire until it does. Code is what the bpftrace process exits with, 0 without \
         one.",
        "kprobe:vfs_read { @ = count(); } interval:s:10 { exit(); }",
    )
    .changes(&[(21, "takes a code"), (25, "is an error in a loop")]),
    call(
        "getopt",
        "getopt(name[, default[, description]])",
        &[
            Parameter::new("name", Kind::StringLiteral),
            Parameter::new("default", Kind::Literal).optional(),
            Parameter::new("description", Kind::StringLiteral).optional(),
        ],
        (Type::Unknown, "as the default, bool without one"),
        "A named parameter of the script.",
    )
    .since(24)
    .compiler()
    .texts(
        "Parameters stand behind `--` on the command line: `bpftrace script.bt -- --hz=49 --verbose`. \
         The default is a number, a string or a bool and gives the type; without one the parameter is a \
         switch. The description is shown by `--help`.",
        r#"BEGIN { print(getopt("name", "none", "whom to greet")); }"#,
    ),
];
