//! The state of a page: one connection, its panels, their samples. Asks for requests, takes answers, does no IO.
//!
//! [`Session`] joins the machines of `bt_lifecycle`, the messages of `bt_metrics` and the store of `bt_series`. The
//! caller performs the requests that [`Session::tick`] returns and hands the answers to [`Session::respond`].

mod answers;
mod clock;
mod effects;
mod fingerprint;
mod frames;
mod metric;
mod notices;
mod options;
mod outbox;
mod question;
mod request;
mod script;
mod shared_script;
mod status;

use std::collections::VecDeque;

use bt_lifecycle::browser::{
    Backoff, Connection, ConnectionEvent, Lease, Poll, ScriptText, Subscriptions, TargetEvent, Visibility,
};
use bt_metrics::control;
use bt_series::Store;
use litemap::LiteMap;

pub use frames::{
    ColumnKind, FlameNode, FlameOptions, FlameTable, HeatBucket, HeatFrame, HeatOptions, MetricView,
    SeriesFrame, SeriesLine, SeriesOptions, TableCell, TableColumn, TableFrame, WindowOptions,
};
pub use notices::Notice;
pub use options::SessionOptions;
pub use request::{HttpMethod, HttpRequest};
pub use status::{AgentInfo, ConnectionState, ConnectionView, HostDiagnostic, TargetStatus};

use clock::{HostClock, SteadyClock};
use options::{MAX_POLL_MILLIS, MIN_POLL_MILLIS};
use outbox::{Outgoing, Pending, Return, UnreadRegistration};
use shared_script::SharedScript;

/// Poll period while a first value is awaited.
const EAGER_POLL_MILLIS: f64 = 200.0;
/// How long it is awaited like that. A probe that is hit once a day is no reason to ask five times a second.
const EAGER_MILLIS: f64 = 30_000.0;

/// The state of a page.
#[derive(Debug)]
pub struct Session {
    poll_millis: f64,
    hostspec: Option<String>,
    connection: Connection,
    backoff: Option<Backoff>,
    poll: Poll,
    host_clock: HostClock,
    /// All timers are in its time; samples are in the page's.
    clock: SteadyClock,
    visibility: Visibility,
    typing_pause_millis: f64,
    grace_millis: f64,
    subscriptions: Subscriptions,
    scripts: LiteMap<ScriptText, SharedScript>,
    /// Findings about the drafts of targets that do not start because of them.
    invalid_drafts: LiteMap<String, Vec<control::Diagnostic>>,
    store: Store,
    /// Name of the host, as of the latest context.
    host: Option<String>,
    agent: AgentInfo,
    /// A context has to be opened with the next tick.
    context_is_due: bool,
    /// A context in which the agent has to be looked for with the next tick: a host without one is of no use.
    unchecked_context: Option<u32>,
    next_request: u32,
    /// Requests that are due. They go out one after the other: pmproxy 6.0.3 dies of calls at the same time.
    outbox: VecDeque<Outgoing>,
    /// The request that is out, or, if its answer is late, those.
    pending: LiteMap<u32, Pending>,
    /// Scripts to register, with the attempt. One at a time: the reply is read from a metric that knows only the last one.
    registrations: VecDeque<(ScriptText, u32)>,
    /// A registration that was sent, whose reply has to be read with the next tick.
    unread_registration: Option<UnreadRegistration>,
    returns: VecDeque<Return>,
    /// Names of registered scripts that have one: PCP's agent takes a named script back only by its name.
    names: LiteMap<Lease, String>,
}

impl Session {
    /// A session that has not connected yet.
    pub fn new(options: SessionOptions) -> Session {
        Session {
            poll_millis: options.poll_millis(),
            connection: Connection::Idle,
            backoff: None,
            poll: Poll::NOW,
            host_clock: HostClock::default(),
            clock: SteadyClock::default(),
            visibility: Visibility::default(),
            typing_pause_millis: options.typing_pause_millis(),
            grace_millis: options.grace_millis(),
            subscriptions: Subscriptions::default(),
            scripts: LiteMap::new(),
            invalid_drafts: LiteMap::new(),
            store: Store::new(options.limits()),
            hostspec: options.hostspec,
            host: None,
            agent: AgentInfo::default(),
            context_is_due: false,
            unchecked_context: None,
            next_request: 1,
            outbox: VecDeque::new(),
            pending: LiteMap::new(),
            registrations: VecDeque::new(),
            unread_registration: None,
            returns: VecDeque::new(),
            names: LiteMap::new(),
        }
    }

    /// Runs `source` for `target`, instead of the script that the target may have.
    pub fn run(&mut self, target: &str, source: &str, now_millis: f64) {
        self.target_event(target, TargetEvent::Run { text: script_text(source) }, now_millis);
    }

    /// A panel wants `source`: at once if it shows nothing, otherwise when typing has paused; and only if analysis finds
    /// no error. The same text again changes nothing, even if the user has stopped it. After an empty text, which a panel
    /// without a script has, the next one counts as typed.
    pub fn edit(&mut self, target: &str, source: &str, now_millis: f64) {
        let event = TargetEvent::Edit { text: script_text(source), pause_millis: self.typing_pause_millis };
        self.target_event(target, event, now_millis);
    }

    /// Ends the script of `target`. Its samples stay readable until the target runs another one.
    pub fn stop(&mut self, target: &str, now_millis: f64) {
        self.target_event(target, TargetEvent::Stop, now_millis);
    }

    /// Nobody looks at `target` any more: it is forgotten after a grace period, unless it runs or is edited again.
    pub fn release(&mut self, target: &str, now_millis: f64) {
        self.target_event(target, TargetEvent::Release { grace_millis: self.grace_millis }, now_millis);
    }

    /// Forgets `target`: ends its script and frees its samples.
    pub fn remove(&mut self, target: &str, now_millis: f64) {
        self.target_event(target, TargetEvent::Remove, now_millis);
    }

    /// Whether anybody sees the page. A hidden one polls slowly, and after five minutes returns all scripts and asks for
    /// nothing; when it is seen again, all goes on.
    pub fn set_visible(&mut self, visible: bool, now_millis: f64) {
        let now_millis = self.clock.advance(now_millis);
        self.visibility.set(visible, now_millis);
        self.park(now_millis);
        if visible {
            self.poll.hasten(now_millis, 0.0);
        }
    }

    /// Changes the time between two polls, which is at least 100 ms and at most 20 s.
    pub fn set_poll_millis(&mut self, poll_millis: f64, now_millis: f64) {
        if poll_millis.is_finite() {
            self.poll_millis = poll_millis.clamp(MIN_POLL_MILLIS, MAX_POLL_MILLIS);
            self.poll.hasten(self.clock.advance(now_millis), self.period_millis());
        }
    }

    /// The request that is due, if one is and no other is under way.
    pub fn tick(&mut self, now_millis: f64) -> Vec<HttpRequest> {
        let now_millis = self.clock.advance(now_millis);
        self.give_up_on_late_answers(now_millis);
        self.visibility.tick(now_millis);
        self.park(now_millis);
        let effects = self.subscriptions.tick(now_millis);
        self.carry_out(effects, now_millis);
        // Nobody waits for a host that is not asked: it is looked for again when somebody sees the page.
        if self.visibility != Visibility::Away {
            self.connection_event(ConnectionEvent::Tick, now_millis);
        }
        self.read_registration(now_millis);
        if self.outbox.is_empty() && self.pending.is_empty() {
            self.fill_outbox(now_millis);
        }
        self.send_one(now_millis).into_iter().collect()
    }

    /// Milliseconds until [`Self::tick`] has something to do; at most the poll period.
    pub fn next_tick(&self, now_millis: f64) -> f64 {
        let now_millis = self.clock.at(now_millis);
        let is_asking = !self.pending.is_empty();
        if !is_asking && self.has_requests() {
            return 0.0;
        }
        let timers = self.subscriptions.due_millis().into_iter().chain(self.visibility.due_millis());
        let mut due = timers.fold(f64::INFINITY, f64::min);
        for pending in self.pending.values() {
            due = due.min(pending.deadline_millis);
        }
        if self.visibility != Visibility::Away && !is_asking {
            due = due.min(self.connection.due_millis().unwrap_or(f64::INFINITY));
            if self.connection.context().is_some() {
                let questions = self.held().flat_map(|(_, script)| {
                    let metrics =
                        script.metrics.values().filter_map(|metric| metric.ask_instances.due_millis());
                    script.ask_metrics.due_millis().into_iter().chain(metrics)
                });
                due = questions.chain(self.poll.due_millis()).fold(due, f64::min);
            }
        }
        (due - now_millis).clamp(0.0, self.visibility.period_millis(self.poll_millis))
    }

    fn period_millis(&self) -> f64 {
        let eager_since = self.clock.latest_millis() - EAGER_MILLIS;
        let is_waiting = self.subscriptions.registrations().any(|(_, one)| {
            one.state.waiting_since_millis().is_some_and(|since_millis| since_millis > eager_since)
        });
        match self.visibility {
            Visibility::Visible if is_waiting => EAGER_POLL_MILLIS.min(self.poll_millis),
            visibility => visibility.period_millis(self.poll_millis),
        }
    }
}

/// Scripts that differ in blanks at their end are one.
fn script_text(source: &str) -> ScriptText {
    source.trim_end().into()
}
