//! Owns every script and process; the only one that changes them.
//!
//! Each turn of its loop carries out a bounded number of commands and reports, then those timers that are due, then
//! publishes what has changed and lets the readers of the pipes run: so no script keeps it from another.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;

use bt_lifecycle::host::{self, Effect, Event, Settings};
use bt_metrics::is_script_name;
use tokio::sync::mpsc;

use crate::command::{Command, Registration, Reply};
use crate::engine::Shared;
use crate::findings::warning;
use crate::process::{ProcessKey, Report, Reports};
use crate::script::{Script, Standing};
use crate::{CommandError, Refused, ScriptId, ScriptSnapshot, ScriptTable};

/// Chunks of output, of 64 KiB at most, that may wait for the supervisor.
const REPORT_QUEUE: usize = 8;
/// Reports in one turn.
const REPORTS_A_TURN: usize = 16;

/// Starts the supervisor on a thread of its own. It ends when all handles are gone or one orders the shutdown, and
/// all processes have ended.
pub(crate) fn spawn(shared: Arc<Shared>, commands: mpsc::Receiver<Command>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new()
        .name("bpftrace-supervisor".into())
        .spawn(move || runtime.block_on(Supervisor::new(shared).run(commands)))?;
    Ok(())
}

struct Supervisor {
    shared: Arc<Shared>,
    settings: Settings,
    scripts: Vec<Script>,
    reports: Reports,
    report_queue: mpsc::Receiver<(ProcessKey, Report)>,
    /// Whoever waits for the end of everything; `None` before that was ordered.
    closing: Option<Vec<Reply<()>>>,
    /// Of the newest table.
    generation: u64,
}

impl Supervisor {
    fn new(shared: Arc<Shared>) -> Supervisor {
        let (reports, report_queue) = mpsc::channel(REPORT_QUEUE);
        let settings = Settings {
            linger_millis: shared.config.linger_millis,
            expiry_millis: shared.config.expiry_millis,
            max_output_bytes_per_second: shared.config.max_output_bytes_per_second,
        };
        Supervisor {
            shared,
            settings,
            scripts: Vec::new(),
            reports,
            report_queue,
            closing: None,
            generation: 0,
        }
    }

    async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let mut has_handles = true;
        while self.closing.is_none() || !self.scripts.is_empty() {
            let wake_at = self.wake_at();
            tokio::select! {
                biased;
                command = commands.recv(), if has_handles => match command {
                    Some(command) => self.command(command),
                    None => {
                        has_handles = false;
                        self.close(None);
                    }
                },
                Some((key, report)) = self.report_queue.recv() => self.report(key, report),
                () = tokio::time::sleep_until(wake_at.unwrap_or_else(tokio::time::Instant::now)), if wake_at.is_some() => {}
            }
            for _ in 1..REPORTS_A_TURN {
                let Ok((key, report)) = self.report_queue.try_recv() else { break };
                self.report(key, report);
            }
            self.tick();
            self.publish();
            tokio::task::yield_now().await;
        }
        // Commands that are still under way are answered by the closed channel.
        for reply in self.closing.into_iter().flatten() {
            let _ = reply.send(());
        }
    }

    fn command(&mut self, command: Command) {
        // Whoever asked may have left; then nobody needs the answer.
        let _ = match command {
            Command::Register { registration, reply } => reply.send(self.register(registration)).is_ok(),
            Command::Deregister { id, reply } => reply.send(self.order(&id, Event::Deregister)).is_ok(),
            Command::Abandon { id, reply } => reply.send(self.order(&id, Event::Abandon)).is_ok(),
            Command::Start { id, reply } => reply.send(self.order(&id, Event::Start)).is_ok(),
            Command::Stop { id, reply } => reply.send(self.order(&id, Event::Stop)).is_ok(),
            Command::Shutdown { reply } => {
                self.close(Some(reply));
                true
            }
        };
    }

    fn register(&mut self, registration: Box<Registration>) -> Result<Arc<ScriptSnapshot>, Refused> {
        if self.closing.is_some() {
            return Err(Refused::because(CommandError::Down.to_string()));
        }
        if let Some(position) =
            self.scripts.iter().position(|script| *script.identity.code == *registration.code)
        {
            self.scripts[position].touch(self.shared.clock.unix_millis());
            self.handle(position, Event::Register);
            return Ok(self.published(position));
        }
        let max_scripts = self.shared.config.max_scripts;
        if self.scripts.len() >= max_scripts {
            return Err(Refused::because(format!(
                "{max_scripts} scripts are registered already: stop one of them"
            )));
        }
        let wanted = registration.facts.annotations.name.clone().filter(|name| is_script_name(name));
        let standing = self.standing(wanted.as_deref())?;
        let clash = wanted.filter(|name| **name != *standing.component);
        let (lifecycle, effects) = host::Script::register(&self.settings, self.shared.clock.now_millis());
        let mut script = Script::new(standing, *registration, lifecycle, &self.shared);
        if let Some(name) = clash {
            let message = format!("another script is called {name}: the metrics of this one go by its id");
            script.warn(warning(message));
        }
        self.scripts.push(script);
        let position = self.scripts.len() - 1;
        self.list();
        self.carry_out(position, effects);
        Ok(self.published(position))
    }

    /// An id, the lowest slot that is free, and the wanted component if no other script has it.
    fn standing(&self, wanted: Option<&str>) -> Result<Standing, Refused> {
        let mut random = [0u8; 16];
        getrandom::fill(&mut random)
            .map_err(|error| Refused::because(format!("the system gives no random numbers: {error}")))?;
        let id = ScriptId(format!("s{:032x}", u128::from_be_bytes(random)).into());
        let is_taken = |name: &str| self.scripts.iter().any(|script| *script.cell.component == *name);
        let component = wanted.filter(|name| !is_taken(name)).unwrap_or(id.as_str()).into();
        let slot =
            (0..).find(|slot| self.scripts.iter().all(|script| script.key.slot != *slot)).unwrap_or_default();
        Ok(Standing { id, component, slot })
    }

    fn order(&mut self, id: &str, event: Event) -> Result<(), CommandError> {
        let position = self.scripts.iter().position(|script| script.cell.id.as_str() == id);
        let position = position.ok_or_else(|| CommandError::UnknownScript { id: id.into() })?;
        if self.closing.is_some() {
            return Err(CommandError::Down);
        }
        self.handle(position, event);
        Ok(())
    }

    fn close(&mut self, reply: Option<Reply<()>>) {
        self.closing.get_or_insert_default().extend(reply);
        for position in (0..self.scripts.len()).rev() {
            self.handle(position, Event::Shutdown);
        }
    }

    fn report(&mut self, key: ProcessKey, report: Report) {
        let Some(position) = self.scripts.iter().position(|script| script.key == key) else { return };
        let script = &mut self.scripts[position];
        match report {
            Report::Stdout(bytes) => {
                let attached = script.stdout(&bytes, self.shared.clock.unix_millis());
                for event in attached.into_iter().chain([Event::Output { bytes: bytes.len() as u64 }]) {
                    self.handle(position, event);
                }
            }
            Report::Stderr(bytes) => script.stderr(&bytes),
            Report::Exited(status) => {
                let exit_code = exit_code(status);
                script.exited(exit_code);
                self.handle(position, Event::Exited { exit_code });
            }
        }
    }

    fn tick(&mut self) {
        let now = self.shared.clock.now_millis();
        for position in (0..self.scripts.len()).rev() {
            let script = &self.scripts[position];
            let touched_at_millis = self.shared.clock.since_start(script.touched_at_unix_millis());
            if script.lifecycle.wake_at_millis(touched_at_millis, &self.settings).is_some_and(|at| at <= now)
            {
                self.handle(position, Event::Tick { touched_at_millis });
            }
        }
    }

    fn wake_at(&self) -> Option<tokio::time::Instant> {
        let clock = &self.shared.clock;
        let wake_at = self.scripts.iter().filter_map(|script| {
            let touched_at_millis = clock.since_start(script.touched_at_unix_millis());
            script.lifecycle.wake_at_millis(touched_at_millis, &self.settings)
        });
        Some(clock.instant(wake_at.min()?).into())
    }

    fn handle(&mut self, position: usize, event: Event) {
        let now = self.shared.clock.now_millis();
        let script = &mut self.scripts[position];
        script.is_dirty = true;
        let effects = script.lifecycle.handle(event, &self.settings, now);
        self.carry_out(position, effects);
    }

    fn carry_out(&mut self, position: usize, effects: Vec<Effect>) {
        let script = &mut self.scripts[position];
        script.is_dirty = true;
        let mut is_removed = false;
        let mut is_startable = true;
        for effect in effects {
            match effect {
                Effect::Spawn => {
                    is_startable = script.spawn(&self.shared.config, self.reports.clone()).is_ok()
                }
                Effect::Interrupt => script.interrupt(),
                Effect::Kill => script.kill(),
                Effect::ForgetValues => script.forget_values(),
                Effect::Remove => is_removed = true,
            }
        }
        if is_removed {
            self.scripts.remove(position);
            self.list();
        } else if !is_startable {
            self.handle(position, Event::NotStarted);
        }
    }

    fn published(&mut self, position: usize) -> Arc<ScriptSnapshot> {
        self.scripts[position].publish();
        self.scripts[position].snapshot()
    }

    fn publish(&mut self) {
        self.scripts.iter_mut().for_each(Script::publish);
    }

    fn list(&mut self) {
        self.generation += 1;
        let cells = self.scripts.iter().map(|script| Arc::clone(&script.cell));
        self.shared.table.store(Arc::new(ScriptTable::new(cells, self.generation)));
    }
}

/// The exit code as shells have it: 128 + n if signal n ended the process.
fn exit_code(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(-1)
}
