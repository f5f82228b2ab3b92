//! Which variable has which number among the data metrics of a script.

use std::collections::{BTreeMap, BTreeSet};

use super::MAX_METRICS;

/// Positions that there are: one a map's metric, and one for the text.
pub(super) const MAX_POSITIONS: u32 = MAX_METRICS as u32 + 1;

/// Gives each variable the position that it had before, else one behind all others. When there is none left, it gets
/// that of a variable that the script does not have any more.
#[derive(Debug)]
pub(super) struct Positions {
    known: BTreeMap<String, u32>,
    /// Of `known`, those that nobody has been told of yet.
    new: Vec<String>,
    /// The last one is taken first.
    free: Vec<u32>,
}

impl Positions {
    /// For a script with these variables, which had `known` before.
    pub(super) fn new(mut known: BTreeMap<String, u32>, variables: &BTreeSet<String>) -> Positions {
        known.retain(|_, position| *position < MAX_POSITIONS);
        let mut taken = BTreeSet::new();
        known.retain(|_, position| taken.insert(*position));
        let end = taken.last().map_or(0, |last| last + 1);
        let gone = known.iter().filter(|(variable, _)| !variables.contains(*variable));
        let gone = gone.map(|(_, position)| *position);
        let free = gone.chain((end..MAX_POSITIONS).rev()).collect();
        Positions { known, new: Vec::new(), free }
    }

    /// The position of one of the variables.
    pub(super) fn of(&mut self, variable: &str) -> u32 {
        if let Some(position) = self.known.get(variable) {
            return *position;
        }
        // There is one for each variable of the script.
        let position = self.free.pop().unwrap_or(MAX_POSITIONS);
        self.known.retain(|_, known| *known != position);
        self.known.insert(variable.to_string(), position);
        self.new.push(variable.to_string());
        position
    }

    /// Those that were given since the last call.
    pub(super) fn take_new(&mut self) -> impl Iterator<Item = (&str, u32)> {
        let new = std::mem::take(&mut self.new).into_iter();
        new.filter_map(|variable| {
            self.known.get_key_value(&variable).map(|(variable, position)| (variable.as_str(), *position))
        })
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, u32)> {
        self.known.iter().map(|(variable, position)| (variable.as_str(), *position))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }
}
