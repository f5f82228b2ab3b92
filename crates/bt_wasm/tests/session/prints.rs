//! A host prints and a page polls, each at its own pace: a rate must be that of the prints.

use bt_wasm::session::{SeriesOptions, Session, SessionOptions};

use crate::host::Host;

const START_MILLIS: f64 = 1_000_000.0;

/// The rates that a page shows of a counter that grows by 1000 a second, printed once a second.
fn rates(tells_prints: bool, poll_millis: f64) -> Vec<f64> {
    rates_of_panels(tells_prints, poll_millis, 1).remove(0)
}

/// The same for each of several panels.
fn rates_of_panels(tells_prints: bool, poll_millis: f64, panels: usize) -> Vec<Vec<f64>> {
    // With ids so long, a request that is filled to the brim would end within the names of the twelfth script.
    let mut host = Host::new(tells_prints);
    host.more_digits = 10;
    let mut session =
        Session::new(SessionOptions { poll_millis: Some(poll_millis), ..SessionOptions::default() });
    let panels: Vec<String> = (0..panels).map(|number| format!("panel {number}")).collect();
    panels.iter().for_each(|panel| session.run(panel, panel, START_MILLIS));
    for step in 0..1_500 {
        let now = START_MILLIS + 20.0 * f64::from(step);
        for request in session.tick(now) {
            let (status, body) = host.answer(&request, now);
            session.respond(request.id, status, &body, now);
        }
    }
    let window = SeriesOptions { from: 0.0, to: f64::MAX, max_series: None, rate: Some(true), rest: None };
    let rates = |panel: &String| {
        let frame = session.time_series(panel, "x", &window);
        frame.series[0].values.iter().copied().filter(|rate| !rate.is_nan()).collect()
    };
    panels.iter().map(rates).collect()
}

#[test]
fn a_host_that_tells_when_it_printed_gives_exact_rates() {
    for poll_millis in [300.0, 900.0, 1_000.0, 2_700.0] {
        // The first one is of the time before the first print.
        let rates = rates(true, poll_millis).split_off(1);
        assert!(rates.len() > 8, "{poll_millis}: {rates:?}");
        // Times are kept to the millisecond.
        assert!(rates.iter().all(|rate| (rate - 1_000.0).abs() < 2.0), "{poll_millis}: {rates:?}");
    }
}

#[test]
fn of_another_host_a_print_that_two_polls_meet_counts_once() {
    for poll_millis in [300.0, 900.0, 1_000.0] {
        let rates = rates(false, poll_millis).split_off(1);
        assert!(rates.len() > 8, "{poll_millis}: {rates:?}");
        // The polls are not at the time of the prints.
        assert!(rates.iter().all(|rate| (500.0..2_000.0).contains(rate)), "{poll_millis}: {rates:?}");
    }
}

/// The names of many scripts are too long for one request, and pmproxy says only by one of them whether a script has printed.
#[test]
fn panels_that_are_asked_for_in_several_requests_have_such_rates_too() {
    for rates in rates_of_panels(false, 900.0, 13) {
        assert!(rates.len() > 8, "{rates:?}");
        assert!(rates[1..].iter().all(|rate| (500.0..2_000.0).contains(rate)), "{rates:?}");
    }
}

#[test]
fn a_probe_that_is_never_hit_is_asked_for_in_haste_for_half_a_minute() {
    let mut host = Host::new(true);
    let mut session = Session::new(SessionOptions::default());
    session.run("page", "silent", START_MILLIS);
    let mut polls = [0; 2];
    for step in 0..6_000 {
        let now = START_MILLIS + 10.0 * f64::from(step);
        for request in session.tick(now) {
            polls[step as usize / 3_500] += usize::from(request.path.contains(".status"));
            let (status, body) = host.answer(&request, now);
            session.respond(request.id, status, &body, now);
        }
    }
    // 30 seconds in haste and 5, then 25 at the usual pace; and a poll after each question whether it is still there.
    assert!((150..=170).contains(&polls[0]) && (25..=35).contains(&polls[1]), "{polls:?}");
}
