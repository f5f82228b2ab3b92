//! Fetches, and the profile that tells which instances of the next one are wanted.

use std::ffi::c_int;
use std::slice;

use pcp_sys::{PMCD_LABEL_CHANGE, PMCD_NAMES_CHANGE, pmID, pmProfile, pmResult, pmdaExt};

use crate::profile::{Profile, Selection};
use crate::serving::{Server, answer};
use crate::{ContextId, PmId};

pub(super) unsafe extern "C" fn profile(profile: *mut pmProfile, _ext: *mut pmdaExt) -> c_int {
    answer(|server| {
        // SAFETY: libpcp_pmda has just read it from a message.
        server.selection = unsafe { Selection::copy(profile) };
        Ok(0)
    })
}

pub(super) unsafe extern "C" fn fetch(
    count: c_int,
    pmids: *mut pmID,
    result: *mut *mut pmResult,
    ext: *mut pmdaExt,
) -> c_int {
    answer(|server| {
        // SAFETY: the agent's state, which libpcp_pmda passes with each call.
        let context = ContextId(unsafe { (*ext).e_context });
        let pmids = match usize::try_from(count) {
            // SAFETY: so many metric numbers, and PmId is one.
            Ok(count) if count > 0 => unsafe { slice::from_raw_parts(pmids.cast::<PmId>(), count) },
            _ => &[],
        };
        let Server { agent, arena, selection, .. } = server;
        let profile = Profile::new(selection);
        agent.begin_fetch(context, pmids);
        arena.clear();
        for &pmid in pmids {
            arena.add_metric(pmid, |out| agent.fetch(context, pmid, &profile, out));
        }
        agent.end_fetch();
        let changes = if agent.names_changed() { PMCD_NAMES_CHANGE | PMCD_LABEL_CHANGE } else { 0 };
        // SAFETY: the place for the answer, which is sent before `sent` is called.
        unsafe { result.write(arena.as_c(changes)) };
        Ok(0)
    })
}

/// A fetch has been sent: libpcp_pmda would free it here, but it belongs to the arena.
pub(super) unsafe extern "C" fn sent(_result: *mut pmResult) {
    answer(|server| {
        server.arena.clear();
        Ok(0)
    });
}
