//! How well a name matches what was typed: as its beginning, as the beginning of a word in it, inside it, or letter by
//! letter.

/// How a name matches, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Match {
    /// It begins so.
    Prefix,
    /// A word in it begins so.
    WordStart,
    /// It holds the text.
    Inside,
    /// It holds the letters in this order; how many others stand between them.
    Scattered(u8),
}

impl Match {
    /// The better, the smaller; at most 16 bits.
    pub(crate) fn number(self) -> u64 {
        match self {
            Match::Prefix => 0,
            Match::WordStart => 1 << 8,
            Match::Inside => 2 << 8,
            Match::Scattered(others) => 3 << 8 | u64::from(others),
        }
    }
}

/// How `name` matches `query`, whatever the case of the letters; everything matches nothing.
pub(crate) fn rank(name: &[u8], query: &[u8]) -> Option<Match> {
    let Some((&first, rest)) = query.split_first() else { return Some(Match::Prefix) };
    contiguous(name, first, rest).or_else(|| scattered(name, query).map(Match::Scattered))
}

/// The best place at which `name` holds `first` and `rest` in one piece.
pub(crate) fn contiguous(name: &[u8], first: u8, rest: &[u8]) -> Option<Match> {
    let last_start = name.len().checked_sub(rest.len() + 1)?;
    let mut best = None;
    for (start, byte) in name[..=last_start].iter().enumerate() {
        let behind = start + 1;
        if !is_same_letter(*byte, first) || !name[behind..behind + rest.len()].eq_ignore_ascii_case(rest) {
            continue;
        }
        if start == 0 {
            return Some(Match::Prefix);
        }
        if !name[start - 1].is_ascii_alphanumeric() {
            return Some(Match::WordStart);
        }
        best = Some(Match::Inside);
    }
    best
}

/// How many other bytes stand between the letters of `query`, each taken where it first comes; 255 at most.
pub(crate) fn scattered(name: &[u8], query: &[u8]) -> Option<u8> {
    let mut position = 0;
    let mut start = None;
    for wanted in query {
        position += name[position..].iter().position(|byte| is_same_letter(*byte, *wanted))? + 1;
        start.get_or_insert(position - 1);
    }
    Some((position - start.unwrap_or(0) - query.len()).min(255) as u8)
}

/// Whether two bytes are the same but for their case. The first comparison tells most bytes apart, and is cheap.
#[inline(always)]
fn is_same_letter(left: u8, right: u8) -> bool {
    const CASE: u8 = 0x20;
    (left ^ right) & !CASE == 0 && left.eq_ignore_ascii_case(&right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_place_wins() {
        let cases = [
            ("vfs_read", "vfs_r", Some(Match::Prefix)),
            ("VFS_Read", "vfs_r", Some(Match::Prefix)),
            ("ksys_read", "read", Some(Match::WordStart)),
            ("thread_read", "read", Some(Match::WordStart)),
            ("thread", "read", Some(Match::Inside)),
            ("vfs_read", "vrd", Some(Match::Scattered(5))),
            ("vfs_read", "vx", None),
            ("read", "reader", None),
            ("", "a", None),
            ("", "", Some(Match::Prefix)),
        ];
        for (name, query, expected) in cases {
            assert_eq!(rank(name.as_bytes(), query.as_bytes()), expected, "{query} in {name}");
        }
        assert!(Match::Prefix < Match::WordStart && Match::Inside < Match::Scattered(0));
    }
}
