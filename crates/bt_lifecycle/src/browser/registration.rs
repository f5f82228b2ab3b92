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

    /// Since when a first value is awaited; `None` if none is.
    pub fn waiting_since_millis(&self) -> Option<f64> {
        match self {
            RegistrationState::Registering { since_millis }
            | RegistrationState::Starting { since_millis, .. }
            | RegistrationState::Running { since_millis, has_data: false, .. } => Some(*since_millis),
            RegistrationState::Idle
            | RegistrationState::Running { has_data: true, .. }
            | RegistrationState::Returning { .. }
            | RegistrationState::Parked
            | RegistrationState::Stopped { .. }
            | RegistrationState::Failed { .. } => None,
        }
    }

    /// Whether there is something to show: values, or all that a process that has ended left.
    pub fn can_be_shown(&self) -> bool {
        matches!(self, RegistrationState::Running { has_data: true, .. } | RegistrationState::Stopped { .. })
    }
}

#[cfg(test)]
mod tests;
