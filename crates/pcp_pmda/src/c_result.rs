//! Reads results that libpcp made.
//!
//! Sets stay raw pointers: a set without values may be shorter than a `pmValueSet`, and one with many is longer, so
//! that no reference would fit.

use std::ffi::c_int;
use std::slice;

use pcp_sys::{PM_VAL_HDR_SIZE, PM_VAL_INSITU, PM_VAL_VLEN_MAX, pmResult, pmValue, pmValueSet};

/// The sets of a result.
///
/// # Safety
/// `result` is valid, with a pointer for each of its `numpmid` sets, while the iterator is used.
pub(crate) unsafe fn sets_of(result: *const pmResult) -> impl Iterator<Item = *const pmValueSet> {
    // SAFETY: the caller's promise.
    let count = usize::try_from(unsafe { (*result).numpmid }).unwrap_or(0);
    // SAFETY: only an address is computed.
    let sets = unsafe { &raw const (*result).vset }.cast::<*const pmValueSet>();
    // SAFETY: the caller's promise.
    (0..count).map(move |index| unsafe { sets.add(index).read() })
}

/// The values of a set.
///
/// # Safety
/// `set` lies in front of its `numval` values, all valid for `'a`.
pub(crate) unsafe fn values_of<'a>(set: *const pmValueSet) -> &'a [pmValue] {
    // SAFETY: the caller's promise.
    let count = usize::try_from(unsafe { (*set).numval }).unwrap_or(0);
    // SAFETY: only an address is computed.
    let values = unsafe { &raw const (*set).vlist }.cast::<pmValue>();
    // SAFETY: the caller's promise. Of no values only the address counts, which is not null.
    unsafe { slice::from_raw_parts(values, count) }
}

/// The bytes of a value, in the order of this machine.
///
/// # Safety
/// The value is of this format. If that has blocks, the value's block is valid while the value is borrowed, and has as
/// many bytes as it says.
pub(crate) unsafe fn bytes_of(format: c_int, value: &pmValue) -> &[u8] {
    if format == PM_VAL_INSITU {
        // SAFETY: `lval` is the part of the union that is used, and any four bytes may be read as bytes.
        return unsafe { slice::from_raw_parts((&raw const value.value.lval).cast(), size_of::<c_int>()) };
    }
    // SAFETY: the caller's promise.
    let block = unsafe { value.value.pval };
    // SAFETY: the caller's promise.
    let length = unsafe { (*block).bits } & PM_VAL_VLEN_MAX.cast_unsigned();
    let header = PM_VAL_HDR_SIZE as usize;
    let length = (length as usize).saturating_sub(header);
    // SAFETY: the caller's promise.
    unsafe { slice::from_raw_parts(block.cast::<u8>().add(header), length) }
}
