//! Signals: SIGHUP reads the configuration again, SIGTERM and SIGINT end the agent.

use std::io;

use pcp_pmda::log;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::runner::Runner;
use crate::shutdown;

/// Waits for signals on a thread of its own.
///
/// # Errors
/// The system refuses the thread or the handlers.
pub(crate) fn watch(runner: Runner) -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGTERM, SIGINT])?;
    let thread = std::thread::Builder::new().name("signals".into());
    thread.spawn(move || {
        for signal in signals.forever() {
            if signal == SIGHUP {
                log::info("SIGHUP: reading the configuration again");
                runner.reload();
                continue;
            }
            log::info(&format!("ending: signal {signal}"));
            shutdown::end_scripts(&runner);
            // The main thread waits for pmcd within the C library, and cannot be called back from there.
            signal_hook::low_level::exit(0);
        }
    })?;
    Ok(())
}
