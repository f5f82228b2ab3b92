//! Carries what happens into the machines of `bt_lifecycle`, and carries out what they want.

use bt_analysis::{Severity, analyse, control_diagnostics, findings_to_watch};
use bt_catalog::Version;
use bt_lifecycle::browser::{
    Backoff, Connection, ConnectionEffect, ConnectionEvent, RegistrationEvent, ScriptText,
    SubscriptionEffect, TargetEvent, Visibility,
};

use super::Session;
use super::outbox::Return;

impl Session {
    pub(super) fn connection_event(&mut self, event: ConnectionEvent, now_millis: f64) {
        let context_before = self.connection.context();
        let backoff = backoff(&mut self.backoff, now_millis);
        let connection = std::mem::replace(&mut self.connection, Connection::Idle);
        let (connection, effect) = connection.transition(event, now_millis, backoff);
        self.connection = connection;
        if context_before.is_some() && context_before != self.connection.context() {
            self.take_outbox_back(now_millis);
        }
        if effect == Some(ConnectionEffect::OpenContext) {
            self.context_is_due = true;
        }
    }

    pub(super) fn target_event(&mut self, target: &str, event: TargetEvent, now_millis: f64) {
        let now_millis = self.clock.advance(now_millis);
        let effects = self.subscriptions.target_event(target, event, now_millis);
        self.carry_out(effects, now_millis);
    }

    pub(super) fn registration_event(
        &mut self,
        text: &ScriptText,
        event: RegistrationEvent,
        now_millis: f64,
    ) {
        let effects = self.subscriptions.registration_event(text, event, now_millis);
        if let Some(registration) = self.subscriptions.registration(text)
            && let Some(shared) = self.scripts.get_mut(text)
        {
            shared.settle(&registration.state, &mut self.store);
        }
        self.carry_out(effects, now_millis);
    }

    /// Returns all registrations while nobody sees the page, takes them again when somebody does.
    pub(super) fn park(&mut self, now_millis: f64) {
        let effects = self.subscriptions.set_parked(self.visibility == Visibility::Away, now_millis);
        self.carry_out(effects, now_millis);
    }

    pub(super) fn carry_out(&mut self, effects: Vec<SubscriptionEffect>, now_millis: f64) {
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
                    self.queue_return(Return { lease, handle, failures: 0 });
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
}

/// The moment at which a page was opened is as good a seed as any, and tests know it.
pub(super) fn backoff(slot: &mut Option<Backoff>, now_millis: f64) -> &mut Backoff {
    slot.get_or_insert_with(|| Backoff::new(now_millis.to_bits()))
}
