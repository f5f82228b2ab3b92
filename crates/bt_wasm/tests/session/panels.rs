//! Panels that are edited, share a script, are released, and are on a page that nobody sees.

use bt_wasm::session::{Session, SessionOptions, TargetStatus};

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
