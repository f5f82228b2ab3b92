//! What a metric is, and what a value is.

use std::ffi::c_int;

use pcp_sys as sys;

use crate::{InDom, PmId, Units};

/// The type of a metric's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// Signed 32 bits.
    I32,
    /// Unsigned 32 bits.
    U32,
    /// Signed 64 bits.
    I64,
    /// Unsigned 64 bits.
    U64,
    /// Single precision.
    Float,
    /// Double precision.
    Double,
    /// Text.
    Text,
}

impl ValueType {
    pub(crate) fn to_c(self) -> c_int {
        match self {
            ValueType::I32 => sys::PM_TYPE_32,
            ValueType::U32 => sys::PM_TYPE_U32,
            ValueType::I64 => sys::PM_TYPE_64,
            ValueType::U64 => sys::PM_TYPE_U64,
            ValueType::Float => sys::PM_TYPE_FLOAT,
            ValueType::Double => sys::PM_TYPE_DOUBLE,
            ValueType::Text => sys::PM_TYPE_STRING,
        }
    }
}

/// How a metric's value behaves over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Semantics {
    /// Grows, except when it restarts; tools show its rate.
    Counter,
    /// A value of this moment, which may change at any time.
    Instant,
    /// A value that seldom changes.
    Discrete,
}

impl Semantics {
    fn to_c(self) -> c_int {
        match self {
            Semantics::Counter => sys::PM_SEM_COUNTER,
            Semantics::Instant => sys::PM_SEM_INSTANT,
            Semantics::Discrete => sys::PM_SEM_DISCRETE,
        }
    }
}

/// A metric's descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Desc {
    /// The metric.
    pub pmid: PmId,
    /// Its instances, or [`InDom::NULL`] for a single value.
    pub indom: InDom,
    /// The type of each value; [`MetricResult::push`](crate::MetricResult::push) expects values of this type.
    pub value_type: ValueType,
    /// How the values behave over time.
    pub semantics: Semantics,
    /// What the values count.
    pub units: Units,
}

impl Desc {
    pub(crate) fn to_c(self) -> sys::pmDesc {
        sys::pmDesc {
            pmid: self.pmid.raw(),
            type_: self.value_type.to_c(),
            indom: self.indom.raw(),
            sem: self.semantics.to_c(),
            units: self.units.to_c(),
        }
    }
}

/// A metric's value, or that of one of its instances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Signed 32 bits.
    I32(i32),
    /// Unsigned 32 bits.
    U32(u32),
    /// Signed 64 bits.
    I64(i64),
    /// Unsigned 64 bits.
    U64(u64),
    /// Single precision.
    Float(f32),
    /// Double precision.
    Double(f64),
    /// Text. PCP ends it at the first NUL: the toolkit sends U+FFFD for each, and cuts text at 16 MiB.
    Text(&'a str),
}

impl Value<'_> {
    /// The type of this value.
    pub fn value_type(&self) -> ValueType {
        match self {
            Value::I32(_) => ValueType::I32,
            Value::U32(_) => ValueType::U32,
            Value::I64(_) => ValueType::I64,
            Value::U64(_) => ValueType::U64,
            Value::Float(_) => ValueType::Float,
            Value::Double(_) => ValueType::Double,
            Value::Text(_) => ValueType::Text,
        }
    }
}
