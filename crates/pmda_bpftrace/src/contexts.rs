//! What the agent remembers of each client: who it is, and the replies to its commands.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use bt_metrics::control::Control;
use pcp_pmda::ContextId;

/// Clients that are remembered. pmcd tells when one leaves, and each is a connection to pmcd, so a host hardly has as
/// many: this is against the one that opens connections to fill our memory. Beyond it the client that was quiet for
/// longest is forgotten, and must authenticate again.
const MAX_CONTEXTS: usize = 4096;
/// Bytes of all replies that wait to be fetched. Beyond it those of the client that was quiet for longest are dropped.
const MAX_REPLY_BYTES: usize = 16 << 20;

/// The reply of a command that was not given.
const NO_REPLY: &str = "{}";

/// What is known of a client's user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The name that it authenticated with.
    pub(crate) name: Option<String>,
    /// The user that it runs as on this host; 0 is root.
    pub(crate) user_id: Option<u32>,
}

/// A client's state.
#[derive(Debug, Default)]
struct Context {
    /// Grows with each use of any context.
    last_use: u64,
    identity: Identity,
    replies: [Option<String>; Control::ALL.len()],
}

/// All clients of which something is known.
#[derive(Debug, Default)]
pub(crate) struct Contexts {
    known: HashMap<ContextId, Context>,
    uses: u64,
    reply_bytes: usize,
}

impl Contexts {
    /// Notes who a client is.
    pub(crate) fn identify(&mut self, context: ContextId, note: impl FnOnce(&mut Identity)) {
        note(&mut self.context(context).identity);
    }

    /// Who a client is, as far as it is known.
    pub(crate) fn identity(&self, context: ContextId) -> Identity {
        self.known.get(&context).map(|context| context.identity.clone()).unwrap_or_default()
    }

    /// Keeps the reply to a command until it is fetched; a later reply replaces it.
    pub(crate) fn reply(&mut self, context: ContextId, control: Control, reply: String) {
        self.reply_bytes += reply.len();
        let replaced = self.context(context).replies[control as usize].replace(reply);
        self.reply_bytes -= replaced.map_or(0, |reply| reply.len());
        while self.reply_bytes > MAX_REPLY_BYTES {
            let holders =
                self.known.values_mut().filter(|context| context.replies.iter().any(Option::is_some));
            let Some(oldest) = holders.min_by_key(|context| context.last_use) else { return };
            self.reply_bytes -= take_all(oldest);
        }
    }

    /// Takes the reply to a command; `{}` if there is none, as in PCP's PMDA.
    pub(crate) fn take_reply(&mut self, context: ContextId, control: Control) -> String {
        let reply = self.known.get_mut(&context).and_then(|context| context.replies[control as usize].take());
        self.reply_bytes -= reply.as_ref().map_or(0, String::len);
        reply.unwrap_or_else(|| NO_REPLY.into())
    }

    /// Forgets a client that has left.
    pub(crate) fn end(&mut self, context: ContextId) {
        if let Some(mut context) = self.known.remove(&context) {
            self.reply_bytes -= take_all(&mut context);
        }
    }

    fn context(&mut self, context: ContextId) -> &mut Context {
        if self.known.len() >= MAX_CONTEXTS && !self.known.contains_key(&context) {
            let quiet = self.known.iter().min_by_key(|(_, context)| context.last_use);
            if let Some(quiet) = quiet.map(|(context, _)| *context) {
                self.end(quiet);
            }
        }
        self.uses += 1;
        let context = match self.known.entry(context) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Context::default()),
        };
        context.last_use = self.uses;
        context
    }
}

/// Drops all replies of a context. How many bytes they had.
fn take_all(context: &mut Context) -> usize {
    context.replies.iter_mut().filter_map(Option::take).map(|reply| reply.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(number: i32) -> ContextId {
        ContextId(number)
    }

    #[test]
    fn a_reply_is_read_once_by_its_client() {
        let mut contexts = Contexts::default();
        contexts.reply(context(1), Control::Register, "a".into());
        contexts.reply(context(1), Control::Register, "bb".into());
        assert_eq!(contexts.reply_bytes, 2);
        assert_eq!(contexts.take_reply(context(2), Control::Register), NO_REPLY);
        assert_eq!(contexts.take_reply(context(1), Control::Start), NO_REPLY);
        assert_eq!(contexts.take_reply(context(1), Control::Register), "bb");
        assert_eq!(contexts.take_reply(context(1), Control::Register), NO_REPLY);
        assert_eq!(contexts.reply_bytes, 0);
    }

    #[test]
    fn identities_end_with_their_client() {
        let mut contexts = Contexts::default();
        contexts.identify(context(1), |identity| identity.user_id = Some(0));
        contexts.identify(context(1), |identity| identity.name = Some("alice".into()));
        contexts.reply(context(1), Control::Stop, "reply".into());
        assert_eq!(contexts.identity(context(1)), Identity { name: Some("alice".into()), user_id: Some(0) });
        contexts.end(context(1));
        assert_eq!(contexts.identity(context(1)), Identity::default(), "pmcd uses the number again");
        assert_eq!(contexts.take_reply(context(1), Control::Stop), NO_REPLY);
        assert_eq!(contexts.reply_bytes, 0);
    }

    #[test]
    fn clients_and_replies_are_bounded() {
        let mut contexts = Contexts::default();
        for number in 0..MAX_CONTEXTS as i32 + 10 {
            contexts.identify(context(number), |identity| identity.user_id = Some(7));
        }
        assert_eq!(contexts.known.len(), MAX_CONTEXTS);
        assert_eq!(contexts.identity(context(9)), Identity::default(), "the quietest are forgotten");
        assert_eq!(contexts.identity(context(10)).user_id, Some(7));

        for number in 0..20 {
            contexts.reply(context(number), Control::Register, "x".repeat(1 << 20));
        }
        assert_eq!(contexts.reply_bytes, MAX_REPLY_BYTES);
        assert_eq!(contexts.take_reply(context(3), Control::Register), NO_REPLY);
        assert_eq!(contexts.take_reply(context(4), Control::Register).len(), 1 << 20);
    }
}
