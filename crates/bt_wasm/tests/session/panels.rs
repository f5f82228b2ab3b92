//! Panels that are edited, share a script, are released, and are on a page that nobody sees.

use bt_wasm::session::{SeriesOptions, Session, SessionOptions, TargetStatus};

use crate::host::Host;

const COUNT: &str = "BEGIN { @x = count(); }";
const OTHER: &str = "BEGIN { @x = count(); @x = count(); }";

struct Page {
    session: Session,
    host: Host,
    now: f64,
}

impl Page {
    fn new() -> Page {
        let session = Session::new(SessionOptions::default());
        Page { session, host: Host::new(false), now: 10_000_000.0 }
    }

    fn edit(&mut self, target: &str, source: &str) {
        self.session.edit(target, source, self.now);
    }

    fn wait(&mut self, seconds: f64) {
        let end = self.now + 1000.0 * seconds;
        while self.now < end {
            self.now += 50.0;
            for request in self.session.tick(self.now) {
                let (status, body) = self.host.answer(&request, self.now);
                self.session.respond(request.id, status, &body, self.now);
            }
        }
    }

    fn status(&self, target: &str) -> TargetStatus {
        self.session.status(target, self.now)
    }
}

#[test]
fn a_draft_with_errors_does_not_start_and_the_version_before_goes_on() {
    let mut page = Page::new();
    page.edit("a", COUNT);
    page.wait(5.0);
    page.edit("a", "BEGIN { @x = coun(); }");
    assert!(
        matches!(page.status("a"), TargetStatus::Typing { starts_in_millis } if starts_in_millis == 1000.0)
    );
    page.wait(2.0);
    let TargetStatus::Invalid { message, diagnostics } = page.status("a") else {
        panic!("{:?}", page.status("a"))
    };
    assert!(message.starts_with("line 1: ") && !diagnostics.is_empty(), "{message}");
    assert_eq!((page.host.scripts().len(), page.session.metrics("a").len()), (1, 1));
    page.edit("a", OTHER);
    page.wait(5.0);
    assert!(matches!(page.status("a"), TargetStatus::Running { has_data: true, .. }));
    assert_eq!(page.host.leases_that_were_told(), 1, "the version before went back");
}

#[test]
fn what_the_host_cut_is_said_beside_the_values() {
    let mut page = Page::new();
    page.session.run("a", "cut", page.now);
    page.wait(1.0);
    assert_eq!(page.session.notices("a"), []);
    page.wait(4.0);
    let notices = page.session.notices("a");
    let texts: Vec<&str> = notices.iter().map(|notice| notice.text.as_str()).collect();
    assert_eq!(texts, ["a printed text is too long; its end is left out (3 times)"]);
}

#[test]
fn a_fingerprint_changes_with_what_a_panel_shows_and_not_with_time() {
    let mut page = Page::new();
    let mut seen = Vec::new();
    let mut look = |page: &Page| {
        let now = page.session.fingerprint("a");
        let is_new = seen.last() != Some(&now);
        seen.push(now);
        is_new
    };
    look(&page);
    page.edit("a", COUNT);
    assert!(look(&page), "it registers");
    page.wait(5.0);
    assert!(look(&page), "it has values");
    let news = (0..40).filter(|_| {
        page.wait(0.25);
        look(&page)
    });
    assert_eq!(news.count(), 10, "a print a second, for ten seconds");
    page.edit("a", "BEGIN { @x = coun(); }");
    page.wait(0.05);
    assert!(look(&page), "somebody types");
    page.session.edit("a", COUNT, page.now);
    page.wait(0.05);
    look(&page);
    page.now += 1000.0;
    for request in page.session.tick(page.now) {
        page.session.fail(request.id, "the host is gone", page.now);
    }
    assert!(look(&page), "the connection is lost");
    assert_eq!(page.session.fingerprint("b"), page.session.fingerprint("nobody"));
}

#[test]
fn panels_with_one_script_share_it_until_the_last_is_released() {
    let mut page = Page::new();
    page.edit("a", COUNT);
    page.edit("b", &format!("{COUNT}\n"));
    page.wait(5.0);
    assert!(matches!(page.status("b"), TargetStatus::Running { shared_by: 2, has_data: true, .. }));
    assert_eq!(page.host.leases_that_were_told(), 1);
    page.session.release("a", page.now);
    page.session.release("b", page.now);
    page.wait(59.0);
    page.edit("b", COUNT);
    page.wait(10.0);
    assert!(matches!(page.status("b"), TargetStatus::Running { shared_by: 1, has_data: true, .. }));
    page.session.remove("b", page.now);
    page.wait(1.0);
    assert_eq!(page.host.scripts(), Vec::<String>::new());
}

#[test]
fn a_page_that_nobody_sees_gives_its_scripts_back_and_takes_them_again() {
    let mut page = Page::new();
    page.edit("a", COUNT);
    page.wait(5.0);
    page.session.set_visible(false, page.now);
    page.wait(290.0);
    assert_eq!(page.host.leases_that_were_told(), 1);
    page.wait(30.0);
    assert_eq!(page.host.scripts(), Vec::<String>::new());
    assert_eq!(page.session.metrics("a").len(), 1, "its samples stay");
    page.session.set_visible(true, page.now);
    page.wait(5.0);
    assert!(matches!(page.status("a"), TargetStatus::Running { has_data: true, .. }));
}

/// A browser may keep a page that is left, and show it again.
#[test]
fn a_page_that_comes_back_at_once_waits_for_no_answer_of_its_farewell() {
    let mut page = Page::new();
    page.edit("a", COUNT);
    page.wait(5.0);
    for request in page.session.release_requests() {
        page.host.answer(&request, page.now);
    }
    assert_eq!(page.host.scripts(), Vec::<String>::new());
    page.session.set_visible(true, page.now);
    page.wait(5.0);
    assert!(matches!(page.status("a"), TargetStatus::Running { has_data: true, .. }));
    assert_eq!((page.session.connection().message, page.host.leases_that_were_told()), (None, 1));
}

#[test]
fn a_clock_that_is_set_back_an_hour_stops_nothing() {
    let mut page = Page::new();
    page.edit("a", COUNT);
    page.wait(5.0);
    page.edit("a", OTHER);
    page.now -= 3_600_000.0;
    page.wait(5.0);
    page.session.stop("a", page.now);
    page.wait(1.0);
    assert_eq!((page.status("a"), page.host.scripts().len()), (TargetStatus::Idle, 0));
}

#[test]
fn a_page_that_wants_to_ask_seldom_asks_before_the_host_forgets_it() {
    let mut page = Page::new();
    page.session.set_poll_millis(3_600_000.0, page.now);
    page.edit("a", COUNT);
    page.wait(60.0);
    let times = |page: &Page| {
        let window =
            SeriesOptions { from: 0.0, to: f64::MAX, max_series: None, rate: Some(false), rest: None };
        page.session.time_series("a", "x", &window).times.len()
    };
    let before = times(&page);
    page.wait(60.0);
    assert_eq!(times(&page) - before, 3);
}

/// A host that is restarted again and again, also while its scripts start, leaves nothing behind.
#[test]
fn a_session_does_not_grow_by_what_its_host_forgets() {
    let mut page = Page::new();
    page.session.run("a", "count // name: x", page.now);
    page.session.run("b", "silent // name: x", page.now);
    let mut size_after = |restarts: u32| {
        for restart in 0..restarts {
            page.host.restart();
            page.wait(3.0 + 0.1 * f64::from(restart % 20));
        }
        page.wait(10.0);
        format!("{:?}", page.session).len()
    };
    let size = size_after(20);
    // The same but for the digits of its numbers.
    let size_later = size_after(40);
    assert!(size_later < size + size / 10, "{size} and then {size_later} characters");
}
