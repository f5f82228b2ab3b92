//! Gives memory that scripts have left back to the kernel.

use std::io;
use std::thread;
use std::time::Duration;

use pcp_pmda::release_memory;

/// How often. Longer keeps memory that nobody uses, shorter makes what is used again soon be asked for anew.
const PAUSE: Duration = Duration::from_secs(30);

/// Does so again and again, on a thread of its own: it takes milliseconds after many scripts, which no fetch is to wait.
///
/// # Errors
/// The system refuses the thread.
pub(crate) fn tend() -> io::Result<()> {
    let thread = thread::Builder::new().name("memory".into());
    thread.spawn(|| {
        loop {
            thread::sleep(PAUSE);
            release_memory();
        }
    })?;
    Ok(())
}
