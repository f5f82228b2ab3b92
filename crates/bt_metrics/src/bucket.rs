//! A histogram bucket: two inclusive bounds, and the instance name that PCP's PMDA gave it.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// One bucket of `hist()` or `lhist()`. Both bounds are inclusive; `None` is unbounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bucket {
    /// Lowest value of the bucket; `None` for the underflow bucket.
    pub low: Option<i64>,
    /// Highest value of the bucket; `None` for the overflow bucket.
    pub high: Option<i64>,
}

impl Bucket {
    /// Reads an instance name that [`fmt::Display`] wrote. Only for agents that send no `low` and `high` labels.
    pub fn from_instance_name(name: &str) -> Option<Bucket> {
        // The separator is the first `-` that is not a sign, hence never the first character.
        let separator = 1 + name.get(1..)?.find('-')?;
        let (low, high) = (&name[..separator], &name[separator + 1..]);
        let low = if low == "-inf" { None } else { Some(low.parse().ok()?) };
        let high = if high == "inf" { None } else { Some(high.parse().ok()?) };
        Some(Bucket { low, high })
    }
}

/// The instance name of PCP's PMDA: `-inf--1`, `0-0`, `4-7`, `1024-inf`.
impl fmt::Display for Bucket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.low {
            Some(low) => write!(formatter, "{low}-")?,
            None => formatter.write_str("-inf-")?,
        }
        match self.high {
            Some(high) => write!(formatter, "{high}"),
            None => formatter.write_str("inf"),
        }
    }
}

/// Ascending by lower bound; the underflow bucket comes first.
impl Ord for Bucket {
    fn cmp(&self, other: &Self) -> Ordering {
        let high = |bucket: &Bucket| bucket.high.unwrap_or(i64::MAX);
        self.low.cmp(&other.low).then(high(self).cmp(&high(other)))
    }
}

impl PartialOrd for Bucket {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instance_names_are_those_of_the_pmda_and_read_back() {
        let buckets = [
            (None, Some(-1), "-inf--1"),
            (Some(i64::MIN), Some(-5), "-9223372036854775808--5"),
            (Some(0), Some(0), "0-0"),
            (Some(4), Some(7), "4-7"),
            (Some(1024), None, "1024-inf"),
        ];
        for (low, high, name) in buckets {
            let bucket = Bucket { low, high };
            assert_eq!(bucket.to_string(), name);
            assert_eq!(Bucket::from_instance_name(name), Some(bucket));
        }
        for rubbish in ["", "-", "4", "a-b", "4-", "python3", "é-1"] {
            assert_eq!(Bucket::from_instance_name(rubbish), None, "{rubbish}");
        }
    }

    #[test]
    fn sorted_by_lower_bound() {
        let mut names: Vec<_> = ["8-15", "100-inf", "-inf--1", "0-0", "16-31"]
            .into_iter()
            .filter_map(Bucket::from_instance_name)
            .collect();
        names.sort();
        let names: Vec<_> = names.iter().map(Bucket::to_string).collect();
        assert_eq!(names, ["-inf--1", "0-0", "8-15", "16-31", "100-inf"]);
    }
}
