//! The host side: what a script's process does, who holds the script, and when either ends.
//!
//! One function, [`Script::handle`], makes all transitions: a state, an event and `now` (milliseconds of any clock
//! that only goes forward) give a new state and what to do. Whoever drives it owns the processes and one timer a
//! script, for [`Script::wake_at_millis`].

mod bucket;
mod event;
#[cfg(test)]
mod tests;

use bt_metrics::control::Status;

pub use bucket::TokenBucket;
pub use event::{Effect, Event};

/// A process that is told to end gets this long, whatever its probes.
const GRACE_BASE_MILLIS: u64 = 2_000;
/// The kernel takes about 73 ms to detach a tracepoint (RCU), also after SIGKILL; twice that for a busy host.
const GRACE_PER_PROBE_MILLIS: u64 = 2 * 73;

/// The first pause before a process that crashed is started again; each next one is twice as long.
const FIRST_PAUSE_MILLIS: u64 = 1_000;
/// The longest such pause. A process that ran for so long has earned a short pause again.
const LONGEST_PAUSE_MILLIS: u64 = 60_000;

/// A process that tripped is followed by the next one if it had run for so long; one that did so earlier would at once
/// do it again.
const STEADY_MILLIS: u64 = 5_000;

/// How long a process with this many probes gets between SIGINT and SIGKILL.
pub fn grace_millis(probes: u32) -> u64 {
    GRACE_BASE_MILLIS + GRACE_PER_PROBE_MILLIS * u64::from(probes)
}

/// The times and bounds of all scripts.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long a script without leases stays.
    pub linger_millis: u64,
    /// How long a script stays whose values nobody fetches.
    pub expiry_millis: u64,
    /// What a process may print in the long run; twice that within one second.
    pub max_output_bytes_per_second: u64,
}

/// What is done to keep a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upkeep {
    /// It goes when nobody holds it, or nobody fetches its values.
    Leased,
    /// It goes only when its last lease is returned.
    Kept,
    /// It stays, and its process is started again after a crash. Its first lease is that of whoever runs the host, and
    /// is never returned.
    Restarted,
}

/// A script on the host.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    process: Process,
    holders: Holders,
    upkeep: Upkeep,
    restarts: u32,
    /// Before the next process, should this one crash.
    pause_millis: u64,
    /// When the probes of the present process were attached.
    running_since_millis: Option<u64>,
}

/// What the process of a script does.
#[derive(Clone, Debug, PartialEq)]
pub enum Process {
    /// There is none and none is wanted.
    Stopped {
        /// How the last one ended.
        exit_code: i32,
    },
    /// It was started; nothing is attached yet.
    Starting {
        /// What it may still print.
        output: TokenBucket,
    },
    /// Its probes are attached.
    Running {
        /// How many.
        probes: u32,
        /// What it may still print.
        output: TokenBucket,
    },
    /// It was told to end.
    Stopping {
        /// When it is killed; `None` if it was.
        kill_at_millis: Option<u64>,
        /// What comes when it has ended.
        then: Then,
    },
    /// It failed, or was ended because of what it did.
    Failed {
        /// How it ended.
        exit_code: i32,
        /// Why.
        reason: Failure,
        /// When the next process is started; `None` if only somebody's wish starts one.
        restart_at_millis: Option<u64>,
    },
    /// The script is gone; nothing happens any more.
    Removed,
}

/// What comes after a process has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The script stays, without process.
    Stop,
    /// The script stays, as failed.
    Fail(Failure),
    /// The next process.
    Restart,
    /// The script goes.
    Remove,
}

/// Why a script failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Its process could not be started.
    NotStarted,
    /// Its process ended with an error; bpftrace said why on stderr.
    Exited,
    /// It printed more than the bound.
    TooMuchOutput,
}

/// Who holds a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holders {
    /// So many. None if all holders vanished: then only [`Settings::expiry_millis`] ends it.
    Leases(u32),
    /// None, the last one was returned; it goes at this time.
    Lingering { until_millis: u64 },
}

impl Script {
    /// A script that somebody just registered; its process is to be started.
    pub fn register(upkeep: Upkeep, settings: &Settings, now_millis: u64) -> (Script, Vec<Effect>) {
        let script = Script {
            process: starting(settings, now_millis),
            holders: Holders::Leases(1),
            upkeep,
            restarts: 0,
            pause_millis: FIRST_PAUSE_MILLIS,
            running_since_millis: None,
        };
        (script, vec![Effect::Spawn])
    }

    /// What its process does.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// How many hold it.
    pub fn leases(&self) -> u32 {
        match self.holders {
            Holders::Leases(leases) => leases,
            Holders::Lingering { .. } => 0,
        }
    }

    /// Processes started after the first one.
    pub fn restarts(&self) -> u32 {
        self.restarts
    }

    /// What is done to keep it.
    pub fn upkeep(&self) -> Upkeep {
        self.upkeep
    }

    /// Whether something goes on: there is a process, even one that was told to end, or the next one is waited for.
    pub fn is_busy(&self) -> bool {
        match self.process {
            Process::Starting { .. } | Process::Running { .. } | Process::Stopping { .. } => true,
            Process::Failed { restart_at_millis, .. } => restart_at_millis.is_some(),
            Process::Stopped { .. } | Process::Removed => false,
        }
    }

    /// Whether it stays while nobody fetches its values.
    pub fn is_kept(&self) -> bool {
        self.upkeep != Upkeep::Leased
    }

    /// Whether its last lease was returned.
    pub fn is_lingering(&self) -> bool {
        matches!(self.holders, Holders::Lingering { .. })
    }

    /// Whether the only lease is the one that is never returned.
    pub fn is_held_by_host_only(&self) -> bool {
        self.upkeep == Upkeep::Restarted && self.leases() <= 1
    }

    /// Whether it is gone.
    pub fn is_removed(&self) -> bool {
        self.process == Process::Removed
    }

    /// Attached probes.
    pub fn probes(&self) -> u32 {
        match self.process {
            Process::Running { probes, .. } => probes,
            _ => 0,
        }
    }

    /// Its state as the control metrics name it.
    pub fn status(&self) -> Status {
        match self.process {
            Process::Stopped { .. } | Process::Removed => Status::Stopped,
            Process::Starting { .. } => Status::Starting,
            Process::Running { .. } => Status::Started,
            Process::Stopping { .. } => Status::Stopping,
            Process::Failed { .. } => Status::Error,
        }
    }

    /// When the next [`Event::Tick`] is due, given when values were last fetched. `None`: nothing is.
    pub fn wake_at_millis(&self, touched_at_millis: u64, settings: &Settings) -> Option<u64> {
        match self.process {
            Process::Removed => None,
            Process::Stopping { kill_at_millis, .. } => kill_at_millis,
            Process::Failed { restart_at_millis, .. } => {
                let ends_at_millis = self.ends_at_millis(touched_at_millis, settings);
                restart_at_millis.into_iter().chain(ends_at_millis).min()
            }
            _ => self.ends_at_millis(touched_at_millis, settings),
        }
    }

    /// The only place where a script changes.
    pub fn handle(&mut self, event: Event, settings: &Settings, now_millis: u64) -> Vec<Effect> {
        match event {
            Event::Register => {
                self.holders = Holders::Leases(self.leases().saturating_add(1));
                self.start(settings, now_millis)
            }
            Event::Deregister => self.deregister(settings, now_millis),
            Event::Abandon => self.abandon(),
            Event::Start => {
                self.pause_millis = FIRST_PAUSE_MILLIS;
                self.start(settings, now_millis)
            }
            Event::Stop => self.stop(Then::Stop, now_millis),
            Event::Shutdown => self.stop(Then::Remove, now_millis),
            Event::NotStarted => self.ended(-1, Some(Failure::NotStarted), settings, now_millis),
            Event::Attached { probes } => self.attached(probes, now_millis),
            Event::Output { bytes } => self.printed(bytes, now_millis),
            Event::Exited { exit_code } => self.ended(exit_code, None, settings, now_millis),
            Event::Tripped { .. } if self.has_been_steady(now_millis) => self.restart(settings, now_millis),
            Event::Tripped { exit_code } => self.ended(exit_code, None, settings, now_millis),
            Event::Tick { touched_at_millis } => self.tick(touched_at_millis, settings, now_millis),
        }
    }

    /// Whether it runs, and has done so for a while.
    fn has_been_steady(&self, now_millis: u64) -> bool {
        let ran_millis = self.running_since_millis.map_or(0, |since| now_millis.saturating_sub(since));
        matches!(self.process, Process::Running { .. }) && ran_millis >= STEADY_MILLIS
    }

    fn deregister(&mut self, settings: &Settings, now_millis: u64) -> Vec<Effect> {
        if self.is_held_by_host_only() {
            return Vec::new();
        }
        self.holders = match self.holders {
            Holders::Leases(leases) if leases > 1 => Holders::Leases(leases - 1),
            Holders::Leases(_) => Holders::Lingering { until_millis: now_millis + settings.linger_millis },
            lingering => lingering,
        };
        Vec::new()
    }

    fn abandon(&mut self) -> Vec<Effect> {
        if self.is_held_by_host_only() {
            return Vec::new();
        }
        if let Holders::Leases(leases) = &mut self.holders {
            *leases = leases.saturating_sub(1);
        }
        Vec::new()
    }

    fn start(&mut self, settings: &Settings, now_millis: u64) -> Vec<Effect> {
        match &mut self.process {
            Process::Stopped { .. } | Process::Failed { .. } => self.restart(settings, now_millis),
            Process::Stopping { then, .. } => {
                *then = Then::Restart;
                Vec::new()
            }
            Process::Starting { .. } | Process::Running { .. } | Process::Removed => Vec::new(),
        }
    }

    fn restart(&mut self, settings: &Settings, now_millis: u64) -> Vec<Effect> {
        self.process = starting(settings, now_millis);
        self.running_since_millis = None;
        self.restarts = self.restarts.saturating_add(1);
        vec![Effect::ForgetValues, Effect::Spawn]
    }

    fn stop(&mut self, next: Then, now_millis: u64) -> Vec<Effect> {
        match &mut self.process {
            Process::Starting { .. } | Process::Running { .. } => {
                let kill_at_millis = Some(now_millis + grace_millis(self.probes()));
                self.process = Process::Stopping { kill_at_millis, then: next };
                vec![Effect::Interrupt]
            }
            // Whoever wants it gone is right; a mere stop does not undo why it already ends.
            Process::Stopping { then, .. } if next == Then::Remove || *then == Then::Restart => {
                *then = next;
                Vec::new()
            }
            Process::Stopped { .. } | Process::Failed { .. } if next == Then::Remove => self.remove(),
            Process::Failed { restart_at_millis, .. } => {
                *restart_at_millis = None;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn remove(&mut self) -> Vec<Effect> {
        self.process = Process::Removed;
        vec![Effect::Remove]
    }

    fn attached(&mut self, probes: u32, now_millis: u64) -> Vec<Effect> {
        if let Process::Starting { output } = &self.process {
            self.process = Process::Running { probes, output: output.clone() };
            self.running_since_millis = Some(now_millis);
        }
        Vec::new()
    }

    fn printed(&mut self, bytes: u64, now_millis: u64) -> Vec<Effect> {
        let (Process::Starting { output } | Process::Running { output, .. }) = &mut self.process else {
            return Vec::new();
        };
        if output.take(bytes, now_millis) {
            return Vec::new();
        }
        self.stop(Then::Fail(Failure::TooMuchOutput), now_millis)
    }

    fn ended(
        &mut self,
        exit_code: i32,
        failure: Option<Failure>,
        settings: &Settings,
        now_millis: u64,
    ) -> Vec<Effect> {
        let then = match &self.process {
            Process::Stopping { then, .. } => *then,
            Process::Starting { .. } | Process::Running { .. } => match failure {
                Some(reason) => Then::Fail(reason),
                None if exit_code != 0 => Then::Fail(Failure::Exited),
                None => Then::Stop,
            },
            // There was no process; a late report changes nothing.
            Process::Stopped { .. } | Process::Failed { .. } | Process::Removed => return Vec::new(),
        };
        match then {
            Then::Stop => {
                self.process = Process::Stopped { exit_code };
                Vec::new()
            }
            Then::Fail(reason) => {
                let restart_at_millis = self.restart_at_millis(reason, now_millis);
                self.process = Process::Failed { exit_code, reason, restart_at_millis };
                vec![Effect::ForgetValues]
            }
            Then::Restart => self.restart(settings, now_millis),
            Then::Remove => self.remove(),
        }
    }

    /// When a process that failed now is started again. One that was ended for what it printed would do so again.
    fn restart_at_millis(&mut self, reason: Failure, now_millis: u64) -> Option<u64> {
        if self.upkeep != Upkeep::Restarted || reason == Failure::TooMuchOutput {
            return None;
        }
        let ran_millis = self.running_since_millis.map_or(0, |since| now_millis.saturating_sub(since));
        if ran_millis >= LONGEST_PAUSE_MILLIS {
            self.pause_millis = FIRST_PAUSE_MILLIS;
        }
        let pause_millis = self.pause_millis;
        self.pause_millis = (pause_millis * 2).min(LONGEST_PAUSE_MILLIS);
        Some(now_millis + pause_millis)
    }

    fn tick(&mut self, touched_at_millis: u64, settings: &Settings, now_millis: u64) -> Vec<Effect> {
        if let Process::Stopping { kill_at_millis, .. } = &mut self.process {
            let is_due = kill_at_millis.is_some_and(|at| at <= now_millis);
            if is_due {
                *kill_at_millis = None;
                return vec![Effect::Kill];
            }
            return Vec::new();
        }
        let is_due = |at: Option<u64>| at.is_some_and(|at| at <= now_millis);
        if is_due(self.ends_at_millis(touched_at_millis, settings)) {
            return self.stop(Then::Remove, now_millis);
        }
        if matches!(self.process, Process::Failed { restart_at_millis, .. } if is_due(restart_at_millis)) {
            return self.restart(settings, now_millis);
        }
        Vec::new()
    }

    /// When the script goes if nothing happens: it lingers, or its values are not fetched. `None`: it stays.
    fn ends_at_millis(&self, touched_at_millis: u64, settings: &Settings) -> Option<u64> {
        let expires_at = (!self.is_kept()).then(|| touched_at_millis + settings.expiry_millis);
        match self.holders {
            Holders::Leases(_) => expires_at,
            Holders::Lingering { until_millis } => expires_at.into_iter().chain([until_millis]).min(),
        }
    }
}

fn starting(settings: &Settings, now_millis: u64) -> Process {
    Process::Starting { output: TokenBucket::new(settings.max_output_bytes_per_second, now_millis) }
}
