//! Which variable a `$x` is: variables live in blocks since 0.22, in probes before.

use bt_catalog::Version;
use rustc_hash::FxHashMap;

use super::VariableId;

/// The release whose variables end with their block.
const BLOCK_SCOPES: Version = Version::new(0, 22);

/// The variables that can be seen at one place of the script.
#[derive(Debug)]
pub(super) struct Scopes<'a> {
    visible: FxHashMap<&'a str, VariableId>,
    /// What was added, and what it hides.
    added: Vec<(&'a str, Option<VariableId>)>,
    end_with_block: bool,
}

/// Where a block began.
pub(super) struct Mark(usize);

impl<'a> Scopes<'a> {
    pub(super) fn new(target: Version) -> Scopes<'a> {
        Scopes { visible: FxHashMap::default(), added: Vec::new(), end_with_block: target >= BLOCK_SCOPES }
    }

    /// A new probe, macro or function sees nothing of those before.
    pub(super) fn clear(&mut self) {
        self.visible.clear();
        self.added.clear();
    }

    pub(super) fn begin_block(&self) -> Mark {
        Mark(self.added.len())
    }

    pub(super) fn end_block(&mut self, mark: Mark) {
        if !self.end_with_block {
            return;
        }
        for (name, hidden) in self.added.drain(mark.0..).rev() {
            match hidden {
                Some(hidden) => self.visible.insert(name, hidden),
                None => self.visible.remove(name),
            };
        }
    }

    /// The variable that `name` is here.
    pub(super) fn find(&self, name: &str) -> Option<VariableId> {
        self.visible.get(name).copied()
    }

    pub(super) fn add(&mut self, name: &'a str, variable: VariableId) {
        let hidden = self.visible.insert(name, variable);
        self.added.push((name, hidden));
    }
}
