//! Sessions against a host that goes down, forgets contexts, restarts and refuses, at random but the same in every run.

use std::collections::BTreeMap;

use bt_wasm::session::{HttpRequest, Session, SessionOptions, TargetStatus};

use crate::host::{Dice, Host};

const SEEDS: u64 = 60;
const STEP_MILLIS: f64 = 50.0;
const TARGETS: [&str; 3] = ["a", "b", "c"];

struct World {
    dice: Dice,
    host: Host,
    session: Session,
    /// The host's time.
    now: f64,
    /// How far the page's clock is ahead.
    page_ahead: f64,
    poll_millis: f64,
    travelling: Vec<Travelling>,
    /// The page's time without what its clock was set back by, as of a page's time.
    steady: (f64, f64),
    /// Targets whose script the host has refused or failed since they last ran one.
    failed: BTreeMap<String, String>,
    errors_seen: u32,
    /// What each target ran last: equal scripts share their fate.
    sources: BTreeMap<&'static str, &'static str>,
}

struct Travelling {
    request: HttpRequest,
    sent_steady: f64,
}

impl World {
    fn new(seed: u64) -> World {
        World {
            dice: Dice(seed),
            host: Host::new(seed.is_multiple_of(2)),
            session: Session::new(SessionOptions::default()),
            now: 1_000_000_000.0,
            page_ahead: 0.0,
            poll_millis: 1_000.0,
            travelling: Vec::new(),
            steady: (0.0, 1_000_000_000.0),
            failed: BTreeMap::new(),
            errors_seen: 0,
            sources: BTreeMap::new(),
        }
    }

    fn step(&mut self) {
        match self.dice.roll(200) {
            0 => self.host.is_down = true,
            1..=15 => self.host.is_down = false,
            16 => self.host.restart(),
            17 => self.host.forget_contexts(),
            18..=23 => self.run(),
            24..=25 => self.stop(),
            26 => self.page_ahead = (self.dice.roll(7_200_000) as f64) - 3_600_000.0,
            27 => {
                self.poll_millis = 100.0 * (1 + self.dice.roll(20)) as f64;
                self.session.set_poll_millis(self.poll_millis, self.page_now());
            }
            _ => {}
        }
        self.advance();
    }

    fn page_now(&self) -> f64 {
        self.now + self.page_ahead
    }

    fn run(&mut self) {
        let target = TARGETS[self.dice.roll(3) as usize];
        // The host refuses or fails some of them, by their text.
        let source = ["count", "refused", "failing", "ending"][self.dice.roll(4) as usize];
        self.session.run(target, source, self.page_now());
        self.sources.insert(target, source);
        self.failed.retain(|other, _| self.sources.get(other.as_str()) != Some(&source));
        self.failed.remove(target);
    }

    fn stop(&mut self) {
        let target = TARGETS[self.dice.roll(3) as usize];
        self.session.stop(target, self.page_now());
        self.failed.remove(target);
    }

    fn advance(&mut self) {
        self.now += STEP_MILLIS;
        let page_now = self.page_now();
        self.steady = (self.steady.0 + (page_now - self.steady.1).max(0.0), page_now);
        let sent_steady = self.steady.0;
        let requests = self.session.tick(page_now).into_iter();
        self.travelling.extend(requests.map(|request| Travelling { request, sent_steady }));
        self.check_polls();
        for _ in 0..self.travelling.len() {
            let place = self.dice.roll(self.travelling.len() as u64) as usize;
            if self.dice.roll(3) > 0 {
                let Travelling { request, sent_steady } = self.travelling.swap_remove(place);
                // An answer that the page does not wait for any more tells it of no registration.
                let patience = f64::from(request.timeout_millis) + 5_000.0;
                match self.steady.0 - sent_steady >= patience {
                    true => self.session.fail(request.id, "too late", self.page_now()),
                    false => self.deliver(&request),
                }
            }
        }
        self.check_errors();
        assert!(self.session.next_tick(self.page_now()) <= self.poll_millis);
    }

    fn deliver(&mut self, request: &HttpRequest) {
        if self.host.is_down {
            self.session.fail(request.id, "connection refused", self.page_now());
        } else {
            let (status, body) = self.host.answer(request, self.now);
            self.session.respond(request.id, status, &body, self.page_now());
        }
    }

    /// Two polls under way would ask for the same values twice.
    fn check_polls(&self) {
        let polls =
            self.travelling.iter().map(|one| &one.request.path).filter(|path| path.contains(".status"));
        let mut names: Vec<&str> = polls.flat_map(|path| path.split(['=', ','])).collect();
        names.retain(|name| name.ends_with(".status"));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "one round at a time");
    }

    /// An error stays on show until the user does something.
    fn check_errors(&mut self) {
        for target in TARGETS {
            match self.session.status(target, self.page_now()) {
                TargetStatus::Error { message, .. } => {
                    assert!(message.contains("says the host"), "{message}");
                    let shown = self.failed.entry(target.to_string()).or_insert_with(|| {
                        self.errors_seen += 1;
                        message.clone()
                    });
                    assert_eq!(*shown, message);
                }
                status => assert!(!self.failed.contains_key(target), "{target}: {status:?}"),
            }
        }
    }
}

#[test]
fn whatever_happens_a_page_comes_back_and_gives_back() {
    let mut errors = 0;
    for seed in 0..SEEDS {
        let mut world = World::new(seed);
        (0..800).for_each(|_| world.step());
        errors += world.errors_seen;
        comes_back(&mut world, seed);
        gives_back(&mut world, seed);
    }
    assert!(errors > 50, "a test of trouble needs some: {errors} errors");
}

/// On a host that stays up every script ends where it belongs.
fn comes_back(world: &mut World, seed: u64) {
    world.host.is_down = false;
    for (target, source) in TARGETS.into_iter().zip(["count", "refused", "ending"]) {
        world.session.run(target, source, world.page_now());
        world.failed.remove(target);
    }
    // A request without an answer is given up after 15 seconds at the latest, an attempt to connect after 10.
    (0..600).for_each(|_| world.advance());
    let status = |target| world.session.status(target, world.page_now());
    assert!(
        matches!(status("a"), TargetStatus::Running { has_data: true, .. }),
        "seed {seed}: {:?}",
        status("a")
    );
    assert!(matches!(status("b"), TargetStatus::Error { .. }), "seed {seed}: {:?}", status("b"));
    assert!(matches!(status("c"), TargetStatus::Stopped { exit_code: 3 }), "seed {seed}: {:?}", status("c"));
    let table = world.session.table("c", &["x".to_string()]);
    assert_eq!(table.rows.len(), 1, "seed {seed}: the last values of an ended script have their names");
}

/// Nothing stays registered, except for registrations whose answer was lost: those the host lets expire.
fn gives_back(world: &mut World, seed: u64) {
    TARGETS.into_iter().for_each(|target| world.session.stop(target, world.page_now()));
    world.failed.clear();
    (0..200).for_each(|_| world.advance());
    for target in TARGETS {
        assert_eq!(world.session.status(target, world.page_now()), TargetStatus::Idle, "seed {seed}");
    }
    assert_eq!(world.host.leases_that_were_told(), 0, "seed {seed}");
}

#[test]
fn a_page_that_goes_away_returns_everything_at_once() {
    let mut world = World::new(7);
    TARGETS.into_iter().for_each(|target| world.session.run(target, "count", world.page_now()));
    (0..100).for_each(|_| world.advance());
    assert_eq!(world.host.leases_that_were_told(), 1, "three targets with one script");
    for request in world.session.release_requests() {
        world.deliver(&request);
    }
    assert_eq!(world.host.leases_that_were_told(), 0);
}

#[test]
fn a_panel_keeps_its_picture_until_the_next_version_has_data() {
    let mut world = World::new(8);
    world.session.run("a", "count", world.page_now());
    (0..100).for_each(|_| world.advance());
    assert_eq!(world.session.metrics("a")[0].instances, 1);
    world.session.run("a", "count // another text", world.page_now());
    for _ in 0..100 {
        world.advance();
        assert_eq!(world.session.metrics("a")[0].instances, 1, "never blank");
    }
    assert_eq!(world.host.leases_that_were_told(), 1, "the version before went back");
}

#[test]
fn a_script_that_fails_before_its_metrics_are_listed_has_the_findings_of_its_host() {
    let mut world = World::new(9);
    // This host never lists status metrics.
    world.session.run("a", "failing", world.page_now());
    (0..100).for_each(|_| world.advance());
    let TargetStatus::Error { diagnostics, .. } = world.session.status("a", world.page_now()) else {
        panic!("{:?}", world.session.status("a", world.page_now()))
    };
    assert_eq!((diagnostics[0].message.as_str(), diagnostics[0].line), ("it broke", Some(1)));
}
