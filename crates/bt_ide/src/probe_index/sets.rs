//! Small sets of letters and of pairs of letters: what cannot match is told without looking at the text.

/// The letters of `text`, a bit each; digits share three bits, all else shares three others.
pub(super) fn letters(text: &[u8]) -> u32 {
    text.iter().fold(0, |set, byte| set | 1 << letter_bit(byte.to_ascii_lowercase()))
}

/// The pairs of letters of `text`, each as one bit of 64. Different pairs may share a bit.
pub(super) fn pairs(text: &[u8]) -> u64 {
    let bit = |pair: &[u8]| {
        let mixed = u32::from(pair[0].to_ascii_lowercase()) << 8 | u32::from(pair[1].to_ascii_lowercase());
        mixed.wrapping_mul(0x9E37_79B1) >> 26
    };
    text.windows(2).fold(0, |set, pair| set | 1 << bit(pair))
}

fn letter_bit(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => byte - b'a',
        b'0'..=b'9' => 26 + byte % 3,
        _ => 29 + byte % 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_holds_the_sets_of_its_parts() {
        let whole = b"sys_enter_OPENAT2";
        for start in 0..whole.len() {
            for end in start..whole.len() {
                let part = whole[start..end].to_ascii_lowercase();
                assert_eq!(letters(whole) & letters(&part), letters(&part));
                assert_eq!(pairs(whole) & pairs(&part), pairs(&part));
            }
        }
        assert_eq!(letters(b"abc") & letters(b"d"), 0);
    }
}
