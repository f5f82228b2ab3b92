//! The index of a host's probes: 180,000 names, searched at each keystroke.
//!
//! A name is split at its last colon into a group (`kprobe`, `tracepoint:sched`) and an event. An event that several
//! groups have, as each function of the kernel under `kprobe` and `kretprobe`, is stored and compared once. Beside each
//! event stand two small sets, of its letters and of its pairs of letters, which tell most events apart from a query
//! without looking at their text.

mod query;
mod sets;

use query::Query;
use sets::{letters, pairs};

use crate::ranking::{Match, contiguous, scattered};

/// Most names that are kept; a kernel with all its modules has about 200,000.
pub const MAX_PROBES: usize = 500_000;

/// Longest name that is kept.
pub const MAX_NAME_BYTES: usize = 1024;

/// Letter by letter is compared only if fewer probes than this hold the query in one piece.
const FEW: usize = 24;

/// Most probes that are ranked for a query: one that more hold says little, and the next letter will say more. Those that
/// come first by name are taken.
const MAX_RANKED: usize = 4096;

/// The probes of a host. About 32 bytes a name of a kernel.
#[derive(Clone, Debug)]
pub struct ProbeIndex {
    /// The names without events, in order: `kprobe`, `tracepoint:sched`.
    groups: Vec<String>,
    /// The text of all events, one behind the other, in order without regard to case.
    text: String,
    /// Where each event begins in the text, and the end of the last one.
    starts: Vec<u32>,
    letters: Vec<u32>,
    pairs: Vec<u64>,
    /// Where the probes of each event begin, and the end of the last ones.
    first_probes: Vec<u32>,
    /// The group of each probe, by event.
    probe_groups: Vec<u16>,
    omitted: usize,
}

impl ProbeIndex {
    /// The index of `names`, separated by commas, blanks or line ends. Names that stand twice are kept once. Names beyond
    /// [`MAX_PROBES`] and [`MAX_NAME_BYTES`], and those of more than 65,536 groups, are left out and counted.
    pub fn new(names: &str) -> ProbeIndex {
        let is_separator = |byte: char| byte == ',' || byte.is_ascii_whitespace();
        let mut omitted = 0;
        let mut kept: Vec<(&str, &str)> = Vec::new();
        for name in names.split(is_separator).filter(|name| !name.is_empty()) {
            if kept.len() < MAX_PROBES && name.len() <= MAX_NAME_BYTES {
                kept.push(split(name));
            } else {
                omitted += 1;
            }
        }
        let mut groups: Vec<&str> = kept.iter().map(|(group, _)| *group).collect();
        groups.sort_unstable();
        groups.dedup();
        groups.truncate(usize::from(u16::MAX) + 1);
        kept.sort_unstable_by(|a, b| order(a.1, b.1).then_with(|| a.0.cmp(b.0)));
        kept.dedup();
        let mut index = ProbeIndex::with_room(&kept);
        index.omitted = omitted;
        for (group, event) in kept {
            match groups.binary_search(&group) {
                Ok(place) => index.push(place as u16, event),
                Err(_) => index.omitted += 1,
            }
        }
        index.groups = groups.into_iter().map(str::to_string).collect();
        index.finish()
    }

    /// Number of probes.
    pub fn len(&self) -> usize {
        self.probe_groups.len()
    }

    /// Whether there is no probe.
    pub fn is_empty(&self) -> bool {
        self.probe_groups.is_empty()
    }

    /// Number of names that were left out.
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// Bytes of memory that it takes.
    pub fn memory_bytes(&self) -> usize {
        let groups: usize = self.groups.iter().map(|group| group.capacity() + size_of::<String>()).sum();
        groups
            + self.text.capacity()
            + self.starts.capacity() * size_of::<u32>()
            + self.letters.capacity() * size_of::<u32>()
            + self.pairs.capacity() * size_of::<u64>()
            + self.first_probes.capacity() * size_of::<u32>()
            + self.probe_groups.capacity() * size_of::<u16>()
    }

    /// The probes that match `query`, best first, at most `limit`.
    ///
    /// First those whose event begins so, then those where a word does, then those that belong to a group of that name or
    /// hold the query elsewhere, and where these are few, those that hold its letters in that order. Of equals tracepoints
    /// come first, which are a stable interface, and short names before long ones. What stands before a colon chooses
    /// groups: `tcp:retr` is `tracepoint:tcp:tcp_retransmit_skb`. The case of letters and `*` are ignored.
    pub fn search(&self, query: &str, limit: usize) -> Vec<String> {
        let query = Query::new(query, &self.groups);
        let mut found = Found { index: self, query: &query, chosen: None, keys: Vec::new() };
        found.by_prefix();
        if found.keys.len() < limit {
            found.choose();
            found.in_one_piece();
        }
        if found.keys.len() < limit && query.names_groups() {
            found.by_group();
        }
        if found.keys.len() < limit.min(FEW) && query.event.len() > 1 {
            found.letter_by_letter();
        }
        found.best(limit)
    }

    fn with_room(kept: &[(&str, &str)]) -> ProbeIndex {
        let is_new = |place: usize| place == 0 || kept[place - 1].1 != kept[place].1;
        let (mut events, mut bytes) = (0, 0);
        for place in (0..kept.len()).filter(|place| is_new(*place)) {
            events += 1;
            bytes += kept[place].1.len();
        }
        ProbeIndex {
            groups: Vec::new(),
            text: String::with_capacity(bytes),
            starts: Vec::with_capacity(events + 1),
            letters: Vec::with_capacity(events),
            pairs: Vec::with_capacity(events),
            first_probes: Vec::with_capacity(events + 1),
            probe_groups: Vec::with_capacity(kept.len()),
            omitted: 0,
        }
    }

    fn push(&mut self, group: u16, event: &str) {
        let is_new = self.starts.last().is_none_or(|start| &self.text[*start as usize..] != event);
        if is_new {
            self.starts.push(self.text.len() as u32);
            self.first_probes.push(self.probe_groups.len() as u32);
            self.letters.push(letters(event.as_bytes()));
            self.pairs.push(pairs(event.as_bytes()));
            self.text.push_str(event);
        }
        self.probe_groups.push(group);
    }

    fn finish(mut self) -> ProbeIndex {
        self.starts.push(self.text.len() as u32);
        self.first_probes.push(self.probe_groups.len() as u32);
        self
    }

    fn event_count(&self) -> usize {
        self.letters.len()
    }

    fn event(&self, place: usize) -> &str {
        &self.text[self.starts[place] as usize..self.starts[place + 1] as usize]
    }

    /// The probes of an event, as places in the list of all.
    fn probes(&self, event: usize) -> std::ops::Range<usize> {
        self.first_probes[event] as usize..self.first_probes[event + 1] as usize
    }

    fn name(&self, probe: usize) -> String {
        let event = self.first_probes.partition_point(|first| *first as usize <= probe) - 1;
        let group = &self.groups[usize::from(self.probe_groups[probe])];
        if group.is_empty() {
            self.event(event).to_string()
        } else {
            format!("{group}:{}", self.event(event))
        }
    }
}

/// Group and event of a name.
fn split(name: &str) -> (&str, &str) {
    name.rsplit_once(':').filter(|(group, _)| !group.is_empty()).unwrap_or(("", name))
}

/// Names without regard to case, and equal ones by it.
fn order(left: &str, right: &str) -> std::cmp::Ordering {
    let lower = |byte: &u8| byte.to_ascii_lowercase();
    left.as_bytes().iter().map(lower).cmp(right.as_bytes().iter().map(lower)).then_with(|| left.cmp(right))
}

/// What a search has found so far.
struct Found<'a> {
    index: &'a ProbeIndex,
    query: &'a Query,
    /// The events of the groups that the query allows; `None` if it allows all.
    chosen: Option<Vec<u32>>,
    /// The rank of each probe, the best the smallest; its place in the lowest 32 bits.
    keys: Vec<u64>,
}

impl Found<'_> {
    /// Events that begin with the query: they stand together.
    fn by_prefix(&mut self) {
        let wanted = &self.query.event;
        let begins_before = |event: usize| {
            let text = self.index.event(event).as_bytes();
            let start = &text[..text.len().min(wanted.len())];
            start.iter().map(u8::to_ascii_lowercase).cmp(wanted.iter().copied())
        };
        let first = self.first_event(|event| begins_before(event).is_lt());
        let end = if wanted.is_empty() {
            self.index.event_count()
        } else {
            self.first_event(|event| begins_before(event).is_le())
        };
        for event in first..end {
            // Without a letter they stay in the order of their names.
            if wanted.is_empty() && self.keys.len() >= MAX_RANKED {
                break;
            }
            self.add(event, Match::Prefix);
        }
    }

    /// The first event for which `is_before` no longer holds, by halving.
    fn first_event(&self, is_before: impl Fn(usize) -> bool) -> usize {
        let (mut low, mut high) = (0, self.index.event_count());
        while low < high {
            let middle = low.midpoint(high);
            if is_before(middle) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// Looks once which events have a group that the query allows: groups seldom have many. Without a letter none is compared.
    fn choose(&mut self) {
        if self.query.event.is_empty() || self.query.allows_all() {
            return;
        }
        let index = self.index;
        let mut chosen = Vec::new();
        for event in 0..index.event_count() {
            let mut groups = index.probe_groups[index.probes(event)].iter();
            if groups.any(|group| self.query.allows(usize::from(*group))) {
                chosen.push(event as u32);
            }
        }
        self.chosen = Some(chosen);
    }

    fn chosen_count(&self) -> usize {
        self.chosen.as_ref().map_or(self.index.event_count(), Vec::len)
    }

    fn chosen(&self, place: usize) -> usize {
        self.chosen.as_ref().map_or(place, |chosen| chosen[place] as usize)
    }

    /// Events that hold the query behind their beginning.
    fn in_one_piece(&mut self) {
        let Some((&first, rest)) = self.query.event.split_first() else { return };
        let (wanted_letters, wanted_pairs) = (letters(&self.query.event), pairs(&self.query.event));
        for place in 0..self.chosen_count() {
            let event = self.chosen(place);
            if self.keys.len() >= MAX_RANKED {
                return;
            }
            if self.index.pairs[event] & wanted_pairs != wanted_pairs
                || self.index.letters[event] & wanted_letters != wanted_letters
            {
                continue;
            }
            match contiguous(self.index.event(event).as_bytes(), first, rest) {
                None | Some(Match::Prefix) => {}
                Some(how) => self.add(event, how),
            }
        }
    }

    /// Events of the groups that the last part of the query names.
    fn by_group(&mut self) {
        for place in 0..self.chosen_count() {
            let event = self.chosen(place);
            if self.keys.len() >= MAX_RANKED {
                break;
            }
            for probe in self.index.probes(event) {
                let group = usize::from(self.index.probe_groups[probe]);
                if self.query.is_named(group) {
                    let key = self.key(event, probe, Match::Inside);
                    self.keys.push(key);
                }
            }
        }
        // An event may have been found by its own name already.
        self.keep_best();
    }

    /// Events that hold the letters of the query in its order, but not in one piece.
    fn letter_by_letter(&mut self) {
        let wanted = letters(&self.query.event);
        for place in 0..self.chosen_count() {
            let event = self.chosen(place);
            if self.keys.len() >= MAX_RANKED {
                break;
            }
            if self.index.letters[event] & wanted != wanted {
                continue;
            }
            match scattered(self.index.event(event).as_bytes(), &self.query.event) {
                // Without a gap it was found before, and so was what holds a better place.
                None | Some(0) => {}
                Some(others) => self.add(event, Match::Scattered(others)),
            }
        }
        self.keep_best();
    }

    /// Of a probe that was found in several ways the best.
    fn keep_best(&mut self) {
        // With the probe in front, its ranks stand together.
        self.keys.iter_mut().for_each(|key| *key = key.rotate_left(32));
        self.keys.sort_unstable();
        self.keys.dedup_by_key(|key| *key >> 32);
        self.keys.iter_mut().for_each(|key| *key = key.rotate_left(32));
    }

    /// Takes up the probes of an event whose groups the query allows.
    fn add(&mut self, event: usize, how: Match) {
        for probe in self.index.probes(event) {
            if self.query.allows(usize::from(self.index.probe_groups[probe])) {
                let key = self.key(event, probe, how);
                self.keys.push(key);
            }
        }
    }

    fn key(&self, event: usize, probe: usize, how: Match) -> u64 {
        let group = usize::from(self.index.probe_groups[probe]);
        let is_unstable = u64::from(!self.query.is_stable(group));
        // Whoever has typed no event yet wants them by name.
        let length = if self.query.event.is_empty() { 0 } else { self.index.event(event).len().min(255) };
        (how.number() << 48) | (is_unstable << 40) | ((length as u64) << 32) | probe as u64
    }

    fn best(mut self, limit: usize) -> Vec<String> {
        if limit < self.keys.len() {
            self.keys.select_nth_unstable(limit);
            self.keys.truncate(limit);
        }
        self.keys.sort_unstable();
        self.keys.iter().map(|key| self.index.name(*key as u32 as usize)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    const NAMES: &str = "kprobe:vfs_read,kretprobe:vfs_read,kprobe:vfs_readv,kprobe:ksys_read,kprobe:thread_end,\
                         tracepoint:syscalls:sys_enter_read\ntracepoint:syscalls:sys_enter_openat\n\
                         tracepoint:tcp:tcp_retransmit_skb\nkprobe:tcp_retransmit_skb,kprobe:vfs_read,BEGIN";

    fn check(query: &str, expected: Expect) {
        expected.assert_eq(&ProbeIndex::new(NAMES).search(query, 4).join(" "));
    }

    #[test]
    fn better_places_first_and_short_names_before_long_ones() {
        check("vfs_r", expect!["kprobe:vfs_read kretprobe:vfs_read kprobe:vfs_readv"]);
        check("VFS_R", expect!["kprobe:vfs_read kretprobe:vfs_read kprobe:vfs_readv"]);
        check(
            "read",
            expect!["tracepoint:syscalls:sys_enter_read kprobe:vfs_read kretprobe:vfs_read kprobe:ksys_read"],
        );
        check("sys_enter_op", expect!["tracepoint:syscalls:sys_enter_openat"]);
        check("vrdv", expect!["kprobe:vfs_readv"]);
        check("xyz", expect![""]);
    }

    #[test]
    fn what_stands_before_a_colon_chooses_groups() {
        check("tcp:retr", expect!["tracepoint:tcp:tcp_retransmit_skb"]);
        check("kr:vfs", expect!["kretprobe:vfs_read"]);
        check("kprobe:vfs_*", expect!["kprobe:vfs_read kprobe:vfs_readv"]);
        check(
            "tracepoint:sysc",
            expect!["tracepoint:syscalls:sys_enter_read tracepoint:syscalls:sys_enter_openat"],
        );
        check(
            "t:",
            expect![
                "tracepoint:syscalls:sys_enter_openat tracepoint:syscalls:sys_enter_read tracepoint:tcp:tcp_retransmit_skb"
            ],
        );
        check("uprobe:", expect![""]);
        check(
            ":::",
            expect![
                "tracepoint:syscalls:sys_enter_openat tracepoint:syscalls:sys_enter_read tracepoint:tcp:tcp_retransmit_skb BEGIN"
            ],
        );
    }

    #[test]
    fn names_are_kept_once_and_bounds_are_counted() {
        let index = ProbeIndex::new(NAMES);
        assert_eq!((index.len(), index.omitted()), (10, 0));
        let long = "x".repeat(MAX_NAME_BYTES + 1);
        let index = ProbeIndex::new(&format!("a:b,{long},a:c"));
        assert_eq!((index.len(), index.omitted()), (2, 1));
        assert!(ProbeIndex::new("").is_empty());
        assert_eq!(ProbeIndex::new("").search("a", 10), Vec::<String>::new());
    }
}
