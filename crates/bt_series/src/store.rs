//! All samples of a page: which metrics are kept, for how long, and in how much memory.

use std::sync::Arc;

use bt_metrics::InstanceLabels;
use litemap::LiteMap;

use crate::{MetricKind, Samples};

/// Bounds of a [`Store`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Age at which a row is dropped. Longer shows more past and costs memory in proportion.
    pub retention_millis: f64,
    /// Memory of all samples. At the bound the oldest rows of all metrics go, whichever metric has them; memory is freed
    /// by the piece of 64 rows.
    pub max_bytes: usize,
    /// Instances of one metric. At the bound further ones are not kept, only counted.
    pub max_instances: usize,
}

/// Half an hour fills the usual panels; 64 MiB hold 30 metrics of 150 instances for that long at a row a second.
impl Default for Limits {
    fn default() -> Limits {
        Limits { retention_millis: 1_800_000.0, max_bytes: 64 << 20, max_instances: 20_000 }
    }
}

/// Names a metric of a [`Store`]; never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MetricId(u32);

/// The samples of all metrics of a page.
#[derive(Debug)]
pub struct Store {
    limits: Limits,
    next: u32,
    metrics: LiteMap<MetricId, Samples>,
}

impl Store {
    /// An empty store.
    pub fn new(limits: Limits) -> Store {
        Store { limits, next: 0, metrics: LiteMap::new() }
    }

    /// Makes room for a metric.
    pub fn add(&mut self, kind: MetricKind) -> MetricId {
        let id = MetricId(self.next);
        self.next = self.next.wrapping_add(1);
        self.metrics.insert(id, Samples::new(kind, self.limits.max_instances));
        id
    }

    /// Frees a metric's samples.
    pub fn remove(&mut self, id: MetricId) {
        self.metrics.remove(&id);
    }

    /// The samples of a metric; `None` if it was removed.
    pub fn samples(&self, id: MetricId) -> Option<&Samples> {
        self.metrics.get(&id)
    }

    /// Says what an instance stands for; ignored if it has no value in any row.
    pub fn label(&mut self, id: MetricId, instance: u32, labels: Arc<InstanceLabels>) {
        if let Some(samples) = self.metrics.get_mut(&id) {
            samples.label(instance, labels);
        }
    }

    /// The next row of the metric does not continue its last one.
    pub fn interrupt(&mut self, id: MetricId) {
        if let Some(samples) = self.metrics.get_mut(&id) {
            samples.interrupt();
        }
    }

    /// Appends a row, and drops what is too old or does not fit. No values is a row, too: nothing was counted yet.
    ///
    /// See [`MetricKind::min_span_millis`] for a row that is hardly later than the last one, or earlier. NaN is no value.
    pub fn append(
        &mut self,
        id: MetricId,
        time_millis: f64,
        values: impl IntoIterator<Item = (Option<u32>, f64)>,
    ) {
        if !time_millis.is_finite() {
            return;
        }
        let Some(samples) = self.metrics.get_mut(&id) else { return };
        samples.append(time_millis, values.into_iter());
        let horizon = time_millis - self.limits.retention_millis;
        while samples.oldest_millis().is_some_and(|oldest| oldest < horizon) {
            samples.drop_oldest_row();
        }
        self.shrink_to_fit();
    }

    /// Memory of all samples in bytes, as [`Limits::max_bytes`] counts it.
    pub fn bytes(&self) -> usize {
        self.metrics.values().map(Samples::bytes).sum()
    }

    fn shrink_to_fit(&mut self) {
        while self.bytes() > self.limits.max_bytes {
            let oldest = self
                .metrics
                .iter_mut()
                .filter_map(|(_, samples)| Some((samples.oldest_millis()?, samples)))
                .min_by(|(left, _), (right, _)| left.total_cmp(right));
            if !oldest.is_some_and(|(_, samples)| samples.drop_oldest_row()) {
                return;
            }
        }
    }
}
