//! The data metrics of one script: made from its facts, fed by its events, published as snapshots.

mod positions;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use bt_analysis::{Facts, KeyPart, MapFact, MapShape};
use bt_metrics::{
    Atom, Descriptor, Instance, MetricType, OUTPUT_METRIC, Pmid, STATS_METRICS, Semantics, Units, ValueType,
    script_metric,
};
use bt_output::{MapHint, MapMessage, MapValue, TextSource, Value};

use crate::domain::Domain;
use crate::help::{self, Help};
use crate::numbering::{Line, Numbering};
use crate::output_text::OutputText;
use crate::values::{self, Cell, Rows};
use crate::{EngineConfig, MetricSnapshot};
use positions::Positions;

/// Data metrics of a script; the numbering of PMIDs has room for 990. Maps beyond the bound are not exported.
const MAX_METRICS: usize = 900;

/// The data metrics of one script.
#[derive(Debug)]
pub(crate) struct Metrics {
    maps: Vec<MapMetrics>,
    output: Option<OutputMetric>,
    published: Vec<Arc<MetricSnapshot>>,
    /// Of `published`, in the order of the PMIDs.
    by_pmid: Vec<usize>,
    positions: Positions,
}

/// One map: one metric, or three for `stats()`.
#[derive(Debug)]
struct MapMetrics {
    name: String,
    shape: MapShape,
    value_type: ValueType,
    semantics: Semantics,
    domain: Option<Domain>,
    /// Its first metric in [`Metrics::published`].
    first: usize,
}

/// The text metric.
#[derive(Debug)]
struct OutputMetric {
    text: OutputText,
    position: usize,
    /// When text came that is not yet published.
    dirty_at_millis: Option<u64>,
}

impl Metrics {
    /// The metrics of a script whose names have this component, without values. `numbering`: what a script of that
    /// name had before; `None` if its numbers need not outlive it.
    pub(crate) fn new(
        facts: &Facts,
        component: &str,
        slot: u32,
        config: &EngineConfig,
        numbering: Option<Numbering>,
    ) -> Metrics {
        let is_kept = numbering.is_some();
        let mut numbering = numbering.unwrap_or_default();
        let mut metrics = Metrics {
            maps: Vec::new(),
            output: None,
            published: Vec::new(),
            by_pmid: Vec::new(),
            positions: Positions::new(std::mem::take(&mut numbering.positions), &variables(facts)),
        };
        let namer = Namer { component, slot };
        for map in facts.exported_maps() {
            let parts = parts(map);
            if metrics.published.len() + parts.len() > MAX_METRICS {
                break;
            }
            let first = metrics.published.len();
            for part in parts {
                let metric = namer.metric(&mut metrics.positions, map, part);
                metrics.published.push(Arc::new(metric));
            }
            let mut map = MapMetrics::new(map, first, config.max_instances);
            if let Some(domain) = map.domain.as_mut().filter(|_| is_kept) {
                domain.restore(numbering.instances.remove(&map.name).unwrap_or_default());
            }
            metrics.maps.push(map);
        }
        if facts.exports_output() {
            let position = metrics.published.len();
            let text = OutputText::new(config.max_output_text_bytes, facts.annotations.table_retain_lines);
            metrics.output = Some(OutputMetric { text, position, dirty_at_millis: None });
            metrics.published.push(Arc::new(namer.output(&mut metrics.positions)));
        }
        metrics.by_pmid = (0..metrics.published.len()).collect();
        metrics.by_pmid.sort_by_key(|position| metrics.published[*position].descriptor.pmid);
        metrics
    }

    /// What was numbered since the last call.
    pub(crate) fn take_new_lines(&mut self) -> Vec<Line<'_>> {
        let mut lines: Vec<Line<'_>> = self
            .positions
            .take_new()
            .map(|(variable, position)| Line::position(variable, position))
            .collect();
        for map in &mut self.maps {
            let MapMetrics { name, domain, .. } = map;
            let new = domain.iter_mut().flat_map(|domain| domain.take_new());
            lines.extend(new.map(|(key, bucket, number)| Line::instance(name, key, bucket, number)));
        }
        lines
    }

    /// Everything that is numbered.
    pub(crate) fn all_lines(&self) -> Vec<Line<'_>> {
        let mut lines: Vec<Line<'_>> =
            self.positions.all().map(|(variable, position)| Line::position(variable, position)).collect();
        for map in &self.maps {
            let all = map.domain.iter().flat_map(|domain| domain.all());
            lines.extend(all.map(|(key, bucket, number)| Line::instance(&map.name, key, bucket, number)));
        }
        lines
    }

    /// How many lines [`Self::all_lines`] gives, or some more.
    pub(crate) fn line_count(&self) -> usize {
        let domains = self.maps.iter().filter_map(|map| map.domain.as_ref());
        self.positions.len() + domains.map(Domain::len).sum::<usize>()
    }

    /// What the decoder should know of the script's maps.
    pub(crate) fn hints(facts: &Facts) -> impl Iterator<Item = MapHint> {
        facts.maps.iter().map(|map| MapHint {
            name: map.name.clone(),
            is_keyed: map.shape.is_keyed(),
            key: map.key.iter().map(|part| key_part(*part)).collect(),
        })
    }

    /// Takes a printed map.
    pub(crate) fn map(&mut self, message: &MapMessage<'_>, now_unix_millis: u64) {
        let Some(map) = self.maps.iter_mut().find(|map| map.name == message.name) else { return };
        let is_guess = map.semantics == Semantics::Instant && map.value_type != ValueType::Text;
        if is_guess && values::is_text(&message.value, map.shape) {
            map.value_type = ValueType::Text;
            become_text(&mut self.published[map.first]);
        }
        let (domain, parts) = match map.known(&message.value) {
            Some(values) => (map.domain.as_ref().map(Domain::instances), vec![values]),
            None => map.whole(&message.value),
        };
        for (published, values) in self.published[map.first..].iter_mut().zip(parts) {
            *published = Arc::new(MetricSnapshot {
                descriptor: Arc::clone(&published.descriptor),
                variable: Arc::clone(&published.variable),
                domain: domain.clone(),
                values,
                updated_at_millis: now_unix_millis,
            });
        }
    }

    /// Takes printed text.
    pub(crate) fn text(&mut self, source: TextSource, text: &str, now_unix_millis: u64) {
        let Some(output) = &mut self.output else { return };
        match source {
            // What join() prints has no line end.
            TextSource::Join => output.text.push_line(text),
            _ => output.text.push(text),
        }
        output.dirty_at_millis = Some(now_unix_millis);
    }

    /// Takes what `print()` of an expression printed.
    pub(crate) fn value(&mut self, value: Value<'_>, now_unix_millis: u64) {
        let Some(output) = &mut self.output else { return };
        output.text.push_line(&values::to_text(value));
        output.dirty_at_millis = Some(now_unix_millis);
    }

    /// No metric has a value any more.
    pub(crate) fn forget(&mut self) {
        for map in &mut self.maps {
            if let Some(domain) = &mut map.domain {
                domain.clear();
            }
        }
        if let Some(output) = &mut self.output {
            output.text.clear();
            output.dirty_at_millis = None;
        }
        for published in &mut self.published {
            *published = Arc::new(MetricSnapshot {
                descriptor: Arc::clone(&published.descriptor),
                variable: Arc::clone(&published.variable),
                domain: published.domain.as_ref().map(|_| Arc::default()),
                values: Vec::new(),
                updated_at_millis: 0,
            });
        }
    }

    /// The metrics of this moment.
    pub(crate) fn snapshots(&mut self) -> Vec<Arc<MetricSnapshot>> {
        if let Some(output) = &mut self.output
            && let Some(updated_at_millis) = output.dirty_at_millis.take()
        {
            let published = &mut self.published[output.position];
            *published = Arc::new(MetricSnapshot {
                descriptor: Arc::clone(&published.descriptor),
                variable: Arc::clone(&published.variable),
                domain: None,
                values: output.text.atom().map(|text| (None, text)).into_iter().collect(),
                updated_at_millis,
            });
        }
        self.by_pmid.iter().map(|position| Arc::clone(&self.published[*position])).collect()
    }
}

/// Instance numbers and values.
type Values = Vec<(Option<u32>, Atom)>;

/// What one message says: the instances, and a cell for each.
type Numbered = (Option<Arc<Vec<bt_metrics::Instance>>>, Vec<(Option<u32>, Cell)>);

impl MapMetrics {
    fn new(map: &MapFact, first: usize, max_instances: u32) -> MapMetrics {
        let domain = has_instances(map.shape).then(|| Domain::new(key_parts(map), max_instances));
        MapMetrics {
            name: map.name.clone(),
            shape: map.shape,
            value_type: map.value_type,
            semantics: map.semantics,
            domain,
            first,
        }
    }

    fn metric_count(&self) -> usize {
        if is_stats(self.shape) { STATS_METRICS.len() } else { 1 }
    }

    /// The values of a message that has no new instance, and none twice: nearly all messages. Other ones are `None`,
    /// and those of `stats()`.
    fn known(&mut self, value: &MapValue<'_>) -> Option<Values> {
        let domain = self.domain.as_mut().filter(|_| !is_stats(self.shape))?;
        let mut values = Vec::with_capacity(domain.instance_count());
        let mut pass = domain.pass()?;
        values::each_row(value, self.shape, self.value_type, &mut |key, bucket, cell| {
            values.push((Some(pass.number(&key, bucket)?), cell.into_one()));
            Some(())
        })?;
        pass.end();
        Some(values)
    }

    /// The values of any message, for each of its metrics.
    fn whole(&mut self, value: &MapValue<'_>) -> (Option<Arc<Vec<Instance>>>, Vec<Values>) {
        let (domain, cells) = self.number(values::rows(value, self.shape, self.value_type));
        let parts = match self.metric_count() {
            1 => vec![cells.into_iter().map(|(number, cell)| (number, cell.into_one())).collect()],
            count => (0..count).map(|part| part_of(&cells, part, self.value_type)).collect(),
        };
        (domain, parts)
    }

    fn number(&mut self, rows: Rows<'_>) -> Numbered {
        let Rows { places, mut cells } = rows;
        let Some(domain) = &mut self.domain else {
            return (None, cells.pop().map(|cell| (None, cell)).into_iter().collect());
        };
        let numbers = domain.number(&places);
        let instances = domain.instances();
        if instances.len() == cells.len() {
            return (Some(instances), numbers.into_iter().zip(cells).collect());
        }
        // Some came twice, or are beyond the bound.
        let mut merged: Vec<(Option<u32>, Cell)> = Vec::with_capacity(instances.len());
        let mut positions = HashMap::new();
        for (number, cell) in numbers.into_iter().zip(cells).filter(|(number, _)| number.is_some()) {
            let position = *positions.entry(number).or_insert(merged.len());
            match merged.get_mut(position) {
                Some((_, earlier)) => *earlier = values::merge(earlier, cell, self.semantics),
                None => merged.push((number, cell)),
            }
        }
        (Some(instances), merged)
    }
}

/// Analysis cannot know the type of each field of the kernel's; the first value tells it.
fn become_text(metric: &mut Arc<MetricSnapshot>) {
    let metric = Arc::make_mut(metric);
    let descriptor = Arc::make_mut(&mut metric.descriptor);
    descriptor.value_type = ValueType::Text;
    descriptor.semantics = Semantics::Instant;
    descriptor.metric_type = None;
}

/// A part of `stats()` of each instance.
fn part_of(cells: &[(Option<u32>, Cell)], part: usize, value_type: ValueType) -> Values {
    let atom = |cell: &Cell| match (cell, part) {
        (Cell::One(atom), _) => atom.clone(),
        (Cell::Stats(stats), 0) => Atom::U64(stats.count),
        (Cell::Stats(stats), 1) => Atom::I64(stats.average.to_i64()),
        (Cell::Stats(stats), _) => values::number_atom(stats.total, value_type),
    };
    cells.iter().map(|(number, cell)| (*number, atom(cell))).collect()
}

fn is_stats(shape: MapShape) -> bool {
    matches!(shape, MapShape::Stats | MapShape::KeyedStats)
}

fn has_instances(shape: MapShape) -> bool {
    !matches!(shape, MapShape::Value | MapShape::Stats)
}

/// What the parts of a map's key look like in bpftrace's output.
fn key_parts(map: &MapFact) -> Vec<bt_output::KeyPart> {
    let mut parts: Vec<bt_output::KeyPart> = map.key.iter().map(|part| key_part(*part)).collect();
    if matches!(map.shape, MapShape::Tseries | MapShape::KeyedTseries) {
        // The interval comes last.
        parts.push(bt_output::KeyPart::Word);
    } else if map.shape.is_keyed() && parts.is_empty() {
        parts.push(bt_output::KeyPart::Text);
    }
    parts
}

/// What a part of a key looks like in bpftrace's output.
pub fn key_part(part: KeyPart) -> bt_output::KeyPart {
    match part {
        KeyPart::Int | KeyPart::Pointer => bt_output::KeyPart::Integer,
        KeyPart::Inet | KeyPart::MacAddress | KeyPart::Username => bt_output::KeyPart::Word,
        KeyPart::Kstack | KeyPart::Ustack => bt_output::KeyPart::Stack,
        KeyPart::Ksym | KeyPart::Usym => bt_output::KeyPart::Symbol,
        KeyPart::Tuple => bt_output::KeyPart::Bracketed,
        KeyPart::String | KeyPart::Buffer | KeyPart::Timestamp | KeyPart::CgroupPath | KeyPart::Unknown => {
            bt_output::KeyPart::Text
        }
    }
}

/// A metric of a map: the map itself, or a part of `stats()`.
#[derive(Clone, Copy)]
struct Part {
    suffix: &'static str,
    value_type: ValueType,
    semantics: Semantics,
}

fn parts(map: &MapFact) -> Vec<Part> {
    if !is_stats(map.shape) {
        return vec![Part { suffix: "", value_type: map.value_type, semantics: map.semantics }];
    }
    let [count, average, total] = STATS_METRICS;
    vec![
        Part { suffix: count, value_type: ValueType::U64, semantics: Semantics::Counter },
        Part { suffix: average, value_type: ValueType::I64, semantics: Semantics::Instant },
        Part { suffix: total, value_type: map.value_type, semantics: map.semantics },
    ]
}

/// The variables of a script, each with a metric of its own.
fn variables(facts: &Facts) -> BTreeSet<String> {
    let maps = facts.exported_maps().flat_map(|map| parts(map).into_iter().map(|part| variable(map, part)));
    maps.chain([OUTPUT_METRIC.to_string()]).collect()
}

fn variable(map: &MapFact, part: Part) -> String {
    let dot = if part.suffix.is_empty() { "" } else { "." };
    format!("{}{dot}{}", map.name, part.suffix)
}

/// Makes descriptors.
struct Namer<'s> {
    component: &'s str,
    slot: u32,
}

impl Namer<'_> {
    fn metric(&self, positions: &mut Positions, map: &MapFact, part: Part) -> MetricSnapshot {
        let dot = if part.suffix.is_empty() { "" } else { "." };
        let leaf = format!("data.{}{dot}{}", map.metric, part.suffix);
        let variable = variable(map, part);
        let position = positions.of(&variable);
        let help = help::of_map(map, part.suffix, self.component);
        let mut descriptor = self.descriptor(position, &leaf, help);
        descriptor.indom = has_instances(map.shape).then(|| descriptor.pmid.indom());
        descriptor.value_type = part.value_type;
        descriptor.semantics = part.semantics;
        // A count of values has no unit of theirs.
        if part.suffix != STATS_METRICS[0] {
            descriptor.units = map.units.clone();
        }
        descriptor.metric_type = map.metric_type;
        let domain = descriptor.indom.map(|_| Arc::default());
        MetricSnapshot { domain, ..empty(descriptor, variable) }
    }

    fn output(&self, positions: &mut Positions) -> MetricSnapshot {
        let position = positions.of(OUTPUT_METRIC);
        let help = help::of_output(self.component);
        let mut descriptor = self.descriptor(position, &format!("data.{OUTPUT_METRIC}"), help);
        descriptor.metric_type = Some(MetricType::Output);
        empty(descriptor, format!("@{OUTPUT_METRIC}"))
    }

    fn descriptor(&self, position: u32, leaf: &str, help: Help) -> Descriptor {
        Descriptor {
            name: script_metric(self.component, leaf),
            pmid: Pmid::script_data(self.slot, position),
            indom: None,
            value_type: ValueType::Text,
            semantics: Semantics::Instant,
            units: Units::none(),
            metric_type: None,
            help_oneline: help.oneline,
            help_long: help.long,
        }
    }
}

fn empty(descriptor: Descriptor, variable: String) -> MetricSnapshot {
    MetricSnapshot {
        descriptor: Arc::new(descriptor),
        variable: variable.into(),
        domain: None,
        values: Vec::new(),
        updated_at_millis: 0,
    }
}

#[cfg(test)]
mod tests;
