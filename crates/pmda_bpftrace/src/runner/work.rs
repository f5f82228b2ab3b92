//! What the runner's thread does: everything that may take time.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use bt_catalog::Version;
use bt_engine::{Engine, StartError, probe_version};
use pcp_pmda::log;

use super::{Order, Shared, State};
use crate::autostart::{self, AutostartScript};
use crate::config::{self, Config};
use crate::paths::Paths;

/// bpftrace that is missing is looked for again after this long, then after twice as long, and so on.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest such pause: how late an agent notices at most that bpftrace was installed.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Where the kernel's tracing can be.
const TRACEFS: [&str; 2] = ["/sys/kernel/tracing/events", "/sys/kernel/debug/tracing/events"];

/// The thread's own state.
pub(super) struct Worker {
    paths: Paths,
    shared: Arc<Shared>,
    orders: Receiver<Order>,
    config: Config,
    /// The bpftrace that the engine has.
    running: Option<(PathBuf, Version)>,
    numbering: Option<PathBuf>,
    /// What was logged last about a bpftrace that does not work.
    complaint: String,
}

impl Worker {
    pub(super) fn new(paths: Paths, shared: Arc<Shared>, orders: Receiver<Order>) -> Worker {
        let config = Config::default();
        Worker { paths, shared, orders, config, running: None, numbering: None, complaint: String::new() }
    }

    /// Works until nobody can give orders any more.
    pub(super) fn run(mut self) {
        report_surroundings();
        raise_open_files();
        self.read_config();
        self.numbering = self.numbering_folder();
        let mut pause = FIRST_PAUSE;
        loop {
            let order = match self.look_for_bpftrace() {
                Ok(()) => {
                    pause = FIRST_PAUSE;
                    self.orders.recv().ok()
                }
                Err(()) => {
                    let order = self.order_within(pause);
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    order
                }
            };
            match order {
                Some(Order::Reload) => self.read_config(),
                Some(Order::Look) => {}
                None => return,
            }
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
                Ok(Order::Reload) => return Some(Order::Reload),
                Ok(Order::Look) => is_wanted = true,
                Err(RecvTimeoutError::Timeout) => return Some(Order::Look),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// Reads the configuration and lets in whom it allows. The engine hears of the rest in [`Self::look_for_bpftrace`].
    pub(super) fn read_config(&mut self) {
        let Some(path) = self.paths.config() else {
            log::warn("PCP does not say where its configuration is; the defaults hold");
            return;
        };
        match config::read(path) {
            Ok((config, findings)) => {
                for finding in findings {
                    log::warn(&format!("{}, {finding}", path.display()));
                }
                log::info(&format!("configuration: {}", path.display()));
                self.config = config;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                log::info(&format!("there is no {}; the defaults hold", path.display()));
                self.config = Config::default();
            }
            Err(error) => {
                log::error(&format!("cannot read {}: {error}; what held still holds", path.display()));
            }
        }
        self.shared.access.store(Arc::new(self.config.access.clone()));
    }

    /// Starts the engine on the configured bpftrace, or tells the one that runs of the configuration and of a bpftrace
    /// that was replaced. `Err` if that bpftrace does not work; an engine that runs then goes on with the one before.
    fn look_for_bpftrace(&mut self) -> Result<(), ()> {
        let found = match probe_version(&self.config.bpftrace) {
            Ok(version) => Ok((self.config.bpftrace.clone(), version)),
            Err(error) => Err(self.complain(&error)),
        };
        let result = found.as_ref().map(drop).map_err(drop);
        match (self.shared.engine.get(), found) {
            (None, Err(reason)) => self.shared.set_state(State::Unavailable(reason)),
            (None, Ok(found)) => return self.start_engine(found),
            (Some(engine), found) => {
                let Some((bpftrace, version)) = found.ok().or_else(|| self.running.clone()) else {
                    return result;
                };
                let config = Config { bpftrace: bpftrace.clone(), ..self.config.clone() };
                engine.reconfigure(config.engine(version, self.numbering.clone()));
                self.uses(bpftrace, version);
            }
        }
        result
    }

    fn start_engine(&mut self, (bpftrace, version): (PathBuf, Version)) -> Result<(), ()> {
        match Engine::start(self.config.engine(version, self.numbering.clone())) {
            Ok(engine) => {
                let engine = self.shared.engine.get_or_init(|| engine).clone();
                self.uses(bpftrace, version);
                self.autostart(&engine);
                self.shared.set_state(State::Ready);
                Ok(())
            }
            Err(error) => {
                let reason = self.complain(&error);
                self.shared.set_state(State::Unavailable(reason));
                Err(())
            }
        }
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

    /// Starts the scripts of the autostart folders before any client gives a command, so that they get their names.
    fn autostart(&self, engine: &Engine) {
        let user = user_name();
        let (scripts, skipped) = autostart::read(&self.paths.autostart, self.config.max_script_bytes);
        for reason in skipped {
            log::error(&format!("autostart: {reason}"));
        }
        for AutostartScript { path, name, code } in scripts {
            match engine.blocking_autostart(&name, code, user.clone()) {
                Ok(_) => log::info(&format!("autostart: {} runs as {name}", path.display())),
                Err(refused) => {
                    let reason = refused.error.replace('\n', "; ");
                    log::error(&format!("autostart: {} is refused: {reason}", path.display()));
                }
            }
        }
    }

    fn numbering_folder(&self) -> Option<PathBuf> {
        match self.paths.numbering() {
            Ok(folder) => folder,
            Err(error) => {
                log::warn(&format!("numbers of metrics are not kept over restarts of the agent: {error}"));
                None
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
    if !TRACEFS.iter().any(|folder| std::path::Path::new(folder).exists()) {
        log::warn("tracefs is not mounted: mount -t tracefs none /sys/kernel/tracing");
    }
}

/// bpftrace needs two or three file descriptors a probe and, before 0.25, does not raise the limit itself.
fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // A failure leaves the limit as it was: scripts with few probes run all the same.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}
