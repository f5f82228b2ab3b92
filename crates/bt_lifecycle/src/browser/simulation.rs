//! A page and a host in random trouble: whatever happens, registrations go back, rounds do not overlap, errors show.

use std::collections::{BTreeMap, VecDeque};

use super::split_mix::SplitMix;
use super::{
    Backoff, Connection, ConnectionEffect, ConnectionEvent, Lease, Poll, Target, TargetEffect, TargetEvent,
    TargetState,
};

const SEEDS: u64 = 300;
const STEPS: u32 = 400;
const STEP_MILLIS: f64 = 50.0;
const PERIOD_MILLIS: f64 = 1000.0;

/// Numbers that are the same in every run.
struct Dice(SplitMix);

impl Dice {
    /// Less than `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0.next() % sides
    }
}

/// What travels between page and host; it may get lost while the host is down.
#[derive(Debug)]
enum Message {
    OpenContext,
    Register { target: usize, run: u32 },
    Return { lease: Lease },
    Poll,
}

/// A host that counts registrations.
#[derive(Default)]
struct Host {
    is_down: bool,
    next_script: u32,
    leases: BTreeMap<Lease, u32>,
}

struct World {
    dice: Dice,
    now: f64,
    host: Host,
    connection: Connection,
    backoff: Backoff,
    poll: Poll,
    targets: Vec<Target>,
    wanted: Vec<Message>,
    travelling: VecDeque<Message>,
    registrations_sent: u32,
    errors_caused: u32,
    errors_shown: u32,
}

impl World {
    fn new(seed: u64) -> World {
        World {
            dice: Dice(SplitMix::new(seed)),
            now: 0.0,
            host: Host::default(),
            connection: Connection::Idle,
            backoff: Backoff::new(seed),
            poll: Poll::NOW,
            targets: vec![Target::default(); 3],
            wanted: Vec::new(),
            travelling: VecDeque::new(),
            registrations_sent: 0,
            errors_caused: 0,
            errors_shown: 0,
        }
    }

    fn step(&mut self) {
        self.now += STEP_MILLIS;
        self.trouble();
        self.user();
        self.connection_event(ConnectionEvent::Tick);
        self.send();
        self.deliver();
    }

    /// The host goes down (and forgets nothing), comes back, or restarts (and forgets everything).
    fn trouble(&mut self) {
        match self.dice.roll(60) {
            0 => self.host.is_down = true,
            1..=4 => self.host.is_down = false,
            5 => self.host.leases.clear(),
            _ => {}
        }
    }

    fn user(&mut self) {
        let target = self.dice.roll(3) as usize;
        match self.dice.roll(40) {
            0..=1 => self.target_event(target, TargetEvent::Run),
            2 => self.target_event(target, TargetEvent::Stop),
            _ => {}
        }
    }

    fn send(&mut self) {
        if self.connection.context().is_none() {
            return;
        }
        if self.poll.is_due(self.now) {
            self.poll.begin(1, self.now, PERIOD_MILLIS);
            self.travelling.push_back(Message::Poll);
        }
        self.travelling.extend(self.wanted.drain(..));
        let polls = self.travelling.iter().filter(|message| matches!(message, Message::Poll)).count();
        assert!(polls <= 1, "two rounds at a time");
    }

    /// Delivers some messages, in any order; those to a host that is down fail.
    fn deliver(&mut self) {
        for _ in 0..self.travelling.len() {
            if self.dice.roll(3) == 0 {
                continue;
            }
            let place = self.dice.roll(self.travelling.len() as u64) as usize;
            let Some(message) = self.travelling.remove(place) else { return };
            if self.host.is_down {
                self.lose(message);
            } else {
                self.answer(message);
            }
        }
    }

    fn lose(&mut self, message: Message) {
        self.connection_event(ConnectionEvent::Failed { message: "down".into() });
        match message {
            Message::OpenContext => {}
            Message::Register { target, run } => self.target_event(target, TargetEvent::Unanswered { run }),
            Message::Return { lease } => self.wanted.push(Message::Return { lease }),
            Message::Poll => self.poll.answered(self.now, PERIOD_MILLIS),
        }
    }

    fn answer(&mut self, message: Message) {
        match message {
            Message::OpenContext => self.connection_event(ConnectionEvent::Opened { context: 1 }),
            Message::Register { target, run } => self.register(target, run),
            Message::Return { lease } => {
                if let Some(count) = self.host.leases.get_mut(&lease) {
                    *count -= 1;
                    self.host.leases.retain(|_, count| *count > 0);
                }
                for target in 0..self.targets.len() {
                    self.target_event(target, TargetEvent::Returned { lease: lease.clone() });
                }
            }
            Message::Poll => self.answer_poll(),
        }
    }

    /// One registration in eight is refused, one in four joins the script that runs already.
    fn register(&mut self, target: usize, run: u32) {
        self.registrations_sent += 1;
        if self.dice.roll(8) == 0 {
            let is_awaited = self.targets[target].awaits_registration(run);
            self.errors_caused += u32::from(is_awaited);
            self.target_event(target, TargetEvent::Refused { run, message: "refused".into() });
            return;
        }
        self.host.next_script += u32::from(self.dice.roll(4) > 0);
        let lease = Lease(format!("s{}", self.host.next_script));
        *self.host.leases.entry(lease.clone()).or_default() += 1;
        self.target_event(target, TargetEvent::Registered { run, lease });
    }

    fn answer_poll(&mut self) {
        for target in 0..self.targets.len() {
            let lease = match &self.targets[target].state {
                TargetState::Starting { lease, .. } | TargetState::Running { lease, .. } => lease.clone(),
                _ => continue,
            };
            let event = if !self.host.leases.contains_key(&lease) {
                TargetEvent::Gone
            } else {
                match self.dice.roll(12) {
                    0 => TargetEvent::Failed { message: "failed".into() },
                    1 => TargetEvent::Ended { exit_code: 0 },
                    2..=5 => TargetEvent::Attached,
                    _ => TargetEvent::FirstData,
                }
            };
            self.errors_caused += u32::from(matches!(event, TargetEvent::Failed { .. }));
            self.target_event(target, event);
        }
        self.poll.answered(self.now, PERIOD_MILLIS);
    }

    fn connection_event(&mut self, event: ConnectionEvent) {
        let connection = std::mem::replace(&mut self.connection, Connection::Idle);
        let (connection, effect) = connection.transition(event, self.now, &mut self.backoff);
        self.connection = connection;
        if effect == Some(ConnectionEffect::OpenContext) {
            self.travelling.push_back(Message::OpenContext);
        }
    }

    fn target_event(&mut self, target: usize, event: TargetEvent) {
        let had_failed = matches!(self.targets[target].state, TargetState::Failed { .. });
        for effect in self.targets[target].transition(event, self.now) {
            self.wanted.push(match effect {
                TargetEffect::Register { run } => Message::Register { target, run },
                TargetEffect::Return(lease) => Message::Return { lease },
            });
        }
        let has_failed = matches!(self.targets[target].state, TargetState::Failed { .. });
        self.errors_shown += u32::from(has_failed && !had_failed);
    }

    fn is_quiet(&self) -> bool {
        self.wanted.is_empty() && self.travelling.iter().all(|message| matches!(message, Message::Poll))
    }
}

#[test]
fn nothing_leaks_doubles_or_is_hidden() {
    let mut registrations = 0;
    let mut errors = 0;
    for seed in 0..SEEDS {
        let mut world = World::new(seed);
        (0..STEPS).for_each(|_| world.step());
        registrations += world.registrations_sent;
        errors += world.errors_shown;
        assert_eq!(world.errors_shown, world.errors_caused, "seed {seed}");
        settle(world, seed);
    }
    // The test is one of trouble, so there has to be some.
    assert!(registrations > 1_000 && errors > 300, "{registrations} registrations, {errors} errors");
}

/// The user stops everything and the host stays up: nothing may remain registered.
fn settle(mut world: World, seed: u64) {
    for target in 0..world.targets.len() {
        world.target_event(target, TargetEvent::Stop);
    }
    for _ in 0..1_000 {
        world.now += STEP_MILLIS;
        world.host.is_down = false;
        world.connection_event(ConnectionEvent::Tick);
        world.send();
        world.deliver();
    }
    assert!(world.is_quiet(), "seed {seed}: {:?}", world.travelling);
    assert!(world.host.leases.is_empty(), "seed {seed}: {:?}", world.host.leases);
    assert!(world.targets.iter().all(|target| target.state == TargetState::Idle), "seed {seed}");
}
