//! A client of pmcd (PMAPI), as far as tests and benchmarks of agents need one.

mod fetched;
mod private_pmcd;

use std::ffi::{CString, c_char, c_int};
use std::marker::PhantomData;
use std::ptr;

use pcp_sys as sys;

use crate::c_memory::c_text;
use crate::error::error_text;
use crate::{InDom, PmId};

pub use fetched::{Fetched, Number};
pub use private_pmcd::{AgentLine, PrivatePmcd};

/// A call that failed, with the number and text of its error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{call}: {text} ({code})")]
pub struct ClientError {
    /// The call of PMAPI.
    pub call: &'static str,
    /// Its error: `PM_ERR_*`, or that of the system.
    pub code: i32,
    /// PCP's text of the error.
    pub text: String,
}

/// A connection to a pmcd.
#[derive(Debug)]
pub struct Context {
    handle: c_int,
    /// libpcp keeps a current context for each thread.
    this_thread: PhantomData<*const ()>,
}

impl Context {
    /// Connects to `host`: a name, `host:port`, `unix:///path/to/socket` or `local:`.
    pub fn open(host: &str) -> Result<Context, ClientError> {
        let host = c_text(host);
        // SAFETY: a text that ends with NUL.
        let handle = unsafe { sys::pmNewContext(sys::PM_CONTEXT_HOST, host.as_ptr()) };
        checked("pmNewContext", handle).map(|handle| Context { handle, this_thread: PhantomData })
    }

    /// The numbers of metrics, in the order of their names.
    pub fn lookup(&self, names: &[&str]) -> Result<Vec<PmId>, ClientError> {
        self.select()?;
        let names: Vec<CString> = names.iter().map(|name| c_text(name)).collect();
        let mut pointers: Vec<*const c_char> = names.iter().map(|name| name.as_ptr()).collect();
        let mut pmids = vec![0; names.len()];
        let count = c_int::try_from(names.len()).unwrap_or(c_int::MAX);
        // SAFETY: both lists have `count` items.
        let outcome = unsafe { sys::pmLookupName(count, pointers.as_mut_ptr(), pmids.as_mut_ptr()) };
        checked("pmLookupName", outcome)?;
        Ok(pmids.into_iter().map(PmId::from_raw).collect())
    }

    /// The instance domain of a metric.
    pub fn indom(&self, pmid: PmId) -> Result<InDom, ClientError> {
        Ok(InDom::from_raw(self.desc(pmid)?.indom))
    }

    /// Fetches metrics.
    pub fn fetch(&self, pmids: &[PmId]) -> Result<Fetched, ClientError> {
        self.select()?;
        let mut numbers: Vec<u32> = pmids.iter().map(|pmid| pmid.raw()).collect();
        let count = c_int::try_from(numbers.len()).unwrap_or(c_int::MAX);
        let mut result = ptr::null_mut();
        // SAFETY: `count` numbers, and a place for the answer.
        let state = unsafe { sys::pmFetch(count, numbers.as_mut_ptr(), &raw mut result) };
        let state = checked("pmFetch", state)?;
        // SAFETY: a result of pmFetch's that nobody else has.
        Ok(unsafe { Fetched::new(result, state) })
    }

    /// From now on fetches only these instances of an instance domain; all of them if None.
    pub fn want(&self, indom: InDom, instances: Option<&[u32]>) -> Result<(), ClientError> {
        self.select()?;
        let Some(instances) = instances else {
            // SAFETY: no list.
            let outcome = unsafe { sys::pmAddProfile(indom.raw(), 0, ptr::null_mut()) };
            return checked("pmAddProfile", outcome).map(drop);
        };
        // SAFETY: no list.
        checked("pmDelProfile", unsafe { sys::pmDelProfile(indom.raw(), 0, ptr::null_mut()) })?;
        let mut numbers: Vec<c_int> = instances.iter().map(|number| number.cast_signed()).collect();
        let count = c_int::try_from(numbers.len()).unwrap_or(c_int::MAX);
        if count == 0 {
            return Ok(());
        }
        // SAFETY: the list has `count` items.
        checked("pmAddProfile", unsafe { sys::pmAddProfile(indom.raw(), count, numbers.as_mut_ptr()) })
            .map(drop)
    }

    /// Stores a text into a metric without instances.
    pub fn store(&self, pmid: PmId, text: &str) -> Result<(), ClientError> {
        let desc = self.desc(pmid)?;
        if desc.type_ != sys::PM_TYPE_STRING || desc.indom != sys::PM_INDOM_NULL {
            return checked("pmStore", sys::PM_ERR_TYPE).map(drop);
        }
        let mut arena = crate::result::ResultArena::default();
        arena.add_metric(pmid, |out| {
            out.push(None, crate::Value::Text(text));
            Ok(())
        });
        self.select()?;
        // SAFETY: the arena, which outlives the call, has what C expects of a result.
        checked("pmStore", unsafe { sys::pmStore(arena.as_c(0)) }).map(drop)
    }

    fn desc(&self, pmid: PmId) -> Result<sys::pmDesc, ClientError> {
        self.select()?;
        let units = sys::pmUnits { bits: 0 };
        let mut desc = sys::pmDesc { pmid: 0, type_: 0, indom: 0, sem: 0, units };
        // SAFETY: a place for the answer.
        checked("pmLookupDesc", unsafe { sys::pmLookupDesc(pmid.raw(), &raw mut desc) })?;
        Ok(desc)
    }

    fn select(&self) -> Result<(), ClientError> {
        // SAFETY: any number may be passed.
        checked("pmUseContext", unsafe { sys::pmUseContext(self.handle) }).map(drop)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: any number may be passed; this one is of a context of ours.
        unsafe { sys::pmDestroyContext(self.handle) };
    }
}

/// Keeps memory that is freed for the next fetch, up to 16 MiB. Without this, malloc gives the memory of each large
/// answer back to the kernel, and a benchmark measures mostly how long its own process takes to get it again.
pub fn keep_memory() {
    const BYTES: c_int = 16 * 1024 * 1024;
    // SAFETY: any value may be passed; what malloc refuses changes nothing.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, BYTES);
        libc::mallopt(libc::M_TRIM_THRESHOLD, BYTES);
    }
}

fn checked(call: &'static str, outcome: c_int) -> Result<c_int, ClientError> {
    if outcome < 0 {
        Err(ClientError { call, code: outcome, text: error_text(outcome) })
    } else {
        Ok(outcome)
    }
}
