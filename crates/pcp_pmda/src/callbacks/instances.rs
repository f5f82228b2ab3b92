//! The instances of an instance domain: all, or one by its number or name.

use std::ffi::{CString, c_char, c_int};
use std::ptr;

use pcp_sys::{PM_IN_NULL, pmInDom, pmInResult, pmdaExt};

use crate::c_memory::{borrowed_text, c_text, malloc_slice, without_nul};
use crate::serving::answer;
use crate::{Agent, InDom, PmError};

/// What is asked for.
enum Question<'a> {
    All,
    NameOf(u32),
    NumberOf(&'a str),
}

pub(super) unsafe extern "C" fn instance(
    indom: pmInDom,
    number: c_int,
    name: *mut c_char,
    result: *mut *mut pmInResult,
    _ext: *mut pmdaExt,
) -> c_int {
    answer(|server| {
        let question = match number.cast_unsigned() {
            PM_IN_NULL if name.is_null() => Question::All,
            // SAFETY: not null, so it is a text of libpcp_pmda's, which ends with NUL. No instance has a name that
            // is no UTF-8.
            PM_IN_NULL => Question::NumberOf(unsafe { borrowed_text(name) }.ok_or(PmError::Inst)?),
            number => Question::NameOf(number),
        };
        let found = find(server.agent.as_mut(), InDom::from_raw(indom), question)?;
        // SAFETY: the place for the answer; libpcp_pmda frees it and all it points to.
        unsafe { result.write(malloc_slice(&[found])) };
        Ok(0)
    })
}

fn find(agent: &mut dyn Agent, indom: InDom, question: Question<'_>) -> Result<pmInResult, PmError> {
    let mut numbers = Vec::new();
    let mut names: Vec<CString> = Vec::new();
    agent.instances(indom, &mut |number, name| match question {
        Question::All => {
            numbers.push(number.cast_signed());
            names.push(c_text(name));
        }
        Question::NameOf(wanted) if number == wanted && names.is_empty() => names.push(c_text(name)),
        Question::NumberOf(wanted) if numbers.is_empty() && without_nul(name) == wanted => {
            numbers.push(number.cast_signed());
        }
        Question::NameOf(_) | Question::NumberOf(_) => {}
    })?;
    // One list is empty where it is not asked for; both are if nothing is found.
    let count = numbers.len().max(names.len());
    if count == 0 && !matches!(question, Question::All) {
        return Err(PmError::Inst);
    }
    let numinst = c_int::try_from(count).map_err(|_| PmError::TooBig)?;
    // From here on nothing fails: nobody would free what C is given.
    let names: Vec<*mut c_char> =
        names.iter().map(|name| malloc_slice(name.as_bytes_with_nul()).cast()).collect();
    Ok(pmInResult {
        indom: indom.raw(),
        numinst,
        instlist: if numbers.is_empty() { ptr::null_mut() } else { malloc_slice(&numbers) },
        namelist: if names.is_empty() { ptr::null_mut() } else { malloc_slice(&names) },
    })
}
