//! Functions that take stacks, and that turn addresses to symbols and symbols to addresses.

use super::{Function, UINT64, call};
use crate::docs::Entry;
use crate::parameters::{Parameter, ParameterKind as Kind};
use crate::{Type, Validity};

/// How a kernel stack is written.
const KERNEL_MODES: &[&str] = &["bpftrace", "perf", "raw"];
/// How the stack of a program is written.
const USER_MODES: &[&str] = &["bpftrace", "perf", "raw", "build_id"];

const ADDRESS: Parameter = Parameter::new("address", Kind::Integer);
const NAME: Parameter = Parameter::new("name", Kind::StringLiteral);
const LIMIT: Parameter = Parameter::new("limit", Kind::IntegerLiteral).optional();
const KERNEL_MODE: Parameter = Parameter::new("mode", Kind::Name(KERNEL_MODES)).skippable();
const USER_MODE: Parameter = Parameter::new("mode", Kind::Name(USER_MODES)).skippable();

pub(super) const ENTRIES: &[Entry<Function>] = &[
    call(
        "dw_ustack",
        "dw_ustack([mode, ][limit])",
        &[USER_MODE, LIMIT],
        (Type::Ustack, "ustack_t"),
        "Stack of the program, found by its debug information.",
    )
    .since(26)
    .only(Validity::ANYWHERE.only("on x86_64, and with `unstable_dw_ustack`"))
    .texts(
        "Unlike `ustack()` it needs no frame pointers, but the program's DWARF or unwind tables. It is \
         slower, and unstable: the language may still change.",
        "config = { unstable_dw_ustack = enable } profile:hz:99 { @[dw_ustack(8)] = count(); }",
    ),
    call("kaddr", "kaddr(name)", &[NAME], UINT64, "Address of a kernel symbol.").compiler().texts(
        "Looks the symbol up in `/proc/kallsyms` when the script is compiled; a name that is not \
         there is an error. Variables are there only if the kernel was built with \
         CONFIG_KALLSYMS_ALL; to read one, cast its address to a pointer.",
        r#"BEGIN { printf("%p\n", kaddr("schedule")); }"#,
    ),
    call(
        "kstack",
        "kstack([mode, ][limit])",
        &[KERNEL_MODE, LIMIT],
        (Type::Kstack, "kstack_t"),
        "Stack of the kernel.",
    )
    .texts(
        "At most `limit` frames, 127 without one. The mode is how it is printed: `bpftrace` as symbols \
         with offsets, `perf` with addresses in front, `raw` as addresses. Stacks of the same frames are \
         one key of a map.",
        "profile:hz:99 { @[kstack(perf, 16)] = count(); }",
    )
    .changes(&[(18, "mode `raw`")]),
    call("ksym", "ksym(address)", &[ADDRESS], (Type::Ksym, "ksym_t"), "Symbol of a kernel address.")
        .later()
        .texts(
            "The address stays a number until it is printed. Addresses in one function are different \
             keys of a map, although they are printed alike.",
            r#"profile:hz:99 { @[ksym(reg("ip"))] = count(); }"#,
        ),
    call(
        "percpu_kaddr",
        "percpu_kaddr(name[, cpu])",
        &[NAME, Parameter::new("cpu", Kind::Integer).optional()],
        UINT64,
        "Address of a variable that each CPU has for itself.",
    )
    .since(22)
    .texts(
        "For this CPU, or for the one of that number. The address is null for a CPU that does not exist: \
         newer kernels refuse a program that does not check it.",
        r#"BEGIN { let $p = percpu_kaddr("process_counts", 0); if ($p != 0) { print(*$p); } }"#,
    ),
    call(
        "stack_len",
        "stack_len(stack)",
        &[Parameter::new("stack", Kind::Stack)],
        UINT64,
        "Number of frames of a stack.",
    )
    .since(25)
    .texts(
        "A helper of bpftrace's own library, undocumented. `len()` does the same.",
        "profile:hz:99 { @ = hist(stack_len(kstack)); }",
    ),
    call("sym", "sym(address)", &[ADDRESS], (Type::Ksym, "ksym_t"), "Old name of ksym().")
        .until(10)
        .later()
        .texts("Write `ksym()`.", ""),
    call(
        "uaddr",
        "uaddr(name)",
        &[NAME],
        (Type::Pointer, "T *"),
        "Address of a symbol of the traced program.",
    )
    .compiler()
    .only(Validity::only_in(&["uprobe", "uretprobe", "usdt"]))
    .texts(
        "Looks the symbol up in the binary of the attach point. The type of the pointer comes from \
         the size of the symbol: 1, 2, 4 or 8 bytes. Programs that are loaded at a random address \
         (PIE) are not supported.",
        r#"uprobe:/bin/bash:readline { printf("%s\n", str(*uaddr("ps1_prompt"))); }"#,
    ),
    call(
        "ustack",
        "ustack([mode, ][limit])",
        &[USER_MODE, LIMIT],
        (Type::Ustack, "ustack_t"),
        "Stack of the program.",
    )
    .texts(
        "Found by frame pointers: a program compiled without them gives a few wrong frames. Modes and \
         limit as of `kstack()`, and `build_id` for build id and offset. Symbols of a program that has \
         ended may be lost, so that only addresses are printed.",
        "profile:hz:99 { @[ustack(8), comm] = count(); }",
    )
    .changes(&[(18, "mode `raw`"), (25, "mode `build_id`")]),
    call("usym", "usym(address)", &[ADDRESS], (Type::Usym, "usym_t"), "Symbol of an address of the program.")
        .later()
        .texts(
            "The address is kept with the process id and looked up when it is printed; a process that \
             has ended by then gives the address only, unless symbols are cached.",
            r#"uprobe:/bin/bash:readline { printf("%s\n", usym(reg("ip"))); }"#,
        ),
];
