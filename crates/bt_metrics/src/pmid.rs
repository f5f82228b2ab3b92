//! Numbers of metrics and instance domains in the agent of domain 151.

use std::fmt;
use std::str::FromStr;

/// Domain of PCP's bpftrace agent.
const DOMAIN: u32 = 151;
/// First cluster of scripts; the ones below belong to `control`, `info` and `agent`.
const FIRST_SCRIPT_CLUSTER: u32 = 100;
/// First item of a script's maps; the ones below are its status metrics, as are those from 1000.
const FIRST_MAP_ITEM: u32 = 10;
/// First item behind a script's maps.
const END_OF_MAP_ITEMS: u32 = 1000;
/// How far the serials of the instance domains of two clusters are apart.
const SERIALS_A_CLUSTER: u32 = 1000;

/// A metric's number: cluster (12 bits) and item (10 bits); the domain is always 151.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pmid {
    /// 0 control, 1 info, 2 agent, from 100 the scripts; at most 4095.
    pub cluster: u32,
    /// At most 1023.
    pub item: u32,
}

impl Pmid {
    /// Slots that scripts can have: 0 to 3995.
    pub const SLOTS: u32 = 4096 - FIRST_SCRIPT_CLUSTER;

    /// The metric `item` of `bpftrace.control`.
    pub const fn control(item: u32) -> Pmid {
        Pmid { cluster: 0, item }
    }

    /// The metric `item` of `bpftrace.info`.
    pub const fn info(item: u32) -> Pmid {
        Pmid { cluster: 1, item }
    }

    /// The metric `item` of `bpftrace.agent`.
    pub const fn agent(item: u32) -> Pmid {
        Pmid { cluster: 2, item }
    }

    /// A status metric of the script in `slot`.
    pub const fn script_status(slot: u32, item: u32) -> Pmid {
        Pmid { cluster: FIRST_SCRIPT_CLUSTER + slot, item }
    }

    /// The `position`-th data metric of the script in `slot`; at most 990 have a number of their own.
    pub const fn script_data(slot: u32, position: u32) -> Pmid {
        Pmid { cluster: FIRST_SCRIPT_CLUSTER + slot, item: FIRST_MAP_ITEM + position }
    }

    /// The instance domain that belongs to this metric alone.
    pub const fn indom(self) -> IndomId {
        IndomId { serial: self.cluster * SERIALS_A_CLUSTER + self.item }
    }

    /// The slot of the script that this metric belongs to; `None` for a metric of the agent.
    pub const fn slot(self) -> Option<u32> {
        self.cluster.checked_sub(FIRST_SCRIPT_CLUSTER)
    }

    /// Whether it is a data metric of a script.
    pub const fn is_script_data(self) -> bool {
        self.cluster >= FIRST_SCRIPT_CLUSTER && self.item >= FIRST_MAP_ITEM && self.item < END_OF_MAP_ITEMS
    }

    /// The number as PCP packs it: domain, cluster and item in 9, 12 and 10 bits.
    pub const fn packed(self) -> u32 {
        (DOMAIN << 22) | (self.cluster << 10) | self.item
    }
}

/// `151.100.10`
impl fmt::Display for Pmid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{DOMAIN}.{}.{}", self.cluster, self.item)
    }
}

/// Reads `151.100.10` and the packed form `633442314`.
impl FromStr for Pmid {
    type Err = ();

    fn from_str(text: &str) -> Result<Pmid, ()> {
        let numbers: Vec<u32> = text.split('.').map(str::parse).collect::<Result<_, _>>().map_err(|_| ())?;
        match numbers[..] {
            [DOMAIN, cluster @ 0..=4095, item @ 0..=1023] => Ok(Pmid { cluster, item }),
            [packed] if packed >> 22 == DOMAIN => {
                Ok(Pmid { cluster: (packed >> 10) & 0xfff, item: packed & 0x3ff })
            }
            _ => Err(()),
        }
    }
}

/// An instance domain's number within domain 151 (22 bits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IndomId {
    /// Number within the domain.
    pub serial: u32,
}

impl IndomId {
    /// The metric that the instance domain belongs to. Only items below 1000 have one of their own.
    pub const fn pmid(self) -> Pmid {
        Pmid { cluster: self.serial / SERIALS_A_CLUSTER, item: self.serial % SERIALS_A_CLUSTER }
    }
}

/// `151.100010`
impl fmt::Display for IndomId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{DOMAIN}.{}", self.serial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_as_pmproxy_writes_them() {
        let pmid = Pmid::script_data(0, 1);
        assert_eq!(pmid.to_string(), "151.100.11");
        assert_eq!(pmid.indom().to_string(), "151.100011");
        assert_eq!(pmid.indom().pmid(), pmid);
        assert_eq!((pmid.slot(), Pmid::info(0).slot()), (Some(0), None));
        assert!(pmid.is_script_data() && !Pmid::script_status(0, 1000).is_script_data());
        assert_eq!("151.100.11".parse(), Ok(pmid));
        assert_eq!(pmid.packed().to_string().parse(), Ok(pmid));
        assert_eq!(Pmid::control(0).packed(), 633_339_904);
        for rubbish in ["", "151", "60.1.2", "151.1", "151.5000.1", "151.1.2.3", "x"] {
            assert_eq!(rubbish.parse::<Pmid>(), Err(()), "{rubbish}");
        }
    }
}
