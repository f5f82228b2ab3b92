//! The host's clock seen from the page: samples carry the host's time, panels show the page's.

/// Difference of the two clocks. The host's timestamps keep their distances, which rates depend on.
#[derive(Debug, Default)]
pub(crate) struct HostClock {
    offset_millis: Option<f64>,
}

/// A difference that changed by more means that a clock was set; less is the network's.
const JUMP_MILLIS: f64 = 2_000.0;

impl HostClock {
    /// The page's time for a timestamp (seconds since 1970) of an answer that came at `now_millis`.
    pub(crate) fn local_millis(&mut self, timestamp_seconds: f64, now_millis: f64) -> f64 {
        let host_millis = timestamp_seconds * 1000.0;
        let latest = now_millis - host_millis;
        let offset = match self.offset_millis {
            Some(offset) if (offset - latest).abs() <= JUMP_MILLIS => offset,
            _ => latest,
        };
        self.offset_millis = Some(offset);
        host_millis + offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_the_hosts_until_a_clock_jumps() {
        let mut clock = HostClock::default();
        assert_eq!(clock.local_millis(100.0, 5_000.0), 5_000.0);
        assert_eq!(clock.local_millis(101.0, 6_300.0), 6_000.0, "a slow answer is not a late sample");
        assert_eq!(clock.local_millis(50.0, 7_000.0), 7_000.0, "the host's clock went back");
    }
}
