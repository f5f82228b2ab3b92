//! How much a process may still print.

/// Fills at a steady rate up to two seconds' worth, so that a burst at the start of a script is no offence.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenBucket {
    bytes_per_second: u64,
    /// In thousandths of a byte: a byte per second is one of them per millisecond.
    left_millibytes: u64,
    filled_at_millis: u64,
}

impl TokenBucket {
    /// A full one.
    pub(crate) fn new(bytes_per_second: u64, now_millis: u64) -> TokenBucket {
        let mut bucket = TokenBucket { bytes_per_second, left_millibytes: 0, filled_at_millis: now_millis };
        bucket.left_millibytes = bucket.capacity_millibytes();
        bucket
    }

    /// Takes this much; `false` if it was not there.
    pub(crate) fn take(&mut self, bytes: u64, now_millis: u64) -> bool {
        let elapsed = now_millis.saturating_sub(self.filled_at_millis);
        let filled = self.left_millibytes.saturating_add(elapsed.saturating_mul(self.bytes_per_second));
        self.filled_at_millis = now_millis;
        self.left_millibytes = filled.min(self.capacity_millibytes());
        let wanted = bytes.saturating_mul(1000);
        let is_there = wanted <= self.left_millibytes;
        self.left_millibytes = self.left_millibytes.saturating_sub(wanted);
        is_there
    }

    fn capacity_millibytes(&self) -> u64 {
        self.bytes_per_second.saturating_mul(2000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_a_flood_does_not() {
        let mut bucket = TokenBucket::new(100, 0);
        assert!(bucket.take(200, 0), "two seconds' worth at once");
        assert!(!bucket.take(1, 0));
        assert!(bucket.take(100, 1000), "one second later");
        assert!(!bucket.take(100, 1500));
        assert!(bucket.take(200, 1_000_000), "it never holds more than two seconds' worth");
        assert!(!bucket.take(1, 1_000_000));
    }
}
