//! A host whose answers to one kind of question are of no use, from the beginning or after a while: the page does not ask
//! without measure, says what is wrong, keeps what came, and goes on when the host is well again.

use bt_wasm::session::{
    ConnectionState, HttpMethod, HttpRequest, SeriesOptions, Session, SessionOptions, TargetStatus,
};

use crate::host::Host;

const STEP_MILLIS: f64 = 20.0;
/// Requests in any ten seconds, of a page with two scripts: a poll a second, five a second while a first value is awaited,
/// and what opens contexts, registers and asks.
const MAX_REQUESTS: usize = 90;
/// Of these, those that open a context, register, or ask for names.
const MAX_SUCH: usize = 30;
const SPAN_MILLIS: f64 = 10_000.0;
/// The longest wait, the time that a host may take to list a script, and that until a second print.
const MAX_RECOVERY_SECONDS: f64 = 15.0;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Route {
    Context,
    Agent,
    Register,
    ReadRegistration,
    Deregister,
    Metric,
    Indom,
    Poll,
}

const ROUTES: [Route; 8] = [
    Route::Context,
    Route::Agent,
    Route::Register,
    Route::ReadRegistration,
    Route::Deregister,
    Route::Metric,
    Route::Indom,
    Route::Poll,
];

impl Route {
    fn of(request: &HttpRequest) -> Route {
        let path = &request.path;
        let is = |part: &str| path.contains(part);
        match request.method {
            HttpMethod::Post if is("deregister") => Route::Deregister,
            HttpMethod::Post => Route::Register,
            HttpMethod::Get if is("/context") => Route::Context,
            HttpMethod::Get if is("/metric") => Route::Metric,
            HttpMethod::Get if is("/indom") => Route::Indom,
            HttpMethod::Get if is("/fetch?names=bpftrace.control.register") => Route::ReadRegistration,
            HttpMethod::Get if is("control.register") => Route::Agent,
            HttpMethod::Get => Route::Poll,
        }
    }
}

/// How an answer is spoilt.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    NotJson,
    OtherJson,
    Empty,
    Status(u16),
    /// The same with a body that says why.
    ToldStatus(u16),
    ToldSuccess,
    /// PCP's own trouble, which is no refusal.
    Passing,
    NoAgent,
    UnknownContext,
    OtherContext,
    HugeContext,
    HugeTimestamp,
    HugeValues,
    NegativeValues,
    NoNumbers,
    TooManyNames,
    NoNames,
    Late,
    Lost,
}

const FAULTS: [Fault; 25] = [
    Fault::NotJson,
    Fault::OtherJson,
    Fault::Empty,
    Fault::Status(400),
    Fault::Status(403),
    Fault::Status(404),
    Fault::Status(500),
    Fault::Status(503),
    Fault::ToldStatus(400),
    Fault::ToldStatus(403),
    Fault::ToldStatus(503),
    Fault::ToldSuccess,
    Fault::Passing,
    Fault::NoAgent,
    Fault::UnknownContext,
    Fault::OtherContext,
    Fault::HugeContext,
    Fault::HugeTimestamp,
    Fault::HugeValues,
    Fault::NegativeValues,
    Fault::NoNumbers,
    Fault::TooManyNames,
    Fault::NoNames,
    Fault::Late,
    Fault::Lost,
];

impl Fault {
    /// The answer that the page gets instead of the host's.
    fn spoil(self, (status, body): (u16, String)) -> Option<(u16, String)> {
        let told = |message: &str| format!(r#"{{"message":"{message}","success":false}}"#);
        let number_after = |member: &str, number: &str| {
            let mut spoilt = String::new();
            let mut rest = body.as_str();
            while let Some(at) = rest.find(member) {
                let (before, after) = rest.split_at(at + member.len());
                spoilt.push_str(before);
                let digits = after.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or_default();
                spoilt.push_str(if digits == 0 { "" } else { number });
                rest = &after[digits..];
            }
            spoilt + rest
        };
        Some(match self {
            Fault::NotJson => (200, "<html><body>Log in</body></html>".into()),
            Fault::OtherJson => (200, r#"[{"context":"none"}]"#.into()),
            Fault::Empty => (200, String::new()),
            Fault::Status(status) => (status, "no".into()),
            Fault::ToldStatus(status) => (status, told("not today")),
            Fault::ToldSuccess => (200, told("not today")),
            Fault::Passing => (400, told("failed to store: Timeout waiting for a response from PMCD")),
            Fault::NoAgent => (400, told("bpftrace.control.register - failed to lookup metric")),
            Fault::UnknownContext => (400, told("unknown context identifier: 5")),
            Fault::OtherContext => (status, number_after(r#""context":"#, "77")),
            Fault::HugeContext => (status, number_after(r#""context":"#, "99999999999")),
            Fault::HugeTimestamp => (status, number_after(r#""timestamp":"#, "1e24")),
            Fault::HugeValues => (status, number_after(r#""value":"#, "1e300")),
            Fault::NegativeValues => (status, number_after(r#""value":"#, "-5")),
            Fault::NoNumbers => (status, number_after(r#""value":"#, "NaN")),
            Fault::TooManyNames => (status, body.replace("bpftrace.", "other.")),
            Fault::NoNames => (status, emptied(&body)),
            Fault::Late | Fault::Lost => return None,
        })
    }
}

/// An answer without its metrics, instances or values.
fn emptied(body: &str) -> String {
    let lists = [r#""values":["#, r#""metrics":["#, r#""instances":["#];
    match lists.iter().find_map(|list| body.find(list).map(|at| at + list.len())) {
        Some(end) => format!("{}]}}", &body[..end]),
        None => body.to_string(),
    }
}

struct Page {
    session: Session,
    host: Host,
    now: f64,
    fault: Option<(Route, Fault)>,
    asked: Vec<(f64, Route)>,
    /// The most that was asked in a span: of everything, and but for polls.
    most: (usize, usize),
    /// Answers that come late: when, and to what.
    late: Vec<(f64, u32, u16, String)>,
}

impl Page {
    fn new() -> Page {
        Page {
            session: Session::new(SessionOptions::default()),
            host: Host::new(true),
            now: 1_000_000.0,
            fault: None,
            asked: Vec::new(),
            most: (0, 0),
            late: Vec::new(),
        }
    }

    fn run(&mut self) {
        self.session.run("a", "count", self.now);
        self.session.run("b", "count too", self.now);
    }

    fn wait(&mut self, seconds: f64) {
        let end = self.now + 1000.0 * seconds;
        while self.now < end {
            self.step();
        }
    }

    fn step(&mut self) {
        self.now += STEP_MILLIS;
        for (_, id, status, body) in self.late.extract_if(.., |(at, ..)| *at <= self.now) {
            self.session.respond(id, status, &body, self.now);
        }
        for request in self.session.tick(self.now) {
            let route = Route::of(&request);
            self.asked.push((self.now, route));
            let answer = self.host.answer(&request, self.now);
            let fault = self.fault.filter(|(spoilt, _)| *spoilt == route).map(|(_, fault)| fault);
            match (fault, fault.map_or(Some(answer.clone()), |fault| fault.spoil(answer.clone()))) {
                (_, Some((status, body))) => self.session.respond(request.id, status, &body, self.now),
                (Some(Fault::Late), None) => {
                    let at = self.now + f64::from(request.timeout_millis) + 6_000.0;
                    self.late.push((at, request.id, answer.0, answer.1));
                }
                (_, None) => self.session.fail(request.id, "connection refused", self.now),
            }
        }
        self.asked.retain(|(at, _)| self.now - at < SPAN_MILLIS);
        let such = self.asked.iter().filter(|(_, route)| *route != Route::Poll && *route != Route::Agent);
        let such = such.count();
        self.most = (self.most.0.max(self.asked.len()), self.most.1.max(such));
    }

    /// What people are told to be wrong.
    fn told(&self) -> Option<String> {
        let of_script = |target| match self.session.status(target, self.now) {
            TargetStatus::Error { message, .. } => Some(message),
            TargetStatus::Starting { trouble, .. } | TargetStatus::Running { trouble, .. } => trouble,
            _ => None,
        };
        self.session.connection().message.or_else(|| ["a", "b"].into_iter().find_map(of_script))
    }

    /// Lets twenty seconds pass. Whether people were told that something is wrong: it may be said between two attempts only.
    fn tells(&mut self) -> bool {
        let end = self.now + 20_000.0;
        let mut is_told = false;
        while self.now < end {
            self.step();
            is_told |= self.told().is_some();
        }
        is_told
    }

    fn times(&self, target: &str) -> Vec<f64> {
        let window = SeriesOptions { from: 0.0, to: f64::MAX, max_series: None, rate: None, rest: None };
        let frame = self.session.time_series(target, "x", &window);
        if frame.series.is_empty() { Vec::new() } else { frame.times }
    }

    fn is_live(&self) -> bool {
        self.told().is_none()
            && self.session.connection().state == ConnectionState::Connected
            && ["a", "b"].into_iter().all(|target| {
                let status = self.session.status(target, self.now);
                let is_running = matches!(status, TargetStatus::Running { has_data: true, .. });
                is_running && self.times(target).last().is_some_and(|latest| self.now - latest < 2_000.0)
            })
    }

    /// Whether a script was refused: it stays so until somebody runs it again.
    fn is_refused(&self) -> bool {
        let status = |target| self.session.status(target, self.now);
        ["a", "b"].into_iter().any(|target| matches!(status(target), TargetStatus::Error { .. }))
    }
}

/// Whether the fault changes what the page needs.
fn matters(route: Route, fault: Fault) -> bool {
    use Fault::{HugeTimestamp, HugeValues, NegativeValues, NoNames, NoNumbers, OtherContext, TooManyNames};
    match fault {
        OtherContext => route != Route::Context,
        HugeTimestamp => matches!(route, Route::Agent | Route::ReadRegistration | Route::Poll),
        HugeValues | NegativeValues => false,
        NoNumbers => route == Route::Poll,
        TooManyNames => false,
        NoNames => !matches!(route, Route::Context | Route::Register | Route::Deregister),
        _ => true,
    }
}

#[test]
fn whatever_a_host_answers_from_the_beginning() {
    judge_all(|page, route, fault| {
        page.fault = Some((route, fault));
        page.run();
        page.wait(20.0);
        let is_needed = route != Route::Deregister && matters(route, fault);
        (!page.tells() && is_needed).then_some("is not told")
    });
}

#[test]
fn whatever_a_host_answers_after_a_while() {
    judge_all(|page, route, fault| {
        page.run();
        page.wait(6.0);
        let before = page.times("a");
        assert!(page.is_live() && before.len() > 3);
        page.fault = Some((route, fault));
        // Ends a script and starts another one, so that every question is asked.
        page.session.run("b", "count also", page.now);
        page.wait(20.0);
        // Contexts that are open are not opened, and returns are given up.
        let is_asked = !matches!(route, Route::Context | Route::Agent | Route::Deregister);
        if !page.tells() && is_asked && matters(route, fault) {
            return Some("is not told");
        }
        (!page.times("a").starts_with(&before)).then_some("frees samples")
    });
}

/// `spoil` plays what happens with the fault, and finds what is wrong.
fn judge_all(spoil: impl Fn(&mut Page, Route, Fault) -> Option<&'static str>) {
    let mut wrong = Vec::new();
    for route in ROUTES {
        for fault in FAULTS {
            let mut page = Page::new();
            let found = spoil(&mut page, route, fault);
            wrong.extend(found.map(|found| format!("{route:?} {fault:?} {found}")));
            if matches!(fault, Fault::Passing | Fault::NoAgent) && page.is_refused() {
                wrong.push(format!("{route:?} {fault:?} is taken for a refusal"));
            }
            if !recovers(&mut page) {
                let states = ["a", "b"].map(|target| page.session.status(target, page.now));
                wrong.push(format!("{route:?} {fault:?} stays: {:?} {states:?}", page.session.connection()));
            }
            if page.most.0 > MAX_REQUESTS || page.most.1 > MAX_SUCH {
                wrong.push(format!("{route:?} {fault:?} makes {:?} requests", page.most));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether both scripts are live in time once the host is well; what it refused is run again.
fn recovers(page: &mut Page) -> bool {
    page.fault = None;
    if page.is_refused() {
        page.run();
    }
    let end = page.now + 1000.0 * MAX_RECOVERY_SECONDS;
    while page.now < end && !page.is_live() {
        page.step();
    }
    page.is_live()
}
