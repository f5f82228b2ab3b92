//! The known name that a misspelled one was probably meant to be.

/// Longest name that is compared; a longer one is no misspelling of anything.
const MAX_NAME_BYTES: usize = 32;

/// The candidate nearest to `wrong`, if it is near enough: one edit, two from five letters on.
pub fn did_you_mean<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if wrong.len() > MAX_NAME_BYTES {
        return None;
    }
    let allowed = if wrong.len() < 5 { 1 } else { 2 };
    let is_near = |candidate: &&str| {
        // An edit changes the length by one at most.
        candidate.len().abs_diff(wrong.len()) <= allowed
            && candidate.len() <= MAX_NAME_BYTES
            && *candidate != wrong
    };
    candidates
        .into_iter()
        .filter(is_near)
        .map(|candidate| (distance(wrong.as_bytes(), candidate.as_bytes()), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits between two names: insert, delete, replace, or swap of neighbours. Case counts nothing.
fn distance(left: &[u8], right: &[u8]) -> usize {
    let mut before: [u8; MAX_NAME_BYTES + 1] = [0; MAX_NAME_BYTES + 1];
    let mut above: [u8; MAX_NAME_BYTES + 1] = std::array::from_fn(|column| column as u8);
    for (row, left_byte) in left.iter().enumerate() {
        let mut current = [0; MAX_NAME_BYTES + 1];
        current[0] = row as u8 + 1;
        for (column, right_byte) in right.iter().enumerate() {
            let same = left_byte.eq_ignore_ascii_case(right_byte);
            let replaced = above[column] + u8::from(!same);
            let mut best = replaced.min(above[column + 1] + 1).min(current[column] + 1);
            let swapped =
                row > 0 && column > 0 && left[row - 1] == *right_byte && *left_byte == right[column - 1];
            if swapped {
                best = best.min(before[column - 1] + 1);
            }
            current[column + 1] = best;
        }
        before = above;
        above = current;
    }
    above[right.len()].into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["printf", "print", "count", "hist", "lhist", "str"];
        let cases = [
            ("prinft", Some("printf")),
            ("cuont", Some("count")),
            ("Count", Some("count")),
            ("histo", Some("hist")),
            ("sstr", Some("str")),
            ("foobar", None),
            ("x", None),
            ("", None),
            ("count", None),
        ];
        for (wrong, meant) in cases {
            assert_eq!(did_you_mean(wrong, names), meant, "{wrong}");
        }
        assert_eq!(did_you_mean(&"p".repeat(1000), names), None);
    }
}
