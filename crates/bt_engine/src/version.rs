//! Which bpftrace is installed.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use bt_catalog::Version;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use crate::error::OLDEST_RUNNABLE;
use crate::process::check_program;
use crate::{Guard, StartError};

/// How long bpftrace may take to say its version. It takes some 10 ms, more from a cold disk.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes that are read of what it says. If it says more, it is not bpftrace, and runs into the time limit.
const MAX_PROBE_BYTES: u64 = 64 << 10;
/// Characters of what it says that stand in an error.
const MAX_QUOTED_CHARS: usize = 200;

/// Asks bpftrace for its version, and gives it 5 s for that.
///
/// # Errors
/// There is no bpftrace, it cannot be run, says no version in time, or is older than 0.12.
pub fn probe_version(bpftrace: &Path) -> Result<Version, StartError> {
    probe_version_within(bpftrace, PROBE_TIMEOUT)
}

/// [`probe_version`] with another time limit. What has not answered by then is killed, with its children.
///
/// # Errors
/// As there.
pub fn probe_version_within(bpftrace: &Path, limit: Duration) -> Result<Version, StartError> {
    probe(bpftrace, Command::new(bpftrace), limit)
}

/// [`probe_version_within`] through a guard: whatever ends the caller ends a bpftrace, too, that hangs.
///
/// # Errors
/// As there.
pub fn probe_version_guarded(bpftrace: &Path, guard: &Guard, limit: Duration) -> Result<Version, StartError> {
    let mut command = Command::new(&guard.program);
    command.args(&guard.args).arg(std::process::id().to_string()).arg(bpftrace);
    probe(bpftrace, command, limit)
}

fn probe(bpftrace: &Path, command: Command, limit: Duration) -> Result<Version, StartError> {
    let not_runnable = |reason: String| StartError::NotRunnable { program: bpftrace.to_path_buf(), reason };
    // A thread of its own, for the caller may be within a runtime.
    let said = check_program(bpftrace).and_then(|()| {
        std::thread::scope(|scope| {
            let probe = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                runtime.block_on(ask(command, limit))
            });
            probe.join().unwrap_or_else(|_| Err(io::Error::other("the probe failed")))
        })
    });
    let said = said.map_err(|error| match error.kind() {
        ErrorKind::NotFound => StartError::Missing { program: bpftrace.to_path_buf() },
        ErrorKind::TimedOut => {
            not_runnable(format!("`--version` was not answered within {} s", limit.as_secs_f64()))
        }
        _ => not_runnable(error.to_string()),
    })?;
    let [text, errors] = said.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let version: Version = text.lines().next().unwrap_or_default().parse().map_err(|_| {
        let said = text.chars().chain(errors.chars()).take(MAX_QUOTED_CHARS).collect::<String>();
        not_runnable(format!("`--version` printed no version but {said:?}"))
    })?;
    if version < OLDEST_RUNNABLE {
        return Err(StartError::TooOld { version });
    }
    Ok(version)
}

/// What it says on stdout and stderr.
async fn ask(mut command: Command, limit: Duration) -> io::Result<[Vec<u8>; 2]> {
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.process_group(0).kill_on_drop(true).spawn()?;
    let group = child.id().and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let answer = async {
        let (stdout, stderr) = tokio::join!(read(stdout), read(stderr));
        child.wait().await?;
        io::Result::Ok([stdout?, stderr?])
    };
    let answer = tokio::time::timeout(limit, answer).await;
    answer.unwrap_or_else(|_| {
        // It was not reaped, so that the number is still its own.
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
        Err(ErrorKind::TimedOut.into())
    })
}

async fn read(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut said = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(MAX_PROBE_BYTES).read_to_end(&mut said).await?;
    }
    Ok(said)
}
