//! What is looked for: an event, and the groups that may have it.

use bt_catalog::probe_type;

/// A query, read against the groups of an index.
pub(super) struct Query {
    /// What the event holds, in lower case.
    pub(super) event: Vec<u8>,
    groups: Vec<GroupMatch>,
}

/// What a query says of a group.
#[derive(Clone, Copy)]
struct GroupMatch {
    /// Its events may be meant.
    is_allowed: bool,
    /// The last part of the query is the beginning of a part of its name.
    is_named: bool,
    /// Its probes stay the same from kernel to kernel.
    is_stable: bool,
}

impl Query {
    pub(super) fn new(text: &str, groups: &[String]) -> Query {
        let text: String = text.trim().chars().filter(|letter| *letter != '*').collect();
        let text = text.to_ascii_lowercase();
        let (before, event) = text.rsplit_once(':').unwrap_or(("", &text));
        let wanted: Vec<&str> = before.split(':').filter(|part| !part.is_empty()).collect();
        let groups = groups.iter().map(|group| group_match(group, &wanted, event)).collect();
        Query { event: event.as_bytes().to_vec(), groups }
    }

    /// Whether the events of that group may be meant.
    pub(super) fn allows(&self, group: usize) -> bool {
        self.groups[group].is_allowed
    }

    /// Whether the events of all groups may be meant.
    pub(super) fn allows_all(&self) -> bool {
        self.groups.iter().all(|group| group.is_allowed)
    }

    /// Whether the last part of the query names that group.
    pub(super) fn is_named(&self, group: usize) -> bool {
        self.groups[group].is_named
    }

    /// Whether it names any group.
    pub(super) fn names_groups(&self) -> bool {
        self.groups.iter().any(|group| group.is_named)
    }

    /// Whether the probes of that group stay the same from kernel to kernel.
    pub(super) fn is_stable(&self, group: usize) -> bool {
        self.groups[group].is_stable
    }
}

fn group_match(group: &str, wanted: &[&str], event: &str) -> GroupMatch {
    let mut parts = group.split(':').peekable();
    let is_stable = group.starts_with("tracepoint");
    // A probe type is named as a whole, or by its alias.
    let (named, wanted) = match wanted.split_first() {
        Some((first, rest)) => match probe_type(first) {
            Some(known) => (Some(known.name), rest),
            None => (None, wanted),
        },
        None => (None, wanted),
    };
    if let Some(name) = named
        && parts.next_if(|part| *part == name).is_none()
    {
        return GroupMatch { is_allowed: false, is_named: false, is_stable };
    }
    // The probe type alone names nothing: as long as it is being typed, no event is meant.
    if named.is_none() && wanted.is_empty() {
        parts.next();
    }
    let is_allowed = wanted.iter().all(|part| parts.any(|own| begins_with(own, part)));
    let is_named = is_allowed && !event.is_empty() && parts.any(|own| begins_with(own, event));
    GroupMatch { is_allowed, is_named, is_stable }
}

/// Whether `text` begins with `start`, which is in lower case.
fn begins_with(text: &str, start: &str) -> bool {
    text.as_bytes().get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start.as_bytes()))
}
