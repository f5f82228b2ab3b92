//! What the session asks of its host: requests wait here, go out one after the other, and are given up when late.

use bt_lifecycle::browser::{Lease, RegistrationEvent, ScriptText, Visibility};

use super::request::{Draft, HttpRequest, Purpose, split_names};
use super::script::Script;
use super::{Session, status};

/// Time after which a request without any word from the caller counts as failed, beyond its own timeout.
const ANSWER_GRACE_MILLIS: f64 = 5_000.0;
/// Registrations that wait to be returned; beyond it the oldest is left to the host's expiry.
const MAX_RETURNS: usize = 256;

/// A request that was not sent yet.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) draft: Draft,
    pub(super) purpose: Purpose,
    pub(super) context: Option<u32>,
}

/// A request without an answer.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) purpose: Purpose,
    /// The context that asks; `None` if one is being opened.
    pub(super) context: Option<u32>,
    pub(super) sent_millis: f64,
    pub(super) deadline_millis: f64,
}

/// A registration that goes back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Return {
    pub(super) lease: Lease,
    /// Useless answers so far.
    pub(super) failures: u32,
    /// What the host knows the script by: its id, or its name.
    pub(super) handle: String,
}

/// A script that the host has taken or refused.
#[derive(Debug)]
pub(super) struct UnreadRegistration {
    /// The context that has the reply.
    pub(super) context: Option<u32>,
    pub(super) text: ScriptText,
    pub(super) run: u32,
    /// Why the host refused the store, if it did.
    pub(super) refusal: Option<String>,
}

impl Session {
    /// The requests that return all registrations, for the moment in which the page goes away. They are taken again when
    /// the page is visible again. Nobody waits for the answers: a page that comes back has better to do, and what a lost
    /// request leaves is for the host's expiry.
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
        returns.into_iter().map(|one| self.give_back_blindly(one, now_millis)).collect()
    }

    fn give_back_blindly(&mut self, one: Outgoing, now_millis: f64) -> HttpRequest {
        let request = self.number(one.draft);
        if let Purpose::Return { item } = one.purpose {
            self.finish_return(item.lease, now_millis);
        }
        request
    }

    pub(super) fn has_requests(&self) -> bool {
        let may_register = !self.registrations.is_empty() && !self.is_registering();
        let commands = may_register || self.unread_registration.is_some() || !self.returns.is_empty();
        self.context_is_due
            || self.unchecked_context.is_some()
            || !self.outbox.is_empty()
            || (commands && self.connection.context().is_some())
    }

    pub(super) fn fill_outbox(&mut self, now_millis: f64) {
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

    /// The context that these requests were for is lost. A host that is gone is not asked one after the other.
    pub(super) fn take_outbox_back(&mut self, now_millis: f64) {
        for unsent in std::mem::take(&mut self.outbox) {
            self.want_again(unsent.purpose, now_millis);
        }
    }

    fn queue(&mut self, draft: Draft, purpose: Purpose) {
        let context = self.connection.context();
        self.outbox.push_back(Outgoing { draft, purpose, context });
    }

    pub(super) fn send_one(&mut self, now_millis: f64) -> Option<HttpRequest> {
        if !self.pending.is_empty() {
            return None;
        }
        let next = self.outbox.pop_front()?;
        Some(self.send(next, now_millis))
    }

    fn send(&mut self, Outgoing { draft, purpose, context }: Outgoing, now_millis: f64) -> HttpRequest {
        let request = self.number(draft);
        let deadline_millis = now_millis + f64::from(request.timeout_millis) + ANSWER_GRACE_MILLIS;
        let pending = Pending { purpose, context, sent_millis: now_millis, deadline_millis };
        self.pending.insert(request.id, pending);
        request
    }

    fn number(&mut self, draft: Draft) -> HttpRequest {
        let id = self.next_request;
        self.next_request = self.next_request.wrapping_add(1);
        let Draft { method, path, body, timeout_millis } = draft;
        HttpRequest { id, method, path, body, timeout_millis }
    }

    pub(super) fn give_up_on_late_answers(&mut self, now_millis: f64) {
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
    pub(super) fn read_registration(&mut self, now_millis: f64) {
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
        while let Some(item) = self.returns.pop_front() {
            self.queue(Draft::deregister(context, item.handle.clone()), Purpose::Return { item });
        }
    }

    fn is_registering(&self) -> bool {
        let sent = self.pending.values().map(|pending| &pending.purpose);
        sent.chain(self.outbox.iter().map(|one| &one.purpose))
            .any(|purpose| matches!(purpose, Purpose::Register { .. } | Purpose::ReadRegistration { .. }))
    }

    pub(super) fn awaits(&self, text: &str, run: u32) -> bool {
        self.subscriptions.registration(text).is_some_and(|registration| registration.awaits(run))
    }

    fn queue_questions(&mut self, context: u32, now_millis: f64) {
        let mut components = Vec::new();
        let mut metrics = Vec::new();
        for (text, shared) in &mut self.scripts {
            let registration = self.subscriptions.registration(text);
            let Some(lease) = registration.and_then(|one| one.state.lease()) else { continue };
            for script in shared.both_mut().filter(|script| script.lease == *lease) {
                if script.ask_metrics.is_due(now_millis) {
                    script.ask_metrics.set_asked();
                    components.push(script.component.clone());
                }
                for metric in script.metrics_mut().filter(|metric| metric.ask_instances.is_due(now_millis)) {
                    metric.ask_instances.set_asked();
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
        let parts = split_names(self.polled().map(Script::polled_names));
        self.poll.begin(parts.len(), now_millis, self.period_millis());
        for names in parts {
            self.queue(Draft::fetch(context, &names), Purpose::Poll { names });
        }
    }

    pub(super) fn queue_return(&mut self, item: Return) {
        if self.returns.len() >= MAX_RETURNS {
            self.returns.pop_front();
        }
        self.returns.push_back(item);
    }
}

/// Names in order, each once.
fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names.dedup();
    names
}
