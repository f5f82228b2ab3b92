//! Where in a script a name may stand.

/// The probes that a name is for, and what else it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// Names of the probe types that have it; empty if all have it.
    pub probe_types: &'static [&'static str],
    /// What must be so beside that, as the rest of a sentence that begins with "only"; empty if nothing.
    pub condition: &'static str,
}

impl Validity {
    /// In every probe.
    pub const ANYWHERE: Validity = Validity { probe_types: &[], condition: "" };

    /// Whether a probe of the type of that name has it.
    pub fn allows(&self, probe_type: &str) -> bool {
        self.probe_types.is_empty() || self.probe_types.contains(&probe_type)
    }

    pub(crate) const fn only_in(probe_types: &'static [&'static str]) -> Validity {
        Validity { probe_types, condition: "" }
    }

    pub(crate) const fn only(self, condition: &'static str) -> Validity {
        Validity { condition, ..self }
    }
}

/// The probe types whose context is the processor's registers.
pub(crate) const WITH_REGISTERS: &[&str] = &[
    "kprobe",
    "kretprobe",
    "uprobe",
    "uretprobe",
    "usdt",
    "profile",
    "interval",
    "software",
    "hardware",
    "watchpoint",
    "asyncwatchpoint",
];

#[cfg(test)]
pub(crate) fn check_validity(name: &str, validity: Validity) {
    for wanted in validity.probe_types {
        assert!(crate::PROBE_TYPES.iter().any(|known| known.name == *wanted), "{name}: {wanted}");
    }
}
