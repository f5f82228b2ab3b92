//! The instances of the last message side by side, as they were printed.

use bt_metrics::Bucket;

/// What a message that repeats the last one is compared with: memory that is read from its start to its end, where
/// the slots of thousands of instances lie apart.
#[derive(Debug, Default)]
pub(super) struct Printed {
    keys: String,
    /// Where each key ends, and its bucket.
    ends: Vec<(u32, Option<Bucket>)>,
}

impl Printed {
    /// Whether there is anything.
    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.keys.clear();
        self.ends.clear();
    }

    pub(super) fn push(&mut self, key: &str, bucket: Option<Bucket>) {
        self.keys.push_str(key);
        self.ends.push((u32::try_from(self.keys.len()).unwrap_or(u32::MAX), bucket));
    }

    /// Whether this instance stands at this position.
    pub(super) fn is_at(&self, position: usize, key: &str, bucket: Option<Bucket>) -> bool {
        let Some((end, known_bucket)) = self.ends.get(position) else { return false };
        let start = position.checked_sub(1).map_or(0, |before| self.ends[before].0);
        self.keys.as_bytes().get(start as usize..*end as usize) == Some(key.as_bytes())
            && *known_bucket == bucket
    }
}
