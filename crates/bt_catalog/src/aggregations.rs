//! The functions whose result only a map can hold.

use crate::Lifetime;

/// A function that a map aggregates with.
#[derive(Clone, Copy, Debug)]
pub struct Aggregation {
    /// Which one.
    pub kind: AggregationKind,
    /// Its name.
    pub name: &'static str,
    /// How it is called.
    pub signature: &'static str,
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
    AGGREGATIONS.iter().find(|aggregation| aggregation.name == name)
}

const fn aggregate(
    kind: AggregationKind,
    name: &'static str,
    signature: &'static str,
    arguments: (u8, u8),
    summary: &'static str,
) -> Aggregation {
    Aggregation { kind, name, signature, lifetime: Lifetime::ALWAYS, arguments, summary }
}

/// Every aggregation.
pub const AGGREGATIONS: &[Aggregation] = &[
    aggregate(AggregationKind::Count, "count", "count()", (0, 0), "How often it was called."),
    aggregate(AggregationKind::Sum, "sum", "sum(n)", (1, 1), "Sum of the values."),
    aggregate(AggregationKind::Min, "min", "min(n)", (1, 1), "Lowest value."),
    aggregate(AggregationKind::Max, "max", "max(n)", (1, 1), "Highest value."),
    aggregate(AggregationKind::Avg, "avg", "avg(n)", (1, 1), "Average of the values."),
    aggregate(AggregationKind::Stats, "stats", "stats(n)", (1, 1), "Number, average and sum of the values."),
    aggregate(AggregationKind::Hist, "hist", "hist(n[, bits])", (1, 2), "Histogram by powers of two."),
    aggregate(
        AggregationKind::Lhist,
        "lhist",
        "lhist(n, min, max, step)",
        (4, 4),
        "Histogram by equal steps.",
    ),
    Aggregation {
        lifetime: Lifetime::since(24),
        ..aggregate(
            AggregationKind::Tseries,
            "tseries",
            "tseries(n, interval, count[, aggregation])",
            (3, 4),
            "The values of the last intervals.",
        )
    },
];
