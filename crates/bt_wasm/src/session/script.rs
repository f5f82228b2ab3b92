//! A registered script as the page knows it: its state, its metrics and their samples.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bt_lifecycle::browser::Lease;
use bt_metrics::control::{self, Status};
use bt_metrics::pmwebapi::{IndomInstance, InstanceValue, MetricEntry, MetricInfo};
use bt_metrics::{Atom, InstanceLabels, MetricType, Semantics, ValueType, script_metric};
use bt_series::{MetricId, Samples, Store};

/// Status metrics that every agent has, and those of ours.
const STATUS_LEAVES: [&str; 6] = ["status", "error", "exit_code", "pid", "probes", "data_bytes"];
const OWN_STATUS_LEAVES: [&str; 2] = ["lost_events", "diagnostics"];
/// Pause between two questions for metrics or instances that the last answer lacked.
const ASK_AGAIN_MILLIS: f64 = 1_000.0;
/// Before a first value, rows without one are this far apart. A host prints once a second while the page polls more
/// often: what was counted in that second must not look like the count of the last poll alone.
const FIRST_VALUE_MILLIS: f64 = 2_000.0;
/// Questions for metrics that never came: a script without any is complete.
const MAX_METRIC_QUESTIONS: u32 = 10;

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
    pub(crate) lost_events: f64,
    pub(crate) data_bytes: f64,
    pub(crate) bytes_per_second: f64,
    bytes_at_millis: f64,
    /// By leaf: `usecs`, `x.count`, `output`.
    pub(crate) metrics: BTreeMap<String, Metric>,
    own_status_leaves: BTreeSet<&'static str>,
    /// Metrics that the registration promised.
    expected_metrics: usize,
    metric_questions: u32,
    pub(crate) ask_metrics: Question,
}

/// A metric of a script.
#[derive(Debug)]
pub(crate) struct Metric {
    pub(crate) name: String,
    pub(crate) semantics: Semantics,
    pub(crate) units: String,
    pub(crate) metric_type: Option<MetricType>,
    /// One line of help; the agents begin it with the map's name.
    pub(crate) help: String,
    pub(crate) data: Data,
    pub(crate) ask_instances: Question,
}

/// The values of a metric.
#[derive(Debug)]
pub(crate) enum Data {
    /// Numbers over time.
    Numbers(MetricId),
    /// The latest texts; `generation` grows when one changes.
    Texts {
        values: Vec<(Arc<InstanceLabels>, Atom)>,
        numbers: Vec<Option<u32>>,
        known: BTreeMap<u32, Arc<InstanceLabels>>,
        generation: u32,
    },
}

/// Something to ask the host for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Question {
    /// Nothing to ask.
    Settled,
    /// To be asked from this moment on.
    Due(f64),
    /// Asked.
    Asked,
}

impl Question {
    /// When it is due; `None` if nothing is to be asked.
    pub(crate) fn due_millis(self) -> Option<f64> {
        match self {
            Question::Due(at) => Some(at),
            Question::Settled | Question::Asked => None,
        }
    }
}

impl Script {
    pub(crate) fn new(registered: &control::Script, now_millis: f64) -> Script {
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
            lost_events: 0.0,
            data_bytes: 0.0,
            bytes_per_second: 0.0,
            bytes_at_millis: f64::NAN,
            metrics: BTreeMap::new(),
            own_status_leaves: BTreeSet::new(),
            expected_metrics: registered.variables.len(),
            metric_questions: 0,
            ask_metrics: Question::Due(now_millis),
        }
    }

    /// Names to fetch in a poll.
    pub(crate) fn polled_names(&self) -> Vec<String> {
        let status = STATUS_LEAVES
            .iter()
            .chain(&self.own_status_leaves)
            .map(|leaf| script_metric(&self.component, leaf));
        status.chain(self.metrics.values().map(|metric| metric.name.clone())).collect()
    }

    /// Learns of the script's metrics, and asks again if some are still missing.
    pub(crate) fn take_metrics(&mut self, entries: &[MetricEntry], store: &mut Store, now_millis: f64) {
        let prefix = script_metric(&self.component, "");
        for entry in entries {
            let MetricEntry::Known(info) = entry else { continue };
            let Some(leaf) = info.name.strip_prefix(&prefix) else { continue };
            match leaf.strip_prefix("data.") {
                Some(leaf) => self.add_metric(leaf, info, store, now_millis),
                None => self.own_status_leaves.extend(OWN_STATUS_LEAVES.iter().find(|own| **own == leaf)),
            }
        }
        self.metric_questions += 1;
        let complete = self.metrics.len() >= self.expected_metrics;
        self.ask_metrics = if complete || self.metric_questions >= MAX_METRIC_QUESTIONS {
            Question::Settled
        } else {
            Question::Due(now_millis + ASK_AGAIN_MILLIS)
        };
    }

    fn add_metric(&mut self, leaf: &str, info: &MetricInfo, store: &mut Store, now_millis: f64) {
        if self.metrics.contains_key(leaf) {
            return;
        }
        let data = match info.value_type {
            ValueType::Text => {
                Data::Texts { values: Vec::new(), numbers: Vec::new(), known: BTreeMap::new(), generation: 0 }
            }
            _ => Data::Numbers(store.add(info.sem)),
        };
        let metric = Metric {
            name: info.name.clone(),
            semantics: info.sem,
            units: info.units.0.clone(),
            metric_type: info.labels.get("metrictype").and_then(|label| metric_type(label)),
            help: info.text_oneline.clone(),
            data,
            ask_instances: info.indom.as_ref().map_or(Question::Settled, |_| Question::Due(now_millis)),
        };
        self.metrics.insert(leaf.to_string(), metric);
    }

    /// Takes a status metric's value.
    pub(crate) fn take_status(&mut self, leaf: &str, value: &Atom, now_millis: f64) {
        let number = value.to_f64().unwrap_or_default();
        match leaf {
            "status" => self.status = Status::from_name(&value.to_text()),
            "error" => self.error = value.to_text().into_owned(),
            "exit_code" => self.exit_code = number as i32,
            "pid" => self.pid = number as i32,
            "probes" => self.probes = number as u32,
            "lost_events" => self.lost_events = number,
            "data_bytes" => self.take_data_bytes(number, now_millis),
            // Nothing but a list of findings is one; the error text remains.
            "diagnostics" => self.diagnostics = serde_json::from_str(&value.to_text()).unwrap_or_default(),
            _ => {}
        }
    }

    fn take_data_bytes(&mut self, bytes: f64, now_millis: f64) {
        let seconds = (now_millis - self.bytes_at_millis) / 1000.0;
        if seconds > 0.0 {
            self.bytes_per_second = ((bytes - self.data_bytes) / seconds).max(0.0);
        }
        self.data_bytes = bytes;
        self.bytes_at_millis = now_millis;
    }

    /// Whether its values mean something: pmproxy sends a zero for a single value that does not exist yet.
    pub(crate) fn has_begun(&self) -> bool {
        !matches!(self.status, None | Some(Status::Starting))
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
            Data::Texts { .. } => None,
        })
    }
}

impl Metric {
    /// Takes the values of a poll. Returns whether there were any.
    pub(crate) fn take_values(
        &mut self,
        instances: &[InstanceValue],
        store: &mut Store,
        time_millis: f64,
        now_millis: f64,
    ) -> bool {
        match &mut self.data {
            Data::Numbers(id) => {
                let is_awaited = |samples: &Samples| {
                    !samples.has_values()
                        && samples
                            .latest_millis()
                            .is_some_and(|latest| time_millis - latest < FIRST_VALUE_MILLIS)
                };
                if instances.is_empty() && store.samples(*id).is_some_and(is_awaited) {
                    return false;
                }
                let numbers = instances.iter().filter_map(|one| Some((one.instance, one.value.to_f64()?)));
                store.append(*id, time_millis, numbers);
                let lacks_labels =
                    store.samples(*id).is_some_and(|samples| samples.unlabelled().next().is_some());
                if lacks_labels && self.ask_instances == Question::Settled {
                    self.ask_instances = Question::Due(now_millis);
                }
                !instances.is_empty()
            }
            Data::Texts { values, numbers, known, generation } => {
                let single = Arc::<InstanceLabels>::default();
                let labelled = |one: &InstanceValue| {
                    let labels = one.instance.map_or(Some(&single), |number| known.get(&number));
                    Some((labels?.clone(), one.value.clone()))
                };
                let latest: Vec<_> = instances.iter().filter_map(labelled).collect();
                if latest.len() < instances.len() && self.ask_instances == Question::Settled {
                    self.ask_instances = Question::Due(now_millis);
                }
                *numbers = instances.iter().map(|one| one.instance).collect();
                if *values != latest {
                    *values = latest;
                    *generation = generation.wrapping_add(1);
                }
                instances.iter().any(|one| !one.value.to_text().is_empty())
            }
        }
    }

    /// Learns what its instances stand for. Asks again in a while if some are still missing.
    pub(crate) fn take_instances(&mut self, instances: &[IndomInstance], store: &mut Store, now_millis: f64) {
        let is_histogram = self.metric_type == Some(MetricType::Histogram);
        let labels =
            |one: &IndomInstance| Arc::new(InstanceLabels::from_wire(&one.labels, &one.name, is_histogram));
        let complete = match &mut self.data {
            Data::Numbers(id) => {
                for one in instances {
                    store.label(*id, one.instance, labels(one));
                }
                store.samples(*id).is_none_or(|samples| samples.unlabelled().next().is_none())
            }
            Data::Texts { numbers, known, .. } => {
                *known = instances.iter().map(|one| (one.instance, labels(one))).collect();
                numbers.iter().flatten().all(|number| known.contains_key(number))
            }
        };
        self.ask_instances =
            if complete { Question::Settled } else { Question::Due(now_millis + ASK_AGAIN_MILLIS) };
    }

    /// The question for instances got no usable answer.
    pub(crate) fn ask_instances_again(&mut self, now_millis: f64) {
        self.ask_instances = Question::Due(now_millis + ASK_AGAIN_MILLIS);
    }
}

fn metric_type(label: &str) -> Option<MetricType> {
    match label {
        "histogram" => Some(MetricType::Histogram),
        "stacks" => Some(MetricType::Stacks),
        "output" => Some(MetricType::Output),
        _ => None,
    }
}
