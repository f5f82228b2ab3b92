//! A span of time on the axis of a panel.

/// From one moment to another, both included, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeWindow {
    /// First moment.
    pub from_millis: f64,
    /// Last moment; nothing lies in a window that ends before it begins.
    pub to_millis: f64,
}

impl TimeWindow {
    /// Everything that is kept.
    pub const ALL: TimeWindow = TimeWindow { from_millis: f64::NEG_INFINITY, to_millis: f64::INFINITY };

    /// The window between two moments.
    pub const fn new(from_millis: f64, to_millis: f64) -> TimeWindow {
        TimeWindow { from_millis, to_millis }
    }
}
