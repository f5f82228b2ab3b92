//! The probe types: what a script can attach to.

use crate::docs::{Docs, Entry, column};
use crate::name_index::NameIndex;
use crate::{Lifetime, Version};

/// A probe type (bpftrace also says provider).
#[derive(Clone, Copy, Debug)]
pub struct ProbeType {
    /// The name that bpftrace prints.
    pub name: &'static str,
    /// Other names for the same.
    pub aliases: &'static [&'static str],
    /// Releases that know it.
    pub lifetime: Lifetime,
    /// How an attach point of it is written.
    pub form: &'static str,
    /// What it watches.
    pub side: Side,
    /// One line about it.
    pub summary: &'static str,
    /// How it is written behind the first colon.
    pub target: Target,
}

/// What a probe watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The script itself.
    Script,
    /// The kernel.
    Kernel,
    /// Programs.
    User,
    /// Whatever runs: the kernel and programs.
    Both,
}

/// What stands behind the first colon of an attach point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nothing: there is no colon.
    Nothing,
    /// Names or numbers, in which no `/` can stand.
    Names,
    /// A path and more.
    Path,
}

impl ProbeType {
    /// Whether it is written without a colon, as `BEGIN`.
    pub fn is_bare(&self) -> bool {
        self.target == Target::Nothing
    }

    /// Whether releases before [`PROBE_TYPES_IGNORE_CASE`] know it by this name.
    pub fn has_name(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    /// The long text about it.
    pub fn docs(&self) -> &'static Docs {
        &DOCS[INDEX.find(self.name).expect("every probe type stands in its own table")]
    }

    const fn lives(self, lifetime: Lifetime) -> ProbeType {
        ProbeType { lifetime, ..self }
    }

    const fn texts(self, details: &'static str, example: &'static str) -> Entry<ProbeType> {
        Entry::new(self, details, example)
    }
}

/// The release from which bpftrace ignores the case of names.
pub const PROBE_TYPES_IGNORE_CASE: Version = Version::new(0, 24);

/// The probe type of that name or alias. bpftrace ignores the case of names since 0.24.
pub fn probe_type(name: &str) -> Option<&'static ProbeType> {
    let place = INDEX.find(name).or_else(|| {
        // One-letter aliases differ by case: `u` and `U`.
        if name.len() > 1 { INDEX.find_ignoring_case(name) } else { None }
    })?;
    PROBE_TYPES.get(place).or_else(|| PROBE_TYPES.get(usize::from(ALIASES[place - PROBE_TYPES.len()].1)))
}

/// Every probe type.
pub static PROBE_TYPES: &[ProbeType] = &column!(ENTRIES, facts);
static DOCS: [Docs; ENTRIES.len()] = column!(ENTRIES, docs);
static INDEX: NameIndex<128> = NameIndex::new(&NAMES);

/// The names of all types, and then their aliases.
const NAMES: [&str; ENTRIES.len() + ALIASES.len()] = {
    let mut names = [""; ENTRIES.len() + ALIASES.len()];
    let mut filled = 0;
    while filled < names.len() {
        names[filled] = match filled.checked_sub(ENTRIES.len()) {
            None => ENTRIES[filled].facts.name,
            Some(alias) => ALIASES[alias].0,
        };
        filled += 1;
    }
    names
};

/// Every alias, and the place of its type.
const ALIASES: [(&str, u8); alias_count()] = {
    let mut aliases = [("", 0); alias_count()];
    let (mut place, mut filled) = (0, 0);
    while place < ENTRIES.len() {
        let mut alias = 0;
        while alias < ENTRIES[place].facts.aliases.len() {
            aliases[filled] = (ENTRIES[place].facts.aliases[alias], place as u8);
            (alias, filled) = (alias + 1, filled + 1);
        }
        place += 1;
    }
    aliases
};

const fn alias_count() -> usize {
    let (mut place, mut count) = (0, 0);
    while place < ENTRIES.len() {
        count += ENTRIES[place].facts.aliases.len();
        place += 1;
    }
    count
}

const fn probe(
    name: &'static str,
    aliases: &'static [&'static str],
    target: Target,
    side: Side,
    form: &'static str,
    summary: &'static str,
) -> ProbeType {
    ProbeType { name, aliases, lifetime: Lifetime::ALWAYS, form, side, summary, target }
}

const ENTRIES: &[Entry<ProbeType>] = &[
    probe("BEGIN", &[], Target::Nothing, Side::Script, "BEGIN", "Once, before the first other probe fires.")
        .texts(
            "The place to fill maps and to print a headline. Newer releases write it `begin`.",
            r#"BEGIN { printf("tracing, Ctrl-C ends it\n"); }"#,
        )
        .changes(&[(24, "in any case of letters, `begin`"), (25, "several are allowed")]),
    probe("END", &[], Target::Nothing, Side::Script, "END", "Once, after the last other probe fired.")
        .texts(
            "Maps are printed after it: what it clears is not printed.",
            r#"kprobe:vfs_read { @ = count(); } END { printf("done\n"); }"#,
        )
        .changes(&[(24, "in any case of letters, `end`"), (25, "several are allowed")]),
    probe(
        "self",
        &[],
        Target::Names,
        Side::Script,
        "self:signal:SIGUSR1",
        "When bpftrace itself gets a signal.",
    )
    .lives(Lifetime::since(22))
    .texts(
        "The only signal is SIGUSR1. Before 0.22 that signal made bpftrace print all maps; now the \
         script says what it does.",
        "kprobe:vfs_read { @ = count(); } self:signal:SIGUSR1 { print(@); }",
    ),
    probe("test", &[], Target::Names, Side::Script, "test:name", "A unit test of a script.")
        .lives(Lifetime::since(25))
        .texts(
            "Runs only with `--mode test`; an `assert()` that fails fails the test.",
            "test:sums { assert(1 + 1 == 2, \"sums\"); print(1); }",
        ),
    probe("bench", &[], Target::Names, Side::Script, "bench:name", "A benchmark of a script.")
        .lives(Lifetime::since(24))
        .texts(
            "Runs only with `--mode bench`, many times over; bpftrace prints the time of one run.",
            "bench:store { @ = nsecs; }",
        ),
    probe(
        "interval",
        &["i"],
        Target::Names,
        Side::Script,
        "interval:unit:count",
        "At an interval, on one CPU.",
    )
    .texts(
        "Units are `us`, `ms`, `s` and `hz`, which is times a second. For output each second. Its stacks \
         and process are those of whatever it interrupts.",
        "kprobe:vfs_read { @ = count(); } interval:s:1 { print(@); clear(@); }",
    )
    .changes(&[(11, "units us and hz"), (24, "a duration, `interval:1s`, or plain nanoseconds")]),
    probe("profile", &["p"], Target::Names, Side::Both, "profile:unit:count", "At an interval, on each CPU.")
        .texts(
            "For sampling of what runs, with the units of `interval`. An odd rate, as 99 Hz, does not \
             beat with timers of the programs.",
            "profile:hz:99 { @[kstack, ustack, comm] = count(); }",
        )
        .changes(&[(24, "a duration, `profile:10ms`, or plain nanoseconds")]),
    probe(
        "kprobe",
        &["k"],
        Target::Names,
        Side::Kernel,
        "kprobe:[module:]function[+offset]",
        "Entry of a kernel function.",
    )
    .texts(
        "Nearly every function of the kernel, with wildcards; `bpftrace -l 'kprobe:vfs_*'` lists them. \
         Arguments are `arg0` and so on, without types. Functions are no stable interface: inlined and \
         renamed ones are missing. An address in the place of a name wants `--unsafe`.",
        "kprobe:vfs_read { @bytes = hist(arg2); }",
    )
    .changes(&[(20, "a module before the function")]),
    probe(
        "kretprobe",
        &["kr"],
        Target::Names,
        Side::Kernel,
        "kretprobe:[module:]function",
        "Return of a kernel function.",
    )
    .texts(
        "With the result as `retval`, but without the arguments: keep them by thread in a `kprobe`. When \
         many calls are underway at once, some returns are missed.",
        "kretprobe:vfs_read /(int64)retval < 0/ { @errors[retval] = count(); }",
    )
    .changes(&[(20, "a module before the function")]),
    probe(
        "uprobe",
        &["u"],
        Target::Path,
        Side::User,
        "uprobe:binary:function[+offset]",
        "Entry of a function of a program or library.",
    )
    .texts(
        "The binary is a path, or the short name of a library (`libc`). C++ and Rust names are found \
         with wildcards, or by `cpp:` before the name. The probe fires in every process that runs the \
         binary, unless bpftrace got `-p`.",
        "uprobe:libc:malloc { @bytes = hist(arg0); }",
    )
    .changes(&[(19, "`cpp:` before the function"), (26, "a source line, `binary@file.c:12`")]),
    probe(
        "uretprobe",
        &["ur"],
        Target::Path,
        Side::User,
        "uretprobe:binary:function",
        "Return of a function of a program or library.",
    )
    .texts(
        "With the result as `retval`. It changes the return address on the stack: Go programs crash by it.",
        "uretprobe:/bin/bash:readline { @[str(retval)] = count(); }",
    ),
    probe(
        "usdt",
        &["U"],
        Target::Path,
        Side::User,
        "usdt:binary:[namespace:]name",
        "A static probe of a program.",
    )
    .texts(
        "Probes that the authors of a program built in, with stable names; arguments are `arg0` and so \
         on. With `-p` the binary can be `*`. Probes that a program must first enable want `-p` or `-c`.",
        "usdt:/usr/sbin/mysqld:mysql:query__start { @[str(arg0)] = count(); }",
    ),
    probe(
        "tracepoint",
        &["t"],
        Target::Names,
        Side::Kernel,
        "tracepoint:category:event",
        "A static probe of the kernel.",
    )
    .texts(
        "More stable than functions, and with named arguments: `bpftrace -lv \
         tracepoint:sched:sched_switch` lists them. The first choice where there is one.",
        "tracepoint:syscalls:sys_enter_openat { @[str(args.filename)] = count(); }",
    )
    .changes(&[(25, "arguments need BTF")]),
    probe(
        "rawtracepoint",
        &["rt"],
        Target::Names,
        Side::Kernel,
        "rawtracepoint:[module:]event",
        "A static probe of the kernel, with its raw arguments.",
    )
    .lives(Lifetime::since(18))
    .texts(
        "The same events as `tracepoint`, but with the objects of the kernel in the place of a copied \
         record: cheaper, and there is more to see. A name without its category.",
        "rawtracepoint:sched_switch { @ = count(); }",
    )
    .changes(&[(19, "wildcards"), (24, "arguments by name, and modules; needs BTF")]),
    probe(
        "fentry",
        &["f", "kfunc"],
        Target::Names,
        Side::Kernel,
        "fentry:[module:]function",
        "Entry of a kernel function, with typed arguments.",
    )
    .lives(Lifetime::since(10))
    .texts(
        "As `kprobe`, but cheaper, and the arguments have names and types. The kernel needs BTF and, on \
         x86_64, to be 5.5 or newer. `fentry:bpf:name` traces a BPF program.",
        "fentry:vfs_read { @bytes[str(args.file->f_path.dentry->d_name.name)] = sum(args.count); }",
    )
    .changes(&[(20, "called fentry, before only kfunc"), (22, "fentry is the name, kfunc the alias")]),
    probe(
        "fexit",
        &["fr", "kretfunc"],
        Target::Names,
        Side::Kernel,
        "fexit:[module:]function",
        "Return of a kernel function, with typed arguments and result.",
    )
    .lives(Lifetime::since(10))
    .texts(
        "As `kretprobe`, but cheaper, and with the arguments of the call beside `retval`.",
        "fexit:vfs_read /retval > 0/ { @bytes[comm] = sum(retval); }",
    )
    .changes(&[(20, "called fexit, before only kretfunc"), (22, "fexit is the name, kretfunc the alias")]),
    probe(
        "iter",
        &["it"],
        Target::Path,
        Side::Kernel,
        "iter:object[:pin]",
        "Once for each object of a kernel list.",
    )
    .lives(Lifetime::since(12))
    .texts(
        "Objects are what the kernel has: `task`, `task_file`, `task_vma` and others. The object is in \
         `ctx`. A script has one such attach point and ends when the list does. With a path behind it, \
         the program is pinned there, and reading that file prints the list.",
        r#"iter:task { printf("%d %s\n", ctx->task->pid, ctx->task->comm); }"#,
    ),
    probe(
        "software",
        &["s"],
        Target::Names,
        Side::Both,
        "software:event[:count]",
        "A software event of the kernel.",
    )
    .texts(
        "Fires on every `count`-th event, on each CPU. Without a count, each event has a default of its own.",
        "software:page-faults:100 { @[comm] = count(); }",
    ),
    probe(
        "hardware",
        &["h"],
        Target::Names,
        Side::Both,
        "hardware:event[:count]",
        "An event that the processor counts.",
    )
    .texts(
        "Fires on every `count`-th event, on each CPU; without a count on every millionth, for most. \
         Virtual machines often have no such counters.",
        "hardware:cache-misses:1000000 { @[comm] = count(); }",
    ),
    probe(
        "watchpoint",
        &["w"],
        Target::Names,
        Side::Both,
        "watchpoint:address:length:mode",
        "An access to memory.",
    )
    .texts(
        "Length is 1, 2, 4 or 8 bytes, the mode some of `r`, `w`, `x`. In a program with `-p` or `-c`, \
         otherwise in the kernel. The processor has only a few: four on x86_64.",
        "watchpoint:0x10000000:8:rw { @ = count(); }",
    )
    .changes(&[(12, "an argument of a function, `watchpoint:f+arg1:8:w`"), (25, "no longer that form")]),
    probe(
        "asyncwatchpoint",
        &["aw"],
        Target::Names,
        Side::User,
        "asyncwatchpoint:address:length:mode",
        "An access to memory, without stopping the program.",
    )
    .lives(Lifetime::since(12).until(25))
    .texts("It could miss what happened just behind the function's entry. Nothing takes its place.", ""),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::check_docs;

    #[test]
    fn found_by_name_alias_and_any_case() {
        let name = |text| probe_type(text).map(|probe| probe.name);
        assert_eq!(name("kfunc"), Some("fentry"));
        assert_eq!(name("begin"), Some("BEGIN"));
        assert_eq!(name("KPROBE"), Some("kprobe"));
        assert_eq!(name("KretFunc"), Some("fexit"));
        assert_eq!(name("u"), Some("uprobe"));
        assert_eq!(name("U"), Some("usdt"));
        for unknown in ["P", "nosuch", ""] {
            assert_eq!(name(unknown), None, "{unknown}");
        }
        for known in PROBE_TYPES {
            assert!(known.aliases.iter().all(|alias| name(alias) == Some(known.name)), "{}", known.name);
        }
    }

    #[test]
    fn every_type_has_its_texts() {
        for known in PROBE_TYPES {
            check_docs(known.name, known.summary, known.docs());
            assert!(known.form.starts_with(known.name), "{}", known.name);
            assert_eq!(known.form.contains(':'), !known.is_bare(), "{}", known.name);
            assert_eq!(known.docs().example.is_empty(), known.lifetime.removed.is_some(), "{}", known.name);
        }
    }
}
