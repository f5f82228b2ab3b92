//! The metrics of the engine in the words of PCP's toolkit.

use bt_metrics::{Atom, Descriptor, EMPTY_INSTANCE_NAME, IndomId, Pmid, Semantics, ValueType};
use pcp_pmda::{Desc, InDom, PmId, Units, Value};

/// The domain of the agent.
pub(crate) const DOMAIN: u32 = 151;

/// A metric's number as PCP has it.
pub(crate) fn pm_id(pmid: Pmid) -> PmId {
    PmId::new(DOMAIN, pmid.cluster, pmid.item)
}

/// Reads [`pm_id`] back.
pub(crate) fn pmid(pm_id: PmId) -> Pmid {
    Pmid { cluster: pm_id.cluster(), item: pm_id.item() }
}

/// An instance domain's number as PCP has it.
pub(crate) fn in_dom(indom: Option<IndomId>) -> InDom {
    indom.map_or(InDom::NULL, |indom| InDom::new(DOMAIN, indom.serial))
}

/// An instance's name as PCP can have it.
pub(crate) fn instance_name(name: &str) -> &str {
    if name.is_empty() { EMPTY_INSTANCE_NAME } else { name }
}

/// A descriptor as PCP has it. A unit that PCP does not know is none.
pub(crate) fn desc(descriptor: &Descriptor) -> Desc {
    Desc {
        pmid: pm_id(descriptor.pmid),
        indom: in_dom(descriptor.indom),
        value_type: match descriptor.value_type {
            ValueType::I32 => pcp_pmda::ValueType::I32,
            ValueType::U32 => pcp_pmda::ValueType::U32,
            ValueType::I64 => pcp_pmda::ValueType::I64,
            ValueType::U64 => pcp_pmda::ValueType::U64,
            ValueType::Float => pcp_pmda::ValueType::Float,
            ValueType::Double => pcp_pmda::ValueType::Double,
            ValueType::Text => pcp_pmda::ValueType::Text,
        },
        semantics: match descriptor.semantics {
            Semantics::Counter => pcp_pmda::Semantics::Counter,
            Semantics::Instant => pcp_pmda::Semantics::Instant,
            Semantics::Discrete => pcp_pmda::Semantics::Discrete,
        },
        units: Units::parse(&descriptor.units.0).unwrap_or(Units::NONE),
    }
}

/// A value in the type of its metric: 64-bit values are exact, smaller types take the nearest value they have. `None`
/// if it is text and the metric is a number: then there is no value.
#[inline]
pub(crate) fn value<'a>(atom: &'a Atom, value_type: ValueType) -> Option<Value<'a>> {
    Some(match (value_type, atom) {
        (ValueType::U64, Atom::U64(number)) => Value::U64(*number),
        (ValueType::I64, Atom::I64(number)) => Value::I64(*number),
        (ValueType::Text, Atom::Text(text)) => Value::Text(text),
        (ValueType::Text, _) | (_, Atom::Text(_)) => return None,
        (ValueType::U64, _) => Value::U64(whole(atom)?.clamp(0, u64::MAX.into()) as u64),
        (ValueType::I64, _) => Value::I64(whole(atom)?.clamp(i64::MIN.into(), i64::MAX.into()) as i64),
        (ValueType::U32, _) => Value::U32(whole(atom)?.clamp(0, u32::MAX.into()) as u32),
        (ValueType::I32, _) => Value::I32(whole(atom)?.clamp(i32::MIN.into(), i32::MAX.into()) as i32),
        (ValueType::Float, _) => Value::Float(atom.to_f64()? as f32),
        (ValueType::Double, _) => Value::Double(atom.to_f64()?),
    })
}

/// A number of any kind, without its fraction.
fn whole(atom: &Atom) -> Option<i128> {
    match atom {
        Atom::U64(number) => Some((*number).into()),
        Atom::I64(number) => Some((*number).into()),
        Atom::F64(number) => Some(*number as i128),
        Atom::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_engine() {
        let number = Pmid::script_data(3995, 989);
        assert_eq!(pmid(pm_id(number)), number);
        assert_eq!(pm_id(number).to_string(), number.to_string());
        assert_eq!(in_dom(Some(number.indom())).to_string(), number.indom().to_string());
        assert_eq!(in_dom(None), InDom::NULL);
        assert_eq!([instance_name(""), instance_name(" ")], ["(empty)", " "]);
    }

    #[test]
    fn values_take_the_type_of_their_metric() {
        let text = Atom::Text("a".into());
        let cases = [
            (Atom::U64(u64::MAX), ValueType::U64, Some(Value::U64(u64::MAX))),
            (Atom::I64(i64::MIN), ValueType::I64, Some(Value::I64(i64::MIN))),
            (Atom::I64(-1), ValueType::U64, Some(Value::U64(0))),
            (Atom::U64(u64::MAX), ValueType::I64, Some(Value::I64(i64::MAX))),
            (Atom::I64(-7), ValueType::I32, Some(Value::I32(-7))),
            (Atom::U64(1 << 40), ValueType::U32, Some(Value::U32(u32::MAX))),
            (Atom::F64(1.5), ValueType::Double, Some(Value::Double(1.5))),
            (Atom::U64(2), ValueType::Float, Some(Value::Float(2.0))),
            (text.clone(), ValueType::Text, Some(Value::Text("a"))),
            (text.clone(), ValueType::U64, None),
            (Atom::U64(1), ValueType::Text, None),
        ];
        for (atom, value_type, expected) in cases {
            assert_eq!(value(&atom, value_type), expected, "{atom:?} as {value_type:?}");
        }
    }
}
