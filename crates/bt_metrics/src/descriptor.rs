//! What a metric is: type, semantics, units and the label that chooses its picture.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{IndomId, Pmid};

/// PCP's value types, spelled as in PMWEBAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ValueType {
    /// Signed 32 bits.
    #[serde(rename = "32")]
    I32,
    /// Unsigned 32 bits.
    #[serde(rename = "u32")]
    U32,
    /// Signed 64 bits.
    #[serde(rename = "64")]
    I64,
    /// Unsigned 64 bits.
    #[serde(rename = "u64")]
    U64,
    /// Single precision.
    #[serde(rename = "float")]
    Float,
    /// Double precision.
    #[serde(rename = "double")]
    Double,
    /// Text.
    #[serde(rename = "string")]
    Text,
}

impl ValueType {
    /// The number of PCP's `PM_TYPE_*` constant (pmapi.h).
    pub fn pm_type(self) -> u8 {
        match self {
            ValueType::I32 => 0,
            ValueType::U32 => 1,
            ValueType::I64 => 2,
            ValueType::U64 => 3,
            ValueType::Float => 4,
            ValueType::Double => 5,
            ValueType::Text => 6,
        }
    }
}

/// Whether a value only grows, or is as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Semantics {
    /// Grows, except when it restarts; shown as a rate.
    Counter,
    /// A value of this moment.
    Instant,
    /// A value that seldom changes.
    Discrete,
}

impl Semantics {
    /// The number of PCP's `PM_SEM_*` constant (pmapi.h).
    pub fn pm_sem(self) -> u8 {
        match self {
            Semantics::Counter => 1,
            Semantics::Instant => 3,
            Semantics::Discrete => 4,
        }
    }
}

/// The label `metrictype` of PCP's bpftrace PMDA: what a viewer draws by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricType {
    /// Instances are buckets: a heat map.
    Histogram,
    /// Instances are stacks: a flame graph.
    Stacks,
    /// The text that the script prints: a table.
    Output,
}

impl MetricType {
    /// The label's value.
    pub fn name(self) -> &'static str {
        match self {
            MetricType::Histogram => "histogram",
            MetricType::Stacks => "stacks",
            MetricType::Output => "output",
        }
    }

    /// Reads [`Self::name`] back.
    pub fn from_name(name: &str) -> Option<MetricType> {
        [MetricType::Histogram, MetricType::Stacks, MetricType::Output]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// Units as PMWEBAPI spells them, e.g. `none`, `byte`, `count`, `microsec`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Units(pub Cow<'static, str>);

impl Units {
    /// No unit.
    pub fn none() -> Units {
        Units("none".into())
    }

    /// Reads the unit of a `// unit: @map UNIT` annotation: PCP's names and their common abbreviations.
    pub fn from_annotation(text: &str) -> Option<Units> {
        const KNOWN: &[(&str, &[&str])] = &[
            ("nanosec", &["ns", "nsec", "nsecs", "nanosecond", "nanoseconds"]),
            ("microsec", &["us", "usec", "usecs", "microsecond", "microseconds"]),
            ("millisec", &["ms", "msec", "msecs", "millisecond", "milliseconds"]),
            ("sec", &["s", "secs", "second", "seconds"]),
            ("byte", &["b", "bytes"]),
            ("Kbyte", &["kb", "kbyte", "kbytes", "kib"]),
            ("Mbyte", &["mb", "mbyte", "mbytes", "mib"]),
            ("Gbyte", &["gb", "gbyte", "gbytes", "gib"]),
            ("count", &["counts", "ops"]),
            ("none", &[""]),
        ];
        let wanted = text.trim().to_ascii_lowercase();
        let known = KNOWN.iter().find(|(name, aliases)| {
            name.eq_ignore_ascii_case(&wanted) || aliases.contains(&wanted.as_str())
        })?;
        Some(Units(known.0.into()))
    }
}

/// A metric without its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Descriptor {
    /// Full name, e.g. `bpftrace.scripts.s1.data.usecs`.
    pub name: String,
    /// Its number in the agent.
    pub pmid: Pmid,
    /// Its instance domain; `None` for a single value.
    pub indom: Option<IndomId>,
    /// Type of every value.
    pub value_type: ValueType,
    /// Counter or not.
    pub semantics: Semantics,
    /// Units of every value.
    pub units: Units,
    /// What a viewer draws by default, if not a plain value.
    pub metric_type: Option<MetricType>,
    /// One line of help.
    pub help_oneline: String,
    /// The long help.
    pub help_long: String,
}

/// The label `metrictype` of what is no data of a script: no viewer should draw it by default.
pub const CONTROL_LABEL: &str = "control";

impl Descriptor {
    /// The value of the label `metrictype`, if it has one.
    pub fn metric_type_label(&self) -> Option<&'static str> {
        match self.metric_type {
            Some(kind) => Some(kind.name()),
            None => (!self.pmid.is_script_data()).then_some(CONTROL_LABEL),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_know_their_abbreviations() {
        for (text, units) in
            [("us", "microsec"), ("Usecs", "microsec"), ("bytes", "byte"), ("Kbyte", "Kbyte")]
        {
            assert_eq!(Units::from_annotation(text), Some(Units(units.into())));
        }
        assert_eq!(Units::from_annotation("parsec"), None);
    }
}
