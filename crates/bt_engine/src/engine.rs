//! The handle through which everybody else uses the engine.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::Thread;

use arc_swap::ArcSwap;
use bt_analysis::{Facts, Policy, Severity, analyse, control_diagnostics, findings_under};
use bt_metrics::control::Diagnostic;
use bt_metrics::is_script_name;
use tokio::sync::{mpsc, oneshot};

use crate::clock::Clock;
use crate::command::{Command, Registration, Reply};
use crate::{CommandError, EngineConfig, Refused, ScriptSnapshot, ScriptTable, StartError};
use crate::{events, supervisor};

/// Commands that may wait for the supervisor; whoever sends one more waits.
const COMMAND_QUEUE: usize = 64;

/// A handle on the supervisor of all bpftrace processes. When the last one is dropped, all processes end.
#[derive(Clone, Debug)]
pub struct Engine {
    shared: Arc<Shared>,
    commands: mpsc::Sender<Command>,
    /// The supervisor's, to end its rest.
    thread: Thread,
}

/// What readers and the supervisor have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: ArcSwap<EngineConfig>,
    pub(crate) clock: Clock,
    pub(crate) table: ArcSwap<ScriptTable>,
}

impl Engine {
    /// Starts the supervisor on a thread of its own.
    ///
    /// # Errors
    /// The thread or its runtime could not be made.
    pub fn start(config: EngineConfig) -> Result<Engine, StartError> {
        let shared = Arc::new(Shared {
            config: ArcSwap::from_pointee(config),
            clock: Clock::start(),
            table: ArcSwap::default(),
        });
        let (commands, queue) = mpsc::channel(COMMAND_QUEUE);
        let thread = supervisor::spawn(Arc::clone(&shared), queue).map_err(StartError::Supervisor)?;
        Ok(Engine { shared, commands, thread })
    }

    /// Takes other settings. Bounds of scripts, policy and bpftrace hold for the next registration and the next
    /// process, times at once; what runs is not touched. A script that a stricter policy denies fails at its next start.
    pub fn reconfigure(&self, config: EngineConfig) {
        self.shared.config.store(Arc::new(config));
        // If the queue is full, the supervisor is awake and looks at its settings anyway.
        let _ = self.commands.try_send(Command::Reconfigured);
        self.thread.unpark();
    }

    /// Starts a script, or joins the one with the same text; either way the caller holds a lease on it.
    ///
    /// # Errors
    /// Analysis found an error, the policy denies it, a bound is reached, or the engine has been shut down.
    pub async fn register(&self, code: String, user: Option<String>) -> Result<Arc<ScriptSnapshot>, Refused> {
        let registration = self.check(code, user, None)?;
        let reply = self.ask(|reply| Command::Register { registration, reply }).await;
        reply.unwrap_or_else(|down| Err(Refused::because(down.to_string())))
    }

    /// [`Self::register`] for callers outside of an async runtime.
    ///
    /// # Errors
    /// As there.
    pub fn blocking_register(
        &self,
        code: String,
        user: Option<String>,
    ) -> Result<Arc<ScriptSnapshot>, Refused> {
        self.blocking_registration(self.check(code, user, None)?)
    }

    /// Starts a script of the agent's own. It goes by this name, whatever its text says, stays while nobody fetches
    /// its values, and is started again after a crash: after 1 s, then after twice as long each time up to 60 s, and
    /// after 1 s again when it has run for 60 s. An end with exit code 0 is no crash. Of the policy, only
    /// `allow_unsafe` holds for it.
    ///
    /// # Errors
    /// As [`Self::register`]; and the name is no metric component, or another script has it.
    pub fn blocking_autostart(
        &self,
        name: &str,
        code: String,
        user: Option<String>,
    ) -> Result<Arc<ScriptSnapshot>, Refused> {
        if !is_script_name(name) {
            return Err(Refused::because(format!(
                "{name:?} cannot be a script's name: use a letter, and then letters, digits and _"
            )));
        }
        self.blocking_registration(self.check(code, user, Some(name.into()))?)
    }

    fn blocking_registration(&self, registration: Box<Registration>) -> Result<Arc<ScriptSnapshot>, Refused> {
        let reply = self.blocking_ask(|reply| Command::Register { registration, reply });
        reply.unwrap_or_else(|down| Err(Refused::because(down.to_string())))
    }

    /// Returns one lease of the script with this id or name. Without leases it ends after the linger time.
    ///
    /// # Errors
    /// There is no such script.
    pub async fn deregister(&self, id: &str) -> Result<(), CommandError> {
        self.ask(|reply| Command::Deregister { id: id.into(), reply }).await?
    }

    /// [`Self::deregister`] for callers outside of an async runtime.
    ///
    /// # Errors
    /// As there.
    pub fn blocking_deregister(&self, id: &str) -> Result<(), CommandError> {
        self.blocking_ask(|reply| Command::Deregister { id: id.into(), reply })?
    }

    /// Says that the holder of a lease vanished. The script goes when nobody fetches its values any more.
    ///
    /// # Errors
    /// There is no such script.
    pub async fn abandon(&self, id: &str) -> Result<(), CommandError> {
        self.ask(|reply| Command::Abandon { id: id.into(), reply }).await?
    }

    /// [`Self::abandon`] for callers outside of an async runtime.
    ///
    /// # Errors
    /// As there.
    pub fn blocking_abandon(&self, id: &str) -> Result<(), CommandError> {
        self.blocking_ask(|reply| Command::Abandon { id: id.into(), reply })?
    }

    /// Starts the process of the script with this id or name, if it is stopped or has failed, without waiting for the
    /// pause after a crash.
    ///
    /// # Errors
    /// There is no such script, or the process could not be started: the policy may have become stricter.
    pub async fn start_script(&self, id: &str) -> Result<(), CommandError> {
        self.ask(|reply| Command::Start { id: id.into(), reply }).await?
    }

    /// [`Self::start_script`] for callers outside of an async runtime.
    ///
    /// # Errors
    /// As there.
    pub fn blocking_start_script(&self, id: &str) -> Result<(), CommandError> {
        self.blocking_ask(|reply| Command::Start { id: id.into(), reply })?
    }

    /// Ends the process of the script with this id or name and keeps the script with its last values. Does not wait
    /// for the end. A script that waits for its restart after a crash is not started again.
    ///
    /// # Errors
    /// There is no such script.
    pub async fn stop_script(&self, id: &str) -> Result<(), CommandError> {
        self.ask(|reply| Command::Stop { id: id.into(), reply }).await?
    }

    /// [`Self::stop_script`] for callers outside of an async runtime.
    ///
    /// # Errors
    /// As there.
    pub fn blocking_stop_script(&self, id: &str) -> Result<(), CommandError> {
        self.blocking_ask(|reply| Command::Stop { id: id.into(), reply })?
    }

    /// Ends all processes and waits for that; afterwards the engine refuses every command.
    pub async fn shutdown(&self) {
        // An engine that is down already has nothing left to end.
        let _ = self.ask(|reply| Command::Shutdown { reply }).await;
    }

    /// [`Self::shutdown`] for callers outside of an async runtime.
    pub fn blocking_shutdown(&self) {
        // An engine that is down already has nothing left to end.
        let _ = self.blocking_ask(|reply| Command::Shutdown { reply });
    }

    /// The scripts of this moment. Never waits.
    pub fn scripts(&self) -> Arc<ScriptTable> {
        self.shared.table.load_full()
    }

    /// Says that values of this script were fetched, so that it does not expire. Never waits.
    pub fn touch(&self, script: &ScriptSnapshot) {
        script.accessed.store(self.shared.clock.unix_millis(), Ordering::Relaxed);
    }

    /// The settings of this moment.
    pub fn config(&self) -> Arc<EngineConfig> {
        self.shared.config.load_full()
    }

    /// Analyses a script on the caller's thread: the supervisor has others to care for.
    fn check(
        &self,
        code: String,
        user: Option<String>,
        autostart: Option<String>,
    ) -> Result<Box<Registration>, Refused> {
        let config = self.config();
        let checked = check(code, &config, &config.policy_of(autostart.is_some()));
        let (code, facts, diagnostics) = checked.inspect_err(|refused| {
            let user = events::user(user.as_deref());
            log::info!("a script of {user} is refused: {}", events::one_line(&refused.error));
        })?;
        Ok(Box::new(Registration { code, user, autostart, facts, diagnostics }))
    }

    async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, CommandError> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(command(reply)).await.map_err(|_| CommandError::Down)?;
        self.thread.unpark();
        answer.await.map_err(|_| CommandError::Down)
    }

    fn blocking_ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, CommandError> {
        let (reply, answer) = oneshot::channel();
        self.commands.blocking_send(command(reply)).map_err(|_| CommandError::Down)?;
        self.thread.unpark();
        answer.blocking_recv().map_err(|_| CommandError::Down)
    }
}

/// The text without trailing blanks, what analysis learnt of it, and what it found that is no error.
fn check(
    mut code: String,
    config: &EngineConfig,
    policy: &Policy,
) -> Result<(String, Facts, Vec<Diagnostic>), Refused> {
    code.truncate(code.trim_end().len());
    if code.len() > config.max_script_bytes {
        return Err(Refused::because(format!(
            "the script has {} bytes, more than the bound of {}",
            code.len(),
            config.max_script_bytes
        )));
    }
    let analysis = analyse(&code, config.version);
    let findings = findings_under(policy, &analysis.facts, analysis.diagnostics);
    let diagnostics = control_diagnostics(&findings, &code);
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<&str> = errors.map(|finding| finding.message.as_str()).collect();
    if errors.is_empty() {
        Ok((code, analysis.facts, diagnostics))
    } else {
        Err(Refused { error: errors.join("\n"), diagnostics })
    }
}
