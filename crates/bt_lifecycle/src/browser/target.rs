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
    /// Its process ended by itself.
    Stopped {
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
            ) => (Stopped { exit_code }, returned(Some(lease), previous)),
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
            TargetState::Idle
            | TargetState::Stopping { .. }
            | TargetState::Stopped { .. }
            | TargetState::Failed { .. } => (None, None),
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
            TargetState::Registering { previous: Some(lease), .. } => {
                (TargetState::Stopping { lease: lease.clone() }, returned(Some(lease), None))
            }
            TargetState::Registering { previous: None, .. }
            | TargetState::Idle
            | TargetState::Stopped { .. }
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
            TargetState::Idle
            | TargetState::Stopping { .. }
            | TargetState::Stopped { .. }
            | TargetState::Failed { .. } => (None, None),
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
