//! Patterns with `*` for any characters, against each other: two sets of names, not a set and a name.

/// Whether there is a name that both patterns match. Takes time in the product of their lengths.
pub(super) fn overlaps(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    // Whether the rests of `a` behind `i` and of `b` behind `j` overlap, for the present `i` and all `j`.
    let mut below = vec![false; b.len() + 1];
    for i in (0..=a.len()).rev() {
        let mut row = vec![false; b.len() + 1];
        for j in (0..=b.len()).rev() {
            row[j] = match (a.get(i), b.get(j)) {
                (None, None) => true,
                (Some(b'*'), other) => below[j] || (other.is_some() && row[j + 1]),
                (other, Some(b'*')) => row[j + 1] || (other.is_some() && below[j]),
                (Some(x), Some(y)) => x == y && below[j + 1],
                _ => false,
            };
        }
        below = row;
    }
    below[0]
}

/// Whether `pattern` matches everything that `point` does, where `point` may be a pattern, too.
pub(super) fn contains(pattern: &str, point: &str) -> bool {
    let (pattern, point) = (pattern.as_bytes(), point.as_bytes());
    let (mut at, mut read) = (0, 0);
    // Where to go on after the last `*`, should what follows not fit.
    let mut last_star: Option<(usize, usize)> = None;
    while read < point.len() {
        match pattern.get(at) {
            Some(b'*') => {
                last_star = Some((at + 1, read));
                at += 1;
            }
            // Only a `*` of the pattern, above, may stand for whatever else is a wildcard in the point.
            Some(byte) if *byte == point[read] && !b"*?[$".contains(byte) => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((star, taken)) = last_star else { return false };
                last_star = Some((star, taken + 1));
                (at, read) = (star, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}
