//! Which instances a client wants.

use pcp_sys::{PM_PROFILE_EXCLUDE, pmInDomProfile, pmProfile};

use crate::InDom;

/// The instances that the client of a fetch wants.
///
/// The single value of a metric without instances ([`InDom::NULL`]) is always wanted.
#[derive(Clone, Copy, Debug)]
pub struct Profile<'a> {
    selection: &'a Selection,
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
    pub(crate) fn new(selection: &'a Selection) -> Profile<'a> {
        Profile { selection }
    }

    /// Whether the client wants this instance.
    pub fn wants(&self, indom: InDom, number: u32) -> bool {
        self.of(indom).contains(number)
    }

    /// What the client wants of an instance domain; quicker than to ask for each instance.
    pub fn of(&self, indom: InDom) -> Wanted<'a> {
        self.selection.of(indom)
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

/// A copy of the profile that pmcd sent last, with sorted lists. As large as the profile that a client sent, which
/// pmcd bounds by the size of its messages.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Whether instance domains that are not listed are not wanted.
    others_excluded: bool,
    /// Sorted by instance domain.
    listed: Vec<Listed>,
}

#[derive(Debug)]
struct Listed {
    indom: InDom,
    excluded: bool,
    /// Those wanted if `excluded`, and those not wanted otherwise; sorted.
    numbers: Vec<u32>,
}

impl Selection {
    /// Copies what C passed.
    ///
    /// # Safety
    /// `profile` is null or a valid profile, whose lists are as long as it says.
    pub(crate) unsafe fn copy(profile: *const pmProfile) -> Selection {
        // SAFETY: the caller's promise.
        let Some(profile) = (unsafe { profile.as_ref() }) else {
            return Selection::default();
        };
        // SAFETY: the caller's promise.
        let entries = unsafe { slice_of(profile.profile, profile.profile_len) };
        let mut listed: Vec<Listed> = entries
            .iter()
            // SAFETY: the caller's promise.
            .map(|entry: &pmInDomProfile| (entry, unsafe { slice_of(entry.instances, entry.instances_len) }))
            .map(|(entry, numbers)| {
                Listed::new(InDom::from_raw(entry.indom), entry.state == PM_PROFILE_EXCLUDE, numbers)
            })
            .collect();
        listed.sort_by_key(|entry| entry.indom);
        Selection { others_excluded: profile.state == PM_PROFILE_EXCLUDE, listed }
    }

    fn of(&self, indom: InDom) -> Wanted<'_> {
        let (excluded, numbers) = match self.listed.binary_search_by_key(&indom, |entry| entry.indom) {
            Ok(index) => (self.listed[index].excluded, self.listed[index].numbers.as_slice()),
            Err(_) => (self.others_excluded && indom != InDom::NULL, [].as_slice()),
        };
        if excluded { Wanted::Only(numbers) } else { Wanted::AllBut(numbers) }
    }
}

impl Listed {
    fn new(indom: InDom, excluded: bool, numbers: &[i32]) -> Listed {
        let mut numbers: Vec<u32> = numbers.iter().map(|number| number.cast_unsigned()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        Listed { indom, excluded, numbers }
    }
}

/// A list as C has it: empty if null or of no positive length.
///
/// # Safety
/// Unless null, `list` has `length` initialised items, which stay as they are for `'a`.
unsafe fn slice_of<'a, T>(list: *const T, length: i32) -> &'a [T] {
    match usize::try_from(length) {
        // SAFETY: not null; the rest is the caller's promise.
        Ok(length) if length > 0 && !list.is_null() => unsafe { std::slice::from_raw_parts(list, length) },
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: InDom = InDom::new(9, 1);
    const B: InDom = InDom::new(9, 2);

    fn selection(others_excluded: bool, listed: &[(InDom, bool, &[i32])]) -> Selection {
        let mut listed: Vec<Listed> =
            listed.iter().map(|&(indom, excluded, numbers)| Listed::new(indom, excluded, numbers)).collect();
        listed.sort_by_key(|entry| entry.indom);
        Selection { others_excluded, listed }
    }

    #[test]
    fn everything_is_wanted_until_a_client_says_otherwise() {
        let all = Selection::default();
        assert_eq!(Profile::new(&all).of(A), Wanted::AllBut(&[]));
        assert!(Profile::new(&all).wants(A, u32::MAX));
    }

    #[test]
    fn an_instance_domain_is_all_but_some_or_only_some() {
        let some = selection(true, &[(B, false, &[7]), (A, true, &[5, 3, 5])]);
        let profile = Profile::new(&some);
        assert_eq!(profile.of(A), Wanted::Only(&[3, 5]));
        assert!(profile.wants(A, 5) && !profile.wants(A, 4));
        assert_eq!(profile.of(B), Wanted::AllBut(&[7]));
        assert!(profile.wants(B, 5) && !profile.wants(B, 7));
    }

    #[test]
    fn a_profile_that_excludes_the_rest_leaves_single_values() {
        let none = selection(true, &[]);
        assert_eq!(Profile::new(&none).of(A), Wanted::Only(&[]));
        assert!(Profile::new(&none).wants(InDom::NULL, 0));
    }

    #[test]
    fn a_profile_is_read_from_c() {
        let mut numbers = [9, 2];
        let mut entries = [
            pmInDomProfile { indom: B.raw(), state: 0, instances_len: 0, instances: std::ptr::null_mut() },
            pmInDomProfile { indom: A.raw(), state: 1, instances_len: 2, instances: numbers.as_mut_ptr() },
        ];
        let profile = pmProfile { state: 1, profile_len: 2, profile: entries.as_mut_ptr() };
        // SAFETY: the lists are as long as they say.
        let copy = unsafe { Selection::copy(&raw const profile) };
        assert_eq!(copy.of(A), Wanted::Only(&[2, 9]));
        assert_eq!(copy.of(B), Wanted::AllBut(&[]));
        assert_eq!(copy.of(InDom::new(9, 3)), Wanted::Only(&[]));
    }
}
