//! A metric of a script: what it is, its values, and what its instances stand for.

use std::sync::Arc;

use bt_analysis::MapFact;
use bt_lifecycle::browser::Backoff;
use bt_metrics::pmwebapi::{IndomInstance, InstanceValue, MetricInfo};
use bt_metrics::{Atom, InstanceLabels, MetricType, Semantics, ValueType};
use bt_series::{MetricId, MetricKind, Samples, Store};
use rustc_hash::FxHashMap;

use super::question::Question;

/// Before a first value, rows without one are this far apart. A host prints once a second while the page polls more
/// often: what was counted in that second must not look like the count of the last poll alone.
const FIRST_VALUE_MILLIS: f64 = 2_000.0;
/// An answer names all instances of a metric again, for the few that are new: pause for each that it named. So a metric costs
/// about a hundred names a second at most.
const PAUSE_PER_NAME_MILLIS: f64 = 10.0;
/// What is new in a large map is named after this time at the latest; its values are kept from the first one on.
const MAX_NAMES_PAUSE_MILLIS: f64 = 5_000.0;

/// A metric of a script.
#[derive(Debug)]
pub(crate) struct Metric {
    pub(crate) name: String,
    pub(crate) semantics: Semantics,
    pub(crate) units: String,
    pub(crate) metric_type: Option<MetricType>,
    /// Whether its map only helps the script.
    pub(crate) is_scratch: bool,
    /// How many parts a key of its map has; 0 if that is not known.
    key_parts: usize,
    /// One line of help; the agents begin it with the map's name.
    pub(crate) help: String,
    pub(crate) data: Data,
    /// When the host printed the latest values, in its seconds; `None` before and for hosts that do not tell.
    pub(crate) printed: Option<f64>,
    /// Whether it was polled since its script's process has ended.
    pub(crate) is_final: bool,
    /// When it was last asked for, if the host tells when it printed.
    asked_at_millis: f64,
    /// Time between two prints.
    print_millis: f64,
    pub(crate) ask_instances: Question,
    /// Whether there are values whose instances nothing is known of.
    lacks_labels: bool,
    /// Until then the latest answer about the instances is new enough.
    named_until_millis: f64,
}

/// The values of a metric.
#[derive(Debug)]
pub(crate) enum Data {
    /// Numbers over time.
    Numbers(MetricId),
    /// Texts of this moment.
    Texts(LatestTexts),
}

/// The latest texts of a metric.
#[derive(Debug, Default)]
pub(crate) struct LatestTexts {
    /// Those whose instance is known.
    pub(crate) values: Vec<(Arc<InstanceLabels>, Atom)>,
    /// Grows when one changes; wraps around.
    pub(crate) generation: u32,
    /// Instances of the latest answer.
    instances: Vec<u32>,
    labels: FxHashMap<u32, Arc<InstanceLabels>>,
}

/// The values of a metric in one answer.
pub(crate) struct Arrival<'a> {
    pub(crate) instances: &'a [InstanceValue],
    /// Whether these are the values of the last answer again. As a new row they would say that nothing was counted.
    pub(crate) is_repeated: bool,
    /// Whether a single zero is a value, and not the placeholder for one that does not exist yet.
    pub(crate) zero_counts: bool,
    /// When the host printed the values, or answered if it does not tell; on the page's clock.
    pub(crate) time_millis: f64,
    pub(crate) now_millis: f64,
}

impl Metric {
    /// A metric without values; makes room for them.
    ///
    /// `fact`: what the script says of its map. It makes up for what a host leaves out: pmproxy 6.0.3 sends no labels of
    /// instances, and PCP's agent takes `kstack(16)` for no stack.
    ///
    /// `print_millis`: the time between two prints.
    pub(crate) fn new(
        info: &MetricInfo,
        fact: Option<&MapFact>,
        print_millis: f64,
        store: &mut Store,
        now_millis: f64,
    ) -> Metric {
        let data = match info.value_type {
            ValueType::Text => Data::Texts(LatestTexts::default()),
            _ => Data::Numbers(store.add(MetricKind {
                semantics: info.sem,
                value_type: info.value_type,
                min_span_millis: print_millis / 2.0,
            })),
        };
        let label = info.labels.get("metrictype").and_then(|label| metric_type(label));
        Metric {
            name: info.name.clone(),
            semantics: info.sem,
            units: info.units.0.to_string(),
            metric_type: label.or_else(|| fact?.metric_type),
            is_scratch: fact.is_some_and(|fact| fact.scratch),
            key_parts: fact.map_or(0, |fact| fact.key.len()),
            help: info.text_oneline.clone(),
            data,
            printed: None,
            is_final: false,
            asked_at_millis: f64::NEG_INFINITY,
            print_millis,
            ask_instances: info.indom.as_ref().map_or_else(Question::default, |_| Question::due(now_millis)),
            lacks_labels: false,
            named_until_millis: f64::NEG_INFINITY,
        }
    }

    /// Unit of its values. A histogram's own unit is that of its bounds; its values are counts.
    pub(crate) fn value_units(&self) -> &str {
        match self.metric_type {
            Some(MetricType::Histogram) => "none",
            _ => &self.units,
        }
    }

    /// How long ago the host printed the values of a poll, by what it told: a host whose clock was set meanwhile is not
    /// believed that it was before the last poll, or is still to come.
    pub(crate) fn print_age_millis(&mut self, told_millis: f64, sent_millis: f64, now_millis: f64) -> f64 {
        let most = now_millis - self.asked_at_millis + self.print_millis;
        self.asked_at_millis = sent_millis;
        told_millis.max(0.0).min(most)
    }

    /// Takes the values of a poll. Returns whether there were any.
    pub(crate) fn take_values(&mut self, arrival: &Arrival<'_>, store: &mut Store) -> bool {
        self.settle_type(arrival, store);
        let (has_values, lacks_labels) = match &mut self.data {
            Data::Numbers(id) => {
                let has_values = append_numbers(store, *id, arrival);
                (has_values, store.samples(*id).is_some_and(lacks_labels))
            }
            Data::Texts(texts) => (texts.take_values(arrival.instances), texts.lacks_labels()),
        };
        // The first ones do not wait until the host is asked again after an answer of no use, as of a domain that is empty.
        let is_first = !std::mem::replace(&mut self.lacks_labels, lacks_labels);
        let waits = self.ask_instances.due_millis().is_some();
        if lacks_labels && (self.ask_instances.is_settled() || (is_first && waits)) {
            self.ask_instances.ask(arrival.now_millis.max(self.named_until_millis));
        }
        has_values
    }

    /// A host may learn only from the first values that they are text.
    fn settle_type(&mut self, arrival: &Arrival<'_>, store: &mut Store) {
        let Data::Numbers(id) = self.data else { return };
        let is_text = |one: &InstanceValue| matches!(&one.value, Atom::Text(text) if !text.is_empty());
        if arrival.instances.iter().any(is_text)
            && store.samples(id).is_none_or(|samples| !samples.has_values())
        {
            store.remove(id);
            self.data = Data::Texts(LatestTexts::default());
        }
    }

    /// What is wrong with the host's latest answer about the instances, if values stay without a name for it.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.ask_instances.trouble().filter(|_| self.lacks_labels)
    }

    /// Learns what its instances stand for. Asks again in a while if some are still missing.
    pub(crate) fn take_instances(
        &mut self,
        instances: &[IndomInstance],
        store: &mut Store,
        now_millis: f64,
        backoff: &mut Backoff,
    ) {
        let is_histogram = self.metric_type == Some(MetricType::Histogram);
        let key_parts = self.key_parts;
        let labels = |one: &IndomInstance| {
            let labels = InstanceLabels::from_wire(&one.labels, &one.name, is_histogram);
            Arc::new(labels.divided(key_parts))
        };
        let lacks_labels = match &mut self.data {
            Data::Numbers(id) => {
                instances.iter().for_each(|one| store.label(*id, one.instance, labels(one)));
                store.samples(*id).is_some_and(lacks_labels)
            }
            Data::Texts(texts) => {
                texts.labels = instances.iter().map(|one| (one.instance, labels(one))).collect();
                texts.lacks_labels()
            }
        };
        let pause_millis = (PAUSE_PER_NAME_MILLIS * instances.len() as f64).min(MAX_NAMES_PAUSE_MILLIS);
        self.named_until_millis = now_millis + pause_millis;
        self.lacks_labels = lacks_labels;
        if lacks_labels && instances.is_empty() {
            self.ask_instances.fail("the host names no key of the values", now_millis, backoff);
        } else if lacks_labels {
            self.ask_instances.ask_for_more(now_millis);
        } else {
            self.ask_instances.settle();
        }
    }
}

impl LatestTexts {
    fn take_values(&mut self, instances: &[InstanceValue]) -> bool {
        self.instances = instances.iter().filter_map(|one| one.instance).collect();
        let single = Arc::<InstanceLabels>::default();
        let labelled = |one: &InstanceValue| {
            let labels = one.instance.map_or(Some(&single), |number| self.labels.get(&number));
            Some((labels?.clone(), one.value.clone()))
        };
        let mut latest: Vec<_> = instances.iter().filter_map(labelled).collect();
        if self.values != latest {
            // Texts that stayed the same stay the same memory, for whoever holds them.
            for (new, old) in latest.iter_mut().zip(&self.values).filter(|(new, old)| **new == **old) {
                new.clone_from(old);
            }
            self.values = latest;
            self.generation = self.generation.wrapping_add(1);
        }
        instances.iter().any(|one| !one.value.to_text().is_empty())
    }

    fn lacks_labels(&self) -> bool {
        self.instances.iter().any(|number| !self.labels.contains_key(number))
    }
}

fn append_numbers(store: &mut Store, id: MetricId, arrival: &Arrival<'_>) -> bool {
    let awaiting = store.samples(id).filter(|samples| !samples.has_values());
    let is_placeholder = awaiting.is_some() && !arrival.zero_counts && is_single_zero(arrival.instances);
    let instances = if is_placeholder { &[] } else { arrival.instances };
    if arrival.is_repeated && awaiting.is_none() {
        return !instances.is_empty();
    }
    let latest_millis = awaiting.and_then(Samples::latest_millis);
    if instances.is_empty() && latest_millis.is_some_and(|at| arrival.time_millis - at < FIRST_VALUE_MILLIS) {
        return false;
    }
    let numbers = instances.iter().filter_map(|one| Some((one.instance, one.value.to_f64()?)));
    store.append(id, arrival.time_millis, numbers);
    !instances.is_empty()
}

fn lacks_labels(samples: &Samples) -> bool {
    samples.unlabelled().next().is_some()
}

fn is_single_zero(instances: &[InstanceValue]) -> bool {
    matches!(instances, [InstanceValue { instance: None, value }] if value.to_f64() == Some(0.0))
}

fn metric_type(label: &str) -> Option<MetricType> {
    match label {
        "histogram" => Some(MetricType::Histogram),
        "stacks" => Some(MetricType::Stacks),
        "output" => Some(MetricType::Output),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bt_metrics::Units;
    use bt_series::Limits;

    use super::*;

    fn counts_by_key() -> MetricInfo {
        MetricInfo {
            name: "bpftrace.scripts.s1.data.x".into(),
            pmid: "151.100.10".into(),
            indom: Some("151.100010".into()),
            value_type: ValueType::U64,
            sem: Semantics::Counter,
            units: Units::none(),
            labels: BTreeMap::new(),
            text_oneline: String::new(),
            text_help: String::new(),
        }
    }

    /// When a new key's name is asked for, if `known` names were asked for at 0 and the key comes at 1,000.
    fn next_question(known: u32) -> Option<f64> {
        let mut store = Store::new(Limits::default());
        let mut metric = Metric::new(&counts_by_key(), None, 1_000.0, &mut store, 0.0);
        assert_eq!(metric.ask_instances.due_millis(), Some(0.0), "the first names at once");
        metric.ask_instances.set_asked();
        let poll = |metric: &mut Metric, store: &mut Store, count: u32, now_millis: f64| {
            let value = |number| InstanceValue { instance: Some(number), value: Atom::U64(1) };
            let instances: Vec<_> = (0..count).map(value).collect();
            let arrival = Arrival {
                instances: &instances,
                is_repeated: false,
                zero_counts: true,
                time_millis: now_millis,
                now_millis,
            };
            metric.take_values(&arrival, store);
        };
        poll(&mut metric, &mut store, known, 0.0);
        let name =
            |instance: u32| IndomInstance { instance, name: instance.to_string(), labels: BTreeMap::new() };
        let names: Vec<_> = (0..known).map(name).collect();
        metric.take_instances(&names, &mut store, 0.0, &mut Backoff::new(0));
        assert!(metric.ask_instances.is_settled());
        poll(&mut metric, &mut store, known + 1, 1_000.0);
        metric.ask_instances.due_millis()
    }

    #[test]
    fn the_more_instances_a_map_has_the_less_often_all_are_named_again_for_a_new_one() {
        assert_eq!(next_question(100), Some(1_000.0));
        assert_eq!(next_question(300), Some(3_000.0));
        assert_eq!(next_question(4_000), Some(5_000.0));
    }
}
