//! When to ask for values: one round at a time, a round a second, faster while a first value is awaited.

/// The schedule of the rounds. A round is one question to the host, in as many requests as its length needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Poll {
    /// The next round begins at this moment.
    Waiting {
        /// Milliseconds since 1970.
        due_millis: f64,
    },
    /// Requests of a round are under way.
    Running {
        /// When it began.
        since_millis: f64,
        /// Requests without an answer, from 1.
        outstanding: usize,
    },
}

/// Shortest time between the end of a round and the next one: a slow host is not asked without a pause.
const MIN_PAUSE_MILLIS: f64 = 50.0;

impl Poll {
    /// A round is due at once.
    pub const NOW: Poll = Poll::Waiting { due_millis: f64::NEG_INFINITY };

    /// Whether a round is due. Never while one is running.
    pub fn is_due(&self, now_millis: f64) -> bool {
        matches!(self, Poll::Waiting { due_millis } if *due_millis <= now_millis)
    }

    /// When a round is due; `None` while one is running.
    pub fn due_millis(&self) -> Option<f64> {
        match self {
            Poll::Waiting { due_millis } => Some(*due_millis),
            Poll::Running { .. } => None,
        }
    }

    /// A round of `requests` requests begins. Without a request the next round is a period away.
    pub fn begin(&mut self, requests: usize, now_millis: f64, period_millis: f64) {
        *self = match requests {
            0 => Poll::Waiting { due_millis: now_millis + period_millis },
            outstanding => Poll::Running { since_millis: now_millis, outstanding },
        };
    }

    /// One request of the round was answered, or failed. After the last one the next round is due a period after this
    /// one began; rounds that were missed meanwhile are not made up for.
    pub fn answered(&mut self, now_millis: f64, period_millis: f64) {
        if let Poll::Running { since_millis, outstanding } = *self {
            *self = match outstanding {
                0 | 1 => {
                    let due_millis = (since_millis + period_millis).max(now_millis + MIN_PAUSE_MILLIS);
                    Poll::Waiting { due_millis }
                }
                more => Poll::Running { since_millis, outstanding: more - 1 },
            };
        }
    }

    /// Somebody waits for a first value: the next round is at most `period_millis` away.
    pub fn hasten(&mut self, now_millis: f64, period_millis: f64) {
        if let Poll::Waiting { due_millis } = self {
            *due_millis = due_millis.min(now_millis + period_millis);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_keep_their_pace_and_never_overlap() {
        let mut poll = Poll::NOW;
        assert!(poll.is_due(0.0));
        poll.begin(2, 0.0, 1000.0);
        assert!(!poll.is_due(5000.0));
        poll.answered(30.0, 1000.0);
        assert!(!poll.is_due(5000.0), "one request is still under way");
        poll.answered(40.0, 1000.0);
        assert_eq!(poll.due_millis(), Some(1000.0));
        poll.answered(50.0, 1000.0);
        assert_eq!(poll.due_millis(), Some(1000.0), "a late answer changes nothing");
    }

    #[test]
    fn a_slow_host_gets_a_pause_and_no_backlog() {
        let mut poll = Poll::NOW;
        poll.begin(1, 0.0, 1000.0);
        poll.answered(7000.0, 1000.0);
        assert_eq!(poll.due_millis(), Some(7050.0));
    }

    #[test]
    fn haste_only_shortens() {
        let mut poll = Poll::NOW;
        poll.begin(0, 0.0, 1000.0);
        poll.hasten(100.0, 200.0);
        assert_eq!(poll.due_millis(), Some(300.0));
        poll.hasten(200.0, 200.0);
        assert_eq!(poll.due_millis(), Some(300.0));
    }
}
