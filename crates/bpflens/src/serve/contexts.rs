//! PMWEBAPI contexts: a client's mailbox for control replies, and the leases that it holds.

use std::collections::{HashMap, VecDeque};

use bt_metrics::control::Control;

/// Contexts that may be open at once; the next one is refused.
const MAX_CONTEXTS: usize = 1024;
/// Seconds without a call after which a context ends, as in pmproxy.
const DEFAULT_POLL_TIMEOUT_SECONDS: u64 = 5;
/// What a client may ask for at most.
const MAX_POLL_TIMEOUT_SECONDS: u64 = 3600;

/// Leases that a context may hold. Beyond it the oldest is forgotten: its script then ends by its expiry only.
const MAX_LEASES: usize = 1024;

/// A client's state.
#[derive(Default)]
struct Context {
    poll_timeout_seconds: u64,
    expires_at_millis: u64,
    replies: [Option<String>; Control::ALL.len()],
    leases: VecDeque<String>,
}

/// All open contexts.
#[derive(Default)]
pub(super) struct Contexts {
    open: HashMap<u32, Context>,
}

impl Contexts {
    /// Opens a context under `number` (a random one of the caller's). `None` if there are too many, or it is taken.
    pub(super) fn open(
        &mut self,
        number: u32,
        poll_timeout_seconds: Option<u64>,
        now_millis: u64,
    ) -> Option<u32> {
        if self.open.len() >= MAX_CONTEXTS || self.open.contains_key(&number) {
            return None;
        }
        let poll_timeout_seconds =
            poll_timeout_seconds.unwrap_or(DEFAULT_POLL_TIMEOUT_SECONDS).clamp(1, MAX_POLL_TIMEOUT_SECONDS);
        self.open.insert(number, Context { poll_timeout_seconds, ..Context::default() });
        self.touch(number, now_millis);
        Some(number)
    }

    /// Notes a call. `false` if there is no such context.
    pub(super) fn touch(&mut self, number: u32, now_millis: u64) -> bool {
        let Some(context) = self.open.get_mut(&number) else { return false };
        context.expires_at_millis = now_millis + context.poll_timeout_seconds * 1000;
        true
    }

    /// Keeps the reply to a command until it is fetched; a later reply replaces it.
    pub(super) fn reply(&mut self, number: u32, control: Control, reply: String) {
        if let Some(context) = self.open.get_mut(&number) {
            context.replies[control as usize] = Some(reply);
        }
    }

    /// Takes the reply to a command; `{}` if there is none, as in PCP's PMDA.
    pub(super) fn take_reply(&mut self, number: u32, control: Control) -> String {
        let reply = self.open.get_mut(&number).and_then(|context| context.replies[control as usize].take());
        reply.unwrap_or_else(|| "{}".into())
    }

    /// Notes that the context holds one more lease. `false` if it ended meanwhile: then the lease must be returned.
    pub(super) fn add_lease(&mut self, number: u32, script: &str) -> bool {
        let Some(context) = self.open.get_mut(&number) else { return false };
        if context.leases.len() == MAX_LEASES {
            context.leases.pop_front();
        }
        context.leases.push_back(script.to_string());
        true
    }

    /// Notes that the context gave one lease back.
    pub(super) fn remove_lease(&mut self, number: u32, script: &str) {
        if let Some(context) = self.open.get_mut(&number)
            && let Some(position) = context.leases.iter().position(|lease| lease == script)
        {
            context.leases.remove(position);
        }
    }

    /// Ends the contexts whose time is over and hands out the leases that they held.
    pub(super) fn expire(&mut self, now_millis: u64) -> Vec<String> {
        let over = |context: &Context| context.expires_at_millis <= now_millis;
        let numbers: Vec<u32> =
            self.open.iter().filter(|(_, context)| over(context)).map(|(number, _)| *number).collect();
        numbers
            .into_iter()
            .filter_map(|number| self.open.remove(&number))
            .flat_map(|context| context.leases)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_read_once() {
        let mut contexts = Contexts::default();
        contexts.open(1, None, 0);
        contexts.reply(1, Control::Register, "a".into());
        contexts.reply(1, Control::Register, "b".into());
        assert_eq!(contexts.take_reply(1, Control::Start), "{}");
        assert_eq!(contexts.take_reply(1, Control::Register), "b");
        assert_eq!(contexts.take_reply(1, Control::Register), "{}");
    }

    #[test]
    fn leases_end_with_their_context() {
        let mut contexts = Contexts::default();
        contexts.open(1, Some(2), 0);
        contexts.open(2, Some(9), 0);
        for script in ["a", "a", "b"] {
            assert!(contexts.add_lease(1, script));
        }
        contexts.remove_lease(1, "a");
        contexts.touch(1, 1_000);
        assert!(contexts.expire(2_999).is_empty());
        let mut returned = contexts.expire(3_000);
        returned.sort();
        assert_eq!(returned, ["a", "b"]);
        assert!(!contexts.touch(1, 3_000) && contexts.touch(2, 3_000));
        assert!(!contexts.add_lease(1, "a"));
    }

    #[test]
    fn their_number_is_bounded() {
        let mut contexts = Contexts::default();
        for number in 0..MAX_CONTEXTS as u32 {
            assert_eq!(contexts.open(number, None, 0), Some(number));
        }
        assert_eq!(contexts.open(u32::MAX, None, 0), None);
        contexts.expire(u64::MAX);
        assert_eq!(contexts.open(u32::MAX, None, 0), Some(u32::MAX));
        assert_eq!(contexts.open(u32::MAX, None, 0), None, "taken");
        for number in 0..2 * MAX_LEASES {
            assert!(contexts.add_lease(u32::MAX, &number.to_string()));
        }
        let leases = contexts.expire(u64::MAX);
        assert_eq!((leases.len(), leases[0].as_str()), (MAX_LEASES, "1024"), "the oldest are forgotten");
    }
}
