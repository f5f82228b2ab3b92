//! What the runner's thread does: everything that may take time.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use bt_catalog::Version;
use bt_engine::{Engine, EngineConfig, StartError, host, probe_version_guarded};
use pcp_pmda::log;

use super::{Order, Shared, State};
use crate::autostart::{self, AutostartScript};
use crate::config::Config;

/// bpftrace that is missing is looked for again after this long, then after twice as long, and so on.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest such pause: how late an agent notices at most that bpftrace was installed.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How long bpftrace may take to say its version: 10 ms as a rule, longer from a cold disk or on a host under load.
/// Nobody waits for it: until then, scripts are refused.
const PROBE_LIMIT: Duration = Duration::from_secs(30);

/// What became of a look for bpftrace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// The engine runs on the configured one.
    Works,
    /// It does not work; an engine that runs goes on with the one before.
    Fails,
}

/// The thread's own state.
pub(super) struct Worker {
    shared: Arc<Shared>,
    orders: Receiver<Order>,
    /// The bpftrace that the engine has.
    running: Option<(PathBuf, Version)>,
    numbering: Option<PathBuf>,
    /// What was logged last about a bpftrace that does not work.
    complaint: String,
}

impl Worker {
    pub(super) fn new(shared: Arc<Shared>, orders: Receiver<Order>) -> Worker {
        Worker { shared, orders, running: None, numbering: None, complaint: String::new() }
    }

    /// Works until nobody can give orders any more.
    pub(super) fn run(mut self) {
        report_surroundings();
        host::raise_open_files();
        self.numbering = self.numbering_folder();
        let mut pause = FIRST_PAUSE;
        loop {
            // Whoever orders from here on has seen the outcome of the look before.
            self.shared.is_look_ordered.store(false, Ordering::Relaxed);
            let order = match self.look_for_bpftrace() {
                Look::Works => {
                    pause = FIRST_PAUSE;
                    // Who ordered to look did so before bpftrace was found.
                    self.orders.iter().find(|order| *order == Order::Apply)
                }
                Look::Fails => {
                    let order = self.order_within(pause);
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    order
                }
            };
            if order.is_none() {
                return;
            }
            // All of them want the same: one look, at what the configuration says then.
            while self.orders.try_recv().is_ok() {}
        }
    }

    /// The next order, or to look again when the pause is over. `None` if there can be no more orders.
    ///
    /// Orders to look count once a [`FIRST_PAUSE`]: bpftrace that hangs must not be started for each of a hundred
    /// commands.
    fn order_within(&self, pause: Duration) -> Option<Order> {
        let start = Instant::now();
        let mut is_wanted = false;
        loop {
            let end = start + if is_wanted { FIRST_PAUSE } else { pause };
            match self.orders.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(Order::Apply) => return Some(Order::Apply),
                Ok(Order::Look) => is_wanted = true,
                Err(RecvTimeoutError::Timeout) => return Some(Order::Look),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// Starts the engine on the configured bpftrace, or tells the one that runs of the configuration and of a bpftrace
    /// that was replaced.
    fn look_for_bpftrace(&mut self) -> Look {
        let config = self.shared.config.load_full();
        match probe_version_guarded(&config.bpftrace, &self.shared.guard, PROBE_LIMIT) {
            Ok(version) => self.run_with(&config, version),
            Err(error) => {
                let reason = self.complain(&error);
                match (self.shared.engine.get(), self.running.clone()) {
                    (Some(engine), Some((bpftrace, version))) => {
                        let config = Config { bpftrace, ..(*config).clone() };
                        engine.reconfigure(self.settings(&config, version));
                    }
                    _ => self.shared.set_state(State::Unavailable(reason)),
                }
                Look::Fails
            }
        }
    }

    fn run_with(&mut self, config: &Config, version: Version) -> Look {
        let settings = self.settings(config, version);
        if let Some(engine) = self.shared.engine.get() {
            engine.reconfigure(settings);
            self.uses(config.bpftrace.clone(), version);
            return Look::Works;
        }
        match Engine::start(settings) {
            Ok(engine) => {
                let engine = self.shared.engine.get_or_init(|| engine).clone();
                self.uses(config.bpftrace.clone(), version);
                autostart(&engine, &self.shared.paths.autostart, config.max_script_bytes);
                self.shared.set_state(State::Ready);
                Look::Works
            }
            Err(error) => {
                let reason = self.complain(&error);
                self.shared.set_state(State::Unavailable(reason));
                Look::Fails
            }
        }
    }

    fn settings(&self, config: &Config, version: Version) -> EngineConfig {
        let guard = self.shared.guard.clone();
        EngineConfig { guard, ..config.engine(version, self.numbering.clone()) }
    }

    /// Notes which bpftrace runs the scripts.
    fn uses(&mut self, bpftrace: PathBuf, version: Version) {
        self.complaint.clear();
        let uses = Some((bpftrace, version));
        if self.running == uses {
            return;
        }
        if let Some((bpftrace, version)) = &uses {
            log::info(&format!("scripts run with {} {version}", bpftrace.display()));
        }
        self.shared.info.set_bpftrace_version(Some(version.to_string()));
        self.running = uses;
    }

    /// Logs why there is no bpftrace; the same reason only once. Gives it back for those who need bpftrace.
    fn complain(&mut self, error: &StartError) -> String {
        let reason = error.to_string();
        if reason != self.complaint {
            let consequence = match &self.running {
                None => "no script can run until it does".to_string(),
                Some((bpftrace, _)) => format!("scripts go on with {}", bpftrace.display()),
            };
            log::error(&format!("{reason}; {consequence}"));
            self.complaint.clone_from(&reason);
        }
        reason
    }

    fn numbering_folder(&self) -> Option<PathBuf> {
        match self.shared.paths.numbering() {
            Ok(folder) => folder,
            Err(error) => {
                log::warn(&format!("numbers of metrics are not kept over restarts of the agent: {error}"));
                None
            }
        }
    }
}

/// Starts the scripts of the autostart folders, before any client gives a command, so that they get their names.
fn autostart(engine: &Engine, folders: &[PathBuf], max_script_bytes: usize) {
    let user = user_name();
    let (scripts, skipped) = autostart::read(folders, max_script_bytes);
    for reason in skipped {
        log::error(&format!("autostart: {reason}"));
    }
    for AutostartScript { path, name, code } in scripts {
        match engine.blocking_autostart(&name, code, user.clone()) {
            // The engine tells that it is registered.
            Ok(_) => ::log::debug!("autostart: {} runs as {name}", path.display()),
            Err(refused) => {
                let reason = refused.error.replace('\n', "; ");
                log::error(&format!("autostart: {} is refused: {reason}", path.display()));
            }
        }
    }
}

/// The user that the agent runs as.
fn user_name() -> Option<String> {
    let user = nix::unistd::User::from_uid(nix::unistd::geteuid()).ok()??;
    Some(user.name)
}

/// Says what bpftrace will miss. It may come later, so nobody gives up.
fn report_surroundings() {
    if !rustix::process::geteuid().is_root() {
        log::warn("not root: bpftrace needs root, or since 0.25 its capabilities");
    }
    if !host::has_tracefs() {
        log::warn("tracefs is not mounted: mount -t tracefs none /sys/kernel/tracing");
    }
}
