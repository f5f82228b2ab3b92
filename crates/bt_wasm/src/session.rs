//! The state of a page: one connection, its panels, their samples. Asks for requests, takes answers, does no IO.
//!
//! [`Session`] joins the machines of `bt_lifecycle`, the messages of `bt_metrics` and the store of `bt_series`. The
//! caller performs the requests that [`Session::tick`] returns and hands the answers to [`Session::respond`].

mod answers;
mod clock;
mod frames;
mod metric;
mod notices;
mod request;
mod script;
mod shared_script;
mod status;

use std::collections::VecDeque;

use bt_analysis::{Annotations, Severity, analyse, control_diagnostics, findings_to_watch};
use bt_catalog::Version;
use bt_lifecycle::browser::{
    Backoff, Connection, ConnectionEffect, ConnectionEvent, Lease, Poll, RegistrationEvent, ScriptText,
    SubscriptionEffect, Subscriptions, TargetEvent, Visibility,
};
use bt_metrics::control;
use bt_series::{Limits, Store};
use litemap::LiteMap;
use serde::Deserialize;
use tsify::Tsify;

pub use frames::{
    ColumnKind, FlameNode, FlameOptions, FlameTable, HeatBucket, HeatFrame, HeatOptions, MetricView,
    SeriesFrame, SeriesLine, SeriesOptions, TableCell, TableColumn, TableFrame, WindowOptions,
};
pub use notices::Notice;
pub use request::{HttpMethod, HttpRequest};
pub use status::{AgentInfo, ConnectionState, ConnectionView, HostDiagnostic, TargetStatus};

use clock::{HostClock, SteadyClock};
use metric::Question;
use request::{Draft, Purpose, split_names};
use shared_script::SharedScript;

/// Poll period by default: as often as a host prints by default.
const DEFAULT_POLL_MILLIS: f64 = Annotations::DEFAULT_REFRESH_MILLIS as f64;
/// Shortest poll period: no host prints more often.
const MIN_POLL_MILLIS: f64 = Annotations::MIN_REFRESH_MILLIS as f64;
/// Longest retention: a week.
const MAX_RETENTION_MILLIS: f64 = 7.0 * 86_400_000.0;
/// Poll period while a first value is awaited.
const EAGER_POLL_MILLIS: f64 = 200.0;
/// Time after which a request without any word from the caller counts as failed, beyond its own timeout.
const ANSWER_GRACE_MILLIS: f64 = 5_000.0;
/// Time that typing must pause before an edited script runs, by default.
const DEFAULT_TYPING_PAUSE_MILLIS: f64 = 1_000.0;
/// Time that a released target is kept, by default: whoever leafs through dashboards finds them unbroken.
const DEFAULT_GRACE_MILLIS: f64 = 60_000.0;
/// Registrations that wait to be returned; beyond it the oldest is left to the host's expiry.
const MAX_RETURNS: usize = 256;

/// Settings of a session.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct SessionOptions {
    /// Time between two polls; 1000 by default, at least 100.
    #[tsify(optional)]
    pub poll_millis: Option<f64>,
    /// Age at which samples are dropped; 1800 by default, at most a week.
    #[tsify(optional)]
    pub retention_seconds: Option<f64>,
    /// Host whose values are wanted, as pmproxy's `hostspec`; its own host by default.
    #[tsify(optional)]
    pub hostspec: Option<String>,
    /// Memory for samples in bytes; 64 MiB by default. At the bound the oldest samples go first.
    #[tsify(optional)]
    pub max_bytes: Option<f64>,
    /// How long typing must pause before an edited script runs; 1000 by default.
    #[tsify(optional)]
    pub typing_pause_millis: Option<f64>,
    /// How long a released target keeps its script and its samples; 60,000 by default.
    #[tsify(optional)]
    pub grace_millis: Option<f64>,
}

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

/// A request that was not sent yet.
#[derive(Debug)]
struct Outgoing {
    draft: Draft,
    purpose: Purpose,
    context: Option<u32>,
}

/// A request without an answer.
#[derive(Debug)]
struct Pending {
    purpose: Purpose,
    /// The context that asks; `None` if one is being opened.
    context: Option<u32>,
    deadline_millis: f64,
}

/// A registration that goes back.
#[derive(Debug)]
struct Return {
    lease: Lease,
    /// What the host knows the script by: its id, or its name.
    handle: String,
}

/// A script that the host has taken or refused.
#[derive(Debug)]
struct UnreadRegistration {
    /// The context that has the reply.
    context: Option<u32>,
    text: ScriptText,
    run: u32,
    /// Why the host refused the store, if it did.
    refusal: Option<String>,
}

impl Session {
    /// A session that has not connected yet.
    pub fn new(options: SessionOptions) -> Session {
        let defaults = Limits::default();
        let positive = |value: Option<f64>| value.filter(|value| value.is_finite() && *value > 0.0);
        let not_negative = |value: Option<f64>| value.filter(|value| value.is_finite() && *value >= 0.0);
        let retention_millis = positive(options.retention_seconds)
            .map_or(defaults.retention_millis, |seconds| (seconds * 1000.0).min(MAX_RETENTION_MILLIS));
        let max_bytes = positive(options.max_bytes).map_or(defaults.max_bytes, |bytes| bytes as usize);
        Session {
            poll_millis: positive(options.poll_millis).unwrap_or(DEFAULT_POLL_MILLIS).max(MIN_POLL_MILLIS),
            hostspec: options.hostspec,
            connection: Connection::Idle,
            backoff: None,
            poll: Poll::NOW,
            host_clock: HostClock::default(),
            clock: SteadyClock::default(),
            visibility: Visibility::default(),
            typing_pause_millis: not_negative(options.typing_pause_millis)
                .unwrap_or(DEFAULT_TYPING_PAUSE_MILLIS),
            grace_millis: not_negative(options.grace_millis).unwrap_or(DEFAULT_GRACE_MILLIS),
            subscriptions: Subscriptions::default(),
            scripts: LiteMap::new(),
            invalid_drafts: LiteMap::new(),
            store: Store::new(Limits { retention_millis, max_bytes, ..defaults }),
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

    /// Changes the time between two polls, which is at least 100 ms.
    pub fn set_poll_millis(&mut self, poll_millis: f64, now_millis: f64) {
        if poll_millis.is_finite() {
            self.poll_millis = poll_millis.max(MIN_POLL_MILLIS);
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

    /// The requests that return all registrations, for the moment in which the page goes away. They are taken again when
    /// the page is visible again.
    pub fn release_requests(&mut self) -> Vec<HttpRequest> {
        let now_millis = self.clock.latest_millis();
        self.visibility = Visibility::Away;
        self.park(now_millis);
        let Some(context) = self.connection.context() else { return Vec::new() };
        let is_return = |one: &Outgoing| matches!(one.purpose, Purpose::Return { .. });
        let (unsent, queued) = std::mem::take(&mut self.outbox).into_iter().partition(is_return);
        self.outbox = unsent;
        self.queue_returns(context);
        let returns = std::mem::replace(&mut self.outbox, queued);
        returns.into_iter().map(|one| self.send(one, now_millis)).collect()
    }

    fn has_requests(&self) -> bool {
        let may_register = !self.registrations.is_empty() && !self.is_registering();
        let commands = may_register || self.unread_registration.is_some() || !self.returns.is_empty();
        self.context_is_due
            || self.unchecked_context.is_some()
            || !self.outbox.is_empty()
            || (commands && self.connection.context().is_some())
    }

    fn fill_outbox(&mut self, now_millis: f64) {
        if std::mem::take(&mut self.context_is_due) {
            self.queue(Draft::open_context(self.hostspec.as_deref()), Purpose::OpenContext);
        }
        if let Some(context) = self.unchecked_context.take() {
            self.queue(Draft::fetch(context, &status::agent_metrics()), Purpose::AskAgent { context });
        }
        let Some(context) = self.connection.context() else { return };
        self.queue_returns(context);
        if self.visibility != Visibility::Away {
            self.queue_registration(context);
            self.queue_questions(context, now_millis);
            self.queue_poll(context, now_millis);
        }
    }

    fn queue(&mut self, draft: Draft, purpose: Purpose) {
        let context = self.connection.context();
        self.outbox.push_back(Outgoing { draft, purpose, context });
    }

    fn send_one(&mut self, now_millis: f64) -> Option<HttpRequest> {
        if !self.pending.is_empty() {
            return None;
        }
        let next = self.outbox.pop_front()?;
        Some(self.send(next, now_millis))
    }

    fn send(&mut self, Outgoing { draft, purpose, context }: Outgoing, now_millis: f64) -> HttpRequest {
        let id = self.next_request;
        self.next_request = self.next_request.wrapping_add(1);
        let deadline_millis = now_millis + f64::from(draft.timeout_millis) + ANSWER_GRACE_MILLIS;
        self.pending.insert(id, Pending { purpose, context, deadline_millis });
        let Draft { method, path, body, timeout_millis } = draft;
        HttpRequest { id, method, path, body, timeout_millis }
    }

    fn give_up_on_late_answers(&mut self, now_millis: f64) {
        let late: Vec<u32> = self
            .pending
            .iter()
            .filter(|(_, pending)| pending.deadline_millis <= now_millis)
            .map(|(id, _)| *id)
            .collect();
        for id in late {
            self.take_failure(id, "no answer in time", now_millis);
        }
    }

    /// The reply to a registration is read at once, in the context that has it.
    fn read_registration(&mut self, now_millis: f64) {
        let Some(UnreadRegistration { context, text, run, refusal }) = self.unread_registration.take() else {
            return;
        };
        match context.filter(|_| context == self.connection.context()) {
            Some(context) => {
                let purpose = Purpose::ReadRegistration { text, run, refusal };
                let draft = Draft::read_registration(context);
                self.outbox.push_front(Outgoing { draft, purpose, context: Some(context) });
            }
            None => self.registration_event(&text, RegistrationEvent::Unanswered { run }, now_millis),
        }
    }

    /// Registrations go one after the other, reply by reply.
    fn queue_registration(&mut self, context: u32) {
        while !self.is_registering() {
            let Some((text, run)) = self.registrations.pop_front() else { return };
            // A version that was replaced before it was sent is not sent at all.
            if self.awaits(&text, run) {
                self.queue(Draft::register(context, &text), Purpose::Register { text, run });
            }
        }
    }

    fn queue_returns(&mut self, context: u32) {
        while let Some(Return { lease, handle }) = self.returns.pop_front() {
            self.queue(Draft::deregister(context, handle), Purpose::Return { lease });
        }
    }

    fn is_registering(&self) -> bool {
        let sent = self.pending.values().map(|pending| &pending.purpose);
        sent.chain(self.outbox.iter().map(|one| &one.purpose))
            .any(|purpose| matches!(purpose, Purpose::Register { .. } | Purpose::ReadRegistration { .. }))
    }

    fn awaits(&self, text: &str, run: u32) -> bool {
        self.subscriptions.registration(text).is_some_and(|registration| registration.awaits(run))
    }

    fn queue_questions(&mut self, context: u32, now_millis: f64) {
        let is_due = |question: Question| question.due_millis().is_some_and(|at| at <= now_millis);
        let mut components = Vec::new();
        let mut metrics = Vec::new();
        for (text, shared) in &mut self.scripts {
            let registration = self.subscriptions.registration(text);
            let Some(lease) = registration.and_then(|one| one.state.lease()) else { continue };
            for script in shared.both_mut().filter(|script| script.lease == *lease) {
                if is_due(script.ask_metrics) {
                    script.ask_metrics = Question::Asked;
                    components.push(script.component.clone());
                }
                for metric in script.metrics_mut().filter(|metric| is_due(metric.ask_instances)) {
                    metric.ask_instances = Question::Asked;
                    metrics.push(metric.name.clone());
                }
            }
        }
        for component in sorted(components) {
            self.queue(Draft::metrics(context, &component), Purpose::AskMetrics { component });
        }
        for metric in sorted(metrics) {
            self.queue(Draft::instances(context, &metric), Purpose::AskInstances { metric });
        }
    }

    /// One round for all scripts.
    fn queue_poll(&mut self, context: u32, now_millis: f64) {
        if !self.poll.is_due(now_millis) {
            return;
        }
        let names = self.polled().flat_map(script::Script::polled_names).collect();
        let parts = split_names(sorted(names));
        self.poll.begin(parts.len(), now_millis, self.period_millis());
        for names in parts {
            self.queue(Draft::fetch(context, &names), Purpose::Poll { names });
        }
    }

    fn period_millis(&self) -> f64 {
        let is_waiting = self.subscriptions.registrations().any(|(_, one)| one.state.is_waiting());
        match self.visibility {
            Visibility::Visible if is_waiting => EAGER_POLL_MILLIS.min(self.poll_millis),
            visibility => visibility.period_millis(self.poll_millis),
        }
    }

    fn connection_event(&mut self, event: ConnectionEvent, now_millis: f64) {
        // The moment at which a page was opened is as good a seed as any, and tests know it.
        let backoff = self.backoff.get_or_insert_with(|| Backoff::new(now_millis.to_bits()));
        let connection = std::mem::replace(&mut self.connection, Connection::Idle);
        let (connection, effect) = connection.transition(event, now_millis, backoff);
        self.connection = connection;
        if effect == Some(ConnectionEffect::OpenContext) {
            self.context_is_due = true;
        }
    }

    fn target_event(&mut self, target: &str, event: TargetEvent, now_millis: f64) {
        let now_millis = self.clock.advance(now_millis);
        let effects = self.subscriptions.target_event(target, event, now_millis);
        self.carry_out(effects, now_millis);
    }

    fn registration_event(&mut self, text: &ScriptText, event: RegistrationEvent, now_millis: f64) {
        let effects = self.subscriptions.registration_event(text, event, now_millis);
        if let Some(registration) = self.subscriptions.registration(text)
            && let Some(shared) = self.scripts.get_mut(text)
        {
            shared.settle(&registration.state, &mut self.store);
        }
        self.carry_out(effects, now_millis);
    }

    /// Returns all registrations while nobody sees the page, takes them again when somebody does.
    fn park(&mut self, now_millis: f64) {
        let effects = self.subscriptions.set_parked(self.visibility == Visibility::Away, now_millis);
        self.carry_out(effects, now_millis);
    }

    fn carry_out(&mut self, effects: Vec<SubscriptionEffect>, now_millis: f64) {
        for effect in effects {
            match effect {
                SubscriptionEffect::Check { target, text } => {
                    let is_valid = self.check(&target, &text);
                    let event = TargetEvent::Checked { text, is_valid };
                    let effects = self.subscriptions.target_event(&target, event, now_millis);
                    self.carry_out(effects, now_millis);
                }
                SubscriptionEffect::Register { text, run } => {
                    self.scripts.entry(text.clone()).or_default().diagnostics.clear();
                    self.registrations.retain(|(other, _)| *other != text);
                    self.registrations.push_back((text, run));
                }
                SubscriptionEffect::Return(lease) => {
                    let handle = lease.0.clone();
                    self.queue_return(Return { lease, handle });
                }
                SubscriptionEffect::Free(text) => {
                    if let Some(shared) = self.scripts.remove(&text) {
                        shared.free(&mut self.store);
                    }
                }
            }
        }
        self.invalid_drafts.retain(|target, _| self.subscriptions.target(target).is_some());
    }

    /// Whether a draft may start: the host would refuse one with errors, and end the version before for nothing.
    fn check(&mut self, target: &str, text: &str) -> bool {
        let version = self.agent.bpftrace_version.as_deref().and_then(|version| version.parse().ok());
        let findings = findings_to_watch(analyse(text, version.unwrap_or(Version::NEWEST)).diagnostics);
        let is_valid = findings.iter().all(|finding| finding.severity != Severity::Error);
        self.invalid_drafts.insert(target.to_string(), control_diagnostics(&findings, text));
        if is_valid {
            self.invalid_drafts.remove(target);
        }
        is_valid
    }

    fn queue_return(&mut self, item: Return) {
        if self.returns.len() >= MAX_RETURNS {
            self.returns.pop_front();
        }
        self.returns.push_back(item);
    }
}

/// Scripts that differ in blanks at their end are one.
fn script_text(source: &str) -> ScriptText {
    source.trim_end().into()
}

/// Names in order, each once.
fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names.dedup();
    names
}
