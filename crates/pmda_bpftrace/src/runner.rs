//! The configuration, and the engine that runs by it. The engine comes up beside the main thread: bpftrace may take
//! long to answer, or be missing.

mod work;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use bt_engine::namespace::AgentInfo;
use bt_engine::{Engine, Guard, ScriptTable};

use pcp_pmda::log;

use crate::config::{self, Config};
use crate::paths::Paths;
use crate::users::Users;
use work::Worker;

/// How long after the agent's start a command waits for bpftrace's first answer. pmcd gives up after 5 s.
const START_WAIT: Duration = Duration::from_secs(2);

/// A handle on the engine that is there or will be. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Runner {
    shared: Arc<Shared>,
    orders: Sender<Order>,
}

/// What the runner's thread is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// The configuration has changed: the engine must hear of it.
    Apply,
    /// Somebody needs bpftrace: look for it again now.
    Look,
}

#[derive(Debug)]
struct Shared {
    info: Arc<AgentInfo>,
    paths: Paths,
    /// What starts bpftrace.
    guard: Guard,
    config: ArcSwap<Config>,
    /// Set once.
    engine: OnceLock<Engine>,
    state: Mutex<State>,
    state_changed: Condvar,
    /// Whether [`Order::Look`] waits for the thread: commands must not fill its queue while it waits for bpftrace.
    is_look_ordered: AtomicBool,
    users: Users,
    started: Instant,
}

/// Whether commands can be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// bpftrace has not answered yet, or autostart scripts have not got their names yet.
    Starting,
    /// The engine runs.
    Ready,
    /// There is no bpftrace that works; it is looked for again. The reason.
    Unavailable(String),
}

impl Runner {
    /// Reads the configuration, and starts the thread that does the rest.
    ///
    /// # Errors
    /// The thread could not be started.
    pub(crate) fn start(paths: Paths, info: Arc<AgentInfo>, guard: Guard) -> io::Result<Runner> {
        let shared = Arc::new(Shared::new(paths, info, guard)?);
        // Before the first client asks: nobody may be let in, or turned away, by the defaults.
        shared.read_config();
        let (orders, queue) = channel();
        let worker = Worker::new(Arc::clone(&shared), queue);
        std::thread::Builder::new().name("runner".into()).spawn(move || worker.run())?;
        Ok(Runner { shared, orders })
    }

    /// The scripts of this moment. Never waits.
    pub(crate) fn scripts(&self) -> Arc<ScriptTable> {
        self.shared.engine.get().map(Engine::scripts).unwrap_or_default()
    }

    /// The engine if there is one, whatever it does. Never waits.
    pub(crate) fn engine(&self) -> Option<&Engine> {
        self.shared.engine.get()
    }

    /// The engine, to give it a command. Just after the agent's start this may wait up to [`START_WAIT`].
    ///
    /// # Errors
    /// Why there is none, for whoever gave the command.
    pub(crate) fn engine_for_command(&self) -> Result<&Engine, String> {
        let patience = (self.shared.started + START_WAIT).saturating_duration_since(Instant::now());
        let is_starting = |state: &mut State| *state == State::Starting;
        let (state, _) = self
            .shared
            .state_changed
            .wait_timeout_while(self.shared.state(), patience, is_starting)
            .unwrap_or_else(PoisonError::into_inner);
        match (&*state, self.shared.engine.get()) {
            (State::Ready, Some(engine)) => Ok(engine),
            (State::Unavailable(reason), _) => {
                // Whoever installs bpftrace tries again soon.
                if !self.shared.is_look_ordered.swap(true, Ordering::Relaxed) {
                    // Without a thread there is nobody to tell.
                    let _ = self.orders.send(Order::Look);
                }
                Err(reason.clone())
            }
            _ => Err("bpftrace has not answered yet: try again in some seconds".into()),
        }
    }

    /// The configuration of this moment.
    pub(crate) fn config(&self) -> Arc<Config> {
        self.shared.config.load_full()
    }

    /// The users that may be clients.
    pub(crate) fn users(&self) -> &Users {
        &self.shared.users
    }

    /// Reads the configuration again. Who may give commands is settled then; the engine hears of the rest as soon as
    /// bpftrace has answered.
    pub(crate) fn reload(&self) {
        self.shared.read_config();
        // Without a thread there is nobody to tell.
        let _ = self.orders.send(Order::Apply);
    }
}

impl Shared {
    fn new(paths: Paths, info: Arc<AgentInfo>, guard: Guard) -> io::Result<Shared> {
        Ok(Shared {
            info,
            paths,
            guard,
            config: ArcSwap::default(),
            engine: OnceLock::new(),
            state: Mutex::new(State::Starting),
            state_changed: Condvar::new(),
            is_look_ordered: AtomicBool::new(false),
            users: Users::start()?,
            started: Instant::now(),
        })
    }

    /// Reads the configuration. One that is there and cannot be read leaves what held before.
    fn read_config(&self) {
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
                if config.access.auth_enabled {
                    self.users.expect(&config.access.allowed_users);
                }
                self.config.store(Arc::new(config));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                log::info(&format!("there is no {}; the defaults hold", path.display()));
                self.config.store(Arc::default());
            }
            Err(error) => {
                log::error(&format!("cannot read {}: {error}; what held still holds", path.display()));
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // It is replaced as a whole, so that a poisoned lock is still good.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_state(&self, state: State) {
        *self.state() = state;
        self.state_changed.notify_all();
    }
}

#[cfg(test)]
pub(crate) mod tests;
