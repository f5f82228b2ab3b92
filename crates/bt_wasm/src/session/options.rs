//! The settings of a session, and what they are when nobody says.

use bt_analysis::Annotations;
use bt_series::Limits;
use serde::Deserialize;
use tsify::Tsify;

/// Poll period by default: as often as a host prints by default.
const DEFAULT_POLL_MILLIS: f64 = Annotations::DEFAULT_REFRESH_MILLIS as f64;
/// Shortest poll period: no host prints more often.
pub(super) const MIN_POLL_MILLIS: f64 = Annotations::MIN_REFRESH_MILLIS as f64;
/// Longest poll period: two thirds of what keeps a context, and with it the scripts, alive.
pub(super) const MAX_POLL_MILLIS: f64 = 20_000.0;
/// Longest retention: a week.
const MAX_RETENTION_MILLIS: f64 = 7.0 * 86_400_000.0;
/// Time that typing must pause before an edited script runs, by default.
const DEFAULT_TYPING_PAUSE_MILLIS: f64 = 1_000.0;
/// Time that a released target is kept, by default: whoever leafs through dashboards finds them unbroken.
const DEFAULT_GRACE_MILLIS: f64 = 60_000.0;

/// Settings of a session.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct SessionOptions {
    /// Time between two polls; 1000 by default, at least 100, at most 20,000: a host ends scripts that nobody asks for.
    #[tsify(optional)]
    pub poll_millis: Option<f64>,
    /// Age at which samples are dropped; 1800 by default, at most a week.
    #[tsify(optional)]
    pub retention_seconds: Option<f64>,
    /// Host whose values are wanted, as pmproxy's `hostspec`; its own host by default.
    #[tsify(optional)]
    pub hostspec: Option<String>,
    /// Memory for samples in bytes; 64 MiB by default. At the bound the oldest samples go first.
    #[tsify(optional)]
    pub max_bytes: Option<f64>,
    /// How long typing must pause before an edited script runs; 1000 by default.
    #[tsify(optional)]
    pub typing_pause_millis: Option<f64>,
    /// How long a released target keeps its script and its samples; 60,000 by default.
    #[tsify(optional)]
    pub grace_millis: Option<f64>,
}

impl SessionOptions {
    /// Time between two polls.
    pub(super) fn poll_millis(&self) -> f64 {
        positive(self.poll_millis).unwrap_or(DEFAULT_POLL_MILLIS).clamp(MIN_POLL_MILLIS, MAX_POLL_MILLIS)
    }

    pub(super) fn typing_pause_millis(&self) -> f64 {
        not_negative(self.typing_pause_millis).unwrap_or(DEFAULT_TYPING_PAUSE_MILLIS)
    }

    pub(super) fn grace_millis(&self) -> f64 {
        not_negative(self.grace_millis).unwrap_or(DEFAULT_GRACE_MILLIS)
    }

    /// What the store may keep.
    pub(super) fn limits(&self) -> Limits {
        let defaults = Limits::default();
        Limits {
            retention_millis: positive(self.retention_seconds)
                .map_or(defaults.retention_millis, |seconds| (seconds * 1000.0).min(MAX_RETENTION_MILLIS)),
            max_bytes: positive(self.max_bytes).map_or(defaults.max_bytes, |bytes| bytes as usize),
            ..defaults
        }
    }
}

/// A number that means nothing counts as not said.
fn positive(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite() && *value > 0.0)
}

fn not_negative(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite() && *value >= 0.0)
}
