//! The probe types: what a script can attach to.

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
    /// One line about it.
    pub summary: &'static str,
    /// How it is written behind the first colon.
    pub target: Target,
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

    const fn lifetime(self, lifetime: Lifetime) -> ProbeType {
        ProbeType { lifetime, ..self }
    }
}

/// The release from which bpftrace ignores the case of names.
pub const PROBE_TYPES_IGNORE_CASE: Version = Version::new(0, 24);

/// The probe type of that name or alias. bpftrace ignores the case of names since 0.24.
pub fn probe_type(name: &str) -> Option<&'static ProbeType> {
    PROBE_TYPES.iter().find(|probe| probe.has_name(name)).or_else(|| {
        // One-letter aliases differ by case: `u` and `U`.
        let same = |other: &str| name.len() > 1 && other.eq_ignore_ascii_case(name);
        PROBE_TYPES.iter().find(|probe| same(probe.name) || probe.aliases.iter().any(|alias| same(alias)))
    })
}

const fn probe(
    name: &'static str,
    aliases: &'static [&'static str],
    target: Target,
    form: &'static str,
    summary: &'static str,
) -> ProbeType {
    ProbeType { name, aliases, lifetime: Lifetime::ALWAYS, form, summary, target }
}

/// Every probe type.
pub const PROBE_TYPES: &[ProbeType] = &[
    probe("BEGIN", &[], Target::Nothing, "BEGIN", "Once, before the first other probe fires."),
    probe("END", &[], Target::Nothing, "END", "Once, after the last other probe fired."),
    probe("self", &[], Target::Names, "self:signal:SIGUSR1", "When bpftrace itself gets a signal.")
        .lifetime(Lifetime::since(22)),
    probe("test", &[], Target::Names, "test:name", "A unit test of a script.").lifetime(Lifetime::since(25)),
    probe("bench", &[], Target::Names, "bench:name", "A benchmark of a script.")
        .lifetime(Lifetime::since(24)),
    probe("interval", &["i"], Target::Names, "interval:unit:count", "At an interval, on one CPU."),
    probe("profile", &["p"], Target::Names, "profile:unit:count", "At an interval, on each CPU."),
    probe(
        "kprobe",
        &["k"],
        Target::Names,
        "kprobe:[module:]function[+offset]",
        "Entry of a kernel function.",
    ),
    probe("kretprobe", &["kr"], Target::Names, "kretprobe:[module:]function", "Return of a kernel function."),
    probe("uprobe", &["u"], Target::Path, "uprobe:binary:function[+offset]", "Entry of a user function."),
    probe("uretprobe", &["ur"], Target::Path, "uretprobe:binary:function", "Return of a user function."),
    probe("usdt", &["U"], Target::Path, "usdt:binary:[namespace:]name", "A static probe of a program."),
    probe("tracepoint", &["t"], Target::Names, "tracepoint:category:event", "A static probe of the kernel."),
    probe(
        "rawtracepoint",
        &["rt"],
        Target::Names,
        "rawtracepoint:[module:]event",
        "A static probe of the kernel, with its raw arguments.",
    )
    .lifetime(Lifetime::since(18)),
    probe(
        "fentry",
        &["f", "kfunc"],
        Target::Names,
        "fentry:[module:]function",
        "Entry of a kernel function, with typed arguments.",
    )
    .lifetime(Lifetime::since(10)),
    probe(
        "fexit",
        &["fr", "kretfunc"],
        Target::Names,
        "fexit:[module:]function",
        "Return of a kernel function, with typed arguments and result.",
    )
    .lifetime(Lifetime::since(10)),
    probe("iter", &["it"], Target::Path, "iter:object[:pin]", "Once for each object of a kernel list.")
        .lifetime(Lifetime::since(12)),
    probe("software", &["s"], Target::Names, "software:event[:count]", "A software event of the kernel."),
    probe("hardware", &["h"], Target::Names, "hardware:event[:count]", "An event that the processor counts."),
    probe("watchpoint", &["w"], Target::Names, "watchpoint:address:length:mode", "An access to memory."),
    probe(
        "asyncwatchpoint",
        &["aw"],
        Target::Names,
        "asyncwatchpoint:address:length:mode",
        "An access to memory, without stopping the program.",
    )
    .lifetime(Lifetime::since(12).until(25)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_by_name_alias_and_any_case() {
        let name = |text| probe_type(text).map(|probe| probe.name);
        assert_eq!(name("kfunc"), Some("fentry"));
        assert_eq!(name("begin"), Some("BEGIN"));
        assert_eq!(name("KPROBE"), Some("kprobe"));
        assert_eq!(name("u"), Some("uprobe"));
        assert_eq!(name("U"), Some("usdt"));
        assert_eq!(name("P"), None);
        assert_eq!(name("nosuch"), None);
    }

    #[test]
    fn no_name_stands_twice() {
        let mut names: Vec<_> =
            PROBE_TYPES.iter().flat_map(|probe| probe.aliases.iter().chain([&probe.name])).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
