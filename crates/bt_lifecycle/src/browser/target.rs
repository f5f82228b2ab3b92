//! The script of one panel: registered, started, replaced by its next version, given back.

/// A registration that the host counts until it is returned: the id of the script.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lease(pub String);

/// The machine of one panel.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Target {
    /// What it does.
    pub state: TargetState,
    /// Counts the versions of the script; an answer about an older one is late.
    run: u32,
}

/// What the script of a panel does. `previous` is the version before, which is shown until this one has data.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum TargetState {
    /// No script.
    #[default]
    Idle,
    /// The host was asked to run it, or will be once it is reached.
    Registering {
        /// When it was asked for.
        since_millis: f64,
        /// The version that is shown meanwhile.
        previous: Option<Lease>,
    },
    /// The host has it, no probe is attached yet.
    Starting {
        /// When it was asked for.
        since_millis: f64,
        /// Its registration.
        lease: Lease,
        /// The version that is shown meanwhile.
        previous: Option<Lease>,
    },
    /// Its probes are attached.
    Running {
        /// When it was asked for.
        since_millis: f64,
        /// Its registration.
        lease: Lease,
        /// The version that is shown meanwhile; `None` once `has_data`.
        previous: Option<Lease>,
        /// Whether a value has arrived.
        has_data: bool,
    },
    /// Its registration is being returned.
    Stopping {
        /// Its registration.
        lease: Lease,
    },
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

/// What happened to a panel's script.
#[derive(Clone, Debug, PartialEq)]
pub enum TargetEvent {
    /// A script is to run; it replaces the one before.
    Run,
    /// No script is to run.
    Stop,
    /// The host registered version `run`.
    Registered {
        /// The version that was sent.
        run: u32,
        /// Its registration.
        lease: Lease,
    },
    /// The host refused version `run`.
    Refused {
        /// The version that was sent.
        run: u32,
        /// Why.
        message: String,
    },
    /// No answer came for version `run`.
    Unanswered {
        /// The version that was sent.
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
pub enum TargetEffect {
    /// Send the script as version `run`.
    Register {
        /// Comes back with the answer.
        run: u32,
    },
    /// Give a registration back.
    Return(Lease),
}

impl Target {
    /// Moves to the state after `event`, and says what to do. An event that does not fit the state changes nothing,
    /// except that a registration nobody waits for any more goes back.
    pub fn transition(&mut self, event: TargetEvent, now_millis: f64) -> Vec<TargetEffect> {
        let state = std::mem::take(&mut self.state);
        let (state, effects) = self.next(state, event, now_millis);
        self.state = state;
        effects
    }

    /// Whether version `run` is still the one to be registered.
    pub fn awaits_registration(&self, run: u32) -> bool {
        self.run == run && matches!(self.state, TargetState::Registering { .. })
    }

    fn next(
        &mut self,
        state: TargetState,
        event: TargetEvent,
        now_millis: f64,
    ) -> (TargetState, Vec<TargetEffect>) {
        use TargetState::{Failed, Idle, Registering, Running, Starting, Stopped, Stopping};
        match (state, event) {
            (state, TargetEvent::Run) => self.run_next(state, now_millis),
            (state, TargetEvent::Stop) => self.stop(state),

            (Registering { since_millis, previous }, TargetEvent::Registered { run, lease })
                if run == self.run =>
            {
                (Starting { since_millis, lease, previous }, vec![])
            }
            (state, TargetEvent::Registered { lease, .. }) => (state, vec![TargetEffect::Return(lease)]),
            (Registering { previous, .. }, TargetEvent::Refused { run, message }) if run == self.run => {
                (Failed { message }, returned(None, previous))
            }
            (state @ Registering { .. }, TargetEvent::Unanswered { run }) if run == self.run => {
                (state, vec![TargetEffect::Register { run }])
            }

            (Starting { since_millis, lease, previous }, TargetEvent::Attached) => {
                (Running { since_millis, lease, previous, has_data: false }, vec![])
            }
            (
                Starting { since_millis, lease, previous }
                | Running { since_millis, lease, previous, has_data: false },
                TargetEvent::FirstData,
            ) => (Running { since_millis, lease, previous: None, has_data: true }, returned(None, previous)),
            (
                Starting { lease, previous, .. } | Running { lease, previous, .. },
                TargetEvent::Ended { exit_code },
            ) => (Stopped { lease, exit_code }, returned(None, previous)),
            (
                Starting { lease, previous, .. } | Running { lease, previous, .. },
                TargetEvent::Failed { message },
            ) => (Failed { message }, returned(Some(lease), previous)),
            (Starting { previous, .. } | Running { previous, .. }, TargetEvent::Gone) => {
                self.run = self.run.wrapping_add(1);
                (
                    Registering { since_millis: now_millis, previous },
                    vec![TargetEffect::Register { run: self.run }],
                )
            }
            (Stopping { lease }, TargetEvent::Returned { lease: gone }) if lease == gone => (Idle, vec![]),

            (
                state,
                TargetEvent::Refused { .. }
                | TargetEvent::Unanswered { .. }
                | TargetEvent::Attached
                | TargetEvent::FirstData
                | TargetEvent::Ended { .. }
                | TargetEvent::Failed { .. }
                | TargetEvent::Gone
                | TargetEvent::Returned { .. },
            ) => (state, vec![]),
        }
    }

    /// A version that has shown something stays until its successor has; one that has not is given back.
    fn run_next(&mut self, state: TargetState, now_millis: f64) -> (TargetState, Vec<TargetEffect>) {
        self.run = self.run.wrapping_add(1);
        let (previous, unused) = match state {
            TargetState::Running { lease, has_data: true, .. } => (Some(lease), None),
            TargetState::Starting { lease, previous, .. } | TargetState::Running { lease, previous, .. } => {
                (previous, Some(lease))
            }
            TargetState::Registering { previous, .. } => (previous, None),
            TargetState::Stopped { lease, .. } => (None, Some(lease)),
            TargetState::Idle | TargetState::Stopping { .. } | TargetState::Failed { .. } => (None, None),
        };
        let mut effects = returned(unused, None);
        effects.push(TargetEffect::Register { run: self.run });
        (TargetState::Registering { since_millis: now_millis, previous }, effects)
    }

    fn stop(&mut self, state: TargetState) -> (TargetState, Vec<TargetEffect>) {
        self.run = self.run.wrapping_add(1);
        match state {
            TargetState::Starting { lease, previous, .. } | TargetState::Running { lease, previous, .. } => {
                (TargetState::Stopping { lease: lease.clone() }, returned(Some(lease), previous))
            }
            TargetState::Registering { previous: Some(lease), .. } | TargetState::Stopped { lease, .. } => {
                (TargetState::Stopping { lease: lease.clone() }, returned(Some(lease), None))
            }
            TargetState::Registering { previous: None, .. }
            | TargetState::Idle
            | TargetState::Failed { .. } => (TargetState::Idle, vec![]),
            stopping @ TargetState::Stopping { .. } => (stopping, vec![]),
        }
    }
}

impl TargetState {
    /// The registrations that it holds.
    pub fn leases(&self) -> impl Iterator<Item = &Lease> {
        let (lease, previous) = match self {
            TargetState::Starting { lease, previous, .. } | TargetState::Running { lease, previous, .. } => {
                (Some(lease), previous.as_ref())
            }
            TargetState::Registering { previous, .. } => (None, previous.as_ref()),
            TargetState::Stopped { lease, .. } => (Some(lease), None),
            TargetState::Idle | TargetState::Stopping { .. } | TargetState::Failed { .. } => (None, None),
        };
        lease.into_iter().chain(previous)
    }

    /// Whether a first value is awaited.
    pub fn is_waiting(&self) -> bool {
        match self {
            TargetState::Registering { .. } | TargetState::Starting { .. } => true,
            TargetState::Running { has_data, .. } => !has_data,
            TargetState::Idle
            | TargetState::Stopping { .. }
            | TargetState::Stopped { .. }
            | TargetState::Failed { .. } => false,
        }
    }
}

fn returned(lease: Option<Lease>, previous: Option<Lease>) -> Vec<TargetEffect> {
    lease.into_iter().chain(previous).map(TargetEffect::Return).collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::expect;

    use super::*;

    fn lease(name: &str) -> Lease {
        Lease(name.into())
    }

    fn states() -> Vec<TargetState> {
        let since_millis = 1.0;
        let (a, p) = (lease("a"), Some(lease("p")));
        vec![
            TargetState::Idle,
            TargetState::Registering { since_millis, previous: None },
            TargetState::Registering { since_millis, previous: p.clone() },
            TargetState::Starting { since_millis, lease: a.clone(), previous: None },
            TargetState::Starting { since_millis, lease: a.clone(), previous: p.clone() },
            TargetState::Running { since_millis, lease: a.clone(), previous: p, has_data: false },
            TargetState::Running { since_millis, lease: a.clone(), previous: None, has_data: true },
            TargetState::Stopping { lease: a.clone() },
            TargetState::Stopped { lease: a, exit_code: 0 },
            TargetState::Failed { message: "no such probe".into() },
        ]
    }

    fn events() -> Vec<TargetEvent> {
        let message = "refused".to_string();
        vec![
            TargetEvent::Run,
            TargetEvent::Stop,
            TargetEvent::Registered { run: 5, lease: lease("b") },
            TargetEvent::Registered { run: 4, lease: lease("late") },
            TargetEvent::Refused { run: 5, message: message.clone() },
            TargetEvent::Refused { run: 4, message: message.clone() },
            TargetEvent::Unanswered { run: 5 },
            TargetEvent::Unanswered { run: 4 },
            TargetEvent::Attached,
            TargetEvent::FirstData,
            TargetEvent::Ended { exit_code: 2 },
            TargetEvent::Failed { message },
            TargetEvent::Gone,
            TargetEvent::Returned { lease: lease("a") },
            TargetEvent::Returned { lease: lease("b") },
        ]
    }

    #[test]
    fn every_state_and_event() {
        let mut table = String::new();
        for state in states() {
            let _ = writeln!(table, "{}", short(&state).trim_end());
            for event in events() {
                let mut target = Target { state: state.clone(), run: 5 };
                let effects = target.transition(event.clone(), 9.0);
                if target.state != state || !effects.is_empty() {
                    let _ = writeln!(table, "  {event:?} -> {} {effects:?}", short(&target.state).trim_end());
                }
            }
        }
        expect![[r#"
            Idle []
              Run -> Registering [] [Register { run: 6 }]
              Registered { run: 5, lease: Lease("b") } -> Idle [] [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Idle [] [Return(Lease("late"))]
            Registering []
              Run -> Registering [] [Register { run: 6 }]
              Stop -> Idle [] []
              Registered { run: 5, lease: Lease("b") } -> Starting [b] []
              Registered { run: 4, lease: Lease("late") } -> Registering [] [Return(Lease("late"))]
              Refused { run: 5, message: "refused" } -> Failed [] refused []
              Unanswered { run: 5 } -> Registering [] [Register { run: 5 }]
            Registering [p]
              Run -> Registering [p] [Register { run: 6 }]
              Stop -> Stopping [] [Return(Lease("p"))]
              Registered { run: 5, lease: Lease("b") } -> Starting [b p] []
              Registered { run: 4, lease: Lease("late") } -> Registering [p] [Return(Lease("late"))]
              Refused { run: 5, message: "refused" } -> Failed [] refused [Return(Lease("p"))]
              Unanswered { run: 5 } -> Registering [p] [Register { run: 5 }]
            Starting [a]
              Run -> Registering [] [Return(Lease("a")), Register { run: 6 }]
              Stop -> Stopping [] [Return(Lease("a"))]
              Registered { run: 5, lease: Lease("b") } -> Starting [a] [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Starting [a] [Return(Lease("late"))]
              Attached -> Running [a] []
              FirstData -> Running [a] with data []
              Ended { exit_code: 2 } -> Stopped [a] []
              Failed { message: "refused" } -> Failed [] refused [Return(Lease("a"))]
              Gone -> Registering [] [Register { run: 6 }]
            Starting [a p]
              Run -> Registering [p] [Return(Lease("a")), Register { run: 6 }]
              Stop -> Stopping [] [Return(Lease("a")), Return(Lease("p"))]
              Registered { run: 5, lease: Lease("b") } -> Starting [a p] [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Starting [a p] [Return(Lease("late"))]
              Attached -> Running [a p] []
              FirstData -> Running [a] with data [Return(Lease("p"))]
              Ended { exit_code: 2 } -> Stopped [a] [Return(Lease("p"))]
              Failed { message: "refused" } -> Failed [] refused [Return(Lease("a")), Return(Lease("p"))]
              Gone -> Registering [p] [Register { run: 6 }]
            Running [a p]
              Run -> Registering [p] [Return(Lease("a")), Register { run: 6 }]
              Stop -> Stopping [] [Return(Lease("a")), Return(Lease("p"))]
              Registered { run: 5, lease: Lease("b") } -> Running [a p] [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Running [a p] [Return(Lease("late"))]
              FirstData -> Running [a] with data [Return(Lease("p"))]
              Ended { exit_code: 2 } -> Stopped [a] [Return(Lease("p"))]
              Failed { message: "refused" } -> Failed [] refused [Return(Lease("a")), Return(Lease("p"))]
              Gone -> Registering [p] [Register { run: 6 }]
            Running [a] with data
              Run -> Registering [a] [Register { run: 6 }]
              Stop -> Stopping [] [Return(Lease("a"))]
              Registered { run: 5, lease: Lease("b") } -> Running [a] with data [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Running [a] with data [Return(Lease("late"))]
              Ended { exit_code: 2 } -> Stopped [a] []
              Failed { message: "refused" } -> Failed [] refused [Return(Lease("a"))]
              Gone -> Registering [] [Register { run: 6 }]
            Stopping []
              Run -> Registering [] [Register { run: 6 }]
              Registered { run: 5, lease: Lease("b") } -> Stopping [] [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Stopping [] [Return(Lease("late"))]
              Returned { lease: Lease("a") } -> Idle [] []
            Stopped [a]
              Run -> Registering [] [Return(Lease("a")), Register { run: 6 }]
              Stop -> Stopping [] [Return(Lease("a"))]
              Registered { run: 5, lease: Lease("b") } -> Stopped [a] [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Stopped [a] [Return(Lease("late"))]
            Failed [] no such probe
              Run -> Registering [] [Register { run: 6 }]
              Stop -> Idle [] []
              Registered { run: 5, lease: Lease("b") } -> Failed [] no such probe [Return(Lease("b"))]
              Registered { run: 4, lease: Lease("late") } -> Failed [] no such probe [Return(Lease("late"))]
        "#]]
        .assert_eq(&table);
    }

    #[test]
    fn an_event_neither_loses_nor_invents_a_registration() {
        for state in states() {
            for event in events() {
                let mut before: Vec<Lease> = state.leases().cloned().collect();
                if let TargetEvent::Registered { lease, .. } = &event {
                    before.push(lease.clone());
                }
                // The process is gone with its host, and the registration with it.
                if event == TargetEvent::Gone && is_on_host(&state) {
                    before.retain(|held| *held != lease("a"));
                }
                let mut target = Target { state: state.clone(), run: 5 };
                let effects = target.transition(event.clone(), 9.0);
                let returned = effects.iter().filter_map(|effect| match effect {
                    TargetEffect::Return(lease) => Some(lease.clone()),
                    TargetEffect::Register { .. } => None,
                });
                let mut after: Vec<Lease> = target.state.leases().cloned().chain(returned).collect();
                before.sort();
                after.sort();
                assert_eq!(before, after, "{} {event:?}", short(&state));
            }
        }
    }

    fn is_on_host(state: &TargetState) -> bool {
        matches!(state, TargetState::Starting { .. } | TargetState::Running { .. })
    }

    fn short(state: &TargetState) -> String {
        let held: Vec<&str> = state.leases().map(|lease| lease.0.as_str()).collect();
        let name = format!("{state:?}");
        let name = name.split([' ', '{']).next().unwrap_or_default();
        let detail = match state {
            TargetState::Running { has_data: true, .. } => "with data",
            TargetState::Failed { message } => message,
            _ => "",
        };
        format!("{name} [{}] {detail}", held.join(" "))
    }
}
