//! What maps and variables hold, as far as one look at the script has come.

use super::{Value, named_type};
use crate::usage::{MapId, Origin, Place, Usage, VariableId};
use bt_catalog::Type;

/// What every map and variable holds.
pub(super) struct Held {
    maps: Vec<Cell>,
    variables: Vec<Cell>,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    value: Option<Value>,
    /// Whether something was made of it already.
    is_read: bool,
    /// Whether the script says what it holds, so that values do not.
    is_declared: bool,
}

impl Held {
    /// Nothing but what the script declares.
    pub(super) fn new(source: &str, usage: &Usage<'_>) -> Held {
        let declared = |origin| {
            let value = match origin {
                Origin::Let(type_name) | Origin::Parameter(type_name) => {
                    type_name.map(|type_name| named_type(source, type_name))
                }
                Origin::Loop { is_number: true } => Some(Value::of(Type::Signed)),
                Origin::Loop { is_number: false } => Some(Value::of(Type::Tuple)),
                Origin::Assigned | Origin::Filled => None,
            };
            Cell { value, is_read: false, is_declared: value.is_some() }
        };
        Held {
            maps: vec![Cell::default(); usage.maps.len()],
            variables: usage.variables.iter().map(|variable| declared(variable.origin)).collect(),
        }
    }

    /// What is made of a map or variable here.
    pub(super) fn read(&mut self, place: Place) -> Option<Value> {
        let cell = self.cell(place)?;
        cell.is_read = true;
        cell.value
    }

    /// Takes one more value of a map or variable, or a change of it; whether that changes what was read before.
    pub(super) fn write(&mut self, place: Place, value: Value, is_change: bool) -> bool {
        let Some(cell) = self.cell(place) else { return false };
        // An address that is moved is still one.
        let is_moved = is_change && cell.value.is_some_and(|before| before.kind == Type::Pointer);
        if cell.is_declared || is_moved {
            return false;
        }
        let merged = Some(cell.value.map_or(value, |before| before.or(value)));
        let is_news = cell.is_read && merged != cell.value;
        cell.value = merged;
        is_news
    }

    /// Whether both hold the same.
    pub(super) fn is_same(&self, other: &Held) -> bool {
        let same = |ours: &[Cell], theirs: &[Cell]| {
            ours.iter().zip(theirs).all(|(ours, theirs)| ours.value == theirs.value)
        };
        same(&self.maps, &other.maps) && same(&self.variables, &other.variables)
    }

    /// What a map holds.
    pub(super) fn map(&self, map: MapId) -> Value {
        self.maps.get(map.index()).and_then(|cell| cell.value).unwrap_or(Value::UNKNOWN)
    }

    /// What a variable holds.
    pub(super) fn variable(&self, variable: VariableId) -> Value {
        self.variables.get(variable.index()).and_then(|cell| cell.value).unwrap_or(Value::UNKNOWN)
    }

    fn cell(&mut self, place: Place) -> Option<&mut Cell> {
        match place {
            Place::Map(map) => self.maps.get_mut(map.index()),
            Place::Variable(variable) => self.variables.get_mut(variable.index()),
            Place::None | Place::Call(_) | Place::Name(_) => None,
        }
    }
}
