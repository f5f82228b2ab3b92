//! The values that every script has.

use crate::{Lifetime, Type};

/// A value that is there without being assigned.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub value: Type,
    /// Releases that know it.
    pub lifetime: Lifetime,
    /// One line about it.
    pub summary: &'static str,
}

/// The builtin of that name; `arg0` … and `sarg0` … are all there.
pub fn builtin(name: &str) -> Option<&'static Builtin> {
    let numbered = |stem: &str| {
        name.strip_prefix(stem)
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
    };
    let wanted = if numbered("arg") {
        "arg0"
    } else if numbered("sarg") {
        "sarg0"
    } else {
        name
    };
    BUILTINS.iter().find(|builtin| builtin.name == wanted)
}

const fn value(name: &'static str, value: Type, summary: &'static str) -> Builtin {
    Builtin { name, value, lifetime: Lifetime::ALWAYS, summary }
}

impl Builtin {
    const fn since(self, minor: u16) -> Builtin {
        Builtin { lifetime: Lifetime::since(minor), ..self }
    }

    const fn until(self, minor: u16) -> Builtin {
        Builtin { lifetime: self.lifetime.until(minor), ..self }
    }
}

/// Every builtin.
pub const BUILTINS: &[Builtin] = &[
    value("pid", Type::Unsigned, "Process id of the thread that fired the probe."),
    value("tid", Type::Unsigned, "Thread id of the thread that fired the probe."),
    value("uid", Type::Unsigned, "User id of the thread that fired the probe."),
    value("gid", Type::Unsigned, "Group id of the thread that fired the probe."),
    value("nsecs", Type::Unsigned, "Nanoseconds since the machine started."),
    value("elapsed", Type::Unsigned, "Nanoseconds since the script started."),
    value("cpu", Type::Unsigned, "Number of the CPU on which the probe fired."),
    value("ncpus", Type::Unsigned, "Number of CPUs.").since(24),
    value("numaid", Type::Unsigned, "NUMA node on which the probe fired.").since(16),
    value("jiffies", Type::Unsigned, "Ticks of the kernel's clock since the machine started.").since(20),
    value("comm", Type::String, "Name of the thread that fired the probe, at most 15 bytes."),
    value("pcomm", Type::String, "Name of the parent process.").since(25),
    value("ppid", Type::Unsigned, "Process id of the parent process.").since(24),
    value("leader_comm", Type::String, "Name of the thread group's leader.").since(26),
    value("leader_tid", Type::Unsigned, "Thread id of the thread group's leader.").since(26),
    value("cgroup", Type::Unsigned, "Id of the control group of the thread."),
    value("curtask", Type::Unsigned, "Address of the thread's task_struct."),
    value("rand", Type::Unsigned, "A random number."),
    value("probe", Type::String, "Name of the attach point that fired."),
    value("probetype", Type::String, "Type of the attach point that fired.").since(25),
    value("username", Type::Username, "Name of the user of the thread."),
    value("cpid", Type::Unsigned, "Process id of the command that bpftrace started with -c."),
    value("has_cpid", Type::Boolean, "Whether bpftrace started a command with -c.").since(25),
    value("usermode", Type::Unsigned, "1 if the probe fired in user code.").since(24),
    // A symbol of the kernel or of a program, by probe type.
    value("func", Type::Unknown, "Name of the function that is traced."),
    value("kstack", Type::Kstack, "Stack of the kernel."),
    value("ustack", Type::Ustack, "Stack of the program."),
    value("args", Type::Record, "Arguments of the probe, by name."),
    value("arg0", Type::Unsigned, "An argument of the probe, by number from 0."),
    value("sarg0", Type::Unsigned, "An argument of the probe on the stack.").until(25),
    value("retval", Type::Unknown, "What the traced function returned."),
    value("ctx", Type::Pointer, "Context of the probe."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_have_any_number() {
        assert_eq!(builtin("arg12").map(|found| found.name), Some("arg0"));
        assert_eq!(builtin("sarg3").map(|found| found.name), Some("sarg0"));
        assert_eq!(builtin("args").map(|found| found.name), Some("args"));
        for name in ["arg", "sarg", "arg1x", "PID", ""] {
            assert!(builtin(name).is_none(), "{name}");
        }
    }
}
