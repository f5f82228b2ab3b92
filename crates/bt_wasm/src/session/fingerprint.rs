//! Whether a panel has anything new to show, by one number: asked after every answer of the host, for every panel.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;

use super::Session;
use super::status::TargetStatus;

/// Bits of a whole number that an `f64` holds.
const EXACT_BITS: u32 = 53;

impl Session {
    /// Stays the same as long as a panel of `target` would show the same: the state of its script, its values, what is said
    /// about them, and the connection; not for times that pass. A whole number, exact as an `f64`; it is a hash, so a
    /// change goes unseen once in 2^53 times.
    pub fn fingerprint(&self, target: &str) -> f64 {
        let mut hasher = DefaultHasher::new();
        let status = self.status(target, self.clock.latest_millis());
        discriminant(&status).hash(&mut hasher);
        if let TargetStatus::Invalid { message, .. } | TargetStatus::Error { message, .. } = &status {
            message.hash(&mut hasher);
        }
        discriminant(&self.connection().state).hash(&mut hasher);
        for notice in self.notices(target) {
            (notice.severity, notice.text).hash(&mut hasher);
        }
        for (leaf, metric) in self.shown(target).iter().flat_map(|script| &script.metrics) {
            (leaf, &metric.name, self.generation(metric)).hash(&mut hasher);
        }
        (hasher.finish() >> (u64::BITS - EXACT_BITS)) as f64
    }
}
