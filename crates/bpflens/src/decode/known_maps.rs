//! What a script says about its maps, as far as the decoding of its output needs it.

use std::collections::HashMap;

use bt_analysis::Facts;
use bt_engine::key_part;
use bt_metrics::ValueType;
use bt_output::{KeyPart, MapHint};

/// What the script says about its maps, by name with `@`.
#[derive(Default)]
pub(super) struct KnownMaps(HashMap<String, KnownMap>);

/// What the script says about one map.
pub(super) struct KnownMap {
    /// Whether it has keys.
    pub(super) is_keyed: bool,
    /// Whether its values are numbers.
    pub(super) is_number: bool,
    /// The parts of its key.
    pub(super) key: Vec<KeyPart>,
}

impl KnownMaps {
    pub(super) fn new(facts: &Facts) -> KnownMaps {
        let maps = facts.maps.iter().map(|map| {
            let known = KnownMap {
                is_keyed: map.shape.is_keyed(),
                is_number: map.value_type != ValueType::Text,
                key: map.key.iter().map(|part| key_part(*part)).collect(),
            };
            (map.name.clone(), known)
        });
        KnownMaps(maps.collect())
    }

    /// What the decoder needs to know.
    pub(super) fn hints(&self) -> impl Iterator<Item = MapHint> {
        let hint = |(name, map): (&String, &KnownMap)| MapHint {
            name: name.clone(),
            is_keyed: map.is_keyed,
            key: map.key.clone(),
        };
        self.0.iter().map(hint)
    }

    /// The map of that name.
    pub(super) fn get(&self, name: &str) -> Option<&KnownMap> {
        self.0.get(name)
    }
}
