//! Finds a name's place in a table in a few instructions, with an index that the compiler makes.
//!
//! A script has thousands of names, and each is looked up in several tables; most are in none. The index is a table
//! of open addressing, at most half full, so that a name that is not there mostly meets a free slot at once.

/// The places of at most 255 names in `SLOTS` slots, a power of two.
pub(crate) struct NameIndex<const SLOTS: usize> {
    names: &'static [&'static str],
    /// Place of a name plus 1, at its hash or behind it; 0 is a free slot.
    slots: [u8; SLOTS],
    longest: usize,
}

impl<const SLOTS: usize> NameIndex<SLOTS> {
    /// The index of `names`. Two names that are the same do not compile.
    pub(crate) const fn new(names: &'static [&'static str]) -> Self {
        assert!(SLOTS.is_power_of_two() && SLOTS >= 2 * names.len(), "an index stays half free");
        assert!(names.len() < u8::MAX as usize, "a slot is a byte");
        let mut slots = [0; SLOTS];
        let mut longest = 0;
        let mut place = 0;
        while place < names.len() {
            let name = names[place].as_bytes();
            let mut slot = Self::slot(name);
            while slots[slot] != 0 {
                assert!(!same_bytes(names[slots[slot] as usize - 1].as_bytes(), name), "a name stands twice");
                slot = (slot + 1) % SLOTS;
            }
            slots[slot] = place as u8 + 1;
            if name.len() > longest {
                longest = name.len();
            }
            place += 1;
        }
        NameIndex { names, slots, longest }
    }

    /// The place of `name`.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.find_by(name, |known| known == name)
    }

    /// The first place of `name` in any case of its letters.
    pub(crate) fn find_ignoring_case(&self, name: &str) -> Option<usize> {
        self.find_by(name, |known| known.eq_ignore_ascii_case(name))
    }

    fn find_by(&self, name: &str, is_same: impl Fn(&str) -> bool) -> Option<usize> {
        if name.len() > self.longest {
            return None;
        }
        let mut slot = Self::slot(name.as_bytes());
        loop {
            // A free slot ends the search: half of them are free.
            let place = usize::from(self.slots[slot]).checked_sub(1)?;
            if is_same(self.names[place]) {
                return Some(place);
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// Where the search for `name` begins: the same for every case of its letters.
    const fn slot(name: &[u8]) -> usize {
        let length = name.len();
        if length == 0 {
            return 0;
        }
        let sample = [name[0], name[length / 3], name[length / 2], name[length - 1]];
        // The bit by which letters differ in case; other bytes only lose what tells some of them apart.
        let sample = u32::from_le_bytes(sample) | 0x2020_2020;
        let mixed = (sample ^ (length as u32).wrapping_mul(0x0100_0193)).wrapping_mul(0x9E37_79B1);
        (mixed >> 16) as usize % SLOTS
    }
}

const fn same_bytes(left: &[u8], right: &[u8]) -> bool {
    let mut position = 0;
    while position < left.len() && position < right.len() && left[position] == right[position] {
        position += 1;
    }
    position == left.len() && position == right.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 6] = ["printf", "print", "u", "U", "BEGIN", "int16_t"];
    static INDEX: NameIndex<16> = NameIndex::new(&NAMES);

    #[test]
    fn every_name_is_found_at_its_place() {
        for (place, name) in NAMES.into_iter().enumerate() {
            assert_eq!(INDEX.find(name), Some(place), "{name}");
        }
    }

    #[test]
    fn other_names_are_not() {
        for name in ["", "p", "printg", "printf_and_more", "begin", "int32_t", "PRINTF", "\u{e4}"] {
            assert_eq!(INDEX.find(name), None, "{name}");
        }
    }

    #[test]
    fn the_case_of_letters_can_be_ignored() {
        assert_eq!(INDEX.find_ignoring_case("begin"), Some(4));
        assert_eq!(INDEX.find_ignoring_case("INT16_T"), Some(5));
        assert_eq!(INDEX.find_ignoring_case("begun"), None);
    }
}
