//! Which printed maps are the dump that bpftrace makes of all maps when it ends.

use crate::dialect::Dialect;

/// The dump prints each map once, sorted by name, and nothing follows. Up to 0.23 two blank lines come before it.
#[derive(Debug, Default)]
pub(crate) struct FinalDump {
    is_expected: bool,
    blank_lines: u32,
    is_announced: bool,
    /// The maps at the end of the stream so far whose names ascend.
    ascending: u64,
    last_name: String,
}

impl FinalDump {
    /// bpftrace was told to end.
    pub(crate) fn expect(&mut self) {
        self.is_expected = true;
    }

    pub(crate) fn blank_line(&mut self) {
        let blank_lines = self.blank_lines + 1;
        self.other();
        self.blank_lines = blank_lines;
    }

    /// Something came that is no map.
    pub(crate) fn other(&mut self) {
        self.blank_lines = 0;
        self.is_announced = false;
        self.ascending = 0;
    }

    /// A map came; whether it belongs to the dump.
    pub(crate) fn map(&mut self, name: &str, dialect: &Dialect) -> bool {
        self.is_announced |= self.blank_lines >= 2 && dialect.announces_dump();
        self.blank_lines = 0;
        let is_next = self.ascending > 0 && *self.last_name < *name;
        self.ascending = if is_next { self.ascending + 1 } else { 1 };
        self.last_name.clear();
        self.last_name.push_str(name);
        self.is_expected || self.is_announced
    }

    /// If the stream ends here: how many of the last events are the dump.
    pub(crate) fn length(&self, dialect: &Dialect) -> u64 {
        if dialect.announces_dump() && !self.is_announced { 0 } else { self.ascending }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(dialect: Dialect, events: &[&str]) -> u64 {
        let mut dump = FinalDump::default();
        for event in events {
            match *event {
                "" => dump.blank_line(),
                "text" => dump.other(),
                name => drop(dump.map(name, &dialect)),
            }
        }
        dump.length(&dialect)
    }

    #[test]
    fn announced_or_sorted() {
        let old = Dialect::default();
        assert_eq!(length(old, &["@a", "@b", "", "", "@a", "@b", "@c"]), 3);
        assert_eq!(length(old, &["@a", "@b"]), 0);
        assert_eq!(length(old, &["", "", "@a", "text"]), 0);
        assert_eq!(length(old, &["", "text", "", "@a"]), 0);
        let new = Dialect::of(crate::Release { major: 0, minor: 27 });
        assert_eq!(length(new, &["@b", "@a", "@b", "@c"]), 3);
        assert_eq!(length(new, &["@a", "@a"]), 1);
        assert_eq!(length(new, &["@a", "text"]), 0);
    }
}
