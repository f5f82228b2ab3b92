//! A counter grows by 1000 a second, evenly. Whatever happens to clocks, polls and answers, no rate may differ from that by
//! more than the moments of the values are known to.

use bt_wasm::session::{HttpRequest, SeriesFrame, SeriesOptions, Session, SessionOptions};

use crate::host::{Dice, FIRST_PRINT_MILLIS, Host, PRINT_MILLIS};

const SEEDS: u64 = 25;
const SECONDS: f64 = 150.0;
const STEP_MILLIS: f64 = 10.0;
const START_MILLIS: f64 = 1_000_000_000.0;
/// How far a clock may be set without the session noticing, and the milliseconds that times are kept to.
const CLOCK_MILLIS: f64 = 102.0;

/// A request or an answer under way.
struct Parcel<T> {
    content: T,
    arrives: f64,
}

struct World {
    dice: Dice,
    host: Host,
    session: Session,
    now: f64,
    /// How far the page's clock is ahead.
    page_ahead: f64,
    asked: Option<Parcel<HttpRequest>>,
    answered: Option<Parcel<(u32, u16, String)>>,
    /// The page does nothing until then: its timers are late.
    sleeps_until: f64,
    /// Answers are quick until then, and no other clock is set: one that is set while an answer is slow is only noticed with
    /// the next quick one, and one that is set and set back between two polls not at all.
    quick_until: f64,
}

impl World {
    fn new(seed: u64, tells_prints: bool) -> World {
        let mut dice = Dice(seed);
        let mut host = Host::new(tells_prints);
        host.is_chatty = dice.roll(2) == 0;
        let poll_millis = [100.0, 300.0, 1_000.0, 1_700.0][dice.roll(4) as usize];
        let options = SessionOptions { poll_millis: Some(poll_millis), ..SessionOptions::default() };
        World {
            dice,
            host,
            session: Session::new(options),
            now: START_MILLIS,
            page_ahead: 0.0,
            asked: None,
            answered: None,
            sleeps_until: 0.0,
            quick_until: 0.0,
        }
    }

    fn page_now(&self) -> f64 {
        self.now + self.page_ahead
    }

    fn step(&mut self) {
        self.now += STEP_MILLIS;
        self.happen();
        if self.now < self.sleeps_until {
            return;
        }
        let page_now = self.page_now();
        if let Some(Parcel { content: (id, status, body), .. }) =
            self.answered.take_if(|answer| answer.arrives <= self.now)
        {
            self.session.respond(id, status, &body, page_now);
            self.check_latest();
        }
        if let Some(request) = self.session.tick(page_now).pop() {
            let arrives = self.now + self.delay();
            self.asked = Some(Parcel { content: request, arrives });
        }
    }

    /// No value is dated later than it came: a panel that ends now shows all of them, once a clock that was set is known.
    fn check_latest(&self) {
        let page_now = self.page_now();
        let latest = everything(&self.session).times.last().copied();
        let is_known = self.now > self.quick_until;
        assert!(!is_known || latest.is_none_or(|latest| latest <= page_now), "{latest:?} {page_now}");
    }

    /// What the page does not do itself.
    fn happen(&mut self) {
        if let Some(Parcel { content: request, arrives }) =
            self.asked.take_if(|request| request.arrives <= self.now)
        {
            let (status, body) = self.host.answer(&request, arrives);
            let arrives = self.now + self.delay();
            self.answered = Some(Parcel { content: (request.id, status, body), arrives });
        }
        let page_now = self.page_now();
        match self.dice.roll(2_000) {
            0..=1 => self.set_a_clock(),
            2..=3 => self.session.set_visible(false, page_now),
            4..=7 => self.session.set_visible(true, page_now),
            8..=9 => self.session.run(
                "other",
                ["ending", "failing", "refused"][self.dice.roll(3) as usize],
                page_now,
            ),
            10 => self.session.set_poll_millis(100.0 * (1 + self.dice.roll(20)) as f64, page_now),
            11..=30 => self.sleep(600),
            31 => self.sleep(8_000),
            _ => {}
        }
    }

    fn sleep(&mut self, most_millis: u64) {
        let millis = self.dice.roll(most_millis) as f64;
        if self.now > self.quick_until {
            self.sleeps_until = self.now + millis;
        }
    }

    fn set_a_clock(&mut self) {
        let is_travelling = self.asked.is_some() || self.answered.is_some();
        if is_travelling || self.now < self.sleeps_until.max(self.quick_until) {
            return;
        }
        let size = [150.0, 900.0, 7_000.0, 3_600_000.0][self.dice.roll(4) as usize];
        let ahead = if self.dice.roll(2) == 0 { size } else { -size };
        match self.dice.roll(2) {
            0 => self.page_ahead = ahead,
            _ => self.host.set_clock(ahead, self.now),
        }
        self.quick_until = self.now + 15_000.0;
    }

    fn delay(&mut self) -> f64 {
        let is_slow = self.now > self.quick_until && self.dice.roll(20) == 0;
        self.dice.roll(if is_slow { 2_500 } else { 20 }) as f64
    }
}

fn everything(session: &Session) -> SeriesFrame {
    let window = SeriesOptions { from: 0.0, to: f64::MAX, max_series: None, rate: Some(true), rest: None };
    session.time_series("page", "x", &window)
}

/// Checks the rates that are shown, and counts them.
fn check(session: &Session, error_millis: f64) -> usize {
    let frame = everything(session);
    let Some(line) = frame.series.first() else { return 0 };
    let mut known = 0;
    for (place, rate) in line.values.iter().enumerate().filter(|(_, rate)| !rate.is_nan()) {
        let since =
            |rows: usize| frame.times[place] - place.checked_sub(rows).map_or(f64::NAN, |at| frame.times[at]);
        // A row that comes too soon is one sample with the row before.
        let millis = if since(1) < PRINT_MILLIS / 2.0 { since(2) } else { since(1) };
        // Before a first value nothing was printed, whenever that would have been.
        let error_millis = if known == 0 { FIRST_PRINT_MILLIS + CLOCK_MILLIS } else { error_millis };
        assert!(
            (rate - 1_000.0).abs() <= 1_000.0 * error_millis / millis,
            "{rate} a second over {millis} ms, {place} of {:?} {:?}",
            frame.times,
            line.values,
        );
        known += 1;
    }
    known
}

fn run(tells_prints: bool, error_millis: f64) {
    for seed in 0..SEEDS {
        let mut world = World::new(seed, tells_prints);
        world.session.run("page", "count", START_MILLIS);
        let (mut known, end) = (0, START_MILLIS + 1_000.0 * SECONDS);
        while world.now < end {
            world.step();
            if world.dice.roll(100) == 0 {
                known = check(&world.session, error_millis).max(known);
            }
        }
        assert!(known > 10, "seed {seed}: {known} rates");
    }
}

#[test]
fn a_host_that_tells_its_prints_gives_rates_as_good_as_the_clocks() {
    run(true, CLOCK_MILLIS);
}

#[test]
fn another_host_gives_rates_that_err_by_a_print_at_most() {
    run(false, PRINT_MILLIS + CLOCK_MILLIS);
}
