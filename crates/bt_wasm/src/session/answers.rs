//! What an answer, or its absence, changes.

mod poll;
mod refusal;
mod registration;

use bt_lifecycle::browser::{ConnectionEvent, Lease, RegistrationEvent, ScriptText};
use bt_metrics::pmwebapi::{ContextReply, ErrorReply, FetchReply, IndomReply, MetricEntry, MetricReply};
use serde::de::DeserializeOwned;

use super::metric::Question;
use super::outbox::{Pending, Return, UnreadRegistration};
use super::request::Purpose;
use super::shared_script::{SharedScript, all_metrics_mut, all_scripts_mut};
use super::{Session, status};

/// How much of an answer that is no JSON is shown to people.
const EXCERPT_CHARACTERS: usize = 200;

impl Session {
    /// Takes the answer to a request. An id that is not awaited (any more) is ignored. Requests that follow from the
    /// answer come with the next tick.
    pub fn respond(&mut self, id: u32, http_status: u16, body: &str, now_millis: f64) {
        let now_millis = self.clock.advance(now_millis);
        let Some(pending) = self.pending.remove(&id) else { return };
        if (200..300).contains(&http_status) {
            self.take_answer(pending, body, now_millis);
            return;
        }
        match serde_json::from_str::<ErrorReply>(body) {
            Ok(reply) if reply.message.contains("unknown context identifier") => {
                self.lose_context(pending, now_millis);
            }
            Ok(reply) if http_status == 400 => self.take_refusal(pending, reply.message, now_millis),
            // A server in between, whose words say enough.
            Ok(reply) => self.lose_host(pending, &reply.message, now_millis),
            Err(_) => self.lose_host(pending, &format!("HTTP {http_status}: {}", excerpt(body)), now_millis),
        }
    }

    /// Takes the news that a request got no answer.
    pub fn fail(&mut self, id: u32, message: &str, now_millis: f64) {
        let now_millis = self.clock.advance(now_millis);
        self.take_failure(id, message, now_millis);
    }

    pub(super) fn take_failure(&mut self, id: u32, message: &str, now_millis: f64) {
        if let Some(pending) = self.pending.remove(&id) {
            self.lose_host(pending, message, now_millis);
        }
    }

    fn take_answer(&mut self, pending: Pending, body: &str, now_millis: f64) {
        let taken = match &pending.purpose {
            Purpose::OpenContext => parse(body).map(|reply: ContextReply| {
                self.host = status::host_name(&reply);
                self.unchecked_context = Some(reply.context);
            }),
            Purpose::AskAgent { context } => parse(body).map(|reply: FetchReply| {
                self.follow_host_clock(reply.timestamp, pending.sent_millis, now_millis);
                self.take_agent(*context, &reply, now_millis);
            }),
            Purpose::Register { text, run } => {
                let (text, run) = (text.clone(), *run);
                self.unread_registration =
                    Some(UnreadRegistration { context: pending.context, text, run, refusal: None });
                Ok(())
            }
            Purpose::ReadRegistration { text, run, refusal } => parse(body).map(|reply: FetchReply| {
                self.take_registration(text, *run, refusal.clone(), &reply, now_millis);
            }),
            Purpose::Return { lease } => {
                self.finish_return(lease.clone(), now_millis);
                Ok(())
            }
            Purpose::AskMetrics { component } => {
                parse(body).map(|reply: MetricReply| self.take_metrics(component, &reply, now_millis))
            }
            Purpose::AskInstances { metric } => {
                parse(body).map(|reply: IndomReply| self.take_instances(metric, &reply, now_millis))
            }
            Purpose::Poll { names } => {
                let reply = FetchReply::read(body).map_err(|error| not_pmwebapi(&error, body));
                reply.map(|reply| {
                    self.follow_host_clock(reply.timestamp, pending.sent_millis, now_millis);
                    self.take_poll(names, &reply, pending.sent_millis, now_millis);
                })
            }
        };
        if let Err(message) = taken {
            self.lose_host(pending, &message, now_millis);
        }
    }

    /// The connection stands once there is an agent: what a page asks for is the agent's.
    fn take_agent(&mut self, context: u32, reply: &FetchReply, now_millis: f64) {
        let event = match status::agent_info(reply) {
            Some(agent) => {
                self.agent = agent;
                ConnectionEvent::Opened { context }
            }
            None => ConnectionEvent::Failed { message: self.without_agent() },
        };
        self.connection_event(event, now_millis);
    }

    fn without_agent(&self) -> String {
        let host = self.host.as_deref().unwrap_or("the host");
        format!("{host} has no bpftrace agent that runs: install it there, or start it again")
    }

    /// The host understood the request and will not do it.
    fn take_refusal(&mut self, pending: Pending, message: String, now_millis: f64) {
        match pending.purpose {
            Purpose::Register { text, run } => {
                self.unread_registration =
                    Some(UnreadRegistration { context: pending.context, text, run, refusal: Some(message) });
            }
            Purpose::ReadRegistration { text, run, .. } => {
                self.registration_event(&text, RegistrationEvent::Refused { run, message }, now_millis);
            }
            Purpose::Return { lease } => self.take_refused_return(lease, now_millis),
            Purpose::AskMetrics { component } => {
                let nothing = MetricReply { context: 0, metrics: Vec::new() };
                self.take_metrics(&component, &nothing, now_millis);
            }
            Purpose::AskInstances { metric } => self.ask_instances_again(&metric, now_millis),
            Purpose::Poll { names } if message.contains("nknown metric") || message.contains("lookup") => {
                let nothing = FetchReply { context: 0, timestamp: 0.0, values: Vec::new() };
                self.take_poll(&names, &nothing, pending.sent_millis, now_millis);
            }
            Purpose::OpenContext | Purpose::AskAgent { .. } | Purpose::Poll { .. } => {
                self.lose_host(pending, &message, now_millis);
            }
        }
    }

    /// The host does not know the context any more; what was asked is asked again in a new one.
    fn lose_context(&mut self, pending: Pending, now_millis: f64) {
        match pending.context {
            Some(context) => {
                self.connection_event(ConnectionEvent::ContextExpired { context }, now_millis);
                self.want_again(pending.purpose, now_millis);
            }
            None => self.lose_host(pending, "the host forgot the context that it had opened", now_millis),
        }
    }

    /// The host does not answer, or not as a host does. A request of an earlier connection says nothing about this one.
    fn lose_host(&mut self, pending: Pending, message: &str, now_millis: f64) {
        if pending.context == self.connection.context() {
            self.connection_event(ConnectionEvent::Failed { message: message.to_string() }, now_millis);
            self.interrupt_samples();
        }
        self.want_again(pending.purpose, now_millis);
    }

    fn want_again(&mut self, purpose: Purpose, now_millis: f64) {
        match purpose {
            Purpose::OpenContext | Purpose::AskAgent { .. } => {}
            Purpose::Register { text, run } | Purpose::ReadRegistration { text, run, .. } => {
                self.registration_event(&text, RegistrationEvent::Unanswered { run }, now_millis);
            }
            Purpose::Return { lease } => {
                let handle = lease.0.clone();
                self.queue_return(Return { lease, handle });
            }
            Purpose::AskMetrics { component } => {
                all_scripts_mut(&mut self.scripts)
                    .filter(|script| script.component == component)
                    .for_each(|script| script.ask_metrics = Question::Due(now_millis));
            }
            Purpose::AskInstances { metric } => self.ask_instances_again(&metric, now_millis),
            Purpose::Poll { .. } => self.poll.answered(now_millis, self.period_millis()),
        }
    }

    /// The host knows the script by its name, or no longer; then nothing is left to return.
    ///
    /// Only PCP's agent, which tells no version, is asked by name: with ours the name may be another script's by now.
    fn take_refused_return(&mut self, lease: Lease, now_millis: f64) {
        match self.names.remove(&lease) {
            Some(handle) if self.agent.version.is_none() => self.queue_return(Return { lease, handle }),
            _ => self.finish_return(lease, now_millis),
        }
    }

    fn finish_return(&mut self, lease: Lease, now_millis: f64) {
        self.names.remove(&lease);
        let texts: Vec<ScriptText> = self.scripts.keys().cloned().collect();
        for text in texts {
            self.registration_event(&text, RegistrationEvent::Returned { lease: lease.clone() }, now_millis);
        }
    }

    fn take_metrics(&mut self, component: &str, reply: &MetricReply, now_millis: f64) {
        if self.has_lost(component, reply)
            && let Some(context) = self.connection.context()
        {
            self.connection_event(ConnectionEvent::ContextExpired { context }, now_millis);
        }
        let scripts = all_scripts_mut(&mut self.scripts);
        for script in scripts.filter(|script| script.component == component) {
            script.take_metrics(&reply.metrics, &mut self.store, now_millis);
        }
        // The values of the new metrics are what everybody waits for.
        self.poll.hasten(now_millis, 0.0);
    }

    /// Whether a script that the host knew is gone from its name space. pmproxy 6.0.3 keeps a context's names and their
    /// last values even when the agent has died; the next context knows better.
    fn has_lost(&self, component: &str, reply: &MetricReply) -> bool {
        let was_known =
            self.held().any(|(_, script)| script.component == component && script.status.is_some());
        was_known && !reply.metrics.iter().any(|entry| matches!(entry, MetricEntry::Known(_)))
    }

    fn take_instances(&mut self, metric: &str, reply: &IndomReply, now_millis: f64) {
        for known in all_metrics_mut(&mut self.scripts, metric) {
            known.take_instances(&reply.instances, &mut self.store, now_millis);
        }
    }

    fn ask_instances_again(&mut self, metric: &str, now_millis: f64) {
        for known in all_metrics_mut(&mut self.scripts, metric) {
            known.ask_instances_again(now_millis);
        }
    }

    /// What was counted while a clock was set cannot be told from how far it was set.
    fn follow_host_clock(&mut self, timestamp_seconds: f64, sent_millis: f64, now_millis: f64) {
        let [sent_millis, now_millis] =
            [sent_millis, now_millis].map(|millis| self.clock.page_millis(millis));
        if self.host_clock.learn(timestamp_seconds, sent_millis, now_millis) {
            self.interrupt_samples();
        }
    }

    fn interrupt_samples(&mut self) {
        for script in self.scripts.values().flat_map(SharedScript::both) {
            script.interrupt(&mut self.store);
        }
    }
}

fn parse<T: DeserializeOwned>(body: &str) -> Result<T, String> {
    serde_json::from_str(body).map_err(|error| not_pmwebapi(&error, body))
}

fn not_pmwebapi(error: &serde_json::Error, body: &str) -> String {
    format!("the answer is not PMWEBAPI's ({error}): {}", excerpt(body))
}

fn excerpt(body: &str) -> String {
    body.trim().chars().take(EXCERPT_CHARACTERS).collect()
}
