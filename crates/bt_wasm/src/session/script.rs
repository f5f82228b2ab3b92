//! A registered script as the page knows it: its state, its metrics and their samples.

use bt_analysis::{MapFact, analyse};
use bt_catalog::Version;
use bt_lifecycle::browser::{Backoff, Lease};
use bt_metrics::control::{self, Status};
use bt_metrics::pmwebapi::{MetricEntry, MetricInfo};
use bt_metrics::{Atom, script_metric};
use bt_series::{MetricId, Store};
use litemap::LiteMap;

use super::metric::{Data, Metric};
use super::question::Question;

/// Status metrics that every agent has, and those of ours.
const STATUS_LEAVES: [&str; 6] = ["status", "error", "exit_code", "pid", "probes", "data_bytes"];
const OWN_STATUS_LEAVES: &[&str] = &["lost_events", "diagnostics"];
/// By now a host has printed every single value once: it does each second.
const FIRST_PRINT_MILLIS: f64 = 2_500.0;
/// A script that has printed nothing for so long may be gone: its metrics are asked for again.
const SILENCE_MILLIS: f64 = 3_000.0;
/// Questions for metrics that never came, one a second. Then those that are there are taken for all; if none is, the
/// questions become less frequent.
const MAX_METRIC_QUESTIONS: u32 = 10;
/// Metrics of one script: as many as PCP has numbers for. What a host lists beyond that is left out.
const MAX_METRICS: usize = 1_024;

/// A registered script.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) lease: Lease,
    /// Component of its metric names.
    pub(crate) component: String,
    pub(crate) registered_at_millis: f64,
    pub(crate) status: Option<Status>,
    pub(crate) error: String,
    pub(crate) diagnostics: Vec<control::Diagnostic>,
    pub(crate) exit_code: i32,
    pub(crate) pid: i32,
    pub(crate) probes: u32,
    /// When probes were first seen attached; NaN before.
    attached_at_millis: f64,
    pub(crate) lost_events: f64,
    pub(crate) data_bytes: f64,
    pub(crate) bytes_per_second: f64,
    /// Where `bytes_per_second` counts from: when, and how many there were.
    bytes_since: (f64, f64),
    /// When it printed last, or was asked for because it did not.
    heard_at_millis: f64,
    /// Whether it has printed nothing between the latest two polls.
    pub(crate) is_silent: bool,
    /// By leaf: `usecs`, `x.count`, `output`.
    pub(crate) metrics: LiteMap<String, Metric>,
    /// Those of `OWN_STATUS_LEAVES` that the host has. Until it has listed the metrics all are asked for: a script may have
    /// failed by then, and its findings come with its error or not at all.
    own_status_leaves: Vec<&'static str>,
    /// What the script itself says of its maps.
    facts: Vec<MapFact>,
    /// Time between two prints of its maps, as it asks for; an agent that does not know the annotation prints once a second.
    print_millis: f64,
    /// Metrics that the registration promised.
    expected_metrics: usize,
    metric_questions: u32,
    pub(crate) ask_metrics: Question,
}

impl Script {
    pub(crate) fn new(registered: &control::Script, now_millis: f64) -> Script {
        let facts = analyse(&registered.code, Version::NEWEST).facts;
        Script {
            lease: Lease(registered.script_id.clone()),
            component: registered.metric_component().to_string(),
            registered_at_millis: now_millis,
            status: None,
            error: String::new(),
            diagnostics: Vec::new(),
            exit_code: 0,
            pid: -1,
            probes: 0,
            attached_at_millis: f64::NAN,
            lost_events: 0.0,
            data_bytes: 0.0,
            bytes_per_second: 0.0,
            bytes_since: (f64::NAN, 0.0),
            heard_at_millis: now_millis,
            is_silent: false,
            metrics: LiteMap::new(),
            own_status_leaves: OWN_STATUS_LEAVES.to_vec(),
            print_millis: f64::from(facts.annotations.refresh_millis),
            facts: facts.maps,
            expected_metrics: registered.variables.len(),
            metric_questions: 0,
            ask_metrics: Question::due(now_millis),
        }
    }

    /// Names to fetch in a poll, its state before its values.
    pub(crate) fn polled_names(&self) -> Vec<String> {
        let status = STATUS_LEAVES
            .iter()
            .chain(&self.own_status_leaves)
            .map(|leaf| script_metric(&self.component, leaf));
        status.chain(self.metrics.values().map(|metric| metric.name.clone())).collect()
    }

    /// Learns of the script's metrics, and asks again if some are still missing.
    pub(crate) fn take_metrics(
        &mut self,
        entries: &[MetricEntry],
        store: &mut Store,
        now_millis: f64,
        backoff: &mut Backoff,
    ) {
        let prefix = script_metric(&self.component, "");
        let mut status_leaves = Vec::new();
        for entry in entries {
            let MetricEntry::Known(info) = entry else { continue };
            let Some(leaf) = info.name.strip_prefix(&prefix) else { continue };
            match leaf.strip_prefix("data.") {
                Some(leaf) => self.add_metric(leaf, info, store, now_millis),
                None => status_leaves.push(leaf),
            }
        }
        if !status_leaves.is_empty() {
            self.own_status_leaves =
                OWN_STATUS_LEAVES.iter().copied().filter(|own| status_leaves.contains(own)).collect();
        }
        self.metric_questions += 1;
        if self.metrics.len() >= self.expected_metrics || self.has_ended() && self.has_asked_enough() {
            self.ask_metrics.settle();
        } else if !self.has_asked_enough() {
            self.ask_metrics.ask_for_more(now_millis);
        } else if self.metrics.is_empty() {
            self.ask_metrics.fail("the host lists no metric of the script", now_millis, backoff);
        } else {
            self.ask_metrics.settle();
        }
    }

    fn has_asked_enough(&self) -> bool {
        self.metric_questions >= MAX_METRIC_QUESTIONS
    }

    fn add_metric(&mut self, leaf: &str, info: &MetricInfo, store: &mut Store, now_millis: f64) {
        if self.metrics.contains_key(leaf) || self.metrics.len() >= MAX_METRICS {
            return;
        }
        let map = leaf.split('.').next().unwrap_or_default();
        let fact = self.facts.iter().rfind(|fact| fact.metric == map);
        let metric = Metric::new(info, fact, self.print_millis, store, now_millis);
        self.metrics.insert(leaf.to_string(), metric);
    }

    /// Its metrics.
    pub(crate) fn metrics_mut(&mut self) -> impl Iterator<Item = &mut Metric> {
        self.metrics.iter_mut().map(|(_, metric)| metric)
    }

    /// Takes a status metric's value.
    pub(crate) fn take_status(&mut self, leaf: &str, value: &Atom, now_millis: f64) {
        let number = value.to_f64().unwrap_or_default();
        match leaf {
            "status" => self.status = Status::from_name(&value.to_text()),
            "error" => self.error = value.to_text().into_owned(),
            "exit_code" => self.exit_code = number as i32,
            "pid" => self.pid = number as i32,
            "probes" => self.take_probes(number as u32, now_millis),
            "lost_events" => self.lost_events = number,
            "data_bytes" => self.take_data_bytes(number, now_millis),
            // Nothing but a list of findings is one; the error text remains.
            "diagnostics" => self.diagnostics = serde_json::from_str(&value.to_text()).unwrap_or_default(),
            _ => {}
        }
    }

    fn take_probes(&mut self, probes: u32, now_millis: f64) {
        if probes > 0 && self.attached_at_millis.is_nan() {
            self.attached_at_millis = now_millis;
        }
        self.probes = probes;
    }

    fn take_data_bytes(&mut self, bytes: f64, now_millis: f64) {
        self.data_bytes = bytes;
        let (since_millis, bytes_before) = self.bytes_since;
        let millis = now_millis - since_millis;
        // Two polls in quick succession may meet one print, or two.
        if millis < self.print_millis / 2.0 {
            return;
        }
        if millis.is_finite() {
            self.bytes_per_second = (1000.0 * (bytes - bytes_before) / millis).max(0.0);
        }
        self.bytes_since = (now_millis, bytes);
    }

    /// `is_silent`: it has printed nothing since the last poll.
    pub(crate) fn take_silence(&mut self, is_silent: bool, now_millis: f64) {
        self.is_silent = is_silent;
        if !is_silent || self.status != Some(Status::Started) {
            self.heard_at_millis = now_millis;
        } else if self.ask_metrics.is_settled() && now_millis - self.heard_at_millis >= SILENCE_MILLIS {
            self.heard_at_millis = now_millis;
            self.ask_metrics.ask(now_millis);
        }
    }

    /// Whether its process has ended.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.status, Some(Status::Stopped | Status::Error))
    }

    /// Whether nothing is to be had from it any more: the values of its end are known, of all its metrics.
    pub(crate) fn is_read_out(&self) -> bool {
        self.ask_metrics.is_settled() && self.metrics.values().all(|metric| metric.is_final)
    }

    /// The host has forgotten it.
    pub(crate) fn lose(&mut self) {
        self.ask_metrics.settle();
        self.metrics_mut().for_each(|metric| metric.is_final = true);
    }

    /// The host was asked to run it once more and says that it does. It may take its time again to list it.
    pub(crate) fn register_again(&mut self, now_millis: f64) {
        self.registered_at_millis = now_millis;
        self.status = None;
    }

    /// What is wrong with the host's latest answer about its metrics or their instances.
    pub(crate) fn trouble(&self) -> Option<&str> {
        let instances = self.metrics.values().find_map(Metric::trouble);
        self.ask_metrics.trouble().or(instances)
    }

    /// Whether its values mean something.
    pub(crate) fn has_begun(&self) -> bool {
        !matches!(self.status, None | Some(Status::Starting))
    }

    /// Whether a single zero is a value. pmproxy sends one also for a value that does not exist yet.
    pub(crate) fn zero_counts(&self, now_millis: f64) -> bool {
        now_millis - self.attached_at_millis >= FIRST_PRINT_MILLIS
    }

    /// Its samples will not continue.
    pub(crate) fn interrupt(&self, store: &mut Store) {
        self.number_ids().for_each(|id| store.interrupt(id));
    }

    /// Frees its samples.
    pub(crate) fn free(self, store: &mut Store) {
        self.number_ids().for_each(|id| store.remove(id));
    }

    fn number_ids(&self) -> impl Iterator<Item = MetricId> {
        self.metrics.values().filter_map(|metric| match metric.data {
            Data::Numbers(id) => Some(id),
            Data::Texts(_) => None,
        })
    }
}
