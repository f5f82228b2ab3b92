//! Functions about addresses, registers and the structures behind them.

use super::{BOOLEAN, Function, NOTHING, STRING, UINT64, call};
use crate::docs::Entry;
use crate::parameters::{Parameter, ParameterKind as Kind};
use crate::validity::WITH_REGISTERS;
use crate::{Type, Validity};

const ADDRESS: Parameter = Parameter::new("address", Kind::Pointer);

pub(super) const ENTRIES: &[Entry<Function>] = &[
    call(
        "bswap",
        "bswap(number)",
        &[Parameter::new("number", Kind::Integer)],
        (Type::Unsigned, "uint8, uint16, uint32 or uint64"),
        "A number with its bytes turned around.",
    )
    .since(15)
    .texts(
        "Turns the byte order of the network to that of most machines, and back. The result has the size \
         of the number: cast it to the right one before.",
        "BEGIN { print(bswap((uint16)0x1234)); }",
    ),
    call(
        "container_of",
        "container_of(address, type, member)",
        &[ADDRESS, Parameter::new("type", Kind::Type), Parameter::new("member", Kind::Field)],
        (Type::Pointer, "type *"),
        "The structure around a member.",
    )
    .since(27)
    .compiler()
    .texts(
        "From the address of a member it gives the address of the structure that holds it, as the macro \
         of the kernel does. Lists of the kernel link members, so this leads from a link to its object.",
        "kprobe:put_prev_entity { @ = container_of((struct sched_entity *)arg1, struct task_struct, se); }",
    ),
    call("is_err", "is_err(address)", &[ADDRESS], BOOLEAN, "Whether an address is an error of the kernel.")
        .since(26)
        .texts(
            "Functions of the kernel return an error number as one of the highest 4095 addresses; such \
             an address must not be read.",
            "fexit:do_filp_open { if (is_err(retval)) { @ = count(); } }",
        ),
    call(
        "kptr",
        "kptr(address)",
        &[ADDRESS],
        (Type::Pointer, "as the address"),
        "Marks an address as the kernel's.",
    )
    .since(12)
    .texts(
        "What is read through the address is then read from kernel memory. bpftrace mostly knows by \
         itself; an argument of a user-space probe that points to the kernel is an exception.",
        "kprobe:do_sys_openat2 { print(kptr(arg1)); }",
    ),
    call(
        "path",
        "path(address[, size])",
        &[
            Parameter::new("address", Kind::Any),
            Parameter::new("size", Kind::IntegerLiteral).optional().since(22),
        ],
        STRING,
        "Full path of a file of the kernel.",
    )
    .since(12)
    .only(Validity::only_in(&["fentry", "fexit", "iter"]).only("in functions for which the kernel allows it"))
    .texts(
        "Takes a `struct path`, or its address. The kernel allows it in few functions (`filp_close`, \
         `dentry_open`, `vfs_truncate` and others); it needs Linux 5.10. Size is the longest path in \
         bytes, `max_strlen` without one.",
        "fentry:filp_close { @[path(args.filp->f_path)] = count(); }",
    ),
    call(
        "reg",
        "reg(name)",
        &[Parameter::new("name", Kind::StringLiteral)],
        UINT64,
        "Value of a register of the processor.",
    )
    .only(Validity::only_in(WITH_REGISTERS))
    .texts(
        "The names are those of the architecture: `ip`, `sp`, `ax`, `di` on x86_64, `pc`, `sp`, `r0` on \
         arm64. It is the register when the probe fired.",
        r#"kprobe:vfs_read { @ = hist(reg("dx")); }"#,
    )
    .changes(&[(27, "`pc` is a name of the instruction pointer everywhere")]),
    call(
        "unwatch",
        "unwatch(address)",
        &[Parameter::new("address", Kind::Integer)],
        NOTHING,
        "Removes a watchpoint.",
    )
    .since(12)
    .later()
    .only(Validity::only_in(&["watchpoint", "asyncwatchpoint"]))
    .texts(
        "Removes the watchpoint at that address, later: it may fire some times more. The processor \
         has only a few, so that one that has done its work should go.",
        "watchpoint:0x10000000:8:w { @ = count(); unwatch(0x10000000); }",
    ),
    call(
        "uptr",
        "uptr(address)",
        &[ADDRESS],
        (Type::Pointer, "as the address"),
        "Marks an address as the program's.",
    )
    .since(12)
    .texts(
        "What is read through the address is then read from the memory of the program. A kernel function \
         that gets an address from a program, as system calls do, needs it on architectures that keep the \
         two apart.",
        "kprobe:do_sys_openat2 { @[str(uptr(arg1))] = count(); }",
    ),
];
