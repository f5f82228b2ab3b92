//! Starts bpftrace such that it cannot outlive its supervisor, however that dies.
//!
//! The kernel sends SIGKILL to a process that asked for it when its parent ends. Only the process itself can ask,
//! after `fork`; doing that between `fork` and `exec` would take `unsafe` code. So the supervisor starts its own
//! binary again as a guard, which asks and then becomes bpftrace: the wish survives `exec`.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use rustix::process::{Signal, getppid, set_parent_process_death_signal};

/// The hidden command that makes the binary a guard.
pub const COMMAND: &str = "__guard";

/// Exit code when bpftrace could not be started, as shells have it.
pub(crate) const NOT_STARTED: u8 = 127;

/// Becomes a process that ends with its parent. `args`: the parent's process id, the program, its arguments.
///
/// Returns only if that failed; the reason is on stderr.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let reason = match become_guarded(args) {
        Ok(never) => match never {},
        Err(reason) => reason,
    };
    // Nobody is left to tell if even stderr is closed.
    let _ = writeln!(std::io::stderr(), "ERROR: {reason}");
    ExitCode::from(NOT_STARTED)
}

fn become_guarded(args: impl IntoIterator<Item = OsString>) -> Result<std::convert::Infallible, String> {
    let mut args = args.into_iter();
    let parent: i32 = args
        .next()
        .and_then(|text| text.to_str()?.parse().ok())
        .ok_or("the guard's first argument is no process id")?;
    let program = args.next().ok_or("the guard has no program to start")?;
    set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(|error| format!("cannot bind bpftrace to its supervisor: {error}"))?;
    // The parent may have ended before the wish was made: then nobody would send the signal.
    if getppid().map(|pid| pid.as_raw_nonzero().get()) != Some(parent) {
        return Err("the supervisor has ended".into());
    }
    let error = Command::new(&program).args(args).exec();
    Err(format!("cannot start {}: {error}", program.to_string_lossy()))
}
