//! What a script is: its annotations, probes, maps and outputs.

use bt_catalog::{AggregationKind, Version};
use bt_metrics::{MetricType, OUTPUT_METRIC, Semantics, Units, ValueType};
use bt_syntax::Span;
use serde::Serialize;

/// What analysis learnt of a script.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The comment lines that are meant for us.
    pub annotations: Annotations,
    /// Attach points, in the order of the text.
    pub probes: Vec<ProbeFact>,
    /// Maps, in the order of their first mention.
    pub maps: Vec<MapFact>,
    /// Calls that print something other than a map, in the order of the text.
    pub outputs: Vec<OutputFact>,
    /// What it does beside observing, in the order of the text.
    pub effects: Vec<EffectFact>,
    /// The releases of bpftrace that have all that it uses.
    pub versions: VersionFact,
}

impl Facts {
    /// The maps that become metrics.
    pub fn exported_maps(&self) -> impl Iterator<Item = &MapFact> {
        self.maps.iter().filter(|map| map.exported)
    }

    /// Whether what the script prints becomes a metric: `// include:` must name it, too, as `@output`.
    pub fn exports_output(&self) -> bool {
        let is_output = |name: &String| name.strip_prefix('@') == Some(OUTPUT_METRIC);
        !self.outputs.is_empty()
            && self.annotations.include.as_ref().is_none_or(|include| include.iter().any(is_output))
    }
}

/// The releases of bpftrace that have all that a script uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionFact {
    /// The first one.
    pub since: Version,
    /// The first one behind that lacks something again.
    pub before: Option<Version>,
}

impl Default for VersionFact {
    fn default() -> VersionFact {
        VersionFact { since: Version::OLDEST, before: None }
    }
}

/// Comment lines `// key: value` that say how a script is exported.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotations {
    /// `// name: x`: the component of the metric names.
    pub name: Option<String>,
    /// `// include: @a, @output`: the only maps that are exported, each with its `@`; `@output` is the printed text.
    pub include: Option<Vec<String>>,
    /// `// table-retain-lines: 10`: lines of output that are kept.
    pub table_retain_lines: Option<u32>,
    /// `// custom-output-block`: the script prints its maps itself.
    pub custom_output_block: bool,
    /// `// refresh: 250ms`: print interval, 100 to 60,000.
    pub refresh_millis: u32,
    /// `// unit: @usecs us`: units of maps, by name with its `@`.
    pub units: Vec<(String, Units)>,
}

impl Annotations {
    /// Print interval of a script that states none.
    pub const DEFAULT_REFRESH_MILLIS: u32 = 1000;
    /// Shortest print interval: below it bpftrace is busy with printing.
    pub const MIN_REFRESH_MILLIS: u32 = 100;
    /// Longest print interval: above it the values look stuck.
    pub const MAX_REFRESH_MILLIS: u32 = 60_000;
}

impl Default for Annotations {
    fn default() -> Annotations {
        Annotations {
            name: None,
            include: None,
            table_retain_lines: None,
            custom_output_block: false,
            refresh_millis: Self::DEFAULT_REFRESH_MILLIS,
            units: Vec::new(),
        }
    }
}

/// One attach point.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeFact {
    /// As written, e.g. `tracepoint:syscalls:sys_enter_read`.
    pub attach_point: String,
    /// Name of the probe type without aliases, e.g. `tracepoint`; `None` if it is unknown.
    pub probe_type: Option<&'static str>,
    /// Where it stands.
    pub span: Span,
}

/// One map and the metric it becomes.
#[derive(Clone, Debug, PartialEq)]
pub struct MapFact {
    /// With its `@`.
    pub name: String,
    /// What a value of it is, and whether it has keys.
    pub shape: MapShape,
    /// The function that it aggregates with, if it does.
    pub aggregation: Option<AggregationKind>,
    /// Type of the metric's values. The parts of `stats()` have their own, see [`MapShape::Stats`].
    pub value_type: ValueType,
    /// Counter or not.
    pub semantics: Semantics,
    /// What its key is made of; empty without a key.
    pub key: Vec<KeyPart>,
    /// Its component in metric names.
    pub metric: String,
    /// The label that chooses its picture.
    pub metric_type: Option<MetricType>,
    /// Units of its values.
    pub units: Units,
    /// Whether it is only stored, read and deleted by key, as a start time per thread is.
    pub scratch: bool,
    /// Whether it becomes a metric.
    pub exported: bool,
    /// Its first mention.
    pub span: Span,
}

/// What the value of a map is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MapShape {
    /// One value.
    Value,
    /// A value per key.
    Keyed,
    /// Buckets.
    Histogram,
    /// Buckets per key.
    KeyedHistogram,
    /// Count (unsigned counter), average (signed, instant) and total (the map's own type and semantics).
    Stats,
    /// The same three per key.
    KeyedStats,
    /// A value per time interval.
    Tseries,
    /// A value per key and time interval.
    KeyedTseries,
}

impl MapShape {
    /// Whether the map has a key.
    pub fn is_keyed(self) -> bool {
        matches!(
            self,
            MapShape::Keyed | MapShape::KeyedHistogram | MapShape::KeyedStats | MapShape::KeyedTseries
        )
    }

    /// The shape of the same values with a key.
    pub fn keyed(self) -> MapShape {
        match self {
            MapShape::Value | MapShape::Keyed => MapShape::Keyed,
            MapShape::Histogram | MapShape::KeyedHistogram => MapShape::KeyedHistogram,
            MapShape::Stats | MapShape::KeyedStats => MapShape::KeyedStats,
            MapShape::Tseries | MapShape::KeyedTseries => MapShape::KeyedTseries,
        }
    }
}

/// What one part of a map's key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPart {
    /// A number.
    Int,
    /// Text.
    String,
    /// A kernel stack.
    Kstack,
    /// A user stack.
    Ustack,
    /// A kernel symbol.
    Ksym,
    /// A user symbol.
    Usym,
    /// An IP address.
    Inet,
    /// An address.
    Pointer,
    /// A tuple inside a key.
    Tuple,
    /// Bytes.
    Buffer,
    /// A user's name.
    Username,
    /// A formatted time.
    Timestamp,
    /// A hardware address.
    MacAddress,
    /// A path of control groups.
    CgroupPath,
    /// Cannot be told without the types of the kernel.
    Unknown,
}

/// One call that prints text.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputFact {
    /// Which call.
    pub kind: OutputKind,
    /// Its format string without the quotes, escapes as written.
    pub format: Option<String>,
    /// What the format prints, in its order: at most one for each value. Empty where it cannot be told how the target reads
    /// the format.
    pub columns: Vec<OutputColumn>,
    /// The call.
    pub span: Span,
}

/// A conversion of a format and the value that it prints: a column, if the call prints the lines of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputColumn {
    /// `%-16s`
    pub conversion: Span,
    /// `comm`
    pub value: Span,
}

/// The calls that print text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputKind {
    /// `printf()`
    Printf,
    /// `time()`
    Time,
    /// `cat()`
    Cat,
    /// `join()`
    Join,
    /// `system()`
    System,
    /// `errorf()`
    Errorf,
    /// `warnf()`
    Warnf,
    /// `print()` of something that is no map.
    Print,
}

/// Something that a script does beside observing.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectFact {
    /// What it does.
    pub kind: EffectKind,
    /// What does it: `cat()`, `#include`.
    pub what: String,
    /// Where.
    pub span: Span,
}

/// What a script can do beside observing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EffectKind {
    /// It changes the system; bpftrace wants `--unsafe`.
    ChangesSystem,
    /// It leaves a file behind.
    WritesFile,
    /// It prints a file of the host.
    ReadsFile,
    /// It takes text from other files.
    TakesText,
    /// It has bpftrace read something else than what is written.
    HidesText,
    /// It sets a bound of memory.
    SetsBound,
}
