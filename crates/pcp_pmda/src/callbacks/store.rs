//! Values that a client stores.

use std::ffi::{CStr, c_int};
use std::mem::offset_of;

use pcp_sys::{pmFreeResult, pmResult, pmValueSet, pmdaExt};

use crate::c_result::{bytes_of, sets_of, values_of};
use crate::serving::answer;
use crate::{ContextId, InDom, PmError, PmId, Value, ValueType};

/// Stores one value after the other; the first that is refused ends it.
pub(super) unsafe extern "C" fn store(result: *mut pmResult, ext: *mut pmdaExt) -> c_int {
    let outcome = answer(|server| {
        // SAFETY: the agent's state, which libpcp_pmda passes with each call.
        let context = ContextId(unsafe { (*ext).e_context });
        let mut text = String::new();
        // SAFETY: libpcp_pmda has just read the result from a message, and checked its lengths.
        for set in unsafe { sets_of(result) } {
            // SAFETY: as above.
            let (pmid, format) = unsafe { (PmId::from_raw((*set).pmid), (*set).valfmt) };
            let desc = server.agent.describe(pmid)?;
            // SAFETY: as above; they are not used after this call.
            let values = unsafe { values_of(set) };
            if values.is_empty() {
                return Err(PmError::BadStore);
            }
            for value in values {
                let instance = (desc.indom != InDom::NULL).then_some(value.inst.cast_unsigned());
                // SAFETY: as above.
                let bytes = unsafe { bytes_of(format, value) };
                let value = decode(bytes, desc.value_type, &mut text)?;
                server.agent.store(context, pmid, instance, value)?;
            }
        }
        Ok(0)
    });
    // SAFETY: libpcp_pmda made the result, and does not look at its values after this call.
    unsafe { free_values(result) };
    outcome
}

/// Frees the values of a result, and leaves it with none. libpcp_pmda 6.0.3 frees only the result itself, so that each
/// store would cost the agent as much memory as it is long, for ever.
///
/// # Safety
/// libpcp made the result, and nobody uses its values any more.
unsafe fn free_values(result: *mut pmResult) {
    // SAFETY: the caller's promise.
    let count = usize::try_from(unsafe { (*result).numpmid }).unwrap_or(0);
    let size = offset_of!(pmResult, vset) + count * size_of::<*mut pmValueSet>();
    // SAFETY: any size may be asked for.
    let copy = unsafe { libc::malloc(size) }.cast::<pmResult>();
    if copy.is_null() {
        return;
    }
    // SAFETY: both have `size` bytes: a result up to the last pointer to a set. pmFreeResult frees the copy, and the
    // sets, which are the copy's alone, as the result has none from here on.
    unsafe {
        copy.cast::<u8>().copy_from_nonoverlapping(result.cast::<u8>(), size);
        (*result).numpmid = 0;
        pmFreeResult(copy);
    }
}

/// The bytes of a value as a number of this type, or as a text, which is put into `text`: up to its NUL, and with
/// U+FFFD for what is no UTF-8.
fn decode<'a>(bytes: &[u8], value_type: ValueType, text: &'a mut String) -> Result<Value<'a>, PmError> {
    fn number<const N: usize>(bytes: &[u8]) -> Result<[u8; N], PmError> {
        bytes.try_into().map_err(|_| PmError::Type)
    }
    Ok(match value_type {
        ValueType::I32 => Value::I32(i32::from_ne_bytes(number(bytes)?)),
        ValueType::U32 => Value::U32(u32::from_ne_bytes(number(bytes)?)),
        ValueType::I64 => Value::I64(i64::from_ne_bytes(number(bytes)?)),
        ValueType::U64 => Value::U64(u64::from_ne_bytes(number(bytes)?)),
        ValueType::Float => Value::Float(f32::from_ne_bytes(number(bytes)?)),
        ValueType::Double => Value::Double(f64::from_ne_bytes(number(bytes)?)),
        ValueType::Text => {
            let bytes = CStr::from_bytes_until_nul(bytes).map_or(bytes, CStr::to_bytes);
            text.clear();
            text.push_str(&String::from_utf8_lossy(bytes));
            Value::Text(text)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_size_of_their_type() {
        let mut text = String::new();
        let bytes = 0x1_0000_0002_u64.to_ne_bytes();
        assert_eq!(decode(&bytes, ValueType::U64, &mut text), Ok(Value::U64(0x1_0000_0002)));
        assert_eq!(decode(&bytes, ValueType::U32, &mut text), Err(PmError::Type));
        assert_eq!(decode(&(-1_i32).to_ne_bytes(), ValueType::I32, &mut text), Ok(Value::I32(-1)));
    }

    #[test]
    fn text_ends_at_its_nul_and_is_made_utf8() {
        let mut text = String::new();
        assert_eq!(decode(b"abc\0\0\0", ValueType::Text, &mut text), Ok(Value::Text("abc")));
        assert_eq!(decode(b"no nul", ValueType::Text, &mut text), Ok(Value::Text("no nul")));
        assert_eq!(decode(b"\xff!\0", ValueType::Text, &mut text), Ok(Value::Text("\u{fffd}!")));
        assert_eq!(decode(b"", ValueType::Text, &mut text), Ok(Value::Text("")));
    }
}
