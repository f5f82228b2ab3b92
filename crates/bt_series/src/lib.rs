//! Columnar ring buffers for samples, and the frames that panels draw.
//!
//! [`Store`] keeps what a poller learns: one time column per metric, one value column per instance, bounded by age
//! and by memory. The functions in [`frame`] turn a window of it into what is drawn. Times are milliseconds since
//! 1970 as `f64`, a missing value is NaN.

#![forbid(unsafe_code)]

mod column;
mod counter;
pub mod frame;
mod order;
mod samples;
mod store;
mod window;

pub use samples::{MetricKind, Samples};
pub use store::{Limits, MetricId, Store};
pub use window::TimeWindow;
