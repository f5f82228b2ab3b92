//! Functions that change the system. bpftrace refuses them without `--unsafe`.

use super::{BOOLEAN, Function, NOTHING, call};
use crate::Validity;
use crate::docs::Entry;
use crate::parameters::{FORMATTED, Parameter, ParameterKind as Kind};

const SIGNAL: Parameter = Parameter::new("signal", Kind::NumberOrName);
/// The probe types that run in the process that is meant, and in which the kernel lets signals be sent.
const OF_PROCESSES: Validity = Validity::only_in(&[
    "kprobe",
    "kretprobe",
    "uprobe",
    "uretprobe",
    "usdt",
    "tracepoint",
    "rawtracepoint",
    "profile",
    "fentry",
    "fexit",
]);

pub(super) const ENTRIES: &[Entry<Function>] = &[
    call(
        "override",
        "override(result)",
        &[Parameter::new("result", Kind::Integer)],
        NOTHING,
        "Makes a kernel function return at once, with this result.",
    )
    .since_patch(9, 4)
    .unsafely()
    .only(Validity::only_in(&["kprobe"]).only("in functions that the kernel marks for error injection"))
    .texts(
        "The function is not run. The kernel must be built with CONFIG_BPF_KPROBE_OVERRIDE. It is made \
         to test how programs bear errors.",
        "kprobe:__x64_sys_getuid /comm == \"id\"/ { override(2 << 21); @ = count(); }",
    ),
    call("signal", "signal(signal)", &[SIGNAL], NOTHING, "Sends a signal to the process.")
        .since_patch(9, 4)
        .unsafely()
        .only(OF_PROCESSES)
        .texts(
            "To the process whose thread fired the probe, at once. The signal is a number or a name, `9` \
             or `\"KILL\"`. It needs Linux 5.3.",
            "kprobe:__x64_sys_execve /comm == \"bash\"/ { signal(\"TERM\"); @ = count(); }",
        ),
    call("signal_thread", "signal_thread(signal)", &[SIGNAL], NOTHING, "Sends a signal to the thread.")
        .since(25)
        .unsafely()
        .only(OF_PROCESSES)
        .texts(
            "As `signal()`, but to the thread that fired the probe, not to any thread of its process.",
            "kprobe:__x64_sys_execve /comm == \"bash\"/ { signal_thread(10); @ = count(); }",
        ),
    call(
        "system",
        "system(format, ...)",
        FORMATTED,
        NOTHING,
        "Runs a shell command, as bpftrace's user: root.",
    )
    .later()
    .unsafely()
    .texts(
        "The command is made from the format and the values. It is run after the event, and the \
         events behind it wait until it has ended.",
        r#"interval:s:10 { system("date"); @ = count(); }"#,
    ),
    call(
        "write_user",
        "write_user(to, from, length)",
        &[
            Parameter::new("to", Kind::Pointer),
            Parameter::new("from", Kind::Any),
            Parameter::new("length", Kind::Integer),
        ],
        BOOLEAN,
        "Writes into the memory of the program.",
    )
    .since(26)
    .unsafely()
    .texts(
        "Writes that many bytes at the address, in the process whose thread fired the probe. The result \
         says whether it worked: a page that is not in memory fails.",
        "uprobe:/bin/bash:readline { let $x = 0; @ = write_user(arg0, &$x, 1); }",
    ),
];
