//! Numbers the maps of a script by their names.

use bt_syntax::Span;
use rustc_hash::FxHashMap;

use super::{Map, MapId};

/// So many names are compared one by one: nearly every script has fewer maps, and needs no table.
const FEW_MAPS: usize = 16;

/// Finds the number of a map by its name.
#[derive(Default)]
pub(super) struct MapNames<'a> {
    /// The maps behind the first few.
    others: FxHashMap<&'a str, MapId>,
}

impl<'a> MapNames<'a> {
    /// The number of the map `name`. A new one is added to `maps`; `span` is where it is mentioned.
    pub(super) fn id(&mut self, maps: &mut Vec<Map<'a>>, name: &'a str, span: Span) -> MapId {
        if let Some(known) = maps.iter().take(FEW_MAPS).position(|map| map.name == name) {
            return MapId(known as u32);
        }
        let next = MapId(maps.len() as u32);
        if maps.len() >= FEW_MAPS {
            let id = *self.others.entry(name).or_insert(next);
            if id != next {
                return id;
            }
        }
        maps.push(Map { name, span, aggregation: None, uses: (0, 0) });
        next
    }
}
