//! The transitions as a table, and what must hold after any sequence of events.

use proptest::prelude::*;

use super::*;

const SETTINGS: Settings =
    Settings { linger_millis: 3_000, expiry_millis: 60_000, max_output_bytes_per_second: 1_000 };

/// `Started/2 restarts=1` and the effects, in few words.
fn describe(script: &Script, effects: &[Effect]) -> String {
    let state = match script.process() {
        Process::Stopped { exit_code } => format!("stopped({exit_code})"),
        Process::Starting { .. } => "starting".into(),
        Process::Running { probes, .. } => format!("running({probes})"),
        Process::Stopping { kill_at_millis: Some(at), then } => format!("stopping({at}, {then:?})"),
        Process::Stopping { kill_at_millis: None, then } => format!("killed({then:?})"),
        Process::Failed { exit_code, reason, restart_at_millis: None } => {
            format!("failed({exit_code}, {reason:?})")
        }
        Process::Failed { exit_code, restart_at_millis: Some(at), .. } => {
            format!("pausing({exit_code}, {at})")
        }
        Process::Removed => "removed".into(),
    };
    format!("{state} leases={} {effects:?}", script.leases())
}

#[test]
fn transitions() {
    use Event::*;
    let tick = Tick { touched_at_millis: 0 };
    let attached = Attached { probes: 10 };
    // Each row: events at one-second intervals from 1 s on, and what the last one led to.
    let rows: &[(&[Event], &str)] = &[
        (&[attached], "running(10) leases=1 []"),
        (&[Register], "starting leases=2 []"),
        (&[attached, Register, Deregister], "running(10) leases=1 []"),
        (&[Exited { exit_code: 1 }], "failed(1, Exited) leases=1 [ForgetValues]"),
        (&[NotStarted], "failed(-1, NotStarted) leases=1 [ForgetValues]"),
        (&[attached, Exited { exit_code: 0 }], "stopped(0) leases=1 []"),
        (&[attached, Exited { exit_code: 0 }, Exited { exit_code: 9 }], "stopped(0) leases=1 []"),
        (&[attached, Tripped { exit_code: 134 }], "failed(134, Exited) leases=1 [ForgetValues]"),
        (
            &[attached, tick, tick, tick, tick, Tripped { exit_code: 134 }],
            "starting leases=1 [ForgetValues, Spawn]",
        ),
        (&[attached, tick, tick, tick, tick, Stop, Tripped { exit_code: 134 }], "stopped(134) leases=1 []"),
        (&[attached, Exited { exit_code: 0 }, Start], "starting leases=1 [ForgetValues, Spawn]"),
        (&[Exited { exit_code: 1 }, Register], "starting leases=2 [ForgetValues, Spawn]"),
        (&[attached, Start], "running(10) leases=1 []"),
        (&[Stop], "stopping(3000, Stop) leases=1 [Interrupt]"),
        (&[attached, Stop], "stopping(5460, Stop) leases=1 [Interrupt]"),
        (&[attached, Stop, Exited { exit_code: 0 }], "stopped(0) leases=1 []"),
        (&[attached, Stop, Start], "stopping(5460, Restart) leases=1 []"),
        (&[attached, Stop, Start, Stop], "stopping(5460, Stop) leases=1 []"),
        (&[attached, Stop, Start, Exited { exit_code: 0 }], "starting leases=1 [ForgetValues, Spawn]"),
        (&[attached, Stop, tick, tick, tick, tick], "killed(Stop) leases=1 [Kill]"),
        (&[attached, Stop, tick, tick, tick, tick, tick], "killed(Stop) leases=1 []"),
        (&[attached, Output { bytes: 2_000 }], "running(10) leases=1 []"),
        (&[Output { bytes: 2_001 }], "stopping(3000, Fail(TooMuchOutput)) leases=1 [Interrupt]"),
        (
            &[Output { bytes: 9_000 }, Output { bytes: 9_000 }],
            "stopping(3000, Fail(TooMuchOutput)) leases=1 []",
        ),
        (
            &[Output { bytes: 9_000 }, Exited { exit_code: 0 }],
            "failed(0, TooMuchOutput) leases=1 [ForgetValues]",
        ),
        (&[Output { bytes: 9_000 }, Stop], "stopping(3000, Fail(TooMuchOutput)) leases=1 []"),
        (&[attached, Deregister], "running(10) leases=0 []"),
        (&[attached, Deregister, tick, tick], "running(10) leases=0 []"),
        (&[attached, Deregister, tick, tick, tick], "stopping(8460, Remove) leases=0 [Interrupt]"),
        (&[attached, Deregister, tick, tick, Register, tick], "running(10) leases=1 []"),
        (&[attached, Deregister, Deregister], "running(10) leases=0 []"),
        (&[Exited { exit_code: 1 }, Deregister, tick, tick, tick], "removed leases=0 [Remove]"),
        (&[attached, Abandon, tick, tick, tick, tick], "running(10) leases=0 []"),
        (
            &[attached, Register, Abandon, Deregister, tick, tick, tick],
            "stopping(10460, Remove) leases=0 [Interrupt]",
        ),
        (&[attached, Abandon, Register], "running(10) leases=1 []"),
        (&[attached, Deregister, Abandon, tick, tick], "stopping(8460, Remove) leases=0 [Interrupt]"),
        (&[attached, Shutdown], "stopping(5460, Remove) leases=1 [Interrupt]"),
        (&[attached, Shutdown, Register], "stopping(5460, Restart) leases=2 []"),
        (&[attached, Shutdown, Stop], "stopping(5460, Remove) leases=1 []"),
        (&[attached, Shutdown, Exited { exit_code: 0 }], "removed leases=1 [Remove]"),
        (&[attached, Shutdown, Exited { exit_code: 0 }, Start], "removed leases=1 []"),
        (&[Stop, Attached { probes: 3 }], "stopping(3000, Stop) leases=1 []"),
    ];
    for (events, expected) in rows {
        let (mut script, mut effects) = Script::register(Upkeep::Leased, &SETTINGS, 0);
        for (second, event) in events.iter().enumerate() {
            effects = script.handle(*event, &SETTINGS, 1_000 * (second as u64 + 1));
        }
        assert_eq!(describe(&script, &effects), *expected, "{events:?}");
    }
}

#[test]
fn a_crash_is_mended_with_growing_pauses() {
    let (mut script, _) = Script::register(Upkeep::Restarted, &SETTINGS, 0);
    let tick = Event::Tick { touched_at_millis: 0 };
    let crash = Event::Exited { exit_code: 1 };
    let mut now = 0;
    let mut pauses = Vec::new();
    for _ in 0..8 {
        assert_eq!(script.handle(crash, &SETTINGS, now), [Effect::ForgetValues]);
        let wake_at = script.wake_at_millis(0, &SETTINGS).unwrap();
        assert_eq!(script.handle(tick, &SETTINGS, wake_at - 1), [], "not before its time");
        assert_eq!(script.handle(tick, &SETTINGS, wake_at), [Effect::ForgetValues, Effect::Spawn]);
        pauses.push((wake_at - now) / 1_000);
        now = wake_at;
        script.handle(Event::Attached { probes: 1 }, &SETTINGS, now);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
    script.handle(crash, &SETTINGS, now + 60_000);
    assert_eq!(script.wake_at_millis(0, &SETTINGS), Some(now + 61_000), "it has run for a minute");
    assert_eq!(script.restarts(), 8);
}

#[test]
fn what_is_kept() {
    use Event::*;
    let tick = Tick { touched_at_millis: 0 };
    let attached = Attached { probes: 10 };
    let crash = Exited { exit_code: 7 };
    // Each row: upkeep, events at intervals of 100 s, and what the last one led to.
    let rows: &[(Upkeep, &[Event], &str)] = &[
        (Upkeep::Kept, &[attached, tick, tick], "running(10) leases=1 []"),
        (Upkeep::Kept, &[attached, Abandon, tick, tick], "running(10) leases=0 []"),
        (Upkeep::Kept, &[attached, Deregister, tick], "stopping(303460, Remove) leases=0 [Interrupt]"),
        (Upkeep::Kept, &[attached, crash, tick], "failed(7, Exited) leases=1 []"),
        (Upkeep::Restarted, &[attached, crash], "pausing(7, 201000) leases=1 [ForgetValues]"),
        (Upkeep::Restarted, &[NotStarted], "pausing(-1, 101000) leases=1 [ForgetValues]"),
        (Upkeep::Restarted, &[attached, crash, tick], "starting leases=1 [ForgetValues, Spawn]"),
        (Upkeep::Restarted, &[attached, crash, Start], "starting leases=1 [ForgetValues, Spawn]"),
        (Upkeep::Restarted, &[attached, crash, Start, tick], "starting leases=1 []"),
        (Upkeep::Restarted, &[attached, crash, Stop], "failed(7, Exited) leases=1 []"),
        (Upkeep::Restarted, &[attached, crash, Stop, tick], "failed(7, Exited) leases=1 []"),
        (Upkeep::Restarted, &[attached, crash, Deregister, tick], "starting leases=1 [ForgetValues, Spawn]"),
        (Upkeep::Restarted, &[attached, Deregister, tick], "running(10) leases=1 []"),
        (Upkeep::Restarted, &[attached, Abandon, tick], "running(10) leases=1 []"),
        (Upkeep::Restarted, &[attached, Register, Deregister, Deregister, tick], "running(10) leases=1 []"),
        (Upkeep::Restarted, &[attached, Register, Abandon, Deregister, tick], "running(10) leases=1 []"),
        (Upkeep::Restarted, &[attached, Shutdown, Exited { exit_code: 0 }], "removed leases=1 [Remove]"),
        (Upkeep::Restarted, &[attached, Exited { exit_code: 0 }, tick], "stopped(0) leases=1 []"),
        (Upkeep::Restarted, &[attached, Stop, crash, tick], "stopped(7) leases=1 []"),
        (
            Upkeep::Restarted,
            &[attached, Output { bytes: 9_000 }, Exited { exit_code: 0 }, tick],
            "failed(0, TooMuchOutput) leases=1 []",
        ),
    ];
    for (upkeep, events, expected) in rows {
        let (mut script, mut effects) = Script::register(*upkeep, &SETTINGS, 0);
        for (step, event) in events.iter().enumerate() {
            effects = script.handle(*event, &SETTINGS, 100_000 * (step as u64 + 1));
        }
        assert_eq!(describe(&script, &effects), *expected, "{upkeep:?} {events:?}");
    }
}

#[test]
fn nobody_fetches() {
    let (mut script, _) = Script::register(Upkeep::Leased, &SETTINGS, 0);
    script.handle(Event::Attached { probes: 1 }, &SETTINGS, 100);
    assert_eq!(script.wake_at_millis(5_000, &SETTINGS), Some(65_000));
    let tick = Event::Tick { touched_at_millis: 5_000 };
    assert_eq!(script.handle(tick, &SETTINGS, 64_999), []);
    assert_eq!(script.handle(tick, &SETTINGS, 65_000), [Effect::Interrupt]);
    assert_eq!(script.handle(Event::Exited { exit_code: 0 }, &SETTINGS, 65_100), [Effect::Remove]);
    assert_eq!(script.wake_at_millis(5_000, &SETTINGS), None);
}

#[test]
fn grace_grows_with_the_probes() {
    assert!(grace_millis(360) > 26_000, "a stop with 360 probes was measured at 26 s");
    assert!(grace_millis(1) < 3_000);
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => Just(Event::Register),
        3 => Just(Event::Deregister),
        1 => Just(Event::Abandon),
        1 => Just(Event::Start),
        1 => Just(Event::Stop),
        1 => Just(Event::NotStarted),
        2 => (0u32..600).prop_map(|probes| Event::Attached { probes }),
        2 => (0u64..3_000).prop_map(|bytes| Event::Output { bytes }),
        2 => (0i32..3).prop_map(|exit_code| Event::Exited { exit_code }),
        1 => Just(Event::Tripped { exit_code: 134 }),
        2 => Just(Event::Tick { touched_at_millis: 0 }),
    ]
}

/// The driver's side: counts processes and plays the kernel that ends a process some time after a signal.
#[derive(Default)]
struct Host {
    processes: u32,
    is_told_to_end: bool,
    is_removed: bool,
}

impl Host {
    fn carry_out(&mut self, effects: &[Effect]) {
        for effect in effects {
            assert!(!self.is_removed, "nothing happens to a removed script");
            match effect {
                Effect::Spawn => {
                    assert_eq!(self.processes, 0, "one process a script");
                    self.processes = 1;
                    self.is_told_to_end = false;
                }
                Effect::Interrupt | Effect::Kill => {
                    assert_eq!(self.processes, 1, "signals only for a process");
                    self.is_told_to_end = true;
                }
                Effect::Remove => {
                    assert_eq!(self.processes, 0, "no process outlives its script");
                    self.is_removed = true;
                }
                Effect::ForgetValues => {}
            }
        }
    }
}

proptest! {
    /// In any order of events: one process at most, no lease is leaked, and a script that is left alone ends.
    #[test]
    fn every_lease_and_every_timer_ends(
        upkeep in prop_oneof![Just(Upkeep::Leased), Just(Upkeep::Kept), Just(Upkeep::Restarted)],
        steps in prop::collection::vec((any_event(), 0u64..4_000), 0..60),
    ) {
        let (mut script, effects) = Script::register(upkeep, &SETTINGS, 0);
        let mut host = Host::default();
        host.carry_out(&effects);
        let mut now = 0;
        let mut leases = 1u32;
        let unreturned = u32::from(upkeep == Upkeep::Restarted);
        for (event, pause) in steps {
            now += pause;
            let is_about_process = matches!(
                event,
                Event::NotStarted
                    | Event::Attached { .. }
                    | Event::Output { .. }
                    | Event::Exited { .. }
                    | Event::Tripped { .. }
            );
            if script.is_removed() || (is_about_process && host.processes == 0) {
                continue;
            }
            match event {
                Event::Register => leases += 1,
                Event::Deregister | Event::Abandon => leases = leases.saturating_sub(1).max(unreturned),
                Event::NotStarted | Event::Exited { .. } | Event::Tripped { .. } => host.processes = 0,
                _ => {}
            }
            host.carry_out(&script.handle(event, &SETTINGS, now));
            prop_assert_eq!(script.leases(), leases);
        }
        // What is kept goes when its last lease is returned, what is restarted when the host ends it.
        for _ in 0..=leases {
            if script.is_kept() && !script.is_removed() {
                host.carry_out(&script.handle(Event::Deregister, &SETTINGS, now));
            }
        }
        if upkeep == Upkeep::Restarted && !script.is_removed() {
            prop_assert!(!script.is_lingering());
            host.carry_out(&script.handle(Event::Shutdown, &SETTINGS, now));
        }
        // Left alone, the timers alone must bring it to its end, provided that a signalled process ends.
        for _ in 0..10 {
            if host.processes == 1 && host.is_told_to_end {
                host.processes = 0;
                host.carry_out(&script.handle(Event::Exited { exit_code: 0 }, &SETTINGS, now));
            }
            let Some(wake_at) = script.wake_at_millis(0, &SETTINGS) else { break };
            now = now.max(wake_at);
            host.carry_out(&script.handle(Event::Tick { touched_at_millis: 0 }, &SETTINGS, now));
        }
        prop_assert!(host.is_removed && script.is_removed(), "{:?}", script);
        prop_assert_eq!(script.wake_at_millis(0, &SETTINGS), None);
    }
}
