//! How long to wait before the next attempt: longer each time, never the same for two pages.

use super::split_mix::SplitMix;

/// Waiting times that double up to a cap, spread by a generator that the caller seeds.
#[derive(Clone, Debug)]
pub struct Backoff {
    spread: SplitMix,
}

/// Wait after the first failure.
const FIRST_MILLIS: f64 = 500.0;
/// Longest wait: a host that is back should be noticed by somebody who looks at the page.
const CAP_MILLIS: f64 = 5_000.0;
/// Largest part of a wait that is taken off, so that many pages do not come back at the same moment.
const SPREAD: f64 = 0.2;

impl Backoff {
    /// Equal seeds give equal waits.
    pub fn new(seed: u64) -> Backoff {
        Backoff { spread: SplitMix::new(seed) }
    }

    /// The wait after `failures` failures in a row (from 1), in milliseconds: at most five seconds.
    pub fn wait_millis(&mut self, failures: u32) -> f64 {
        let doubled = FIRST_MILLIS * f64::from(1_u32 << failures.saturating_sub(1).min(10));
        // The upper 53 bits are what an `f64` can hold.
        let fraction = (self.spread.next() >> 11) as f64 / (1_u64 << 53) as f64;
        doubled.min(CAP_MILLIS) * (1.0 - SPREAD * fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap_and_differ_by_seed() {
        let waits = |seed| {
            let mut backoff = Backoff::new(seed);
            [1, 2, 3, 4, 5, 100].map(|failures| backoff.wait_millis(failures))
        };
        for (wait, longest) in waits(1).into_iter().zip([500.0, 1000.0, 2000.0, 4000.0, 5000.0, 5000.0]) {
            assert!(wait <= longest && wait >= longest * (1.0 - SPREAD), "{wait} {longest}");
        }
        assert_eq!(waits(1), waits(1));
        assert_ne!(waits(1), waits(2));
    }
}
