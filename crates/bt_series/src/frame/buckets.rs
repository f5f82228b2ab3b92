//! The vertical axis of a heat map: buckets in order, with the empty ones between them.

use bt_metrics::Bucket;

use crate::order::sort_by;

/// Rows of a heat map at most; beyond that empty buckets stay away.
const MAX_BUCKETS: usize = 1_024;

/// Sorts the buckets and adds those between them that nothing has fallen into: a host only tells of the others.
pub(crate) fn complete(mut buckets: Vec<Bucket>) -> Vec<Bucket> {
    sort_by(&mut buckets, Ord::cmp);
    buckets.dedup();
    let width = linear_width(&buckets);
    let mut complete: Vec<Bucket> = Vec::new();
    for bucket in buckets.iter().copied() {
        if let Some(previous) = complete.last().copied() {
            complete.extend(between(previous, bucket, width));
        }
        complete.push(bucket);
        if complete.len() > MAX_BUCKETS {
            return buckets;
        }
    }
    complete
}

/// The width that all bounded buckets have, as in `lhist()`. One bucket alone, or 0-0 and 1-1, tells nothing.
fn linear_width(buckets: &[Bucket]) -> Option<i64> {
    let mut widths =
        buckets.iter().filter_map(|bucket| bucket.high?.checked_sub(bucket.low?)?.checked_add(1));
    let width = widths.next()?;
    (width > 1 && buckets.len() > 1 && widths.all(|other| other == width)).then_some(width)
}

/// The empty buckets between two neighbours: of the linear width, or powers of two.
fn between(previous: Bucket, next: Bucket, width: Option<i64>) -> Vec<Bucket> {
    let mut gap = Vec::new();
    let (Some(mut low), Some(end)) = (previous.high.and_then(|high| high.checked_add(1)), next.low) else {
        return gap;
    };
    while low < end && gap.len() < MAX_BUCKETS {
        let high = match width {
            Some(width) => low.saturating_add(width - 1),
            None if low <= 0 => low,
            None => low.saturating_mul(2).saturating_sub(1),
        };
        // A size that does not fit the neighbours would tell of buckets that do not exist.
        if high >= end {
            return vec![Bucket {
                low: Some(previous.high.map_or(low, |high| high.saturating_add(1))),
                high: Some(end - 1),
            }];
        }
        gap.push(Bucket { low: Some(low), high: Some(high) });
        low = high.saturating_add(1);
    }
    gap
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(names: &[&str]) -> Vec<String> {
        let buckets = names.iter().filter_map(|name| Bucket::from_instance_name(name)).collect();
        complete(buckets).iter().map(Bucket::to_string).collect()
    }

    #[test]
    fn powers_of_two_are_filled_up() {
        assert_eq!(
            completed(&["32-63", "2-3", "-inf--1"]),
            ["-inf--1", "0-0", "1-1", "2-3", "4-7", "8-15", "16-31", "32-63"]
        );
    }

    #[test]
    fn linear_buckets_are_filled_up() {
        assert_eq!(
            completed(&["0-9", "40-49", "100-inf"]),
            [
                "0-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80-89", "90-99",
                "100-inf"
            ]
        );
    }

    #[test]
    fn what_fits_no_rule_becomes_one_bucket() {
        assert_eq!(completed(&["4-7", "9-9"]), ["4-7", "8-8", "9-9"]);
        assert_eq!(completed(&["3-4", "100-107"]), ["3-4", "5-99", "100-107"]);
    }

    #[test]
    fn far_apart_buckets_stay_apart() {
        assert_eq!(completed(&["0-1", "1000000-1000001"]).len(), 2);
    }
}
