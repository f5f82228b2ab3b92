//! One bpftrace process: started, fed, read to the end of both streams, signalled, reaped.

use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use bt_analysis::MAP_KEYS;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc;

use crate::EngineConfig;

/// Bytes that are read at once. bpftrace writes up to 40 KB at once; a flood fills more of a pipe.
const CHUNK_BYTES: usize = 64 << 10;
/// How long whoever else holds the pipes of a process that has ended may still write; and how long its pipes are read
/// after its group was killed.
const DRAIN: Duration = Duration::from_secs(1);

/// What a process did.
pub(crate) enum Report {
    /// It wrote this to stdout.
    Stdout(Vec<u8>),
    /// It wrote this to stderr.
    Stderr(Vec<u8>),
    /// It has ended, and everything it wrote has been reported. What others write whom it left behind is not.
    Exited(ExitStatus),
}

/// Which process of which script: reports of an earlier process are not those of the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProcessKey {
    pub(crate) slot: u32,
    pub(crate) generation: u64,
}

/// The reports of all processes. Bounded: a process that floods waits for its turn like all others.
pub(crate) type Reports = mpsc::Sender<(ProcessKey, Report)>;

/// A running process.
pub(crate) struct Process {
    pub(crate) pid: Option<i32>,
    signals: mpsc::UnboundedSender<Signal>,
}

impl Process {
    /// Starts bpftrace on this script, bound to the life of this thread.
    pub(crate) fn spawn(
        config: &EngineConfig,
        script: String,
        key: ProcessKey,
        reports: Reports,
    ) -> io::Result<Process> {
        check_program(&config.bpftrace)
            .map_err(|error| not_started(&config.bpftrace, error, "install bpftrace, or say where it is"))?;
        let guard = &config.guard.program;
        let mut child = command(config)
            .spawn()
            .map_err(|error| not_started(guard, error, "is the program that runs still there?"))?;
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok());
        if let Some(stdin) = child.stdin.take() {
            tokio::spawn(feed(stdin, script));
        }
        let (signals, queue) = mpsc::unbounded_channel();
        tokio::spawn(drive(child, queue, key, reports));
        Ok(Process { pid, signals })
    }

    /// Tells it to end.
    pub(crate) fn interrupt(&self) {
        // It may have ended already.
        let _ = self.signals.send(Signal::INT);
    }

    /// Kills it and its children.
    pub(crate) fn kill(&self) {
        // It may have ended already.
        let _ = self.signals.send(Signal::KILL);
    }
}

fn not_started(program: &Path, error: io::Error, hint: &str) -> io::Error {
    io::Error::new(error.kind(), format!("cannot start {}: {error}; {hint}", program.display()))
}

/// Whether there is such a program, and it may be run. The guard finds out, too, but whoever orders the start has his
/// answer by then.
pub(crate) fn check_program(program: &Path) -> io::Result<()> {
    if program.as_os_str().as_bytes().contains(&b'/') {
        return rustix::fs::access(program, rustix::fs::Access::EXEC_OK).map_err(io::Error::from);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there =
        |folder: PathBuf| rustix::fs::access(folder.join(program), rustix::fs::Access::EXEC_OK).is_ok();
    if std::env::split_paths(&path).any(is_there) { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
}

/// The guard, which becomes bpftrace. Times that bpftrace formats are UTC, its messages English.
fn command(config: &EngineConfig) -> Command {
    let mut command = Command::new(&config.guard.program);
    command.args(&config.guard.args).arg(std::process::id().to_string());
    command.arg(&config.bpftrace);
    if config.policy.allow_unsafe {
        command.arg("--unsafe");
    }
    command.args(["-f", "json", "-"]);
    command.env_clear().env("TZ", "UTC").env("LC_ALL", "C");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    // The second is the name since 0.20. Said in any case: no bpftrace has another bound than the host's.
    let keys = config.max_map_keys.unwrap_or(MAP_KEYS).to_string();
    command.env("BPFTRACE_MAP_KEYS_MAX", &keys).env("BPFTRACE_MAX_MAP_KEYS", &keys);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.process_group(0).kill_on_drop(true);
    command
}

async fn feed(mut stdin: ChildStdin, script: String) {
    // bpftrace that does not read its script ends, and says why on stderr.
    let _ = stdin.write_all(script.as_bytes()).await;
}

async fn drive(
    mut child: Child,
    signals: mpsc::UnboundedReceiver<Signal>,
    key: ProcessKey,
    reports: Reports,
) {
    let pid = child.id().and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
    let stdout = pump(child.stdout.take(), key, reports.clone(), Report::Stdout);
    let stderr = pump(child.stderr.take(), key, reports.clone(), Report::Stderr);
    let mut pipes = tokio::spawn(async { tokio::join!(stdout, stderr) });
    let status = wait(&mut child, pid, signals).await;
    if tokio::time::timeout(DRAIN, &mut pipes).await.is_err() {
        // Somebody still holds the pipes. If he is in its group, no new process can have got the number meanwhile.
        if let Some(pid) = pid.filter(|pid| test_kill_process(*pid) == Err(Errno::SRCH)) {
            let _ = kill_process_group(pid, Signal::KILL);
        }
        // Who has left the group (setsid) may hold them for ever; the script must end all the same.
        if tokio::time::timeout(DRAIN, &mut pipes).await.is_err() {
            pipes.abort();
        }
    }
    // Without a supervisor there is nobody to report to.
    let _ = reports.send((key, Report::Exited(status))).await;
}

/// Waits for the end; until then, hands signals on. A process that was not reaped keeps its number, so that a
/// signal cannot hit another one.
async fn wait(
    child: &mut Child,
    pid: Option<Pid>,
    mut signals: mpsc::UnboundedReceiver<Signal>,
) -> ExitStatus {
    loop {
        tokio::select! {
            status = child.wait() => return status.unwrap_or_else(|_| ExitStatus::from_raw(Signal::KILL.as_raw())),
            Some(signal) = signals.recv() => if let Some(pid) = pid {
                // Only the whole group can be sure to be gone; SIGINT is for bpftrace alone, to print its END.
                let _ = if signal == Signal::KILL {
                    kill_process_group(pid, signal)
                } else {
                    kill_process(pid, signal)
                };
            },
        }
    }
}

/// Reads to the end, whatever it says: bpftrace that cannot write loses what it would have said at its end.
async fn pump(
    pipe: Option<impl AsyncRead + Unpin>,
    key: ProcessKey,
    reports: Reports,
    report: fn(Vec<u8>) -> Report,
) {
    let Some(mut pipe) = pipe else { return };
    // Not filled with zeros: most of it is never written to, and then costs no memory.
    let mut buffer = Vec::with_capacity(CHUNK_BYTES);
    while let Ok(1..) = pipe.read_buf(&mut buffer).await {
        if reports.send((key, report(buffer.as_slice().into()))).await.is_err() {
            return;
        }
        buffer.clear();
    }
}
