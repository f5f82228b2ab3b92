//! Which instances a client wants.

use crate::InDom;

/// The instances that the client of this fetch wants.
///
/// A metric without instances ([`InDom::NULL`]) is always wanted.
#[derive(Clone, Copy, Debug)]
pub struct Profile<'a> {
    wanted: &'a WantedInstances,
}

/// What a client wants of one instance domain. Numbers are sorted and each is there once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// All but these.
    AllBut(&'a [u32]),
    /// Only these, whether they exist or not.
    Only(&'a [u32]),
}

impl<'a> Profile<'a> {
    /// Whether the client wants this instance.
    pub fn wants(&self, indom: InDom, number: u32) -> bool {
        self.of(indom).contains(number)
    }

    /// What the client wants of an instance domain: for an agent that finds an instance by its number, quicker
    /// than to ask for each one.
    pub fn of(&self, indom: InDom) -> Wanted<'a> {
        self.wanted.of(indom)
    }
}

impl Wanted<'_> {
    /// Whether this instance is wanted.
    pub fn contains(&self, number: u32) -> bool {
        match self {
            Wanted::AllBut(numbers) => numbers.binary_search(&number).is_err(),
            Wanted::Only(numbers) => numbers.binary_search(&number).is_ok(),
        }
    }
}

/// The profile that pmcd sent last.
#[derive(Debug, Default)]
pub(crate) struct WantedInstances {
    by_indom: Vec<(InDom, bool, Vec<u32>)>,
    others_excluded: bool,
}

impl WantedInstances {
    fn of(&self, indom: InDom) -> Wanted<'_> {
        let (excluded, numbers) = match self.by_indom.binary_search_by_key(&indom, |entry| entry.0) {
            Ok(index) => (self.by_indom[index].1, self.by_indom[index].2.as_slice()),
            Err(_) => (self.others_excluded && indom != InDom::NULL, [].as_slice()),
        };
        if excluded { Wanted::Only(numbers) } else { Wanted::AllBut(numbers) }
    }
}
