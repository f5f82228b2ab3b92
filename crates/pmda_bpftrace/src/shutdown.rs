//! The end of the agent: scripts are asked to end, and have a moment for it.

use std::sync::mpsc::channel;
use std::time::Duration;

use pcp_pmda::log;

use crate::runner::Runner;

/// How long bpftrace has to detach its probes and to say its last values. When the agent then ends, the kernel kills
/// what still runs (see `bt_engine::guard`), so that no bpftrace outlives it.
const END_WAIT: Duration = Duration::from_millis(1500);

/// Ends all scripts. Waits for it, but no longer than [`END_WAIT`].
pub(crate) fn end_scripts(runner: &Runner) {
    let Some(engine) = runner.engine() else { return };
    let running = engine.scripts().iter().filter(|script| script.pid.is_some()).count();
    if running == 0 {
        return;
    }
    let engine = engine.clone();
    let (done, wait) = channel();
    let thread = std::thread::Builder::new().name("shutdown".into()).spawn(move || {
        engine.blocking_shutdown();
        // Whoever waits may have given up.
        let _ = done.send(());
    });
    if thread.is_err() || wait.recv_timeout(END_WAIT).is_err() {
        log::warn("bpftrace takes longer to end; the kernel kills it now");
    }
}
