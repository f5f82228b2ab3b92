//! The state of a page: one connection, its panels, their samples. Asks for requests, takes answers, does no IO.
//!
//! [`Session`] joins the machines of `bt_lifecycle`, the messages of `bt_metrics` and the store of `bt_series`. The
//! caller performs the requests that [`Session::tick`] returns and hands the answers to [`Session::respond`].

mod answers;
mod clock;
mod frames;
mod metric;
mod notices;
mod panel;
mod request;
mod script;
mod status;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bt_analysis::Annotations;
use bt_lifecycle::browser::{
    Backoff, Connection, ConnectionEffect, ConnectionEvent, Lease, Poll, TargetEffect, TargetEvent,
};
use bt_series::{Limits, Store};
use serde::Deserialize;
use tsify::Tsify;

pub use frames::{
    ColumnKind, FlameNode, FlameOptions, FlameTable, HeatBucket, HeatFrame, HeatOptions, MetricView,
    SeriesFrame, SeriesLine, SeriesOptions, TableCell, TableColumn, TableFrame, WindowOptions,
};
pub use notices::Notice;
pub use request::{HttpMethod, HttpRequest};
pub use status::{AgentInfo, ConnectionState, ConnectionView, HostDiagnostic, TargetStatus};

use clock::HostClock;
use metric::Question;
use panel::Panel;
use request::{Draft, Purpose, split_names};

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
    clock: HostClock,
    panels: BTreeMap<String, Panel>,
    store: Store,
    /// Name of the host, as of the latest context.
    host: Option<String>,
    agent: AgentInfo,
    /// A context has to be opened with the next tick.
    context_is_due: bool,
    /// A context in which the agent has to be looked for with the next tick: a host without one is of no use.
    unchecked_context: Option<u32>,
    /// The latest `now` that a caller told.
    latest_millis: f64,
    next_request: u32,
    pending: BTreeMap<u32, Pending>,
    /// Scripts to register, the newest version of each target. One at a time: the reply is read from a metric that
    /// knows only the last one.
    registrations: VecDeque<(String, u32)>,
    /// A registration that was sent, whose reply has to be read with the next tick.
    unread_registration: Option<UnreadRegistration>,
    returns: VecDeque<Return>,
    /// Names of registered scripts that have one: PCP's agent takes a named script back only by its name.
    names: BTreeMap<Lease, String>,
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
    target: String,
    run: u32,
    /// Why the host refused the store, if it did.
    refusal: Option<String>,
}

impl Session {
    /// A session that has not connected yet.
    pub fn new(options: SessionOptions) -> Session {
        let defaults = Limits::default();
        let positive = |value: Option<f64>| value.filter(|value| value.is_finite() && *value > 0.0);
        let retention_millis = positive(options.retention_seconds)
            .map_or(defaults.retention_millis, |seconds| (seconds * 1000.0).min(MAX_RETENTION_MILLIS));
        let max_bytes = positive(options.max_bytes).map_or(defaults.max_bytes, |bytes| bytes as usize);
        Session {
            poll_millis: positive(options.poll_millis).unwrap_or(DEFAULT_POLL_MILLIS).max(MIN_POLL_MILLIS),
            hostspec: options.hostspec,
            connection: Connection::Idle,
            backoff: None,
            poll: Poll::NOW,
            clock: HostClock::default(),
            panels: BTreeMap::new(),
            store: Store::new(Limits { retention_millis, max_bytes, ..defaults }),
            host: None,
            agent: AgentInfo::default(),
            context_is_due: false,
            unchecked_context: None,
            latest_millis: 0.0,
            next_request: 1,
            pending: BTreeMap::new(),
            registrations: VecDeque::new(),
            unread_registration: None,
            returns: VecDeque::new(),
            names: BTreeMap::new(),
        }
    }

    /// Runs `source` for `target`, instead of the script that the target may have.
    pub fn run(&mut self, target: &str, source: &str, now_millis: f64) {
        let panel = self.panels.entry(target.to_string()).or_default();
        panel.source = source.to_string();
        panel.diagnostics.clear();
        if let Some(unused) = panel.next.take() {
            unused.free(&mut self.store);
        }
        self.target_event(target, TargetEvent::Run, now_millis);
    }

    /// A panel wants `source`. The same text again changes nothing.
    pub fn edit(&mut self, target: &str, source: &str, now_millis: f64) {
        let is_same =
            self.panels.get(target).is_some_and(|panel| panel.source.trim_end() == source.trim_end());
        if !is_same {
            self.run(target, source, now_millis);
        }
    }

    /// Nobody looks at `target` any more.
    pub fn release(&mut self, target: &str, now_millis: f64) {
        self.remove(target, now_millis);
    }

    /// Whether anybody sees the page.
    pub fn set_visible(&mut self, _visible: bool, _now_millis: f64) {}

    /// Ends the script of `target`. Its samples stay readable until the target runs another one.
    pub fn stop(&mut self, target: &str, now_millis: f64) {
        self.target_event(target, TargetEvent::Stop, now_millis);
        if let Some(unused) = self.panels.get_mut(target).and_then(|panel| panel.next.take()) {
            unused.free(&mut self.store);
        }
    }

    /// Forgets `target`: ends its script and frees its samples.
    pub fn remove(&mut self, target: &str, now_millis: f64) {
        self.stop(target, now_millis);
        if let Some(shown) = self.panels.remove(target).and_then(|panel| panel.shown) {
            shown.free(&mut self.store);
        }
    }

    /// The requests that are due.
    pub fn tick(&mut self, now_millis: f64) -> Vec<HttpRequest> {
        self.latest_millis = now_millis;
        self.give_up_on_late_answers(now_millis);
        let mut requests = Vec::new();
        self.connection_event(ConnectionEvent::Tick, now_millis);
        if std::mem::take(&mut self.context_is_due) {
            let draft = Draft::open_context(self.hostspec.as_deref());
            requests.push(self.send(draft, Purpose::OpenContext, now_millis));
        }
        if let Some(context) = self.unchecked_context.take() {
            let draft = Draft::fetch(context, &status::agent_metrics());
            requests.push(self.send(draft, Purpose::AskAgent { context }, now_millis));
        }
        if let Some(context) = self.connection.context() {
            self.send_commands(context, now_millis, &mut requests);
            self.send_questions(context, now_millis, &mut requests);
            self.send_poll(context, now_millis, &mut requests);
        }
        requests
    }

    /// Milliseconds until [`Self::tick`] has something to do; at most the poll period.
    pub fn next_tick(&self, now_millis: f64) -> f64 {
        if self.context_is_due || self.unchecked_context.is_some() {
            return 0.0;
        }
        let mut due = self.connection.due_millis().unwrap_or(f64::INFINITY);
        for pending in self.pending.values() {
            due = due.min(pending.deadline_millis);
        }
        if self.connection.context().is_some() {
            let may_register = !self.registrations.is_empty() && !self.is_registering();
            if may_register || self.unread_registration.is_some() || !self.returns.is_empty() {
                return 0.0;
            }
            let questions = self.panels.values().flat_map(Panel::held).flat_map(|script| {
                let metrics = script.metrics.values().filter_map(|metric| metric.ask_instances.due_millis());
                script.ask_metrics.due_millis().into_iter().chain(metrics)
            });
            due = questions.chain(self.poll.due_millis()).fold(due, f64::min);
        }
        (due - now_millis).clamp(0.0, self.poll_millis)
    }

    /// The requests that return all registrations. All targets stop; for the moment in which the page goes away.
    pub fn release_requests(&mut self) -> Vec<HttpRequest> {
        let now_millis = self.latest_millis;
        let targets: Vec<String> = self.panels.keys().cloned().collect();
        for target in targets {
            self.stop(&target, now_millis);
        }
        let mut requests = Vec::new();
        if let Some(context) = self.connection.context() {
            self.send_returns(context, now_millis, &mut requests);
        }
        requests
    }

    fn send(&mut self, draft: Draft, purpose: Purpose, now_millis: f64) -> HttpRequest {
        let id = self.next_request;
        self.next_request = self.next_request.wrapping_add(1);
        let deadline_millis = now_millis + f64::from(draft.timeout_millis) + ANSWER_GRACE_MILLIS;
        let context = self.connection.context();
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
            self.fail(id, "no answer in time", now_millis);
        }
    }

    /// Commands: registrations one after the other, returns all at once.
    fn send_commands(&mut self, context: u32, now_millis: f64, requests: &mut Vec<HttpRequest>) {
        self.send_returns(context, now_millis, requests);
        if let Some(UnreadRegistration { target, run, refusal }) = self.unread_registration.take() {
            let draft = Draft::read_registration(context);
            requests.push(self.send(draft, Purpose::ReadRegistration { target, run, refusal }, now_millis));
        }
        while !self.is_registering() {
            let Some((target, run)) = self.registrations.pop_front() else { return };
            // A version that was replaced before it was sent is not sent at all.
            let panel = self.panels.get(&target).filter(|panel| panel.machine.awaits_registration(run));
            if let Some(draft) = panel.map(|panel| Draft::register(context, &panel.source)) {
                requests.push(self.send(draft, Purpose::Register { target, run }, now_millis));
            }
        }
    }

    fn send_returns(&mut self, context: u32, now_millis: f64, requests: &mut Vec<HttpRequest>) {
        while let Some(Return { lease, handle }) = self.returns.pop_front() {
            let draft = Draft::deregister(context, handle);
            requests.push(self.send(draft, Purpose::Return { lease }, now_millis));
        }
    }

    fn is_registering(&self) -> bool {
        self.pending.values().any(|pending| {
            matches!(pending.purpose, Purpose::Register { .. } | Purpose::ReadRegistration { .. })
        })
    }

    fn send_questions(&mut self, context: u32, now_millis: f64, requests: &mut Vec<HttpRequest>) {
        let is_due = |question: Question| question.due_millis().is_some_and(|at| at <= now_millis);
        let mut components = BTreeSet::new();
        let mut metrics = BTreeSet::new();
        for panel in self.panels.values_mut() {
            let leases: Vec<Lease> = panel.machine.state.leases().cloned().collect();
            for script in panel.scripts_mut().filter(|script| leases.contains(&script.lease)) {
                if is_due(script.ask_metrics) {
                    script.ask_metrics = Question::Asked;
                    components.insert(script.component.clone());
                }
                for metric in script.metrics.values_mut().filter(|metric| is_due(metric.ask_instances)) {
                    metric.ask_instances = Question::Asked;
                    metrics.insert(metric.name.clone());
                }
            }
        }
        for component in components {
            let draft = Draft::metrics(context, &component);
            requests.push(self.send(draft, Purpose::AskMetrics { component }, now_millis));
        }
        for metric in metrics {
            let draft = Draft::instances(context, &metric);
            requests.push(self.send(draft, Purpose::AskInstances { metric }, now_millis));
        }
    }

    /// One round for all panels; a metric that two of them show is fetched once.
    fn send_poll(&mut self, context: u32, now_millis: f64, requests: &mut Vec<HttpRequest>) {
        if !self.poll.is_due(now_millis) {
            return;
        }
        let names: BTreeSet<String> =
            self.panels.values().flat_map(Panel::polled).flat_map(script::Script::polled_names).collect();
        let parts = split_names(names);
        self.poll.begin(parts.len(), now_millis, self.period_millis());
        for names in parts {
            let draft = Draft::fetch(context, &names);
            requests.push(self.send(draft, Purpose::Poll { names }, now_millis));
        }
    }

    fn period_millis(&self) -> f64 {
        let is_waiting = self.panels.values().any(|panel| panel.machine.state.is_waiting());
        if is_waiting { EAGER_POLL_MILLIS.min(self.poll_millis) } else { self.poll_millis }
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
        let Some(panel) = self.panels.get_mut(target) else { return };
        for effect in panel.machine.transition(event, now_millis) {
            match effect {
                TargetEffect::Register { run } => {
                    self.registrations.retain(|(other, _)| other != target);
                    self.registrations.push_back((target.to_string(), run));
                }
                TargetEffect::Return(lease) => {
                    let handle = lease.0.clone();
                    self.queue_return(Return { lease, handle });
                }
            }
        }
    }

    fn queue_return(&mut self, item: Return) {
        if self.returns.len() >= MAX_RETURNS {
            self.returns.pop_front();
        }
        self.returns.push_back(item);
    }
}
