//! A page and a host in random trouble: whatever happens, registrations go back, equal scripts are one, rounds do not
//! overlap, errors show, timers end.

use std::collections::{BTreeMap, VecDeque};

use super::split_mix::SplitMix;
use super::{
    Backoff, Connection, ConnectionEffect, ConnectionEvent, Draft, Lease, Poll, RegistrationEvent,
    RegistrationState, ScriptText, SubscriptionEffect, Subscriptions, TargetEvent, Visibility,
};

const SEEDS: u64 = 300;
const STEPS: u32 = 400;
const STEP_MILLIS: f64 = 50.0;
/// Poll periods that the user changes between.
const PERIODS_MILLIS: [f64; 3] = [1000.0, 100.0, 5000.0];
const PAUSE_MILLIS: f64 = 300.0;
const GRACE_MILLIS: f64 = 2000.0;
const TARGETS: [&str; 3] = ["left", "middle", "right"];
/// Analysis finds errors in the last one.
const TEXTS: [&str; 4] = ["a", "b", "c", "wrong"];

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
    Register { text: ScriptText, run: u32 },
    Return { lease: Lease },
    Poll,
}

/// A host that counts registrations, and joins equal scripts while they run.
#[derive(Default)]
struct Host {
    is_down: bool,
    next_script: u32,
    running: BTreeMap<ScriptText, Lease>,
    leases: BTreeMap<Lease, u32>,
}

impl Host {
    fn register(&mut self, text: &ScriptText) -> Lease {
        let known = self.running.get(text).filter(|lease| self.leases.contains_key(lease)).cloned();
        let lease = known.unwrap_or_else(|| {
            self.next_script += 1;
            Lease(format!("s{}", self.next_script))
        });
        self.running.insert(text.clone(), lease.clone());
        *self.leases.entry(lease.clone()).or_default() += 1;
        lease
    }

    fn take_back(&mut self, lease: &Lease) {
        if let Some(count) = self.leases.get_mut(lease) {
            *count -= 1;
            self.leases.retain(|_, count| *count > 0);
        }
    }
}

struct World {
    dice: Dice,
    now: f64,
    host: Host,
    connection: Connection,
    backoff: Backoff,
    poll: Poll,
    period_millis: f64,
    visibility: Visibility,
    subscriptions: Subscriptions,
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
            period_millis: PERIODS_MILLIS[0],
            visibility: Visibility::default(),
            subscriptions: Subscriptions::default(),
            wanted: Vec::new(),
            travelling: VecDeque::new(),
            registrations_sent: 0,
            errors_caused: 0,
            errors_shown: 0,
        }
    }

    fn step(&mut self) {
        self.trouble();
        self.user();
        self.advance();
        self.check();
    }

    fn advance(&mut self) {
        self.now += STEP_MILLIS;
        self.visibility.tick(self.now);
        let effects = self.subscriptions.set_parked(self.visibility == Visibility::Away, self.now);
        self.carry_out(effects);
        let effects = self.subscriptions.tick(self.now);
        self.carry_out(effects);
        if self.visibility != Visibility::Away {
            self.connection_event(ConnectionEvent::Tick);
        }
        self.send();
        self.deliver();
    }

    /// The host goes down (and forgets nothing), comes back, or restarts (and forgets everything); the page sleeps.
    fn trouble(&mut self) {
        match self.dice.roll(80) {
            0 => self.host.is_down = true,
            1..=5 => self.host.is_down = false,
            6 => self.host.leases.clear(),
            7 => self.now += 1000.0 * self.dice.roll(1000) as f64,
            _ => {}
        }
    }

    fn user(&mut self) {
        let target = TARGETS[self.dice.roll(3) as usize];
        let text: ScriptText = TEXTS[self.dice.roll(4) as usize].into();
        match self.dice.roll(40) {
            0 => self.target_event(target, TargetEvent::Run { text }),
            1..=4 => self.target_event(target, TargetEvent::Edit { text, pause_millis: PAUSE_MILLIS }),
            5 => self.target_event(target, TargetEvent::Stop),
            6 => self.target_event(target, TargetEvent::Release { grace_millis: GRACE_MILLIS }),
            7 => self.target_event(target, TargetEvent::Remove),
            8 => self.visibility.set(false, self.now),
            9..=11 => self.visibility.set(true, self.now),
            12 => {
                self.period_millis = PERIODS_MILLIS[self.dice.roll(3) as usize];
                self.poll.hasten(self.now, self.period_millis);
            }
            _ => {}
        }
    }

    fn send(&mut self) {
        if self.connection.context().is_none() {
            return;
        }
        if self.poll.is_due(self.now) && self.visibility != Visibility::Away {
            self.poll.begin(1, self.now, self.period_millis);
            self.travelling.push_back(Message::Poll);
        }
        self.travelling.extend(self.wanted.drain(..));
    }

    fn check(&self) {
        let polls = self.travelling.iter().filter(|message| matches!(message, Message::Poll)).count();
        assert!(polls <= 1, "two rounds at a time");
        assert!(self.poll.due_millis().is_none_or(|at| at <= self.now + 5000.0), "a round that is far off");
        for (text, registration) in self.subscriptions.registrations() {
            let asking = self.wanted.iter().chain(&self.travelling).filter(
                |message| matches!(message, Message::Register { text: sent, run } if sent == text && registration.awaits(*run)),
            );
            let expected = usize::from(matches!(registration.state, RegistrationState::Registering { .. }));
            assert_eq!(asking.count(), expected, "{text} is registered once, and it is on its way");
            let is_wanted = self.subscriptions.holders(text) > 0;
            assert!(is_wanted || registration.state.lease().is_none(), "nobody wants {text}");
        }
        let due = self.subscriptions.due_millis();
        assert!(due.is_none_or(|at| at <= self.now + GRACE_MILLIS), "a timer that is far off");
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
            Message::Register { text, run } => {
                self.registration_event(&text, RegistrationEvent::Unanswered { run });
            }
            Message::Return { lease } => self.wanted.push(Message::Return { lease }),
            Message::Poll => self.poll.answered(self.now, self.period_millis),
        }
    }

    fn answer(&mut self, message: Message) {
        match message {
            Message::OpenContext => self.connection_event(ConnectionEvent::Opened { context: 1 }),
            Message::Register { text, run } => self.register(&text, run),
            Message::Return { lease } => {
                self.host.take_back(&lease);
                for text in self.texts() {
                    self.registration_event(&text, RegistrationEvent::Returned { lease: lease.clone() });
                }
            }
            Message::Poll => self.answer_poll(),
        }
    }

    /// One registration in eight is refused.
    fn register(&mut self, text: &ScriptText, run: u32) {
        self.registrations_sent += 1;
        if self.dice.roll(8) == 0 {
            let is_awaited = self.subscriptions.registration(text).is_some_and(|one| one.awaits(run));
            self.errors_caused += u32::from(is_awaited && self.is_current(text));
            self.registration_event(text, RegistrationEvent::Refused { run, message: "refused".into() });
            return;
        }
        let lease = self.host.register(text);
        self.registration_event(text, RegistrationEvent::Registered { run, lease });
    }

    fn answer_poll(&mut self) {
        for text in self.texts() {
            let lease = match self.subscriptions.registration(&text).map(|one| &one.state) {
                Some(
                    RegistrationState::Starting { lease, .. } | RegistrationState::Running { lease, .. },
                ) => lease,
                _ => continue,
            };
            let event = if !self.host.leases.contains_key(lease) {
                RegistrationEvent::Gone
            } else {
                match self.dice.roll(12) {
                    0 => RegistrationEvent::Failed { message: "failed".into() },
                    1 => RegistrationEvent::Ended { exit_code: 0 },
                    2..=5 => RegistrationEvent::Attached,
                    _ => RegistrationEvent::FirstData,
                }
            };
            self.errors_caused +=
                u32::from(matches!(event, RegistrationEvent::Failed { .. }) && self.is_current(&text));
            self.registration_event(&text, event);
        }
        self.poll.answered(self.now, self.period_millis);
    }

    fn texts(&self) -> Vec<ScriptText> {
        self.subscriptions.registrations().map(|(text, _)| text.clone()).collect()
    }

    fn connection_event(&mut self, event: ConnectionEvent) {
        let connection = std::mem::replace(&mut self.connection, Connection::Idle);
        let (connection, effect) = connection.transition(event, self.now, &mut self.backoff);
        self.connection = connection;
        if effect == Some(ConnectionEffect::OpenContext) {
            self.travelling.push_back(Message::OpenContext);
        }
    }

    fn target_event(&mut self, target: &str, event: TargetEvent) {
        let effects = self.subscriptions.target_event(target, event, self.now);
        self.carry_out(effects);
    }

    fn registration_event(&mut self, text: &ScriptText, event: RegistrationEvent) {
        let had_failed = self.has_failed(text);
        let effects = self.subscriptions.registration_event(text, event, self.now);
        self.carry_out(effects);
        self.errors_shown += u32::from(self.has_failed(text) && !had_failed);
    }

    /// Whether a panel shows that this script has failed.
    fn has_failed(&self, text: &ScriptText) -> bool {
        let failed = |one: &super::Registration| matches!(one.state, RegistrationState::Failed { .. });
        self.subscriptions.registration(text).is_some_and(failed) && self.is_current(text)
    }

    /// Whether it is what a panel is about. The error of a version whose successor starts already is nobody's.
    fn is_current(&self, text: &ScriptText) -> bool {
        let targets = TARGETS.iter().filter_map(|name| self.subscriptions.target(name));
        targets.into_iter().any(|target| target.current() == Some(text))
    }

    fn carry_out(&mut self, effects: Vec<SubscriptionEffect>) {
        for effect in effects {
            match effect {
                SubscriptionEffect::Check { target, text } => {
                    let is_valid = &*text != "wrong";
                    self.target_event(&target, TargetEvent::Checked { text, is_valid });
                }
                SubscriptionEffect::Register { text, run } => {
                    self.wanted.push(Message::Register { text, run })
                }
                SubscriptionEffect::Return(lease) => self.wanted.push(Message::Return { lease }),
                SubscriptionEffect::Free(_) => {}
            }
        }
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
        settle(&mut world, seed);
    }
    // The test is one of trouble, so there has to be some.
    assert!(registrations > 1_000 && errors > 300, "{registrations} registrations, {errors} errors");
}

/// Typing ends and scripts run while the host stays up; then nobody looks, and nothing may remain.
fn settle(world: &mut World, seed: u64) {
    world.visibility.set(true, world.now);
    for target in TARGETS {
        world.target_event(target, TargetEvent::Run { text: "shared".into() });
    }
    wait(world);
    assert!(
        world.host.leases.values().all(|count| *count == 1),
        "seed {seed}: three panels are one registration"
    );
    for target in TARGETS {
        let draft = world.subscriptions.target(target).map(|one| &one.draft);
        assert_eq!(draft, Some(&Draft::None), "seed {seed}");
        world.target_event(target, TargetEvent::Release { grace_millis: GRACE_MILLIS });
    }
    wait(world);
    assert!(world.is_quiet(), "seed {seed}: {:?}", world.travelling);
    assert!(world.host.leases.is_empty(), "seed {seed}: {:?}", world.host.leases);
    assert_eq!(world.subscriptions.due_millis(), None, "seed {seed}");
    assert!(world.texts().is_empty(), "seed {seed}");
}

fn wait(world: &mut World) {
    for _ in 0..500 {
        world.host.is_down = false;
        world.advance();
        world.check();
    }
}
