//! Labels: of the agent, of clusters, metrics and instance domains, and of instances.

use std::ffi::c_int;
use std::ptr;

use pcp_sys::{
    PM_IN_NULL, PM_LABEL_CLUSTER, PM_LABEL_DOMAIN, PM_LABEL_INDOM, PM_LABEL_INSTANCES, PM_LABEL_ITEM,
    pmLabelSet, pmdaAddLabels, pmdaExt,
};

use crate::c_memory::{c_text, malloc_slice};
use crate::error::error_text;
use crate::serving::{Server, answer};
use crate::{InDom, LabelTarget, PmError, PmId, log};

/// Answers how many sets there are.
pub(super) unsafe extern "C" fn label(
    number: c_int,
    kind: c_int,
    sets: *mut *mut pmLabelSet,
    _ext: *mut pmdaExt,
) -> c_int {
    // SAFETY: the place for the answer.
    unsafe { sets.write(ptr::null_mut()) };
    answer(|server| {
        let number = number.cast_unsigned();
        let found = match kind {
            PM_LABEL_DOMAIN => of_domain(server),
            PM_LABEL_CLUSTER => of(server, LabelTarget::Cluster(PmId::from_raw(number).cluster())),
            PM_LABEL_ITEM => of(server, LabelTarget::Item(PmId::from_raw(number))),
            PM_LABEL_INDOM => of(server, LabelTarget::Indom(InDom::from_raw(number))),
            PM_LABEL_INSTANCES => of_instances(server, InDom::from_raw(number))?,
            _ => Vec::new(),
        };
        if !found.is_empty() {
            // SAFETY: the place for the answer; libpcp_pmda frees the list and what each set points to.
            unsafe { sets.write(malloc_slice(&found)) };
        }
        c_int::try_from(found.len()).map_err(|_| PmError::TooBig)
    })
}

/// As with every agent of PCP, the label `agent` is its name.
fn of_domain(server: &mut Server) -> Vec<pmLabelSet> {
    let own = server.agent.labels(LabelTarget::Domain);
    let name = format!(r#"{{"agent":"{}"}}"#, server.name);
    label_set(PM_IN_NULL, &[&name, &own]).into_iter().collect()
}

fn of(server: &mut Server, target: LabelTarget) -> Vec<pmLabelSet> {
    label_set(PM_IN_NULL, &[&server.agent.labels(target)]).into_iter().collect()
}

fn of_instances(server: &mut Server, indom: InDom) -> Result<Vec<pmLabelSet>, PmError> {
    // Made into sets only when the agent can fail no more: nobody would free those.
    let mut found: Vec<(u32, String)> = Vec::new();
    server.agent.instance_labels(indom, &mut |number, json| found.push((number, json.to_owned())))?;
    Ok(found.iter().filter_map(|(number, json)| label_set(*number, &[json])).collect())
}

/// The labels of several JSON objects as one set. None if there are none; an object that libpcp refuses is logged.
fn label_set(instance: u32, objects: &[&str]) -> Option<pmLabelSet> {
    let mut set: *mut pmLabelSet = ptr::null_mut();
    for json in objects.iter().filter(|json| !matches!(**json, "" | "{}")) {
        // SAFETY: `set` is null or a set that this function made; the format wants one text; both end with NUL.
        let outcome = unsafe { pmdaAddLabels(&raw mut set, c"%s".as_ptr(), c_text(json).as_ptr()) };
        if outcome < 0 {
            log::warn_of_client(&format!("labels are left out: {}: {json}", error_text(outcome)));
        }
    }
    if set.is_null() {
        return None;
    }
    // SAFETY: a set that pmdaAddLabels made.
    let mut copy = unsafe { set.read() };
    // SAFETY: it was made with malloc, and what it points to belongs to the copy now.
    unsafe { libc::free(set.cast()) };
    copy.inst = instance;
    Some(copy)
}
