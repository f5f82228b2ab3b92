//! Sorting of what a frame has, with one copy of the sorting code for all types: the core is downloaded.

use std::cmp::Ordering;

/// Sorts `items`, which the comparison must tell apart unless their order is of no matter. At most 2^32 items.
pub(crate) fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let mut order: Vec<u32> = (0..items.len() as u32).collect();
    sort_places(&mut order, &|left, right| compare(&items[left as usize], &items[right as usize]));
    let mut unsorted: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|place| unsorted[place as usize].take()));
}

fn sort_places(places: &mut [u32], compare: &dyn Fn(u32, u32) -> Ordering) {
    places.sort_unstable_by(|left, right| compare(*left, *right));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_sorted() {
        let mut items = ["b", "a", "c", "a"].map(String::from).to_vec();
        sort_by(&mut items, Ord::cmp);
        assert_eq!(items, ["a", "a", "b", "c"]);
        sort_by(&mut Vec::<u8>::new(), Ord::cmp);
    }
}
