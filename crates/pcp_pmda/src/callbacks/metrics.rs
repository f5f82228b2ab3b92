//! Names, descriptors and help texts.

use std::ffi::{c_char, c_int};
use std::ptr;

use pcp_sys::{PM_TEXT_HELP, PM_TEXT_INDOM, PMNS_LEAF_STATUS, PMNS_NONLEAF_STATUS, pmDesc, pmID, pmdaExt};

use crate::c_memory::{borrowed_text, c_text, malloc_slice, malloc_texts};
use crate::serving::answer;
use crate::{Child, InDom, PmError, PmId, Subject};

pub(super) unsafe extern "C" fn desc(pmid: pmID, desc: *mut pmDesc, _ext: *mut pmdaExt) -> c_int {
    answer(|server| {
        let found = server.agent.describe(PmId::from_raw(pmid))?;
        // SAFETY: the place for the answer.
        unsafe { desc.write(found.to_c()) };
        Ok(0)
    })
}

pub(super) unsafe extern "C" fn pmid(name: *const c_char, pmid: *mut pmID, _ext: *mut pmdaExt) -> c_int {
    answer(|server| {
        // SAFETY: a text of libpcp_pmda's, which ends with NUL.
        let name = unsafe { borrowed_text(name) }.ok_or(PmError::Name)?;
        let found = server.agent.pmid(name)?;
        // SAFETY: the place for the answer.
        unsafe { pmid.write(found.raw()) };
        Ok(0)
    })
}

/// Answers how many names there are.
pub(super) unsafe extern "C" fn name(pmid: pmID, names: *mut *mut *mut c_char, _ext: *mut pmdaExt) -> c_int {
    answer(|server| {
        let found = server.agent.names(PmId::from_raw(pmid))?;
        let count = count(found.len())?;
        if count == 0 {
            return Err(PmError::Pmid);
        }
        // SAFETY: the place for the answer, which libpcp_pmda frees at once.
        unsafe { names.write(malloc_texts(&found)) };
        Ok(count)
    })
}

/// Answers how many children there are; none is no error. A metric has none, but is what is found below its name.
pub(super) unsafe extern "C" fn children(
    prefix: *const c_char,
    traverse: c_int,
    names: *mut *mut *mut c_char,
    kinds: *mut *mut c_int,
    _ext: *mut pmdaExt,
) -> c_int {
    // SAFETY: the places for the answer; libpcp_pmda frees what is there also when the agent answers an error.
    unsafe {
        names.write(ptr::null_mut());
        kinds.write(ptr::null_mut());
    }
    answer(|server| {
        // SAFETY: a text of libpcp_pmda's, which ends with NUL.
        let prefix = unsafe { borrowed_text(prefix) }.ok_or(PmError::Name)?;
        let found = match server.agent.pmid(prefix) {
            Ok(_) if traverse != 0 => vec![Child { name: prefix.to_owned(), is_leaf: true }],
            Ok(_) => Vec::new(),
            Err(_) => match server.agent.children(prefix, traverse != 0) {
                // pmcd 6.0.3 passes an error of this call on as a broken message, as if the agent were at fault.
                Err(PmError::Name) if traverse == 0 => Vec::new(),
                found => found?,
            },
        };
        let count = count(found.len())?;
        let kind_of = |is_leaf| if is_leaf { PMNS_LEAF_STATUS } else { PMNS_NONLEAF_STATUS };
        let found_kinds: Vec<c_int> = found.iter().map(|child| kind_of(child.is_leaf)).collect();
        let found_names: Vec<String> = found.into_iter().map(|child| child.name).collect();
        // SAFETY: as above; libpcp_pmda frees each of the two at once.
        unsafe {
            names.write(malloc_texts(&found_names));
            kinds.write(malloc_slice(&found_kinds));
        }
        Ok(count)
    })
}

/// The text that is answered stays ours: libpcp_pmda sends it before it calls again.
pub(super) unsafe extern "C" fn text(
    number: c_int,
    kind: c_int,
    text: *mut *mut c_char,
    _ext: *mut pmdaExt,
) -> c_int {
    answer(|server| {
        let number = number.cast_unsigned();
        let subject = match kind & PM_TEXT_INDOM {
            0 => Subject::Metric(PmId::from_raw(number)),
            _ => Subject::Indom(InDom::from_raw(number)),
        };
        server.help = c_text(&server.agent.help(subject, kind & PM_TEXT_HELP != 0)?);
        // SAFETY: the place for the answer. libpcp_pmda only reads the text, though its type does not say so.
        unsafe { text.write(server.help.as_ptr().cast_mut()) };
        Ok(0)
    })
}

fn count(length: usize) -> Result<c_int, PmError> {
    c_int::try_from(length).map_err(|_| PmError::TooBig)
}
