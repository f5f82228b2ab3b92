//! What can happen to a script, and what is to be done about it.

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody registered the same script: one more lease.
    Register,
    /// A lease was returned.
    Deregister,
    /// The holder of a lease vanished without a word; it may still be looking.
    Abandon,
    /// Somebody wants it to run.
    Start,
    /// Somebody wants it to stop.
    Stop,
    /// Everything ends.
    Shutdown,
    /// The process could not be started.
    NotStarted,
    /// The process attached its probes.
    Attached {
        /// How many.
        probes: u32,
    },
    /// The process printed something.
    Output {
        /// How much.
        bytes: u64,
    },
    /// The process has ended and everything it printed has been read.
    Exited {
        /// 0 if bpftrace ended in peace.
        exit_code: i32,
    },
    /// The same, and bpftrace fell over the moment, not over the script: the next process may run for long.
    Tripped {
        /// How it ended.
        exit_code: i32,
    },
    /// Time has passed.
    Tick {
        /// When values of the script were last fetched.
        touched_at_millis: u64,
    },
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Start a process; answer with [`Event::NotStarted`] or, in the end, [`Event::Exited`].
    Spawn,
    /// Tell the process to end (SIGINT).
    Interrupt,
    /// Kill the process and all of its children (SIGKILL).
    Kill,
    /// Forget the values: they are not those of a running script.
    ForgetValues,
    /// Forget the script.
    Remove,
}
