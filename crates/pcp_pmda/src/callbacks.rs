//! What libpcp_pmda calls: one function for each request of pmcd. They translate between C and [`Agent`](crate::Agent).
//!
//! All share a contract with libpcp_pmda: it calls them from `pmdaMain`, one at a time, with pointers that are valid
//! until they return; each `*mut *mut` is a place for an answer, which is read only if they do not return an error.

mod clients;
mod instances;
mod labels;
mod metrics;
mod store;
mod values;

use pcp_sys::{pmdaInterface, pmdaSetEndContextCallBack, pmdaSetResultCallBack};

/// Puts our functions in the place of those that `pmdaDaemon` has set.
///
/// # Safety
/// `dispatch` was initialised by `pmdaDaemon`.
pub(crate) unsafe fn install(dispatch: *mut pmdaInterface) {
    // SAFETY: the caller's promise.
    let version = unsafe { &mut (*dispatch).version };
    version.profile = Some(values::profile);
    version.fetch = Some(values::fetch);
    version.store = Some(store::store);
    version.desc = Some(metrics::desc);
    version.pmid = Some(metrics::pmid);
    version.name = Some(metrics::name);
    version.children = Some(metrics::children);
    version.text = Some(metrics::text);
    version.instance = Some(instances::instance);
    version.label = Some(labels::label);
    version.attribute = Some(clients::attribute);
    // SAFETY: the caller's promise.
    unsafe {
        pmdaSetResultCallBack(dispatch, Some(values::sent));
        pmdaSetEndContextCallBack(dispatch, Some(clients::end_context));
    }
}
