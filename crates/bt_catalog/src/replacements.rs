//! What was renamed or removed, and what is written in its place.

use crate::Version;

/// Something that has a newer name, or none any more.
#[derive(Clone, Copy, Debug)]
pub struct Replacement {
    /// What it is.
    pub kind: ReplacedKind,
    /// What older scripts write.
    pub old: &'static str,
    /// What is written now; empty if nothing takes its place.
    pub new: &'static str,
    /// First release that takes the new one, or that warns of the old one where there is no new one.
    pub since: Version,
    /// First release that refuses the old one; `None` if all take it.
    pub removed: Option<Version>,
    /// One line about it.
    pub summary: &'static str,
}

/// What kind of thing was replaced. The order is that of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReplacedKind {
    /// A probe type.
    ProbeType,
    /// A builtin.
    Builtin,
    /// A function.
    Function,
    /// A config key.
    ConfigKey,
    /// The name of a type.
    TypeName,
    /// A way to write something; old and new are examples.
    Syntax,
}

/// What is written in the place of the `old` name.
pub fn replacement(kind: ReplacedKind, old: &str) -> Option<&'static Replacement> {
    // Asked only for names that are old.
    REPLACEMENTS.iter().find(|replacement| replacement.kind == kind && replacement.old == old)
}

use ReplacedKind::{Builtin, ConfigKey, Function, ProbeType, Syntax, TypeName};

/// Everything that was replaced, by kind.
pub static REPLACEMENTS: &[Replacement] = &[
    replaced(ProbeType, "BEGIN", "begin", 24, "Both are taken; newer releases write it small."),
    replaced(ProbeType, "END", "end", 24, "Both are taken; newer releases write it small."),
    replaced(ProbeType, "asyncwatchpoint", "", 25, "A `watchpoint` stops the program for a moment.")
        .removed(25),
    replaced(ProbeType, "kfunc", "fentry", 20, "Still taken; since 0.22 it is only another name."),
    replaced(ProbeType, "kretfunc", "fexit", 20, "Still taken; since 0.22 it is only another name."),
    replaced(Builtin, "sarg0", "", 21, "Read the stack: `*(reg(\"sp\") + 8)`.").removed(25),
    replaced(Builtin, "stack", "kstack", 9, "It had its name from the time before `ustack`.").removed(10),
    replaced(Function, "sym", "ksym", 9, "It had its name from the time before `usym()`.").removed(10),
    replaced(ConfigKey, "cat_bytes_max", "max_cat_bytes", 20, "Still taken."),
    replaced(ConfigKey, "map_keys_max", "max_map_keys", 20, "Still taken."),
    replaced(ConfigKey, "no_cpp_demangle", "cpp_demangle", 20, "Still taken; its value is the opposite."),
    replaced(ConfigKey, "strlen", "max_strlen", 20, "Still taken."),
    replaced(TypeName, "buf_t", "buffer", 22, "A spelling of 0.21.").removed(22),
    replaced(TypeName, "inet_t", "inet", 22, "A spelling of 0.21.").removed(22),
    replaced(TypeName, "str_t", "string", 22, "A spelling of 0.21.").removed(22),
    replaced(
        Syntax,
        "args->name",
        "args.name",
        19,
        "`args` is a structure, no longer a pointer; both are taken.",
    ),
    replaced(Syntax, "$p->name", "$p.name", 25, "`.` reads through pointers; both are taken."),
    replaced(Syntax, "delete(@a[1])", "delete(@a, 1)", 22, "Both are taken."),
    replaced(Syntax, "delete(@a[1], @b[2])", "delete(@a, 1); delete(@b, 2)", 22, "0.21 only.").removed(22),
    replaced(
        Syntax,
        "while ($i < 10) { $i++; }",
        "for ($i : 0..10) { }",
        24,
        "`while` is deprecated since 0.25.",
    ),
    replaced(Syntax, "watchpoint:f+arg1:8:w", "", 25, "Only addresses can be watched.").removed(25),
];

const fn replaced(
    kind: ReplacedKind,
    old: &'static str,
    new: &'static str,
    since: u16,
    summary: &'static str,
) -> Replacement {
    Replacement { kind, old, new, since: Version::new(0, since), removed: None, summary }
}

impl Replacement {
    const fn removed(self, minor: u16) -> Replacement {
        Replacement { removed: Some(Version::new(0, minor)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ConfigState, builtin, config_key, find_type, function, probe_type};

    #[test]
    fn ordered_by_kind() {
        assert!(REPLACEMENTS.is_sorted_by_key(|replacement| replacement.kind));
        assert!(REPLACEMENTS.iter().all(|replacement| replacement.summary.ends_with('.')));
    }

    #[test]
    fn what_takes_the_place_exists() {
        for Replacement { kind, old, new, .. } in REPLACEMENTS.iter().filter(|found| !found.new.is_empty()) {
            let exists = match kind {
                ReplacedKind::ProbeType => probe_type(new).is_some() && probe_type(old).is_some(),
                ReplacedKind::Builtin => builtin(new).is_some_and(|known| known.lifetime.removed.is_none()),
                ReplacedKind::Function => function(new).is_some_and(|known| known.lifetime.removed.is_none()),
                ReplacedKind::ConfigKey => {
                    config_key(old).map(|key| key.state) == Some(ConfigState::Renamed(new))
                }
                ReplacedKind::TypeName => {
                    find_type(new).is_some_and(|known| known.lifetime.removed.is_none())
                }
                ReplacedKind::Syntax => true,
            };
            assert!(exists, "{old} → {new}");
        }
    }

    #[test]
    fn removed_names_are_removed_in_their_tables() {
        for Replacement { kind, old, removed, .. } in REPLACEMENTS {
            let stated = match kind {
                ReplacedKind::ProbeType => probe_type(old).map(|known| known.lifetime.removed),
                ReplacedKind::Builtin => builtin(old).map(|known| known.lifetime.removed),
                ReplacedKind::Function => function(old).map(|known| known.lifetime.removed),
                ReplacedKind::ConfigKey => config_key(old).map(|known| known.lifetime.removed),
                ReplacedKind::TypeName => find_type(old).map(|known| known.lifetime.removed),
                ReplacedKind::Syntax => Some(*removed),
            };
            assert_eq!(stated, Some(*removed), "{old}");
        }
    }
}
