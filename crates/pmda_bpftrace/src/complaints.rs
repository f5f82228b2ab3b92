//! Lines of the log about stores that were refused. Everybody who reaches pmcd can cause one, so their number is bounded.

use std::time::{Duration, Instant};

/// Lines in each [`PERIOD`]; further ones are counted, and their number is told with the next line.
const MAX_LINES: u32 = 20;
const PERIOD: Duration = Duration::from_secs(60);

/// Characters of a message. The client has the whole one in its reply.
const MAX_CHARS: usize = 300;

/// Says which lines are written.
#[derive(Debug)]
pub(crate) struct Complaints {
    period_began: Instant,
    lines: u32,
    left_out: u64,
}

impl Complaints {
    pub(crate) fn new(now: Instant) -> Complaints {
        Complaints { period_began: now, lines: 0, left_out: 0 }
    }

    /// The line for this message; `None` if there were too many.
    pub(crate) fn line(&mut self, message: &str, now: Instant) -> Option<String> {
        if now.duration_since(self.period_began) >= PERIOD {
            self.period_began = now;
            self.lines = 0;
        }
        if self.lines == MAX_LINES {
            self.left_out += 1;
            return None;
        }
        self.lines += 1;
        let mut line: String = message.chars().take(MAX_CHARS).collect();
        if line.len() < message.len() {
            line.push('…');
        }
        let left_out = std::mem::take(&mut self.left_out);
        if left_out > 0 {
            line = format!("{line} ({left_out} more lines like this were left out)");
        }
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_bounded_and_what_is_left_out_is_counted() {
        let start = Instant::now();
        let mut complaints = Complaints::new(start);
        let written = (0..100).filter(|_| complaints.line("denied", start).is_some()).count();
        assert_eq!(written, 20);
        let later = start + PERIOD;
        let line = complaints.line("denied", later);
        assert_eq!(line.as_deref(), Some("denied (80 more lines like this were left out)"));
        assert_eq!(complaints.line("denied", later).as_deref(), Some("denied"));
    }

    #[test]
    fn long_messages_are_cut() {
        let now = Instant::now();
        let line = Complaints::new(now).line(&"é".repeat(1000), now).unwrap();
        assert_eq!(line.chars().count(), MAX_CHARS + 1);
    }
}
