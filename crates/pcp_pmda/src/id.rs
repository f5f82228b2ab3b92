//! The numbers of metrics and instance domains.

use std::fmt;

/// The number of a metric: domain (9 bits), cluster (12 bits), item (10 bits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct PmId(u32);

impl PmId {
    /// Composes a number. Bits beyond a field's width are dropped.
    pub const fn new(domain: u32, cluster: u32, item: u32) -> PmId {
        PmId((domain & 0x1ff) << 22 | (cluster & 0xfff) << 10 | item & 0x3ff)
    }

    /// The number as PCP transports it.
    pub const fn from_raw(raw: u32) -> PmId {
        PmId(raw)
    }

    /// The number as PCP transports it.
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// The number of the agent.
    pub const fn domain(self) -> u32 {
        self.0 >> 22 & 0x1ff
    }

    /// The group of metrics within the agent.
    pub const fn cluster(self) -> u32 {
        self.0 >> 10 & 0xfff
    }

    /// The metric within its cluster.
    pub const fn item(self) -> u32 {
        self.0 & 0x3ff
    }
}

/// As PCP writes it: `151.100.7`.
impl fmt::Display for PmId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.domain(), self.cluster(), self.item())
    }
}

/// The number of an instance domain: domain (9 bits), serial (22 bits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct InDom(u32);

impl InDom {
    /// A metric with this one has a single value, and no instances.
    pub const NULL: InDom = InDom(u32::MAX);

    /// Composes a number. Bits beyond a field's width are dropped.
    pub const fn new(domain: u32, serial: u32) -> InDom {
        InDom((domain & 0x1ff) << 22 | serial & 0x3f_ffff)
    }

    /// The number as PCP transports it.
    pub const fn from_raw(raw: u32) -> InDom {
        InDom(raw)
    }

    /// The number as PCP transports it.
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// The number of the agent.
    pub const fn domain(self) -> u32 {
        self.0 >> 22 & 0x1ff
    }

    /// The instance domain within the agent.
    pub const fn serial(self) -> u32 {
        self.0 & 0x3f_ffff
    }
}

/// As PCP writes it: `151.102407`, or `none`.
impl fmt::Display for InDom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            InDom::NULL => formatter.write_str("none"),
            _ => write!(formatter, "{}.{}", self.domain(), self.serial()),
        }
    }
}

/// A client's connection to pmcd, as pmcd numbers it; a number is used again after its context has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContextId(pub i32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_those_of_pcp() {
        let pmid = PmId::new(151, 4095, 1023);
        assert_eq!((pmid.domain(), pmid.cluster(), pmid.item()), (151, 4095, 1023));
        assert_eq!(pmid.to_string(), "151.4095.1023");
        let indom = InDom::new(151, 4_194_303);
        assert_eq!((indom.domain(), indom.serial()), (151, 4_194_303));
        assert_eq!(indom.to_string(), "151.4194303");
        assert_eq!(InDom::NULL.to_string(), "none");
    }
}
