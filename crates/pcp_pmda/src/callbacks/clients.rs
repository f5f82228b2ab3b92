//! Who the clients are.

use std::ffi::{c_char, c_int};

use pcp_sys::{PMDA_ATTR_GROUPID, PMDA_ATTR_PROCESSID, PMDA_ATTR_USERID, PMDA_ATTR_USERNAME, pmdaExt};

use crate::c_memory::borrowed_text;
use crate::serving::answer;
use crate::{Attribute, ContextId};

pub(super) unsafe extern "C" fn attribute(
    context: c_int,
    attribute: c_int,
    value: *const c_char,
    _length: c_int,
    _ext: *mut pmdaExt,
) -> c_int {
    answer(|server| {
        // SAFETY: a text of libpcp_pmda's, which ends with NUL.
        let value = unsafe { borrowed_text(value) };
        let number = || value.and_then(|text| text.parse().ok());
        let known = match attribute {
            PMDA_ATTR_USERNAME => value.map(Attribute::Username),
            PMDA_ATTR_USERID => number().map(Attribute::UserId),
            PMDA_ATTR_GROUPID => number().map(Attribute::GroupId),
            PMDA_ATTR_PROCESSID => number().map(Attribute::ProcessId),
            _ => None,
        };
        if let Some(known) = known {
            server.agent.attribute(ContextId(context), known);
        }
        Ok(0)
    })
}

pub(super) unsafe extern "C" fn end_context(context: c_int) {
    answer(|server| {
        server.agent.end_context(ContextId(context));
        Ok(0)
    });
}
