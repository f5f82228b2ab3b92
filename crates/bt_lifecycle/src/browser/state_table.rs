//! What the tests of the state machines compare: every state, and below it each event that does something.

use std::fmt::{Debug, Write};

/// `apply` changes the state by an event and tells the effects in words, beginning with what parts them from the state;
/// empty without any.
pub(super) fn state_table<S: Clone + PartialEq, E: Clone + Debug>(
    states: impl IntoIterator<Item = S>,
    events: &[E],
    short: impl Fn(&S) -> String,
    apply: impl Fn(&mut S, E) -> String,
) -> String {
    let mut table = String::new();
    for state in states {
        let _ = writeln!(table, "{}", short(&state));
        for event in events {
            let mut next = state.clone();
            let effects = apply(&mut next, event.clone());
            if next != state || !effects.is_empty() {
                let _ = writeln!(table, "  {event:?} -> {}{effects}", short(&next));
            }
        }
    }
    table
}
