//! Brings the engine up beside the main thread: reads the configuration, looks for bpftrace until it answers, starts
//! the engine and the autostart scripts, and does the first two again when told to.

mod work;

use std::io;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use bt_engine::namespace::AgentInfo;
use bt_engine::{Engine, ScriptTable};

use crate::access::Access;
use crate::paths::Paths;
use work::Worker;

/// How long after the agent's start a command waits for bpftrace's first answer. pmcd gives up after 5 s.
const PATIENCE: Duration = Duration::from_secs(2);

/// A handle on the engine that is there or will be. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Runner {
    shared: Arc<Shared>,
    orders: Sender<Order>,
}

/// What the runner's thread is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// Read the configuration again.
    Reload,
    /// Somebody needs bpftrace: look for it again now.
    Look,
}

#[derive(Debug)]
struct Shared {
    info: Arc<AgentInfo>,
    access: ArcSwap<Access>,
    /// Set once.
    engine: OnceLock<Engine>,
    state: Mutex<State>,
    state_changed: Condvar,
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
    /// Starts the thread.
    ///
    /// # Errors
    /// It could not be started.
    pub(crate) fn start(paths: Paths, info: Arc<AgentInfo>) -> io::Result<Runner> {
        let shared = Arc::new(Shared::new(info));
        let (orders, queue) = channel();
        let worker = Worker::new(paths, Arc::clone(&shared), queue);
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

    /// The engine, to give it a command. Just after the agent's start this may wait up to [`PATIENCE`].
    ///
    /// # Errors
    /// Why there is none, for whoever gave the command.
    pub(crate) fn engine_for_command(&self) -> Result<&Engine, String> {
        let patience = (self.shared.started + PATIENCE).saturating_duration_since(Instant::now());
        let is_starting = |state: &mut State| *state == State::Starting;
        let (state, _) = self
            .shared
            .state_changed
            .wait_timeout_while(self.shared.state(), patience, is_starting)
            .unwrap_or_else(PoisonError::into_inner);
        match (&*state, self.shared.engine.get()) {
            (State::Ready, Some(engine)) => Ok(engine),
            (State::Unavailable(reason), _) => {
                // Whoever installs bpftrace tries again soon. Without a thread there is nobody to tell.
                let _ = self.orders.send(Order::Look);
                Err(reason.clone())
            }
            _ => Err("bpftrace has not answered yet: try again in some seconds".into()),
        }
    }

    /// Who may give commands.
    pub(crate) fn access(&self) -> Arc<Access> {
        self.shared.access.load_full()
    }

    /// Has the configuration read again. Does not wait for it.
    pub(crate) fn reload(&self) {
        // Without a thread there is nobody to tell.
        let _ = self.orders.send(Order::Reload);
    }
}

impl Shared {
    fn new(info: Arc<AgentInfo>) -> Shared {
        Shared {
            info,
            access: ArcSwap::default(),
            engine: OnceLock::new(),
            state: Mutex::new(State::Starting),
            state_changed: Condvar::new(),
            started: Instant::now(),
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
mod tests;
