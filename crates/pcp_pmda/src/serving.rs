//! The agent that this thread serves, and the one way from a call by C to it.

use std::any::Any;
use std::cell::RefCell;
use std::ffi::{CString, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::profile::Selection;
use crate::result::ResultArena;
use crate::{Agent, PmError, log};

/// What the calls of libpcp_pmda need. It lives in the thread that serves, as some of these calls pass no pointer by
/// which it could be found; so C never holds a pointer to it.
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) agent: Box<dyn Agent>,
    /// The profile of the next fetch: pmcd sends that of another client first.
    pub(crate) selection: Selection,
    /// The last fetch's answer, until it is sent.
    pub(crate) arena: ResultArena,
    /// The last help text, until it is sent.
    pub(crate) help: CString,
}

thread_local! {
    static SERVER: RefCell<Option<Server>> = const { RefCell::new(None) };
}

/// Serves `server` on this thread while `run` runs.
pub(crate) fn serve(server: Server, run: impl FnOnce()) {
    SERVER.set(Some(server));
    run();
    // Taken out first: an agent may use this thread's locals when it is dropped.
    let ended = SERVER.take();
    drop(ended);
}

/// Answers a call by C: what `call` answers, or the number of its error. A panic is logged and answered by
/// [`PmError::Generic`]: it must not reach C, and the agent goes on.
pub(crate) fn answer(call: impl FnOnce(&mut Server) -> Result<c_int, PmError>) -> c_int {
    let guarded = || SERVER.with_borrow_mut(|server| server.as_mut().map_or(Err(PmError::Generic), call));
    match catch_unwind(AssertUnwindSafe(guarded)) {
        Ok(outcome) => outcome.unwrap_or_else(PmError::to_c),
        Err(panic) => {
            log::error(&format!("a request failed by a panic: {}", panic_text(panic.as_ref())));
            // It is not dropped, as its destructor may panic, too.
            std::mem::forget(panic);
            PmError::Generic.to_c()
        }
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no text)")
}
