//! The functions whose result only a map can hold.

use crate::Lifetime;
use crate::docs::{Docs, Entry, column};
use crate::name_index::NameIndex;
use crate::parameters::{Parameter, ParameterKind as Kind, argument_counts};

/// A function that a map aggregates with: the whole right-hand side of an assignment to a map.
#[derive(Clone, Copy, Debug)]
pub struct Aggregation {
    /// Which one.
    pub kind: AggregationKind,
    /// Its name.
    pub name: &'static str,
    /// How it is called.
    pub signature: &'static str,
    /// What it takes.
    pub parameters: &'static [Parameter],
    /// The type of the map's values, and of those of unsigned numbers.
    pub value_types: &'static [&'static str],
    /// Whether the value is a number that can be cast, compared and looped over.
    pub is_number: bool,
    /// Releases that know it.
    pub lifetime: Lifetime,
    /// Fewest and most arguments.
    pub arguments: (u8, u8),
    /// One line about it.
    pub summary: &'static str,
}

/// The aggregations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AggregationKind {
    /// `count()`
    Count,
    /// `sum(n)`
    Sum,
    /// `min(n)`
    Min,
    /// `max(n)`
    Max,
    /// `avg(n)`
    Avg,
    /// `stats(n)`
    Stats,
    /// `hist(n)`
    Hist,
    /// `lhist(n, min, max, step)`
    Lhist,
    /// `tseries(n, interval, count)`
    Tseries,
}

/// The aggregation of that name.
pub fn aggregation(name: &str) -> Option<&'static Aggregation> {
    INDEX.find(name).map(|place| &AGGREGATIONS[place])
}

impl Aggregation {
    /// The long text about it.
    pub fn docs(&self) -> &'static Docs {
        &DOCS[INDEX.find(self.name).expect("every aggregation stands in its own table")]
    }
}

/// Most buckets of `lhist()`.
pub const MAX_LINEAR_BUCKETS: u32 = 1000;

/// Every aggregation.
pub static AGGREGATIONS: &[Aggregation] = &column!(ENTRIES, facts);
static DOCS: [Docs; ENTRIES.len()] = column!(ENTRIES, docs);
static INDEX: NameIndex<32> = NameIndex::new(&NAMES);
const NAMES: [&str; ENTRIES.len()] = column!(ENTRIES, facts.name);

const N: Parameter = Parameter::new("n", Kind::Integer);

const fn aggregate(
    kind: AggregationKind,
    name: &'static str,
    signature: &'static str,
    parameters: &'static [Parameter],
    value_types: &'static [&'static str],
    summary: &'static str,
) -> Aggregation {
    Aggregation {
        kind,
        name,
        signature,
        parameters,
        value_types,
        is_number: true,
        lifetime: Lifetime::ALWAYS,
        arguments: argument_counts(parameters),
        summary,
    }
}

impl Aggregation {
    const fn is_table(self) -> Aggregation {
        Aggregation { is_number: false, ..self }
    }

    const fn since(self, minor: u16) -> Aggregation {
        Aggregation { lifetime: Lifetime::since(minor), ..self }
    }

    const fn texts(self, details: &'static str, example: &'static str) -> Entry<Aggregation> {
        Entry::new(self, details, example)
    }
}

const ENTRIES: &[Entry<Aggregation>] = &[
    aggregate(AggregationKind::Count, "count", "count()", &[], &["count_t"], "How often it was called.")
        .texts(
            "Each CPU counts for itself and bpftrace adds up, so that no count is lost, unlike with `@++` on \
             several CPUs.",
            "tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }",
        ),
    aggregate(AggregationKind::Sum, "sum", "sum(n)", &[N], &["sum_t", "usum_t"], "Sum of the values.").texts(
        "Added up on each CPU for itself. The sum has a sign if the values have one; it wraps around at \
         64 bits.",
        "kretprobe:vfs_read /(int64)retval > 0/ { @bytes[comm] = sum(retval); }",
    ),
    aggregate(AggregationKind::Min, "min", "min(n)", &[N], &["min_t", "umin_t"], "Lowest value.")
        .texts("Of all values since the map was made or cleared.", "kprobe:vfs_read { @ = min(arg2); }"),
    aggregate(AggregationKind::Max, "max", "max(n)", &[N], &["max_t", "umax_t"], "Highest value.")
        .texts("Of all values since the map was made or cleared.", "kprobe:vfs_read { @ = max(arg2); }"),
    aggregate(AggregationKind::Avg, "avg", "avg(n)", &[N], &["avg_t", "uavg_t"], "Average of the values.")
        .texts(
            "The sum by the number of values, cut to an integer when it is printed.",
            "kprobe:vfs_read { @[comm] = avg(arg2); }",
        ),
    aggregate(
        AggregationKind::Stats,
        "stats",
        "stats(n)",
        &[N],
        &["stats_t", "ustats_t"],
        "Number, average and sum of the values.",
    )
    .is_table()
    .texts(
        "What `count()`, `avg()` and `sum()` give, in one map. It cannot be used as a number.",
        "kprobe:vfs_read { @[comm] = stats(arg2); }",
    ),
    aggregate(
        AggregationKind::Hist,
        "hist",
        "hist(n[, bits])",
        &[N, Parameter::new("bits", Kind::IntegerLiteral).optional().since(20)],
        &["hist_t"],
        "Histogram by powers of two.",
    )
    .is_table()
    .texts(
        "`bits`, 0 to 5, splits each power of two into 2^bits buckets of equal size: 1 gives two, 5 \
         gives 32. Negative values share one bucket. It takes about 64 numbers a key and CPU without \
         `bits`, many more with it.",
        "kprobe:vfs_read { @bytes = hist(arg2, 1); }",
    )
    .changes(&[(20, "takes bits")]),
    aggregate(
        AggregationKind::Lhist,
        "lhist",
        "lhist(n, min, max, step)",
        &[
            N,
            Parameter::new("min", Kind::IntegerLiteral),
            Parameter::new("max", Kind::IntegerLiteral),
            Parameter::new("step", Kind::IntegerLiteral),
        ],
        &["lhist_t"],
        "Histogram by equal steps.",
    )
    .is_table()
    .texts(
        "Buckets of `step` from `min` to below `max`, and one on each side for what lies outside. At \
         most 1000 buckets; 0 <= min < max, step > 0.",
        "kprobe:vfs_read { @bytes = lhist(arg2, 0, 4096, 256); }",
    ),
    aggregate(
        AggregationKind::Tseries,
        "tseries",
        "tseries(n, interval, count[, aggregation])",
        &[
            N,
            Parameter::new("interval", Kind::IntegerLiteral),
            Parameter::new("count", Kind::IntegerLiteral),
            Parameter::new("aggregation", Kind::StringLiteral).optional(),
        ],
        &["tseries_t"],
        "The values of the last intervals.",
    )
    .since(24)
    .is_table()
    .texts(
        "Keeps one value for each of the last `count` intervals, each `interval` nanoseconds long (`1s` \
         is written so). The value is the last of the interval, or with \"avg\", \"max\", \"min\" or \
         \"sum\" that of all. It is unstable: the config key `unstable_tseries` silences the warning.",
        "config = { unstable_tseries = enable }\n\
         kprobe:vfs_read { @ = tseries(arg2, 1s, 10, \"max\"); }",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::check_docs;
    use crate::parameters::signature;

    #[test]
    fn found_by_name_with_texts_and_signature() {
        for known in AGGREGATIONS {
            assert_eq!(aggregation(known.name).map(|found| found.kind), Some(known.kind));
            assert_eq!(signature(known.name, known.parameters), known.signature);
            check_docs(known.name, known.summary, known.docs());
            assert!(known.docs().example.contains(known.name), "{}", known.name);
        }
        assert!(aggregation("Count").is_none());
    }
}
