//! The text of one script at the host: registered, started, returned. All targets that show the text share it.

/// A registration that the host counts until it is returned: the id of the script.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lease(pub String);

/// The machine of one script.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Registration {
    /// What it does.
    pub state: RegistrationState,
    /// Counts the attempts to register it; an answer about an older one is late.
    run: u32,
}

/// What a script does.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum RegistrationState {
    /// Nobody wants it.
    #[default]
    Idle,
    /// The host was asked to run it, or will be once it is reached.
    Registering {
        /// When it was asked for.
        since_millis: f64,
    },
    /// The host has it, no probe is attached yet.
    Starting {
        /// When it was asked for.
        since_millis: f64,
        /// Its registration.
        lease: Lease,
    },
    /// Its probes are attached.
    Running {
        /// When it was asked for.
        since_millis: f64,
        /// Its registration.
        lease: Lease,
        /// Whether a value has arrived.
        has_data: bool,
    },
    /// Its registration is being returned.
    Returning {
        /// Its registration.
        lease: Lease,
    },
    /// Its registration was returned because nobody sees the page; it is registered again when somebody does.
    Parked,
    /// Its process ended by itself. The host still knows what its last values stand for.
    Stopped {
        /// Its registration.
        lease: Lease,
        /// Exit code of the process.
        exit_code: i32,
    },
    /// It was refused, or its process failed.
    Failed {
        /// Why, for people.
        message: String,
    },
}

/// What happened to a script.
#[derive(Clone, Debug, PartialEq)]
pub enum RegistrationEvent {
    /// A target wants it; `again`: also if its process has ended by itself.
    Want {
        /// Whether somebody asked for a new process.
        again: bool,
    },
    /// No target wants it any more.
    Drop,
    /// Nobody sees the page.
    Park,
    /// The host registered it, as attempt `run`.
    Registered {
        /// The attempt.
        run: u32,
        /// Its registration.
        lease: Lease,
    },
    /// The host refused attempt `run`.
    Refused {
        /// The attempt.
        run: u32,
        /// Why.
        message: String,
    },
    /// No answer came for attempt `run`.
    Unanswered {
        /// The attempt.
        run: u32,
    },
    /// The host attached the probes.
    Attached,
    /// A first value arrived.
    FirstData,
    /// The process ended by itself.
    Ended {
        /// Its exit code.
        exit_code: i32,
    },
    /// The process failed.
    Failed {
        /// Why.
        message: String,
    },
    /// The host does not know the script: it was restarted, or the script expired.
    Gone,
    /// The host took the registration back, or will never be asked again.
    Returned {
        /// The registration.
        lease: Lease,
    },
}

/// What to do after a transition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistrationEffect {
    /// Send the script, as attempt `run`.
    Register {
        /// Comes back with the answer.
        run: u32,
    },
    /// Give a registration back.
    Return(Lease),
}

impl Registration {
    /// A script that nobody wants yet, whose attempts are counted from `run`: an answer for a machine of the same script
    /// that was forgotten is late.
    pub fn after(run: u32) -> Registration {
        Registration { state: RegistrationState::Idle, run }
    }

    /// The latest attempt.
    pub fn run(&self) -> u32 {
        self.run
    }

    /// Moves to the state after `event`, and says what to do. An event that does not fit the state changes nothing,
    /// except that a registration nobody waits for any more goes back.
    pub fn transition(&mut self, event: RegistrationEvent, now_millis: f64) -> Vec<RegistrationEffect> {
        let state = std::mem::take(&mut self.state);
        let (state, effects) = self.next(state, event, now_millis);
        self.state = state;
        effects
    }

    /// Whether attempt `run` is still the one whose answer counts.
    pub fn awaits(&self, run: u32) -> bool {
        self.run == run && matches!(self.state, RegistrationState::Registering { .. })
    }

    fn next(
        &mut self,
        state: RegistrationState,
        event: RegistrationEvent,
        now_millis: f64,
    ) -> (RegistrationState, Vec<RegistrationEffect>) {
        use RegistrationEffect::{Register, Return};
        use RegistrationEvent as Event;
        use RegistrationState::{Failed, Idle, Parked, Registering, Returning, Running, Starting, Stopped};
        match (state, event) {
            (Idle | Parked | Returning { .. } | Failed { .. }, Event::Want { .. }) => {
                self.register(now_millis, vec![])
            }
            (Stopped { lease, .. }, Event::Want { again: true }) => {
                self.register(now_millis, vec![Return(lease)])
            }

            (Starting { lease, .. } | Running { lease, .. } | Stopped { lease, .. }, Event::Drop) => {
                (Returning { lease: lease.clone() }, vec![Return(lease)])
            }
            (Registering { .. } | Parked | Failed { .. }, Event::Drop) => (Idle, vec![]),

            (Starting { lease, .. } | Running { lease, .. }, Event::Park) => (Parked, vec![Return(lease)]),
            (Registering { .. }, Event::Park) => (Parked, vec![]),

            (Registering { since_millis }, Event::Registered { run, lease }) if run == self.run => {
                (Starting { since_millis, lease }, vec![])
            }
            (state, Event::Registered { lease, .. }) => (state, vec![Return(lease)]),
            (Registering { .. }, Event::Refused { run, message }) if run == self.run => {
                (Failed { message }, vec![])
            }
            (state @ Registering { .. }, Event::Unanswered { run }) if run == self.run => {
                (state, vec![Register { run }])
            }

            (Starting { since_millis, lease }, Event::Attached) => {
                (Running { since_millis, lease, has_data: false }, vec![])
            }
            (
                Starting { since_millis, lease } | Running { since_millis, lease, has_data: false },
                Event::FirstData,
            ) => (Running { since_millis, lease, has_data: true }, vec![]),
            (Starting { lease, .. } | Running { lease, .. }, Event::Ended { exit_code }) => {
                (Stopped { lease, exit_code }, vec![])
            }
            (Starting { lease, .. } | Running { lease, .. }, Event::Failed { message }) => {
                (Failed { message }, vec![Return(lease)])
            }
            (Starting { .. } | Running { .. }, Event::Gone) => self.register(now_millis, vec![]),
            (Returning { lease }, Event::Returned { lease: gone }) if lease == gone => (Idle, vec![]),

            (
                state,
                Event::Want { .. }
                | Event::Drop
                | Event::Park
                | Event::Refused { .. }
                | Event::Unanswered { .. }
                | Event::Attached
                | Event::FirstData
                | Event::Ended { .. }
                | Event::Failed { .. }
                | Event::Gone
                | Event::Returned { .. },
            ) => (state, vec![]),
        }
    }

    fn register(
        &mut self,
        now_millis: f64,
        mut effects: Vec<RegistrationEffect>,
    ) -> (RegistrationState, Vec<RegistrationEffect>) {
        self.run = self.run.wrapping_add(1);
        effects.push(RegistrationEffect::Register { run: self.run });
        (RegistrationState::Registering { since_millis: now_millis }, effects)
    }
}

impl RegistrationState {
    /// The registration that it holds.
    pub fn lease(&self) -> Option<&Lease> {
        match self {
            RegistrationState::Starting { lease, .. }
            | RegistrationState::Running { lease, .. }
            | RegistrationState::Stopped { lease, .. } => Some(lease),
            RegistrationState::Idle
            | RegistrationState::Registering { .. }
            | RegistrationState::Returning { .. }
            | RegistrationState::Parked
            | RegistrationState::Failed { .. } => None,
        }
    }

    /// Whether a first value is awaited.
    pub fn is_waiting(&self) -> bool {
        matches!(
            self,
            RegistrationState::Registering { .. }
                | RegistrationState::Starting { .. }
                | RegistrationState::Running { has_data: false, .. }
        )
    }

    /// Whether there is something to show: values, or all that a process that has ended left.
    pub fn can_be_shown(&self) -> bool {
        matches!(self, RegistrationState::Running { has_data: true, .. } | RegistrationState::Stopped { .. })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::expect;

    use super::*;

    fn lease(name: &str) -> Lease {
        Lease(name.into())
    }

    fn states() -> Vec<RegistrationState> {
        let since_millis = 1.0;
        let a = lease("a");
        vec![
            RegistrationState::Idle,
            RegistrationState::Registering { since_millis },
            RegistrationState::Starting { since_millis, lease: a.clone() },
            RegistrationState::Running { since_millis, lease: a.clone(), has_data: false },
            RegistrationState::Running { since_millis, lease: a.clone(), has_data: true },
            RegistrationState::Returning { lease: a.clone() },
            RegistrationState::Parked,
            RegistrationState::Stopped { lease: a, exit_code: 0 },
            RegistrationState::Failed { message: "no such probe".into() },
        ]
    }

    fn events() -> Vec<RegistrationEvent> {
        let message = "refused".to_string();
        vec![
            RegistrationEvent::Want { again: false },
            RegistrationEvent::Want { again: true },
            RegistrationEvent::Drop,
            RegistrationEvent::Park,
            RegistrationEvent::Registered { run: 5, lease: lease("b") },
            RegistrationEvent::Registered { run: 4, lease: lease("late") },
            RegistrationEvent::Refused { run: 5, message: message.clone() },
            RegistrationEvent::Refused { run: 4, message: message.clone() },
            RegistrationEvent::Unanswered { run: 5 },
            RegistrationEvent::Unanswered { run: 4 },
            RegistrationEvent::Attached,
            RegistrationEvent::FirstData,
            RegistrationEvent::Ended { exit_code: 2 },
            RegistrationEvent::Failed { message },
            RegistrationEvent::Gone,
            RegistrationEvent::Returned { lease: lease("a") },
            RegistrationEvent::Returned { lease: lease("b") },
        ]
    }

    #[test]
    fn every_state_and_event() {
        let mut table = String::new();
        for state in states() {
            let _ = writeln!(table, "{}", short(&state));
            for event in events() {
                let mut registration = Registration { state: state.clone(), run: 5 };
                let effects = registration.transition(event.clone(), 9.0);
                if registration.state != state || !effects.is_empty() {
                    let _ = writeln!(table, "  {event:?} -> {} {effects:?}", short(&registration.state));
                }
            }
        }
        expect![[r#"
            Idle
              Want { again: false } -> Registering [Register { run: 6 }]
              Want { again: true } -> Registering [Register { run: 6 }]
              Registered { run: 5, lease: Lease("b") } -> Idle [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Idle [Return(Lease("late"))]
            Registering
              Drop -> Idle []
              Park -> Parked []
              Registered { run: 5, lease: Lease("b") } -> Starting [b] []
              Registered { run: 4, lease: Lease("late") } -> Registering [Return(Lease("late"))]
              Refused { run: 5, message: "refused" } -> Failed refused []
              Unanswered { run: 5 } -> Registering [Register { run: 5 }]
            Starting [a]
              Drop -> Returning [Return(Lease("a"))]
              Park -> Parked [Return(Lease("a"))]
              Registered { run: 5, lease: Lease("b") } -> Starting [a] [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Starting [a] [Return(Lease("late"))]
              Attached -> Running [a] []
              FirstData -> Running [a] with data []
              Ended { exit_code: 2 } -> Stopped [a] []
              Failed { message: "refused" } -> Failed refused [Return(Lease("a"))]
              Gone -> Registering [Register { run: 6 }]
            Running [a]
              Drop -> Returning [Return(Lease("a"))]
              Park -> Parked [Return(Lease("a"))]
              Registered { run: 5, lease: Lease("b") } -> Running [a] [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Running [a] [Return(Lease("late"))]
              FirstData -> Running [a] with data []
              Ended { exit_code: 2 } -> Stopped [a] []
              Failed { message: "refused" } -> Failed refused [Return(Lease("a"))]
              Gone -> Registering [Register { run: 6 }]
            Running [a] with data
              Drop -> Returning [Return(Lease("a"))]
              Park -> Parked [Return(Lease("a"))]
              Registered { run: 5, lease: Lease("b") } -> Running [a] with data [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Running [a] with data [Return(Lease("late"))]
              Ended { exit_code: 2 } -> Stopped [a] []
              Failed { message: "refused" } -> Failed refused [Return(Lease("a"))]
              Gone -> Registering [Register { run: 6 }]
            Returning
              Want { again: false } -> Registering [Register { run: 6 }]
              Want { again: true } -> Registering [Register { run: 6 }]
              Registered { run: 5, lease: Lease("b") } -> Returning [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Returning [Return(Lease("late"))]
              Returned { lease: Lease("a") } -> Idle []
            Parked
              Want { again: false } -> Registering [Register { run: 6 }]
              Want { again: true } -> Registering [Register { run: 6 }]
              Drop -> Idle []
              Registered { run: 5, lease: Lease("b") } -> Parked [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Parked [Return(Lease("late"))]
            Stopped [a]
              Want { again: true } -> Registering [Return(Lease("a")), Register { run: 6 }]
              Drop -> Returning [Return(Lease("a"))]
              Registered { run: 5, lease: Lease("b") } -> Stopped [a] [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Stopped [a] [Return(Lease("late"))]
            Failed no such probe
              Want { again: false } -> Registering [Register { run: 6 }]
              Want { again: true } -> Registering [Register { run: 6 }]
              Drop -> Idle []
              Registered { run: 5, lease: Lease("b") } -> Failed no such probe [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Failed no such probe [Return(Lease("late"))]
        "#]]
        .assert_eq(&table);
    }

    #[test]
    fn an_event_neither_loses_nor_invents_a_registration() {
        for state in states() {
            for event in events() {
                let mut before: Vec<Lease> = state.lease().into_iter().cloned().collect();
                if let RegistrationEvent::Registered { lease, .. } = &event {
                    before.push(lease.clone());
                }
                // The process is gone with its host, and the registration with it.
                let is_on_host = !matches!(state, RegistrationState::Stopped { .. });
                if event == RegistrationEvent::Gone && is_on_host {
                    before.clear();
                }
                let mut registration = Registration { state: state.clone(), run: 5 };
                let effects = registration.transition(event.clone(), 9.0);
                let returned = effects.iter().filter_map(|effect| match effect {
                    RegistrationEffect::Return(lease) => Some(lease.clone()),
                    RegistrationEffect::Register { .. } => None,
                });
                let mut after: Vec<Lease> =
                    registration.state.lease().into_iter().cloned().chain(returned).collect();
                before.sort();
                after.sort();
                assert_eq!(before, after, "{} {event:?}", short(&state));
            }
        }
    }

    fn short(state: &RegistrationState) -> String {
        let name = format!("{state:?}");
        let name = name.split([' ', '{']).next().unwrap_or_default();
        let lease = state.lease().map_or(String::new(), |lease| format!(" [{}]", lease.0));
        let detail = match state {
            RegistrationState::Running { has_data: true, .. } => " with data",
            RegistrationState::Failed { message } => &format!(" {message}"),
            _ => "",
        };
        format!("{name}{lease}{detail}")
    }
}
