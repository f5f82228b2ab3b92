//! The engine's time: milliseconds that only go forward, and what they are by the calendar.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Counts from the start of the engine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    started: Instant,
    unix_millis_at_start: u64,
}

impl Clock {
    pub(crate) fn start() -> Clock {
        Clock { started: Instant::now(), unix_millis_at_start: unix_millis() }
    }

    /// Milliseconds since the start.
    pub(crate) fn now_millis(&self) -> u64 {
        millis(self.started.elapsed())
    }

    /// Now, in Unix milliseconds.
    pub(crate) fn unix_millis(&self) -> u64 {
        self.to_unix(self.now_millis())
    }

    /// A moment of this clock in Unix milliseconds.
    pub(crate) fn to_unix(self, millis: u64) -> u64 {
        self.unix_millis_at_start + millis
    }

    /// A moment in Unix milliseconds, by this clock; 0 if it lies before the start.
    pub(crate) fn since_start(self, unix_millis: u64) -> u64 {
        unix_millis.saturating_sub(self.unix_millis_at_start)
    }

    /// When a moment of this clock comes.
    pub(crate) fn instant(&self, millis: u64) -> Instant {
        self.started + Duration::from_millis(millis)
    }
}

/// Now, in Unix milliseconds, by the clock of the calendar.
pub(crate) fn unix_millis() -> u64 {
    // A clock before 1970 is wrong anyway; only dates shown to people depend on it.
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
