//! The connection to a host: a context that is opened, lost, and opened again.

use super::Backoff;

/// State of the connection.
#[derive(Clone, Debug, PartialEq)]
pub enum Connection {
    /// Nobody has needed it yet.
    Idle,
    /// A context is being opened.
    Connecting {
        /// Failures in a row before this attempt.
        failures: u32,
        /// Why the last attempt failed; `None` on the first one.
        message: Option<String>,
    },
    /// A context is open.
    Connected {
        /// Its number.
        context: u32,
        /// Failures in a row before it was opened; they count until it has held for ten seconds.
        failures: u32,
        /// When it was opened.
        since_millis: f64,
    },
    /// The host does not answer.
    Disconnected {
        /// Failures in a row, from 1.
        failures: u32,
        /// Why.
        message: String,
        /// When the next attempt is due.
        retry_at_millis: f64,
    },
}

/// What happened to the connection.
#[derive(Clone, Debug, PartialEq)]
pub enum ConnectionEvent {
    /// Time passed.
    Tick,
    /// The host opened a context.
    Opened {
        /// Its number.
        context: u32,
    },
    /// A request got no answer, or one that says the host is not there.
    Failed {
        /// Why, for people.
        message: String,
    },
    /// The host no longer knows the context.
    ContextExpired {
        /// The context that was asked for.
        context: u32,
    },
}

/// What to do after a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionEffect {
    /// Ask the host for a context.
    OpenContext,
}

/// A connection that has held for so long is not blamed for the failures before it: twice the longest wait. A host that
/// opens contexts and answers nothing else as it should is therefore asked less and less often, too.
const PROOF_MILLIS: f64 = 10_000.0;
/// Why a context that was lost is not opened again at once.
const FORGETFUL: &str = "the host forgets the contexts that it opens";

impl Connection {
    /// The state after `event`, and what to do. An event that does not fit the state (a late answer) changes nothing.
    pub fn transition(
        self,
        event: ConnectionEvent,
        now_millis: f64,
        backoff: &mut Backoff,
    ) -> (Connection, Option<ConnectionEffect>) {
        use ConnectionEvent::{ContextExpired, Failed, Opened, Tick};
        match (self, event) {
            (Connection::Idle, Tick) => open(0, None),
            (Connection::Disconnected { failures, message, retry_at_millis }, Tick)
                if now_millis >= retry_at_millis =>
            {
                open(failures, Some(message))
            }
            (Connection::Connecting { failures, .. }, Opened { context }) => {
                (Connection::Connected { context, failures, since_millis: now_millis }, None)
            }
            (Connection::Connecting { failures, .. }, Failed { message }) => {
                (disconnect(failures + 1, message, now_millis, backoff), None)
            }
            (Connection::Connected { failures, since_millis, .. }, Failed { message }) => {
                let failures = still_counted(failures, since_millis, now_millis);
                (disconnect(failures + 1, message, now_millis, backoff), None)
            }
            (
                Connection::Connected { context, failures, since_millis },
                ContextExpired { context: expired },
            ) if context == expired => {
                match still_counted(failures, since_millis, now_millis) {
                    // It may have expired, or the host was restarted.
                    0 => open(1, None),
                    failures => (disconnect(failures + 1, FORGETFUL.into(), now_millis, backoff), None),
                }
            }
            (state, Tick | Opened { .. } | Failed { .. } | ContextExpired { .. }) => (state, None),
        }
    }

    /// The open context.
    pub fn context(&self) -> Option<u32> {
        match self {
            Connection::Connected { context, .. } => Some(*context),
            Connection::Idle | Connection::Connecting { .. } | Connection::Disconnected { .. } => None,
        }
    }

    /// When a tick will do something; `None` if only an answer will.
    pub fn due_millis(&self) -> Option<f64> {
        match self {
            Connection::Idle => Some(f64::NEG_INFINITY),
            Connection::Disconnected { retry_at_millis, .. } => Some(*retry_at_millis),
            Connection::Connecting { .. } | Connection::Connected { .. } => None,
        }
    }
}

fn open(failures: u32, message: Option<String>) -> (Connection, Option<ConnectionEffect>) {
    (Connection::Connecting { failures, message }, Some(ConnectionEffect::OpenContext))
}

/// The failures before a connection that was opened at `since_millis`, unless it has proved well.
fn still_counted(failures: u32, since_millis: f64, now_millis: f64) -> u32 {
    if now_millis - since_millis >= PROOF_MILLIS { 0 } else { failures }
}

fn disconnect(failures: u32, message: String, now_millis: f64, backoff: &mut Backoff) -> Connection {
    let retry_at_millis = now_millis + backoff.wait_millis(failures);
    Connection::Disconnected { failures, message, retry_at_millis }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::state_table::state_table;
    use super::*;

    fn states() -> [Connection; 7] {
        let lost = |retry_at_millis| Connection::Disconnected {
            failures: 2,
            message: "lost".into(),
            retry_at_millis,
        };
        [
            Connection::Idle,
            Connection::Connecting { failures: 2, message: Some("lost".into()) },
            Connection::Connected { context: 7, failures: 0, since_millis: 990.0 },
            Connection::Connected { context: 7, failures: 2, since_millis: 990.0 },
            Connection::Connected { context: 7, failures: 2, since_millis: -9000.0 },
            lost(900.0),
            lost(1100.0),
        ]
    }

    fn events() -> [ConnectionEvent; 5] {
        [
            ConnectionEvent::Tick,
            ConnectionEvent::Opened { context: 8 },
            ConnectionEvent::Failed { message: "refused".into() },
            ConnectionEvent::ContextExpired { context: 7 },
            ConnectionEvent::ContextExpired { context: 6 },
        ]
    }

    #[test]
    fn every_state_and_event() {
        let table = state_table(states(), &events(), short, |connection, event| {
            let (next, effect) = connection.clone().transition(event, 1000.0, &mut Backoff::new(1));
            *connection = next;
            effect.map_or(String::new(), |effect| format!(" {effect:?}"))
        });
        expect![[r#"
            Idle
              Tick -> Connecting(0, None) OpenContext
            Connecting(2, Some("lost"))
              Opened { context: 8 } -> Connected(8, 2 before 1000)
              Failed { message: "refused" } -> Disconnected(3, refused, 2773)
            Connected(7, 0 before 990)
              Failed { message: "refused" } -> Disconnected(1, refused, 1443)
              ContextExpired { context: 7 } -> Connecting(1, None) OpenContext
            Connected(7, 2 before 990)
              Failed { message: "refused" } -> Disconnected(3, refused, 2773)
              ContextExpired { context: 7 } -> Disconnected(3, the host forgets the contexts that it opens, 2773)
            Connected(7, 2 before -9000)
              Failed { message: "refused" } -> Disconnected(1, refused, 1443)
              ContextExpired { context: 7 } -> Connecting(1, None) OpenContext
            Disconnected(2, lost, 900)
              Tick -> Connecting(2, Some("lost")) OpenContext
            Disconnected(2, lost, 1100)
        "#]]
        .assert_eq(&table);
    }

    fn short(state: &Connection) -> String {
        match state {
            Connection::Disconnected { failures, message, retry_at_millis } => {
                format!("Disconnected({failures}, {message}, {retry_at_millis:.0})")
            }
            Connection::Connecting { failures, message } => format!("Connecting({failures}, {message:?})"),
            Connection::Connected { context, failures, since_millis } => {
                format!("Connected({context}, {failures} before {since_millis})")
            }
            Connection::Idle => "Idle".into(),
        }
    }
}
