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
            (Connection::Connecting { .. }, Opened { context }) => (Connection::Connected { context }, None),
            (Connection::Connecting { failures, .. }, Failed { message }) => {
                (disconnect(failures + 1, message, now_millis, backoff), None)
            }
            (Connection::Connected { .. }, Failed { message }) => {
                (disconnect(1, message, now_millis, backoff), None)
            }
            (Connection::Connected { context }, ContextExpired { context: expired })
                if context == expired =>
            {
                open(0, None)
            }
            (state, Tick | Opened { .. } | Failed { .. } | ContextExpired { .. }) => (state, None),
        }
    }

    /// The open context.
    pub fn context(&self) -> Option<u32> {
        match self {
            Connection::Connected { context } => Some(*context),
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

fn disconnect(failures: u32, message: String, now_millis: f64, backoff: &mut Backoff) -> Connection {
    let retry_at_millis = now_millis + backoff.wait_millis(failures);
    Connection::Disconnected { failures, message, retry_at_millis }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::state_table::state_table;
    use super::*;

    fn states() -> [Connection; 5] {
        let lost = |retry_at_millis| Connection::Disconnected {
            failures: 2,
            message: "lost".into(),
            retry_at_millis,
        };
        [
            Connection::Idle,
            Connection::Connecting { failures: 2, message: Some("lost".into()) },
            Connection::Connected { context: 7 },
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
              Opened { context: 8 } -> Connected { context: 8 }
              Failed { message: "refused" } -> Disconnected(3, refused, 2773)
            Connected { context: 7 }
              Failed { message: "refused" } -> Disconnected(1, refused, 1443)
              ContextExpired { context: 7 } -> Connecting(0, None) OpenContext
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
            other => format!("{other:?}"),
        }
    }
}
