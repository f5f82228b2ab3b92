//! What a poll says about each script: its state, and its values.

use std::collections::{HashMap, HashSet};

use bt_analysis::{bpftrace_errors, control_diagnostics};
use bt_lifecycle::browser::{TargetEvent, TargetState};
use bt_metrics::control::{self, Status};
use bt_metrics::pmwebapi::{FetchReply, MetricValues};
use bt_metrics::script_metric;
use bt_series::Store;

use crate::session::Session;
use crate::session::metric::Arrival;
use crate::session::panel::Panel;
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
    pub(super) fn take_poll(&mut self, names: &[String], reply: &FetchReply, now_millis: f64) {
        let part = Part {
            asked: names.iter().map(String::as_str).collect(),
            values: reply.values.iter().map(|one| (one.name.as_str(), one)).collect(),
            timestamp: reply.timestamp,
            time_millis: self.clock.local_millis(reply.timestamp, now_millis),
            now_millis,
        };
        let targets: Vec<String> = self.panels.keys().cloned().collect();
        for target in targets {
            if let Some(panel) = self.panels.get_mut(&target) {
                let events = panel.take_part(&part, &mut self.store);
                for event in events {
                    self.target_event(&target, event, now_millis);
                }
            }
            self.settle(&target);
        }
        self.poll.answered(now_millis, self.period_millis());
    }

    /// Shows the next version as soon as it has data or its process has ended, forgets it if it failed.
    fn settle(&mut self, target: &str) {
        let Some(panel) = self.panels.get_mut(target) else { return };
        let unused = match panel.machine.state {
            TargetState::Running { has_data: true, .. } | TargetState::Stopped { .. }
                if panel.next.is_some() =>
            {
                std::mem::replace(&mut panel.shown, panel.next.take())
            }
            TargetState::Failed { .. } => panel.next.take(),
            _ => None,
        };
        if let Some(unused) = unused {
            unused.free(&mut self.store);
        }
    }
}

impl Panel {
    fn take_part(&mut self, part: &Part<'_>, store: &mut Store) -> Vec<TargetEvent> {
        let leases: Vec<_> = self.machine.state.leases().cloned().collect();
        let current = self.current().map(|script| script.lease.clone());
        let mut events = Vec::new();
        let source = &self.source;
        let diagnostics = &mut self.diagnostics;
        for script in
            self.shown.iter_mut().chain(&mut self.next).filter(|script| leases.contains(&script.lease))
        {
            let finding = part.apply(script, store);
            if Some(&script.lease) != current.as_ref() {
                continue;
            }
            match finding {
                Finding::Nothing => {}
                Finding::Gone => events.push(TargetEvent::Gone),
                Finding::Known { status, has_values } => {
                    events.extend(has_values.then_some(TargetEvent::FirstData));
                    events.extend(status.and_then(|status| status_event(script, status)));
                    if status == Some(Status::Error) {
                        *diagnostics = script_diagnostics(script, source);
                    }
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
            return if may_appear { Finding::Nothing } else { Finding::Gone };
        }
        let bytes_before = script.data_bytes;
        self.apply_status(script);
        let knows_bytes = self.asked.contains(script_metric(&script.component, "data_bytes").as_str());
        let is_silent = knows_bytes && script.data_bytes == bytes_before;
        if knows_bytes {
            script.take_silence(is_silent, self.now_millis);
        }
        let has_values = script.has_begun() && self.apply_values(script, is_silent, store);
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

    /// `is_silent`: bpftrace has printed nothing since the last poll.
    fn apply_values(&self, script: &mut Script, is_silent: bool, store: &mut Store) -> bool {
        let zero_counts = script.zero_counts(self.now_millis);
        let mut has_values = false;
        for metric in script.metrics.values_mut() {
            if let Some(values) = self.values.get(metric.name.as_str()) {
                let is_repeated = match values.printed {
                    Some(printed) => metric.printed.replace(printed) == Some(printed),
                    None => is_silent,
                };
                let age_seconds = values.printed.map_or(0.0, |printed| self.timestamp - printed);
                let arrival = Arrival {
                    instances: &values.instances,
                    is_repeated,
                    zero_counts,
                    time_millis: self.time_millis - 1000.0 * age_seconds,
                    now_millis: self.now_millis,
                };
                has_values |= metric.take_values(&arrival, store);
            }
        }
        has_values
    }
}

fn status_event(script: &Script, status: Status) -> Option<TargetEvent> {
    match status {
        Status::Starting | Status::Stopping => None,
        Status::Started => Some(TargetEvent::Attached),
        Status::Stopped => Some(TargetEvent::Ended { exit_code: script.exit_code }),
        Status::Error => Some(TargetEvent::Failed { message: failure(script) }),
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
