//! Which PMIDs a new script gets: none that another script had a short while ago.
//!
//! Archives and clients know a metric by its PMID. One that means another script a second later confuses both, so that
//! the search for a free slot goes on where the last one ended, and starts over only behind the last slot.

use bt_metrics::Pmid;

/// Gives out slots.
#[derive(Debug)]
pub(crate) struct Slots {
    next: u32,
}

impl Slots {
    /// Begins the search at this slot.
    pub(crate) fn beginning_at(first: u32) -> Slots {
        Slots { next: first }
    }

    /// The next slot that is not taken; `None` if all are.
    pub(crate) fn next_free(&mut self, is_taken: impl Fn(u32) -> bool) -> Option<u32> {
        let candidates = (self.next..Pmid::SLOTS).chain(0..self.next.min(Pmid::SLOTS));
        let slot = candidates.into_iter().find(|slot| !is_taken(*slot))?;
        self.next = slot + 1;
        Some(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_thousand_scripts_in_one_life() {
        let mut slots = Slots::beginning_at(4);
        let is_reserved = |slot: u32| slot % 1000 == 7;
        let mut last_use = vec![None; Pmid::SLOTS as usize];
        for turn in 0..5_000usize {
            let slot = slots.next_free(|slot| is_reserved(slot) || slot == 5).unwrap();
            assert!(slot != 5 && !is_reserved(slot) && slot < Pmid::SLOTS);
            if let Some(before) = last_use[slot as usize].replace(turn) {
                assert!(turn - before > 3_900, "slot {slot} was used again after {} turns", turn - before);
            }
        }
    }

    #[test]
    fn all_taken() {
        let mut slots = Slots::beginning_at(0);
        assert_eq!(slots.next_free(|_| true), None);
        assert_eq!(slots.next_free(|slot| slot != 3_995), Some(3_995));
        assert_eq!(slots.next_free(|_| false), Some(0), "behind the last slot comes the first");
    }
}
