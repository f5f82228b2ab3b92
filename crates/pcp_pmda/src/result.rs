//! The values of a fetch, laid out as C wants them.

use std::marker::PhantomData;

use crate::Value;

/// Takes the values of one metric in a fetch.
#[derive(Debug)]
pub struct MetricResult<'a> {
    count: usize,
    arena: PhantomData<&'a mut ()>,
}

impl MetricResult<'_> {
    /// Adds the value of an instance, or the single value of a metric without instances (`None`). It must have the
    /// type that [`Agent::describe`](crate::Agent::describe) gave.
    pub fn push(&mut self, _instance: Option<u32>, _value: Value<'_>) {
        self.count += 1;
    }

    /// How many values were added.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether no value was added.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}
