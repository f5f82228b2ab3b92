//! Owns every script and process; the only one that changes them.
//!
//! Each turn of its loop carries out a bounded number of commands and reports, then those timers that are due, then
//! publishes what has changed and lets the readers of the pipes run: so no script keeps it from another.

mod registration;

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;
use std::thread::Thread;
use std::time::Duration;

use bt_lifecycle::host::{self, Effect, Event, Settings};
use tokio::sync::mpsc;

use crate::command::{Command, Reply};
use crate::engine::Shared;
use crate::events;
use crate::numbering::Numberings;
use crate::process::{ProcessKey, Report, Reports};
use crate::rest::{self, Turns};
use crate::script::Script;
use crate::slots::Slots;
use crate::{CommandError, EngineConfig, ScriptSnapshot, ScriptTable};

/// Chunks of output, of 64 KiB at most, that may wait for the supervisor.
const REPORT_QUEUE: usize = 8;
/// Reports in one turn.
const REPORTS_A_TURN: usize = 16;

/// Starts the supervisor on a thread of its own. It ends when all handles are gone or one orders the shutdown, and
/// all processes have ended.
pub(crate) fn spawn(shared: Arc<Shared>, commands: mpsc::Receiver<Command>) -> io::Result<Thread> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().on_thread_park(rest::before_waiting).build()?;
    let supervisor = std::thread::Builder::new()
        .name("bpftrace-supervisor".into())
        .spawn(move || runtime.block_on(Supervisor::new(shared).run(commands)))?;
    Ok(supervisor.thread().clone())
}

struct Supervisor {
    shared: Arc<Shared>,
    scripts: Vec<Script>,
    slots: Slots,
    numberings: Numberings,
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
        Supervisor {
            slots: Slots::beginning_at(shared.config.load().first_slot),
            shared,
            scripts: Vec::new(),
            numberings: Numberings::default(),
            reports,
            report_queue,
            closing: None,
            generation: 0,
        }
    }

    fn config(&self) -> Arc<EngineConfig> {
        self.shared.config.load_full()
    }

    fn settings(&self) -> Settings {
        let config = self.shared.config.load();
        Settings {
            linger_millis: config.linger_millis,
            expiry_millis: config.expiry_millis,
            max_output_bytes_per_second: config.max_output_bytes_per_second,
        }
    }

    async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let mut has_handles = true;
        let mut turns = Turns::default();
        while self.closing.is_none() || !self.scripts.is_empty() {
            let wake_at = self.wake_at();
            let mut read = Some(0);
            tokio::select! {
                biased;
                command = commands.recv(), if has_handles => {
                    read = None;
                    match command {
                        Some(command) => self.command(command),
                        None => {
                            has_handles = false;
                            self.close(None);
                        }
                    }
                }
                Some((key, report)) = self.report_queue.recv() => {
                    add_read(&mut read, &report);
                    self.report(key, report);
                }
                () = tokio::time::sleep_until(wake_at.unwrap_or_else(tokio::time::Instant::now)), if wake_at.is_some() => {}
            }
            let mut others = 0;
            while others < REPORTS_A_TURN
                && let Ok((key, report)) = self.report_queue.try_recv()
            {
                add_read(&mut read, &report);
                self.report(key, report);
                others += 1;
            }
            (0..self.scripts.len()).for_each(|position| self.decode(position));
            self.tick();
            self.publish();
            turns.ended(read, Duration::from_millis(self.shared.config.load().gather_millis));
            // Lets those who have more to say say it, so that the next turn reads all of it at once.
            if others > 0 {
                tokio::task::yield_now().await;
            }
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
            Command::Deregister { id, reply } => reply.send(self.deregister(&id)).is_ok(),
            Command::Abandon { id, reply } => reply.send(self.order(&id, Event::Abandon)).is_ok(),
            Command::Start { id, reply } => reply.send(self.start(&id)).is_ok(),
            Command::Stop { id, reply } => reply.send(self.order(&id, Event::Stop)).is_ok(),
            Command::Reconfigured => true,
            Command::Shutdown { reply } => {
                self.close(Some(reply));
                true
            }
        };
    }

    /// The position of the script with this id or name.
    fn find(&self, id: &str) -> Option<usize> {
        self.scripts.iter().position(|script| script.cell.id.as_str() == id || *script.cell.component == *id)
    }

    fn deregister(&mut self, id: &str) -> Result<(), CommandError> {
        let script = self.find(id).map(|position| &self.scripts[position]);
        if script.is_some_and(|script| script.lifecycle.is_held_by_host_only()) {
            return Err(CommandError::NoLease { id: id.into() });
        }
        self.order(id, Event::Deregister)
    }

    fn start(&mut self, id: &str) -> Result<(), CommandError> {
        self.order(id, Event::Start)?;
        // The script is still there: a start removes none.
        let Some(script) = self.find(id).map(|position| &self.scripts[position]) else { return Ok(()) };
        match (script.lifecycle.process(), script.error()) {
            (host::Process::Failed { .. }, reason) => {
                Err(CommandError::NotStarted { reason: reason.unwrap_or_default().into() })
            }
            _ => Ok(()),
        }
    }

    fn order(&mut self, id: &str, event: Event) -> Result<(), CommandError> {
        let position = self.find(id).ok_or_else(|| CommandError::UnknownScript { id: id.into() })?;
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
                let length = bytes.len() as u64;
                script.stdout(bytes);
                self.handle(position, Event::Output { bytes: length });
            }
            Report::Stderr(bytes) => script.stderr(&bytes),
            Report::Exited(status) => {
                self.decode(position);
                let script = &mut self.scripts[position];
                let exit_code = exit_code(status);
                script.exited(exit_code, self.shared.clock.unix_millis());
                let event = script.exit_event(exit_code);
                self.handle(position, event);
            }
        }
    }

    fn decode(&mut self, position: usize) {
        let attached = self.scripts[position].decode_incoming(self.shared.clock.unix_millis());
        if let Some(event) = attached {
            self.handle(position, event);
        }
    }

    fn tick(&mut self) {
        let (now, settings) = (self.shared.clock.now_millis(), self.settings());
        for position in (0..self.scripts.len()).rev() {
            let script = &self.scripts[position];
            let touched_at_millis = self.shared.clock.since_start(script.touched_at_unix_millis());
            if script.lifecycle.wake_at_millis(touched_at_millis, &settings).is_some_and(|at| at <= now) {
                self.handle(position, Event::Tick { touched_at_millis });
            }
        }
    }

    fn wake_at(&self) -> Option<tokio::time::Instant> {
        let (clock, settings) = (&self.shared.clock, self.settings());
        let wake_at = self.scripts.iter().filter_map(|script| {
            let touched_at_millis = clock.since_start(script.touched_at_unix_millis());
            script.lifecycle.wake_at_millis(touched_at_millis, &settings)
        });
        Some(clock.instant(wake_at.min()?).into())
    }

    fn handle(&mut self, position: usize, event: Event) {
        let (now, settings) = (self.shared.clock.now_millis(), self.settings());
        let script = &mut self.scripts[position];
        script.is_dirty = true;
        let before = script.lifecycle.status();
        let effects = script.lifecycle.handle(event, &settings, now);
        events::note(script, before, event, &effects, now);
        self.carry_out(position, effects);
    }

    fn carry_out(&mut self, position: usize, effects: Vec<Effect>) {
        let config = self.config();
        let script = &mut self.scripts[position];
        script.is_dirty = true;
        let mut is_removed = false;
        let mut is_startable = true;
        for effect in effects {
            match effect {
                Effect::Spawn => is_startable = script.spawn(&config, self.reports.clone()).is_ok(),
                Effect::Interrupt => script.interrupt(),
                Effect::Kill => script.kill(),
                Effect::ForgetValues => script.forget_values(),
                Effect::Remove => is_removed = true,
            }
        }
        if is_removed {
            log::info!("{} is removed", self.scripts[position].label());
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

/// Adds what a report has of stdout; any other makes it `None`.
fn add_read(read: &mut Option<usize>, report: &Report) {
    *read = match report {
        Report::Stdout(bytes) => read.map(|read| read + bytes.len()),
        Report::Stderr(_) | Report::Exited(_) => None,
    };
}

/// The exit code as shells have it: 128 + n if signal n ended the process.
fn exit_code(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(-1)
}
