//! Something to ask the host for: when it is due, and what was wrong with the latest answer.

use bt_lifecycle::browser::Backoff;

/// Pause between two questions for metrics or instances that the last answer lacked.
const ASK_AGAIN_MILLIS: f64 = 1_000.0;

/// A question to the host. An answer that is of no use says nothing about the connection, which the values come by:
/// the question alone is asked less and less often, at most each five seconds.
#[derive(Debug, Default)]
pub(crate) struct Question {
    state: State,
    /// Useless answers in a row.
    failures: u32,
    trouble: Option<String>,
}

#[derive(Debug, Default, PartialEq)]
enum State {
    /// Nothing to ask.
    #[default]
    Settled,
    /// To be asked from this moment on.
    Due(f64),
    /// Asked.
    Asked,
}

impl Question {
    /// A question that is to be asked from this moment on.
    pub(crate) fn due(at_millis: f64) -> Question {
        Question { state: State::Due(at_millis), ..Question::default() }
    }

    /// When it is to be asked; `None` if it is not.
    pub(crate) fn due_millis(&self) -> Option<f64> {
        match self.state {
            State::Due(at) => Some(at),
            State::Settled | State::Asked => None,
        }
    }

    pub(crate) fn is_due(&self, now_millis: f64) -> bool {
        self.due_millis().is_some_and(|at| at <= now_millis)
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.state == State::Settled
    }

    /// What is wrong with the latest answer.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// It is to be asked from this moment on; what was wrong with the latest answer stays so until the next one.
    pub(crate) fn ask(&mut self, at_millis: f64) {
        self.state = State::Due(at_millis);
    }

    /// It was asked.
    pub(crate) fn set_asked(&mut self) {
        self.state = State::Asked;
    }

    /// The answer was of use, and all is known.
    pub(crate) fn settle(&mut self) {
        *self = Question::default();
    }

    /// The answer was of use, and something may still come.
    pub(crate) fn ask_for_more(&mut self, now_millis: f64) {
        *self = Question::due(now_millis + ASK_AGAIN_MILLIS);
    }

    /// The answer was of no use.
    pub(crate) fn fail(&mut self, message: &str, now_millis: f64, backoff: &mut Backoff) {
        self.failures = self.failures.saturating_add(1);
        self.trouble = Some(message.to_string());
        self.ask(now_millis + backoff.wait_millis(self.failures));
    }
}
