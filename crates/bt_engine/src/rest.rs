//! Rests between turns that read only a little, so that what many scripts print is read in fewer turns.
//!
//! For a turn the supervisor's thread wakes up, and its code and data come back into the processor's caches: a turn
//! for one line costs almost as much as one for ten. While it rests, bpftrace's lines wait in their pipes; commands
//! end the rest.

use std::cell::Cell;
use std::thread;
use std::time::{Duration, Instant};

/// A turn that reads more than this is followed by no rest: bpftrace may be waiting for room in its pipe, of 64 KiB.
const LITTLE_BYTES: usize = 16 << 10;

thread_local! {
    /// Until when the thread is to rest before it waits again.
    static UNTIL: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// What the turns were like.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    /// When the last one ended that read a little.
    last: Option<Instant>,
}

impl Turns {
    /// A turn has ended that read so many bytes of stdout and did nothing else; `None` if it did.
    pub(crate) fn ended(&mut self, read: Option<usize>, gather: Duration) {
        let now = Instant::now();
        let is_little = read.is_some_and(|bytes| bytes <= LITTLE_BYTES);
        UNTIL.set(self.rests(is_little, now, gather).then(|| now + gather));
        self.last = is_little.then_some(now);
    }

    /// Not after the first of such turns: a single script is read at once.
    fn rests(&self, is_little: bool, now: Instant, gather: Duration) -> bool {
        // Half as much again, so that turns which come after a rest do not count as seldom.
        let is_often = |last| now.duration_since(last) < gather * 3 / 2;
        is_little && self.last.is_some_and(is_often)
    }
}

/// Rests if the last turn said so; to be called by the thread before it waits for events.
pub(crate) fn before_waiting() {
    if let Some(until) = UNTIL.take() {
        thread::park_timeout(until.saturating_duration_since(Instant::now()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GATHER: Duration = Duration::from_millis(100);

    #[test]
    fn only_turns_that_come_often_and_read_a_little_are_followed_by_a_rest() {
        let now = Instant::now();
        let after = |millis| Turns { last: now.checked_sub(Duration::from_millis(millis)) };
        assert!(after(40).rests(true, now, GATHER));
        assert!(after(110).rests(true, now, GATHER));
        assert!(!after(200).rests(true, now, GATHER));
        assert!(!after(40).rests(false, now, GATHER));
        assert!(!Turns::default().rests(true, now, GATHER));
        assert!(!after(40).rests(true, now, Duration::ZERO));
    }

    #[test]
    fn commands_and_much_output_end_the_counting() {
        let mut turns = Turns::default();
        turns.ended(Some(10), GATHER);
        assert!(turns.last.is_some() && UNTIL.take().is_none());
        turns.ended(Some(10), GATHER);
        assert!(UNTIL.take().is_some());
        turns.ended(None, GATHER);
        assert!(turns.last.is_none() && UNTIL.take().is_none());
        turns.ended(Some(LITTLE_BYTES + 1), GATHER);
        assert!(turns.last.is_none() && UNTIL.take().is_none());
    }

    #[test]
    fn whoever_has_a_command_ends_the_rest() {
        let start = Instant::now();
        let resting = thread::spawn(|| {
            UNTIL.set(Some(Instant::now() + Duration::from_secs(60)));
            before_waiting();
        });
        resting.thread().unpark();
        resting.join().unwrap();
        assert!(start.elapsed() < Duration::from_secs(30));
    }
}
