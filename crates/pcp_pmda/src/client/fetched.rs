//! The answer to a fetch.

use std::ffi::c_int;

use pcp_sys as sys;

use crate::c_result::{bytes_of, sets_of, values_of};

/// Values of metrics, in the order in which they were asked for.
#[derive(Debug)]
pub struct Fetched {
    result: *mut sys::pmResult,
    state: c_int,
}

/// A value as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// Its instance; `u32::MAX` for a single value.
    pub instance: u32,
    /// The value of a metric of an integer type, with the sign of that type lost.
    pub bits: u64,
}

impl Fetched {
    /// # Safety
    /// `result` is one of pmFetch's, and belongs to the new value.
    pub(super) unsafe fn new(result: *mut sys::pmResult, state: c_int) -> Fetched {
        Fetched { result, state }
    }

    /// How many values a metric has, or its error; None if so many metrics were not asked for.
    pub fn count(&self, metric: usize) -> Option<Result<usize, i32>> {
        // SAFETY: a set of the result, which is valid until it is dropped.
        let count = self.set(metric).map(|set| unsafe { (*set).numval });
        count.map(|count| usize::try_from(count).map_err(|_| count))
    }

    /// The values of a metric of an integer type; zeros for any other.
    pub fn numbers(&self, metric: usize) -> Vec<Number> {
        self.values(metric, |instance, bytes| {
            let short = || <[u8; 4]>::try_from(bytes).map_or(0, |bytes| u64::from(u32::from_ne_bytes(bytes)));
            Number { instance, bits: bytes.try_into().map_or_else(|_| short(), u64::from_ne_bytes) }
        })
    }

    /// The values of a metric of the type text.
    pub fn texts(&self, metric: usize) -> Vec<String> {
        self.values(metric, |_, bytes| String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned())
    }

    /// Whether pmcd told with this answer that names have changed.
    pub fn names_changed(&self) -> bool {
        self.state & sys::PMCD_NAMES_CHANGE != 0
    }

    /// Whether pmcd told with this answer that labels have changed.
    pub fn labels_changed(&self) -> bool {
        self.state & sys::PMCD_LABEL_CHANGE != 0
    }

    fn set(&self, metric: usize) -> Option<*const sys::pmValueSet> {
        // SAFETY: the result is valid until it is dropped.
        unsafe { sets_of(self.result) }.nth(metric)
    }

    fn values<T>(&self, metric: usize, read: impl Fn(u32, &[u8]) -> T) -> Vec<T> {
        let Some(set) = self.set(metric) else {
            return Vec::new();
        };
        // SAFETY: a set of the result, which is valid until it is dropped.
        let (values, format) = unsafe { (values_of(set), (*set).valfmt) };
        // SAFETY: as above.
        let read_one = |value| read(inst(value), unsafe { bytes_of(format, value) });
        values.iter().map(read_one).collect()
    }
}

fn inst(value: &sys::pmValue) -> u32 {
    value.inst.cast_unsigned()
}

impl Drop for Fetched {
    fn drop(&mut self) {
        // SAFETY: it came from pmFetch, and nothing borrows from it any more.
        unsafe { sys::pmFreeResult(self.result) };
    }
}
