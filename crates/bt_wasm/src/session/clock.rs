//! Clocks: the host's seen from the page, since samples carry the host's time and panels show the page's; and one for
//! timers, which does not go back when the page's clock is set back.

/// Difference of the two clocks. The host's timestamps keep their distances, which rates depend on: the difference changes
/// only when an answer proves it wrong, so a late answer changes nothing.
#[derive(Debug, Default)]
pub(crate) struct HostClock {
    offset_millis: Option<f64>,
    /// Follows the difference no faster than clocks drift apart: what it lags behind is by how much distances err.
    followed_millis: f64,
    learned_at_millis: f64,
    /// The latest answer said that a clock was set.
    was_set: bool,
}

/// A difference that was wrong by more means that a clock was set; less is the error of the first guess.
const JUMP_MILLIS: f64 = 100.0;
/// How far clocks drift apart, at most, while one is being corrected.
const DRIFT: f64 = 1e-3;

impl HostClock {
    /// Learns from an answer that was asked for at `sent_millis` and came at `now_millis`, both on the page's clock: the
    /// host's timestamp (seconds since 1970) is from between. Returns whether the distance to what came before is unknown
    /// because a clock was set. It is so twice: what the first answer brings may be dated by the clock before.
    pub(crate) fn learn(&mut self, timestamp_seconds: f64, sent_millis: f64, now_millis: f64) -> bool {
        let host_millis = timestamp_seconds * 1000.0;
        // A page whose clock was set back meanwhile got its answer before it asked.
        let (least, most) = (sent_millis.min(now_millis) - host_millis, now_millis - host_millis);
        let offset = self.offset_millis.unwrap_or(f64::midpoint(least, most)).max(least).min(most);
        let is_first = self.offset_millis.replace(offset).is_none();
        let drift = DRIFT * (now_millis - self.learned_at_millis).max(0.0);
        self.learned_at_millis = now_millis;
        self.followed_millis += (offset - self.followed_millis).clamp(-drift, drift);
        let is_set = !is_first && (offset - self.followed_millis).abs() > JUMP_MILLIS;
        if is_first || is_set {
            self.followed_millis = offset;
        }
        std::mem::replace(&mut self.was_set, is_set) || is_set
    }

    /// The page's time for a timestamp (seconds since 1970) of the host.
    pub(crate) fn local_millis(&self, timestamp_seconds: f64) -> f64 {
        timestamp_seconds * 1000.0 + self.offset_millis.unwrap_or_default()
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
    fn distances_are_the_hosts_until_a_clock_is_set() {
        let mut clock = HostClock::default();
        let mut answer =
            |timestamp, sent, now| (clock.learn(timestamp, sent, now), clock.local_millis(timestamp));
        assert_eq!(answer(100.0, 5_000.0, 5_020.0), (false, 5_010.0));
        assert_eq!(answer(101.0, 6_000.0, 9_000.0), (false, 6_010.0), "a late answer is not a late sample");
        assert_eq!(answer(105.0, 10_004.0, 10_006.0), (false, 10_006.0), "the first guess was 4 ms too much");
        assert_eq!(answer(50.0, 11_000.0, 11_010.0), (true, 11_000.0), "the host's clock was set back");
        assert_eq!(answer(51.0, 12_000.0, 4_000.0), (true, 4_000.0), "the page's was, while it waited");
        assert_eq!(answer(52.0, 5_000.0, 5_000.0), (true, 5_000.0));
        assert_eq!(answer(53.0, 6_000.0, 6_000.0), (false, 6_000.0));
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
