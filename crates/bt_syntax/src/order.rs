//! Sorting of what a script has, with one copy of the sorting code for all types: the core is downloaded.

/// Sorts `items` by a number, equal ones as they stand. At most 2^32 items.
pub fn sort_by_number<T>(items: &mut Vec<T>, number: impl Fn(&T) -> u64) {
    let mut order: Vec<(u64, u32)> = items.iter().map(&number).zip(0..).collect();
    if order.is_sorted() {
        return;
    }
    order.sort_unstable();
    let mut unsorted: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|(_, place)| unsorted[place as usize].take()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ones_keep_their_order() {
        let mut items = vec![(2, 'a'), (1, 'b'), (2, 'c'), (0, 'd'), (1, 'e')];
        sort_by_number(&mut items, |(number, _)| *number);
        assert_eq!(items, [(0, 'd'), (1, 'b'), (1, 'e'), (2, 'a'), (2, 'c')]);
        sort_by_number(&mut Vec::<u8>::new(), |_| 0);
    }
}
