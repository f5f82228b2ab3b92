//! The bounds of a decoder, each with what happens there.

/// Bounds of a [`Decoder`](crate::Decoder). All of them hold for one line, and a decoder holds no more than one: what its
/// buffers grow to for an unusually long line is given back with the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one line. A longer line is skipped and becomes a note. A map of 10,000 keys takes 119 KB, a keyed
    /// histogram of 4,000 keys 201 KB; bpftrace itself knows no bound.
    pub max_line_bytes: usize,
    /// Keys of one map message. Of more keys the last ones stay: bpftrace prints the largest values last.
    pub max_keys: usize,
    /// Bytes of the text of one event or note; longer text is cut at a character, and a note says so. A `str()` of
    /// `max_strlen` can fill 64 KB, `cat()` of `max_cat_bytes` more.
    pub max_text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { max_line_bytes: 4 << 20, max_keys: 20_000, max_text_bytes: 1 << 20 }
    }
}
