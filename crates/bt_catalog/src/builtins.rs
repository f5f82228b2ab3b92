//! The values that every script has.

use crate::docs::{Docs, Entry, column};
use crate::name_index::NameIndex;
use crate::validity::WITH_REGISTERS;
use crate::{Lifetime, Type, Validity};

/// A value that is there without being assigned.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Its name; `arg0` and `sarg0` stand for every number.
    pub name: &'static str,
    /// What it is.
    pub value: Type,
    /// Its type, as the newest release writes it.
    pub value_type: &'static str,
    /// Releases that know it.
    pub lifetime: Lifetime,
    /// Where it may stand.
    pub validity: Validity,
    /// One line about it.
    pub summary: &'static str,
}

/// The builtin of that name; `arg0` … and `sarg0` … are all there.
pub fn builtin(name: &str) -> Option<&'static Builtin> {
    INDEX.find(stem(name)).map(|place| &BUILTINS[place])
}

/// `arg0` for `arg12`.
fn stem(name: &str) -> &str {
    let is_numbered = |stem: &str| {
        name.strip_prefix(stem)
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
    };
    match name.as_bytes().first() {
        Some(b'a') if is_numbered("arg") => "arg0",
        Some(b's') if is_numbered("sarg") => "sarg0",
        _ => name,
    }
}

impl Builtin {
    /// The long text about it.
    pub fn docs(&self) -> &'static Docs {
        &DOCS[INDEX.find(self.name).expect("every builtin stands in its own table")]
    }
}

/// Every builtin.
pub static BUILTINS: &[Builtin] = &column!(ENTRIES, facts);
static DOCS: [Docs; ENTRIES.len()] = column!(ENTRIES, docs);
static INDEX: NameIndex<128> = NameIndex::new(&NAMES);
const NAMES: [&str; ENTRIES.len()] = column!(ENTRIES, facts.name);

const fn value(name: &'static str, value: Type, value_type: &'static str, summary: &'static str) -> Builtin {
    Builtin { name, value, value_type, lifetime: Lifetime::ALWAYS, validity: Validity::ANYWHERE, summary }
}

impl Builtin {
    const fn since(self, minor: u16) -> Builtin {
        Builtin { lifetime: Lifetime::since(minor), ..self }
    }

    const fn lives(self, lifetime: Lifetime) -> Builtin {
        Builtin { lifetime, ..self }
    }

    const fn only(self, validity: Validity) -> Builtin {
        Builtin { validity, ..self }
    }

    const fn texts(self, details: &'static str, example: &'static str) -> Entry<Builtin> {
        Entry::new(self, details, example)
    }
}

/// The probe types that trace a function.
const OF_FUNCTIONS: Validity =
    Validity::only_in(&["kprobe", "kretprobe", "uprobe", "uretprobe", "fentry", "fexit"]);
const STARTED_COMMAND: Validity = Validity::ANYWHERE.only("when bpftrace was started with `-c`");

const ENTRIES: &[Entry<Builtin>] = &[
    value("pid", Type::Unsigned, "uint32", "Process id of the thread that fired the probe.")
        .texts(
            "What the kernel calls thread group id. In the namespace of bpftrace; `pid(init)` is that of \
             the host. In an interrupt it is that of whatever was running.",
            "tracepoint:raw_syscalls:sys_enter { @[pid] = count(); }",
        )
        .changes(&[(22, "uint32, before uint64"), (24, "can be called, `pid(init)`")]),
    value("tid", Type::Unsigned, "uint32", "Thread id of the thread that fired the probe.")
        .texts(
            "The usual key for what is kept between entry and return of a function: a thread is in one \
             place at a time.",
            "kprobe:vfs_read { @start[tid] = nsecs; }\n\
             kretprobe:vfs_read { @ns[tid] = nsecs - @start[tid]; delete(@start, tid); }",
        )
        .changes(&[(22, "uint32, before uint64"), (24, "can be called, `tid(init)`")]),
    value("uid", Type::Unsigned, "uint64", "User id of the thread that fired the probe.").texts(
        "The real user id; root is 0. `username` prints the name.",
        "kprobe:vfs_read { @[uid] = count(); }",
    ),
    value("gid", Type::Unsigned, "uint64", "Group id of the thread that fired the probe.")
        .texts("The real group id.", "kprobe:vfs_read { @[gid] = count(); }"),
    value("nsecs", Type::Unsigned, "uint64", "Nanoseconds since the machine started.")
        .texts(
            "Time in which the machine sleeps counts. Differences of two of them are durations; \
             `strftime()` makes one the time of day.",
            "kprobe:vfs_read { @start[tid] = nsecs; }\n\
             kretprobe:vfs_read /@start[tid]/ { @ns = hist(nsecs - @start[tid]); delete(@start, tid); }",
        )
        .changes(&[(19, "can be called, `nsecs(tai)`")]),
    value("elapsed", Type::Unsigned, "uint64", "Nanoseconds since the script started.").texts(
        "Counted from when bpftrace attached its probes.",
        "interval:s:1 { print(elapsed / 1000000); }",
    ),
    value("cpu", Type::Unsigned, "uint32", "Number of the CPU on which the probe fired.")
        .texts("Counted from 0.", "profile:hz:99 { @[cpu] = count(); }"),
    value("ncpus", Type::Unsigned, "uint64", "Number of CPUs.")
        .since(24)
        .texts("Those that the machine could have, as far as bpftrace knows.", "BEGIN { print(ncpus); }"),
    value("numaid", Type::Unsigned, "uint32", "NUMA node on which the probe fired.")
        .since(16)
        .texts("Counted from 0; 0 on a machine with one node.", "profile:hz:99 { @[numaid] = count(); }"),
    value("jiffies", Type::Unsigned, "uint64", "Ticks of the kernel's clock.").since(20).texts(
        "A tick is 1 to 10 ms long, as the kernel was built. It does not start at 0.",
        "interval:s:1 { print(jiffies); }",
    ),
    value("comm", Type::String, "string", "Name of the thread that fired the probe, at most 15 bytes.")
        .texts(
            "Programs name their threads as they like; `leader_comm` is the name of the process.",
            "tracepoint:raw_syscalls:sys_enter /comm == \"bash\"/ { @ = count(); }",
        )
        .changes(&[(25, "can be called, `comm(pid)`")]),
    value("pcomm", Type::String, "string", "Name of the parent process.")
        .since(25)
        .texts("At most 15 bytes.", "tracepoint:sched:sched_process_exec { @[pcomm, comm] = count(); }")
        .changes(&[(26, "by the real parent; before, by the leader of the thread group")]),
    value("ppid", Type::Unsigned, "uint32", "Process id of the parent process.")
        .since(24)
        .texts(
            "A process whose parent has ended belongs to another one, mostly to process 1.",
            "tracepoint:sched:sched_process_exec { @[ppid] = count(); }",
        )
        .changes(&[(25, "without parentheses")]),
    value("leader_comm", Type::String, "string", "Name of the process: of its first thread.")
        .since(26)
        .texts("At most 15 bytes.", "profile:hz:99 { @[leader_comm] = count(); }"),
    value("leader_tid", Type::Unsigned, "uint32", "Thread id of the process's first thread.")
        .since(26)
        .texts("It is the process id.", "profile:hz:99 { @[leader_tid] = count(); }"),
    value("cgroup", Type::Unsigned, "uint64", "Id of the control group of the thread.").texts(
        "Of the unified hierarchy (version 2). `cgroup_path(cgroup)` prints its path, `cgroupid()` \
         is the id for a path.",
        "profile:hz:99 { @[cgroup_path(cgroup)] = count(); }",
    ),
    value("curtask", Type::Pointer, "struct task_struct *", "Address of the thread's task_struct.").texts(
        "A pointer where the kernel has BTF; otherwise a number, to be cast to `struct task_struct *`.",
        "profile:hz:99 { @[((struct task_struct *)curtask)->prio] = count(); }",
    ),
    value("rand", Type::Unsigned, "uint32", "A random number.").texts(
        "For sampling: a new one each time, not for secrets.",
        "kprobe:vfs_read /rand % 100 == 0/ { @[comm] = count(); }",
    ),
    value("probe", Type::String, "string", "Name of the attach point that fired.")
        .texts(
            "The whole name, with wildcards filled in: tells apart the attach points of one probe.",
            "tracepoint:syscalls:sys_enter_* { @[probe] = count(); }",
        )
        .changes(&[(23, "a string, before a number that was printed as text")]),
    value("probetype", Type::String, "string", "Type of the attach point that fired.").since(25).texts(
        "`kprobe`, `tracepoint` and so on.",
        "kprobe:vfs_read, kprobe:vfs_write { @[probetype] = count(); }",
    ),
    value("username", Type::Username, "username_t", "Name of the user of the thread.").texts(
        "The user id, whose name is looked up when it is printed. It cannot be compared with text: \
         use `uid`.",
        "kprobe:vfs_read { @[username] = count(); }",
    ),
    value("cpid", Type::Unsigned, "uint32", "Process id of the command that bpftrace started.")
        .lives(Lifetime::since_patch(9, 4))
        .only(STARTED_COMMAND)
        .texts(
            "`bpftrace -c 'ls /' script.bt` starts `ls` when the probes are attached. Without `-c`, it \
             is an error.",
            "tracepoint:raw_syscalls:sys_enter /pid == cpid/ { @ = count(); }",
        ),
    value("has_cpid", Type::Boolean, "bool", "Whether bpftrace started a command with -c.")
        .since(25)
        .texts("Known while compiling: `cpid` may stand in the branch.", "BEGIN { print(has_cpid); }"),
    value("usermode", Type::Unsigned, "uint8", "1 if the probe fired in user code.")
        .since(24)
        .only(Validity::only_in(WITH_REGISTERS))
        .texts("0 if it fired in the kernel. On x86_64 only.", "profile:hz:99 { @[usermode] = count(); }"),
    value("config", Type::Record, "record", "The config keys, by name.")
        .since(27)
        .texts("With the values that they have in this run.", "BEGIN { print(config.max_strlen); }"),
    // A symbol of the kernel or of a program, by probe type.
    value("func", Type::Unknown, "ksym_t or usym_t", "Name of the function that is traced.")
        .only(OF_FUNCTIONS)
        .texts(
            "An address, which is printed as a symbol: of the kernel, or of the program in `uprobe` and \
             `uretprobe`.",
            "kprobe:vfs_* { @[func] = count(); }",
        ),
    value("kstack", Type::Kstack, "kstack_t", "Stack of the kernel.").texts(
        "At most 127 frames, printed as the config key `stack_mode` says. `kstack(8)` takes fewer.",
        "profile:hz:99 { @[kstack] = count(); }",
    ),
    value("ustack", Type::Ustack, "ustack_t", "Stack of the program.").texts(
        "Found by frame pointers: a program compiled without them gives a few wrong frames. `ustack(8)` \
         takes fewer.",
        "profile:hz:99 { @[ustack, comm] = count(); }",
    ),
    value("dw_ustack", Type::Ustack, "ustack_t", "Stack of the program, found by its debug information.")
        .since(26)
        .texts(
            "Works for programs compiled without frame pointers, on x86_64. Unstable: bpftrace warns of it.",
            "profile:hz:99 { @[dw_ustack] = count(); }",
        ),
    value("args", Type::Record, "record", "Arguments of the probe, by name.")
        .only(Validity::only_in(&["tracepoint", "rawtracepoint", "fentry", "fexit", "uprobe"]))
        .texts(
            "`bpftrace -lv PROBE` lists the names. A `uprobe` has them if the binary has debug \
             information (DWARF). They cannot be assigned.",
            "tracepoint:syscalls:sys_enter_read { @bytes = hist(args.count); }",
        )
        .changes(&[
            (19, "a structure, `args.x`; before, a pointer, `args->x`"),
            (24, "in `rawtracepoint`"),
            (25, "in `tracepoint` it needs BTF"),
        ]),
    value("arg0", Type::Unsigned, "uint64", "An argument of the probe, by number from 0.")
        .only(Validity::only_in(&["kprobe", "uprobe", "usdt", "rawtracepoint"]))
        .texts(
            "What the calling convention passes in registers: on x86_64 the first six, `arg0` to `arg5`. \
             Smaller types have rubbish in their upper bits: cast them.",
            "kprobe:vfs_read { @bytes = hist(arg2); }",
        ),
    value("sarg0", Type::Unsigned, "uint64", "An argument of the probe on the stack, by number from 0.")
        .lives(Lifetime::since_patch(9, 3).until(25))
        .only(Validity::only_in(&["kprobe", "uprobe"]))
        .texts(
            "For conventions that pass all arguments on the stack, as Go's did. In its place: \
             `*(reg(\"sp\") + 8)`.",
            "",
        )
        .changes(&[(21, "deprecated")]),
    value("stack", Type::Kstack, "kstack_t", "Old name of kstack.")
        .lives(Lifetime::ALWAYS.until(10))
        .texts("Write `kstack`.", ""),
    value("retval", Type::Unknown, "uint64, in fexit its type", "What the traced function returned.")
        .only(Validity::only_in(&["kretprobe", "uretprobe", "fexit"]))
        .texts(
            "Without a type it has no sign: cast it to find an error, `(int32)retval < 0`. In `fexit` it \
             has the type of the function.",
            "kretprobe:vfs_read /(int64)retval >= 0/ { @bytes = hist(retval); }",
        ),
    value("ctx", Type::Pointer, "pointer", "Context of the probe, as the kernel gives it.").texts(
        "In `iter` it has a type with the object, `ctx->task` for example. Elsewhere it is the \
         registers, the record of the tracepoint and so on.",
        "iter:task { printf(\"%d %s\\n\", ctx->task->pid, ctx->task->comm); }",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::check_docs;
    use crate::validity::check_validity;

    #[test]
    fn arguments_have_any_number() {
        assert_eq!(builtin("arg12").map(|found| found.name), Some("arg0"));
        assert_eq!(builtin("sarg3").map(|found| found.name), Some("sarg0"));
        assert_eq!(builtin("args").map(|found| found.name), Some("args"));
        for name in ["arg", "sarg", "arg1x", "PID", ""] {
            assert!(builtin(name).is_none(), "{name}");
        }
    }

    #[test]
    fn every_builtin_is_found_and_has_its_texts() {
        for known in BUILTINS {
            assert_eq!(builtin(known.name).map(|found| found.name), Some(known.name));
            check_docs(known.name, known.summary, known.docs());
            check_validity(known.name, known.validity);
            assert_eq!(known.docs().example.is_empty(), known.lifetime.removed.is_some(), "{}", known.name);
            assert!(known.lifetime.removed.is_none_or(|removed| removed > known.lifetime.since));
        }
    }
}
