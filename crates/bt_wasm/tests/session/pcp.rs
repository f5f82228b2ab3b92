//! Sessions against what PCP does: hosts without an agent, agents that die, permissions that lack.

use bt_wasm::format::Format;
use bt_wasm::session::{ConnectionState, HttpMethod, HttpRequest, Session, SessionOptions, TargetStatus};
use expect_test::expect;

use crate::host::Host;

/// A page before a host in memory, whose answers a test may replace.
struct Page {
    session: Session,
    host: Host,
    now: f64,
    asked: Vec<String>,
}

type Replace<'a> = &'a dyn Fn(&HttpRequest) -> Option<(u16, String)>;

impl Page {
    fn new() -> Page {
        Page {
            session: Session::new(SessionOptions::default()),
            host: Host::new(false),
            now: 1_000_000.0,
            asked: Vec::new(),
        }
    }

    fn run(&mut self, source: &str) {
        self.session.run("panel", source, self.now);
    }

    /// Lets time pass; `replace` answers instead of the host where it wants to.
    fn wait(&mut self, seconds: f64, replace: Replace<'_>) {
        let end = self.now + seconds * 1000.0;
        while self.now < end {
            self.now += 50.0;
            for request in self.session.tick(self.now) {
                self.asked.push(request.path.clone());
                let (status, body) =
                    replace(&request).unwrap_or_else(|| self.host.answer(&request, self.now));
                self.session.respond(request.id, status, &body, self.now);
            }
        }
    }

    fn state(&self) -> String {
        let connection = self.session.connection();
        let message = connection.message.unwrap_or_default();
        match self.session.status("panel", self.now) {
            TargetStatus::Error { message, diagnostics } => {
                let hints: Vec<&str> = diagnostics.iter().filter_map(|found| found.hint.as_deref()).collect();
                format!("{:?}, error: {message}\n{}", connection.state, hints.join("\n"))
            }
            status => {
                let status = format!("{status:?}");
                let state = status.split([' ', '{']).next().unwrap_or_default();
                format!("{:?} {message}, {state}", connection.state)
            }
        }
    }
}

/// pmproxy's answers about a host named `web1`.
fn answer(request: &HttpRequest, what: &str, body: &str) -> Option<(u16, String)> {
    let status = if body.contains("\"success\":false") { 400 } else { 200 };
    request.path.contains(what).then(|| (status, body.to_string()))
}

const CONTEXT: &str = r#"{"context":0,"source":"x","hostspec":"web1","labels":{"hostname":"web1"}}"#;
const NO_VALUES: &str = r#"{"context":0,"timestamp":1000.0,"values":[]}"#;

#[test]
fn a_host_without_an_agent_is_not_connected_until_it_has_one() {
    let mut page = Page::new();
    page.run("count");
    let without_agent = |request: &HttpRequest| {
        answer(request, "/context", CONTEXT).or_else(|| answer(request, "/fetch", NO_VALUES))
    };
    page.wait(20.0, &without_agent);
    expect![
        "Disconnected web1 has no bpftrace agent that runs: install it there, or start it again, Registering"
    ]
    .assert_eq(&page.state());
    assert_eq!(page.session.connection().host.as_deref(), Some("web1"));
    let attempts = page.asked.iter().filter(|path| path.contains("/context")).count();
    assert!((4..=8).contains(&attempts), "{attempts} attempts in 20 s");
    assert!(!page.asked.iter().any(|path| path.contains("/store")));
    page.wait(10.0, &|_| None);
    assert_eq!(page.state(), "Connected , Running");
}

/// pmproxy repeats the last values of an agent that has died; only its name space is asked anew each time.
#[test]
fn a_script_that_only_seems_to_run_is_missed_and_registered_again() {
    let mut page = Page::new();
    page.run("count");
    page.wait(5.0, &|_| None);
    assert_eq!(page.state(), "Connected , Running");
    let repeated = {
        let poll = page.asked.iter().rfind(|path| path.contains(".status")).cloned().expect("a poll");
        let request =
            HttpRequest { id: 0, method: HttpMethod::Get, path: poll, body: None, timeout_millis: 1 };
        page.host.answer(&request, page.now)
    };
    page.host.restart();
    page.asked.clear();
    let unknown = r#"{"context":0,"message":"bpftrace.scripts.x traversal failed - Unknown metric name","success":false}"#;
    page.wait(10.0, &|request| {
        let is_old = request.path.starts_with("/pmapi/0/");
        let repeats = is_old && request.path.contains(".status");
        repeats.then(|| repeated.clone()).or_else(|| answer(request, "/pmapi/0/metric", unknown))
    });
    assert_eq!(page.state(), "Connected , Running");
    let commands: Vec<&str> = page
        .asked
        .iter()
        .filter(|path| path.contains("/store") || path.contains("/context"))
        .map(|path| path.as_str())
        .collect();
    expect![[r#"
        /pmapi/context?polltimeout=30
        /pmapi/1/store?name=bpftrace.control.register"#]]
    .assert_eq(&commands.join("\n"));
}

#[test]
fn a_script_that_prints_little_goes_on() {
    let mut page = Page::new();
    page.run("count");
    page.wait(3.0, &|_| None);
    let id = page.host.scripts()[0].clone();
    page.asked.clear();
    let silent = format!(
        r#"{{"context":0,"timestamp":1000.0,"values":[{{"pmid":"151.100.0","name":"bpftrace.scripts.{id}.status","instances":[{{"instance":null,"value":"started"}}]}},{{"pmid":"151.100.6","name":"bpftrace.scripts.{id}.data_bytes","instances":[{{"instance":null,"value":77}}]}}]}}"#
    );
    page.wait(20.0, &|request| answer(request, ".status", &silent));
    assert_eq!(page.state(), "Connected , Running");
    let questions = page.asked.iter().filter(|path| path.contains("/metric")).count();
    assert!((4..=7).contains(&questions), "{questions} questions in 20 s");
    assert!(!page.asked.iter().any(|path| path.contains("/context") || path.contains("/store")));
}

#[test]
fn a_permission_that_lacks_is_told_with_where_it_is_given() {
    let mut page = Page::new();
    page.run("count");
    let denied = r#"{"context":0,"message":"failed to store value to metric bpftrace.control.register: No permission to perform requested operation","success":false}"#;
    page.wait(5.0, &|request| answer(request, "/store", denied));
    expect![[r#"
        Connected, error: the host does not let this page run scripts (failed to store value to metric bpftrace.control.register: No permission to perform requested operation)
        on the host, bpftrace.conf decides in [dynamic_scripts]: enabled, auth_enabled, allowed_users; and pmcd.conf in [access]"#]]
    .assert_eq(&page.state());
}

#[test]
fn an_agent_that_says_why_it_denies_is_quoted() {
    let mut page = Page::new();
    page.run("count");
    let denied = r#"{"context":0,"message":"No permission to perform requested operation","success":false}"#;
    let reason = r#"{"context":0,"timestamp":1.0,"values":[{"pmid":"151.1.0","name":"bpftrace.control.register","instances":[{"instance":null,"value":"{\"success\":\"false\",\"error\":\"dynamic scripts are off\"}"}]}]}"#;
    page.wait(5.0, &|request| {
        let read = answer(request, "fetch?names=bpftrace.control.register", reason);
        answer(request, "/store", denied).or(read)
    });
    expect![[r#"
        Connected, error: the host does not let this page run scripts (dynamic scripts are off)
        on the host, bpftrace.conf decides in [dynamic_scripts]: enabled, auth_enabled, allowed_users; and pmcd.conf in [access]"#]].assert_eq(&page.state());
}

#[test]
fn a_server_in_between_speaks_for_itself() {
    let mut page = Page::new();
    let message =
        r#"{"message":"pmproxy at http://web1:44322 does not answer: Connection refused","success":false}"#;
    page.wait(5.0, &|_| Some((502, message.to_string())));
    expect!["Disconnected pmproxy at http://web1:44322 does not answer: Connection refused, Idle"]
        .assert_eq(&page.state());
    assert_eq!(page.session.connection().state, ConnectionState::Disconnected);
}

/// pmproxy sends no labels of instances, and PCP's agent none of such stacks.
#[test]
fn the_script_says_what_a_host_leaves_out() {
    let mut page = Page::new();
    page.run("interval:s:1 { @x[comm, 3] = count(); }");
    let named = r#"{"context":0,"indom":"151.100010","instances":[{"instance":0,"name":"dd,3"}]}"#;
    page.wait(5.0, &|request| answer(request, "/indom", named));
    let table = page.session.table("panel", &["x".to_string()]);
    assert_eq!((table.columns.len(), table.rows[0].len()), (3, 3), "{table:?}");

    page.run("profile:hz:99 { @x[kstack(16)] = count(); }");
    page.wait(5.0, &|_| None);
    let stacks = &page.session.metrics("panel")[0];
    assert_eq!((stacks.default_format, stacks.scratch), (Format::FlameGraph, false));

    page.run("interval:s:1 { @x[tid] = nsecs; } interval:s:2 /@x[tid]/ { @y = count(); delete(@x[tid]); }");
    page.wait(5.0, &|_| None);
    assert!(page.session.metrics("panel")[0].scratch, "{:?}", page.session.metrics("panel"));
}

#[test]
fn a_host_that_lists_metrics_without_end_is_asked_for_as_many_as_a_script_can_have() {
    let mut page = Page::new();
    page.run("count");
    page.wait(1.0, &|request| {
        let prefix = request.path.split_once("/metric?prefix=")?.1;
        let metric = |number| {
            format!(r#"{{"name":"{prefix}.data.x{number}","pmid":"1.2.3","type":"u64","sem":"counter","units":"none"}}"#)
        };
        let metrics: Vec<String> = (0..3_000).map(metric).collect();
        Some((200, format!(r#"{{"context":0,"metrics":[{}]}}"#, metrics.join(","))))
    });
    page.asked.clear();
    page.wait(1.0, &|_| None);
    let names = page.asked.iter().flat_map(|path| path.split(',')).filter(|name| name.contains(".data."));
    let names: std::collections::HashSet<&str> = names.collect();
    assert!((1_000..=1_024).contains(&names.len()), "{}", names.len());
}

/// What pmproxy says of an agent that was killed while it has a context of before, and of one in a new context.
#[test]
fn an_agent_that_is_away_for_a_while_is_not_taken_for_a_refusal() {
    let mut page = Page::new();
    page.run("count");
    page.wait(5.0, &|_| None);
    page.host.restart();
    let missing =
        r#"{"context":1,"message":"bpftrace.control.register - failed to lookup metric","success":false}"#;
    let nothing = NO_VALUES.replace("\"context\":0", "\"context\":1");
    page.wait(20.0, &|request| {
        let is_asked_for_agent = request.path.contains("bpftrace.agent.version");
        match request.path.contains("/pmapi/context") || request.path.starts_with("/pmapi/0/") {
            true => None,
            false if is_asked_for_agent => Some((200, nothing.clone())),
            false => Some((400, missing.to_string())),
        }
    });
    expect![
        "Disconnected the host has no bpftrace agent that runs: install it there, or start it again, Running"
    ]
    .assert_eq(&page.state());
    page.wait(10.0, &|_| None);
    assert_eq!(page.state(), "Connected , Running");
}

/// The agent goes between two answers: a registration is the first thing that fails.
#[test]
fn a_registration_that_finds_no_agent_is_tried_again() {
    let mut page = Page::new();
    page.run("count");
    let missing =
        r#"{"context":0,"message":"bpftrace.control.register - failed to lookup metric","success":false}"#;
    page.wait(5.0, &|request| answer(request, "/store", missing));
    assert_eq!(page.session.connection().state, ConnectionState::Disconnected, "{}", page.state());
    page.wait(10.0, &|_| None);
    assert_eq!(page.state(), "Connected , Running");
}
