//! Functions about threads, processes and control groups.

use super::{Function, STRING, UINT32, UINT64, call};
use crate::Type;
use crate::docs::Entry;
use crate::parameters::{Parameter, ParameterKind as Kind};

/// The namespaces in which a process has an id.
pub(crate) const NAMESPACES: &[&str] = &["curr_ns", "init"];

const TASK: Parameter = Parameter::new("task", Kind::Pointer).optional();
const NAMESPACE: Parameter = Parameter::new("namespace", Kind::Name(NAMESPACES)).optional();

pub(super) const ENTRIES: &[Entry<Function>] = &[
    call(
        "cgroup_path",
        "cgroup_path(id[, filter])",
        &[Parameter::new("id", Kind::Integer), Parameter::new("filter", Kind::StringLiteral).optional()],
        (Type::CgroupPath, "cgroup_path_t"),
        "Path of a control group, by its id.",
    )
    .since(15)
    .texts(
        "The path is looked up when it is printed; it cannot be compared. With several hierarchies each \
         is printed with its name; the filter, with `*`, chooses among them.",
        "kprobe:vfs_read { @[cgroup_path(cgroup)] = count(); }",
    ),
    call(
        "cgroupid",
        "cgroupid(path)",
        &[Parameter::new("path", Kind::StringLiteral)],
        UINT64,
        "Id of a control group, by its path.",
    )
    .compiler()
    .texts(
        "Looked up when the script is compiled; a path that is not there is an error. Compare it with \
         `cgroup` in a predicate to trace one service or container.",
        r#"kprobe:vfs_read /cgroup == cgroupid("/sys/fs/cgroup/system.slice")/ { @ = count(); }"#,
    ),
    call(
        "comm",
        "comm([pid])",
        &[Parameter::new("pid", Kind::Integer).optional()],
        STRING,
        "Name of a thread.",
    )
    .since(25)
    .texts(
        "Of the thread that fired the probe, or of the process of that id. At most 15 bytes.",
        "kprobe:vfs_read { @[comm(pid)] = count(); }",
    ),
    call("leader_comm", "leader_comm([task])", &[TASK], STRING, "Name of the process: of its first thread.")
        .since(26)
        .texts(
            "Threads often have names of their own; this is that of the thread group's leader. It takes \
             a `struct task_struct *`, and is about the present thread without one.",
            "kprobe:vfs_read { @[leader_comm()] = count(); }",
        ),
    call("leader_tid", "leader_tid([task])", &[TASK], UINT32, "Thread id of the process's first thread.")
        .since(26)
        .texts(
            "The id of the thread group's leader, which is the process id. It takes a `struct \
             task_struct *`, and is about the present thread without one.",
            "kprobe:vfs_read { @[leader_tid()] = count(); }",
        ),
    call("pcomm", "pcomm([task])", &[TASK], STRING, "Name of the parent process.")
        .since(25)
        .texts(
            "Of the parent of the present thread, or of that of a `struct task_struct *`.",
            "tracepoint:sched:sched_process_exec { @[pcomm(), comm] = count(); }",
        )
        .changes(&[(26, "by the real parent; before, by the leader of the thread group")]),
    call("pid", "pid([namespace])", &[NAMESPACE], UINT32, "Process id, in a namespace.").since(24).texts(
        "`init` is the id that the host knows, `curr_ns` the one in the namespace of bpftrace, which \
         differs when bpftrace runs in a container. Without parentheses it is `curr_ns`.",
        "kprobe:vfs_read { @[pid(init)] = count(); }",
    ),
    call("ppid", "ppid([task])", &[TASK], UINT32, "Process id of the parent process.")
        .since(24)
        .texts(
            "Of the parent of the present thread, or of that of a `struct task_struct *`.",
            "tracepoint:sched:sched_process_exec { @[ppid()] = count(); }",
        )
        .changes(&[(25, "the task may be left out")]),
    call("tid", "tid([namespace])", &[NAMESPACE], UINT32, "Thread id, in a namespace.")
        .since(24)
        .texts("As `pid()`, but of the thread.", "kprobe:vfs_read { @[tid(init)] = count(); }"),
];
