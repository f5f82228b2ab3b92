//! How many lines there may be of what others cause: whoever can repeat an event must not be able to fill the disk.

use std::time::{Duration, Instant};

/// Characters of a line; the rest of a longer message is left out.
const MAX_CHARS: usize = 1000;

/// Lets a burst of lines through, and then one each time that its pause is over.
#[derive(Debug)]
pub(super) struct Limiter {
    burst: u32,
    pause: Duration,
    /// Lines that may be written now.
    left: u32,
    /// Since when `left` has grown by one a pause. `None` before the first line.
    since: Option<Instant>,
    left_out: u64,
}

impl Limiter {
    /// `burst` lines at once, and one more each `pause`.
    pub(super) const fn new(burst: u32, pause: Duration) -> Limiter {
        Limiter { burst, pause, left: burst, since: None, left_out: 0 }
    }

    /// The line for this message; `None` if there were too many. How many were left out is told with the next one.
    pub(super) fn line(&mut self, message: &str, now: Instant) -> Option<String> {
        let since = *self.since.get_or_insert(now);
        let pauses = now.duration_since(since).as_nanos() / self.pause.as_nanos().max(1);
        if pauses >= u128::from(self.burst - self.left) {
            self.left = self.burst;
            self.since = Some(now);
        } else {
            let pauses = pauses as u32;
            self.left += pauses;
            self.since = Some(since + self.pause * pauses);
        }
        if self.left == 0 {
            self.left_out += 1;
            return None;
        }
        self.left -= 1;
        let mut line: String = message.chars().take(MAX_CHARS).collect();
        if line.len() < message.len() {
            line.push('…');
        }
        match std::mem::take(&mut self.left_out) {
            0 => Some(line),
            left_out => Some(format!("{line} ({left_out} more lines like this were left out)")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(3);

    #[test]
    fn lines_are_bounded_and_what_is_left_out_is_counted() {
        let start = Instant::now();
        let mut limiter = Limiter::new(20, PAUSE);
        let written =
            |limiter: &mut Limiter, now| (0..100).filter(|_| limiter.line("x", now).is_some()).count();
        assert_eq!(written(&mut limiter, start), 20);
        let later = start + PAUSE * 2 + PAUSE / 2;
        assert_eq!(limiter.line("x", later).as_deref(), Some("x (80 more lines like this were left out)"));
        assert_eq!(limiter.line("x", later).as_deref(), Some("x"));
        assert_eq!(limiter.line("x", later), None);
        assert!(limiter.line("x", start + PAUSE * 3).is_some(), "half a pause is not lost");
        assert_eq!(
            written(&mut limiter, start + Duration::from_secs(1 << 40)),
            20,
            "never more than a burst"
        );
    }

    #[test]
    fn long_messages_are_cut() {
        let line = Limiter::new(1, PAUSE).line(&"é".repeat(MAX_CHARS + 1), Instant::now()).unwrap();
        assert_eq!(line.chars().count(), MAX_CHARS + 1);
        assert!(line.ends_with("é…"));
    }
}
