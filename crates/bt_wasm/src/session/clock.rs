//! Clocks: the host's seen from the page, since samples carry the host's time and panels show the page's; and one for
//! timers, which does not go back when the page's clock is set back.

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

/// The page's clock for timers: when that is set back, this one stands still for a moment and goes on from there. So no
/// timer waits for the time to come again.
#[derive(Debug, Default)]
pub(crate) struct SteadyClock {
    latest_millis: f64,
    /// How far the page's clock was set back.
    behind_millis: f64,
}

impl SteadyClock {
    /// The time for timers when the page's clock shows `page_millis`.
    pub(crate) fn advance(&mut self, page_millis: f64) -> f64 {
        self.behind_millis = self.behind_millis.max(self.latest_millis - page_millis);
        self.latest_millis = page_millis + self.behind_millis;
        self.latest_millis
    }

    /// The same for whoever only looks.
    pub(crate) fn at(&self, page_millis: f64) -> f64 {
        (page_millis + self.behind_millis).max(self.latest_millis)
    }

    /// The time of the latest advance.
    pub(crate) fn latest_millis(&self) -> f64 {
        self.latest_millis
    }

    /// What the page's clock showed at `steady_millis`.
    pub(crate) fn page_millis(&self, steady_millis: f64) -> f64 {
        steady_millis - self.behind_millis
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

    #[test]
    fn a_clock_that_is_set_back_moves_no_timer() {
        let mut clock = SteadyClock::default();
        assert_eq!(clock.advance(10_000.0), 10_000.0);
        assert_eq!(clock.advance(4_000.0), 10_000.0, "set back by six seconds");
        assert_eq!(clock.advance(4_500.0), 10_500.0);
        assert_eq!((clock.at(5_000.0), clock.page_millis(10_500.0)), (11_000.0, 4_500.0));
        assert_eq!(clock.advance(90_000.0), 96_000.0, "asleep");
    }
}
