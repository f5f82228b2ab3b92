//! What an answer, or its absence, changes.

mod poll;
mod refusal;
mod registration;

use bt_lifecycle::browser::{ConnectionEvent, Lease, RegistrationEvent, ScriptText};
use bt_metrics::pmwebapi::{ContextReply, ErrorReply, FetchReply, IndomReply, MetricEntry, MetricReply};
use serde::de::DeserializeOwned;

use super::effects::backoff;
use super::outbox::{Pending, Return, UnreadRegistration};
use super::request::Purpose;
use super::shared_script::{SharedScript, all_metrics_mut, all_scripts_mut};
use super::{Session, status};

/// How much of an answer that is no JSON is shown to people.
const EXCERPT_CHARACTERS: usize = 200;
/// Useless answers to one return of a registration. Then it is left to the host's expiry: a connection is worth more.
const MAX_RETURN_FAILURES: u32 = 5;

impl Session {
    /// Takes the answer to a request. An id that is not awaited (any more) is ignored. Requests that follow from the
    /// answer come with the next tick.
    pub fn respond(&mut self, id: u32, http_status: u16, body: &str, now_millis: f64) {
        let now_millis = self.clock.advance(now_millis);
        let Some(pending) = self.pending.remove(&id) else { return };
        if !(200..300).contains(&http_status) {
            self.take_error(pending, http_status, body, http_error(http_status, body), now_millis);
        } else if let Err(useless) = self.take_answer(&pending, body, now_millis) {
            // An error with the HTTP status of success is an error.
            self.take_error(pending, 400, body, useless, now_millis);
        }
    }

    /// Takes an answer that is not what was asked for. `useless`: what to say of it if it says nothing itself.
    fn take_error(
        &mut self,
        pending: Pending,
        http_status: u16,
        body: &str,
        useless: String,
        now_millis: f64,
    ) {
        match serde_json::from_str::<ErrorReply>(body).ok().filter(|reply| !reply.message.is_empty()) {
            Some(reply) if reply.message.contains("unknown context identifier") => {
                self.lose_context(pending, now_millis);
            }
            Some(reply) if http_status == 400 => self.take_refusal(pending, reply.message, now_millis),
            // A server in between, whose words say enough.
            Some(reply) => self.take_useless(pending, &reply.message, now_millis),
            None => self.take_useless(pending, &useless, now_millis),
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

    /// `Err` says what is wrong with an answer that nothing can be learnt from.
    fn take_answer(&mut self, pending: &Pending, body: &str, now_millis: f64) -> Result<(), String> {
        match &pending.purpose {
            Purpose::OpenContext => {
                let reply: ContextReply = parse(body)?;
                self.host = status::host_name(&reply);
                self.unchecked_context = Some(reply.context);
            }
            Purpose::AskAgent { context } => {
                let reply = read_fetch(Some(*context), body)?;
                self.follow_host_clock(reply.timestamp, pending.sent_millis, now_millis);
                self.take_agent(*context, &reply, now_millis);
            }
            Purpose::Register { text, run } => {
                parse_stored(pending.context, body)?;
                let (text, run) = (text.clone(), *run);
                self.unread_registration =
                    Some(UnreadRegistration { context: pending.context, text, run, refusal: None });
            }
            Purpose::ReadRegistration { text, run, refusal } => {
                let reply = read_fetch(pending.context, body)?;
                self.take_registration(text, *run, refusal.clone(), &reply, now_millis);
            }
            Purpose::Return { item } => {
                parse_stored(pending.context, body)?;
                self.finish_return(item.lease.clone(), now_millis);
            }
            Purpose::AskMetrics { component } => {
                let reply: MetricReply = parse(body)?;
                check_context(pending.context, Some(reply.context))?;
                self.take_metrics(component, &reply, now_millis);
            }
            Purpose::AskInstances { metric } => {
                let reply: IndomReply = parse(body)?;
                check_context(pending.context, Some(reply.context))?;
                self.take_instances(metric, &reply, now_millis);
            }
            Purpose::Poll { names } => {
                let reply = read_fetch(pending.context, body)?;
                self.follow_host_clock(reply.timestamp, pending.sent_millis, now_millis);
                self.take_poll(names, &reply, pending.sent_millis, now_millis);
            }
        }
        Ok(())
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
            Purpose::Register { .. } | Purpose::ReadRegistration { .. }
                if refusal::misses_agent(&message) =>
            {
                self.lose_host(pending, &self.without_agent(), now_millis);
            }
            Purpose::Register { .. } | Purpose::ReadRegistration { .. } if refusal::is_passing(&message) => {
                self.lose_host(pending, &message, now_millis);
            }
            Purpose::Register { text, run } => {
                self.unread_registration =
                    Some(UnreadRegistration { context: pending.context, text, run, refusal: Some(message) });
            }
            Purpose::ReadRegistration { text, run, .. } => {
                self.registration_event(&text, RegistrationEvent::Refused { run, message }, now_millis);
            }
            Purpose::Return { item } => self.take_refused_return(item.lease, now_millis),
            Purpose::AskMetrics { component } => {
                let nothing = MetricReply { context: 0, metrics: Vec::new() };
                self.take_metrics(&component, &nothing, now_millis);
            }
            Purpose::AskInstances { .. } => self.take_useless(pending, &message, now_millis),
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

    /// The answer is none that a host gives, or no answer to what was asked. One to a question about names does not keep the
    /// values from coming, nor does one to what nobody waits for; any other shows that the host cannot be worked with now.
    fn take_useless(&mut self, pending: Pending, message: &str, now_millis: f64) {
        match pending.purpose {
            Purpose::AskMetrics { component } => {
                let backoff = backoff(&mut self.backoff, now_millis);
                all_scripts_mut(&mut self.scripts)
                    .filter(|script| script.component == component)
                    .for_each(|script| script.ask_metrics.fail(message, now_millis, backoff));
            }
            Purpose::AskInstances { metric } => {
                let backoff = backoff(&mut self.backoff, now_millis);
                all_metrics_mut(&mut self.scripts, &metric)
                    .for_each(|known| known.ask_instances.fail(message, now_millis, backoff));
            }
            Purpose::Return { item } if item.failures + 1 >= MAX_RETURN_FAILURES => {
                self.finish_return(item.lease, now_millis);
            }
            Purpose::Return { item } => {
                let purpose = Purpose::Return { item: Return { failures: item.failures + 1, ..item } };
                self.lose_host(Pending { purpose, ..pending }, message, now_millis);
            }
            Purpose::OpenContext
            | Purpose::AskAgent { .. }
            | Purpose::Register { .. }
            | Purpose::ReadRegistration { .. }
            | Purpose::Poll { .. } => self.lose_host(pending, message, now_millis),
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

    /// What was asked in vain is asked again when there is a connection.
    pub(super) fn want_again(&mut self, purpose: Purpose, now_millis: f64) {
        match purpose {
            Purpose::OpenContext | Purpose::AskAgent { .. } => {}
            Purpose::Register { text, run } | Purpose::ReadRegistration { text, run, .. } => {
                self.registration_event(&text, RegistrationEvent::Unanswered { run }, now_millis);
            }
            Purpose::Return { item } => self.queue_return(item),
            Purpose::AskMetrics { component } => {
                all_scripts_mut(&mut self.scripts)
                    .filter(|script| script.component == component)
                    .for_each(|script| script.ask_metrics.ask(now_millis));
            }
            Purpose::AskInstances { metric } => {
                all_metrics_mut(&mut self.scripts, &metric)
                    .for_each(|known| known.ask_instances.ask(now_millis));
            }
            Purpose::Poll { .. } => self.poll.answered(now_millis, self.period_millis()),
        }
    }

    /// The host knows the script by its name, or no longer; then nothing is left to return.
    ///
    /// Only PCP's agent, which tells no version, is asked by name: with ours the name may be another script's by now.
    fn take_refused_return(&mut self, lease: Lease, now_millis: f64) {
        match self.names.remove(&lease) {
            Some(handle) if self.agent.version.is_none() => {
                self.queue_return(Return { lease, handle, failures: 0 })
            }
            _ => self.finish_return(lease, now_millis),
        }
    }

    pub(super) fn finish_return(&mut self, lease: Lease, now_millis: f64) {
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
        let backoff = backoff(&mut self.backoff, now_millis);
        let scripts = all_scripts_mut(&mut self.scripts);
        for script in scripts.filter(|script| script.component == component) {
            script.take_metrics(&reply.metrics, &mut self.store, now_millis, backoff);
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
        let backoff = backoff(&mut self.backoff, now_millis);
        for known in all_metrics_mut(&mut self.scripts, metric) {
            known.take_instances(&reply.instances, &mut self.store, now_millis, backoff);
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

fn read_fetch(context: Option<u32>, body: &str) -> Result<FetchReply, String> {
    let reply = FetchReply::read(body).map_err(|error| not_pmwebapi(&error, body))?;
    check_context(context, Some(reply.context))?;
    Ok(reply)
}

/// An answer to a store that says `success`.
fn parse_stored(context: Option<u32>, body: &str) -> Result<(), String> {
    let reply: ErrorReply = parse(body)?;
    check_context(context, reply.context)?;
    reply.success.then_some(()).ok_or_else(|| "the host did not do it, and does not say why".into())
}

/// What a server in between mixes up are the values of somebody else.
fn check_context(asked: Option<u32>, answered: Option<u32>) -> Result<(), String> {
    match asked.zip(answered) {
        Some((asked, answered)) if asked != answered => {
            Err(format!("the answer is for the context {answered} instead of {asked}"))
        }
        _ => Ok(()),
    }
}

fn http_error(http_status: u16, body: &str) -> String {
    match excerpt(body) {
        Some(excerpt) => format!("HTTP {http_status}: {excerpt}"),
        None => format!("HTTP {http_status}"),
    }
}

fn not_pmwebapi(error: &serde_json::Error, body: &str) -> String {
    match excerpt(body) {
        Some(excerpt) => format!("the answer is not PMWEBAPI's ({error}): {excerpt}"),
        None => "the answer is empty".into(),
    }
}

/// The beginning of an answer; `None` if nothing is in it.
fn excerpt(body: &str) -> Option<String> {
    let body = body.trim();
    (!body.is_empty()).then(|| body.chars().take(EXCERPT_CHARACTERS).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_a_text_is_not_quoted() {
        assert_eq!(http_error(502, " Bad Gateway\n"), "HTTP 502: Bad Gateway");
        assert_eq!(http_error(502, "\n"), "HTTP 502");
        assert_eq!(parse::<IndomReply>("").err().as_deref(), Some("the answer is empty"));
    }
}
