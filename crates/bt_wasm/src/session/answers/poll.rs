//! What a poll says about each script: its state, and its values.

use std::collections::{HashMap, HashSet};

use bt_analysis::{bpftrace_errors, control_diagnostics};
use bt_lifecycle::browser::{RegistrationEvent, ScriptText};
use bt_metrics::control::{self, Status};
use bt_metrics::pmwebapi::{FetchReply, MetricValues};
use bt_metrics::script_metric;
use bt_series::Store;

use crate::session::Session;
use crate::session::metric::Arrival;
use crate::session::script::Script;

/// How long a host may take to list the metrics of a script that it has just registered.
const APPEARANCE_MILLIS: f64 = 5_000.0;

/// A part of a poll: what was asked for, and what came.
struct Part<'a> {
    asked: HashSet<&'a str>,
    values: HashMap<&'a str, &'a MetricValues>,
    /// The host's time of the answer, in seconds since 1970.
    timestamp: f64,
    /// The same on the page's clock.
    time_millis: f64,
    sent_millis: f64,
    now_millis: f64,
}

/// What a part says about one script.
enum Finding {
    /// Its state was not asked for, or it may still appear.
    Nothing,
    /// The host does not know it.
    Gone,
    /// Its state and whether a value came.
    Known { status: Option<Status>, has_values: bool },
}

impl Session {
    /// Takes the values of the metrics `names`. The host leaves out those that it does not have.
    pub(super) fn take_poll(
        &mut self,
        names: &[String],
        reply: &FetchReply,
        sent_millis: f64,
        now_millis: f64,
    ) {
        let part = Part {
            asked: names.iter().map(String::as_str).collect(),
            values: reply.values.iter().map(|one| (one.name.as_str(), one)).collect(),
            timestamp: reply.timestamp,
            time_millis: self.host_clock.local_millis(reply.timestamp),
            sent_millis,
            now_millis,
        };
        let held: Vec<ScriptText> = self.held().map(|(text, _)| text.clone()).collect();
        for text in held {
            for event in self.take_part(&text, &part) {
                self.registration_event(&text, event, now_millis);
            }
        }
        self.poll.answered(now_millis, self.period_millis());
    }

    /// Takes what the part says about the registration that the host counts for the script.
    fn take_part(&mut self, text: &ScriptText, part: &Part<'_>) -> Vec<RegistrationEvent> {
        let mut events = Vec::new();
        let registration = self.subscriptions.registration(text);
        let Some(lease) = registration.and_then(|one| one.state.lease()) else { return events };
        let Some(shared) = self.scripts.get_mut(text) else { return events };
        // The later one, if the host has named the same registration anew.
        let Some(script) = shared.both_mut().filter(|script| script.lease == *lease).last() else {
            return events;
        };
        match part.apply(script, &mut self.store) {
            Finding::Nothing => {}
            Finding::Gone => {
                shared.losses = shared.losses.saturating_add(1);
                self.names.remove(lease);
                events.push(RegistrationEvent::Gone);
            }
            Finding::Known { status, has_values } => {
                events.extend(has_values.then_some(RegistrationEvent::FirstData));
                events.extend(status.and_then(|status| status_event(script, status)));
                if status == Some(Status::Error) {
                    shared.diagnostics = script_diagnostics(script, text);
                }
                if status.is_some() {
                    shared.losses = 0;
                }
            }
        }
        events
    }
}

impl Part<'_> {
    /// Takes the script's share of the values.
    fn apply(&self, script: &mut Script, store: &mut Store) -> Finding {
        let status_name = script_metric(&script.component, "status");
        let is_known = self.values.contains_key(status_name.as_str());
        if self.asked.contains(status_name.as_str()) && !is_known {
            let may_appear =
                script.status.is_none() && self.now_millis - script.registered_at_millis < APPEARANCE_MILLIS;
            if may_appear {
                return Finding::Nothing;
            }
            if script.has_ended() {
                script.lose();
            }
            return Finding::Gone;
        }
        let bytes_before = script.data_bytes;
        self.apply_status(script);
        let knows_bytes = self.asked.contains(script_metric(&script.component, "data_bytes").as_str());
        // A script with very many metrics has further parts, which follow at once.
        if knows_bytes {
            script.take_silence(script.data_bytes == bytes_before, self.now_millis);
        }
        let has_values = script.has_begun() && self.apply_values(script, store);
        Finding::Known { status: script.status.filter(|_| is_known), has_values }
    }

    fn apply_status(&self, script: &mut Script) {
        let prefix = script_metric(&script.component, "");
        for (name, values) in &self.values {
            let leaf = name.strip_prefix(&prefix).filter(|leaf| !leaf.starts_with("data."));
            if let Some((leaf, first)) = leaf.zip(values.instances.first()) {
                script.take_status(leaf, &first.value, self.now_millis);
            }
        }
    }

    fn apply_values(&self, script: &mut Script, store: &mut Store) -> bool {
        let is_silent = script.is_silent;
        let zero_counts = script.zero_counts(self.now_millis);
        let has_ended = script.has_ended();
        let mut has_values = false;
        for metric in script.metrics_mut() {
            metric.is_final |= has_ended && self.asked.contains(metric.name.as_str());
            if let Some(values) = self.values.get(metric.name.as_str()) {
                let is_repeated = match values.printed {
                    Some(printed) => metric.printed.replace(printed) == Some(printed),
                    None => is_silent,
                };
                let age_millis = values.printed.map_or(0.0, |printed| {
                    let told_millis = 1000.0 * (self.timestamp - printed);
                    metric.print_age_millis(told_millis, self.sent_millis, self.now_millis)
                });
                let arrival = Arrival {
                    instances: &values.instances,
                    is_repeated,
                    zero_counts,
                    time_millis: self.time_millis - age_millis,
                    now_millis: self.now_millis,
                };
                has_values |= metric.take_values(&arrival, store);
            }
        }
        has_values
    }
}

fn status_event(script: &Script, status: Status) -> Option<RegistrationEvent> {
    match status {
        Status::Starting | Status::Stopping => None,
        Status::Started => Some(RegistrationEvent::Attached),
        Status::Stopped => Some(RegistrationEvent::Ended { exit_code: script.exit_code }),
        Status::Error => Some(RegistrationEvent::Failed { message: failure(script) }),
    }
}

fn failure(script: &Script) -> String {
    match script.error.trim() {
        "" => format!("bpftrace ended with exit code {}", script.exit_code),
        error => error.to_string(),
    }
}

/// The host's findings; those that its error text tells of, if the host is one that sends none.
fn script_diagnostics(script: &Script, source: &str) -> Vec<control::Diagnostic> {
    if !script.diagnostics.is_empty() {
        return script.diagnostics.clone();
    }
    control_diagnostics(&bpftrace_errors(&script.error, source), source)
}
