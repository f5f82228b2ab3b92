//! A real `bpflens serve` for one test: started on a free port, ended with the test.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bt_metrics::Atom;
use bt_metrics::control::{self, Script};
use bt_metrics::pmwebapi::{ContextReply, FetchReply, MetricValues};
use serde::de::DeserializeOwned;

pub(crate) const TOKEN: &str = "test-token";

/// How long a condition may take before a test gives up on it.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) base: String,
    agent: ureq::Agent,
}

impl Server {
    /// Starts a server, or says by name why this test cannot run here; with `CI=true` that is a failure.
    pub(crate) fn start(test: &str) -> Option<Server> {
        if let Some(reason) = missing() {
            // Not `eprintln!`: the output of a test that passes is hidden, and this must be seen.
            let _ = writeln!(std::io::stderr(), "skipped: {test}: {reason}");
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{test} was skipped: {reason}");
            return None;
        }
        Some(Server::spawn(Command::new(env!("CARGO_BIN_EXE_bpflens")).arg("serve")))
    }

    /// Starts `bpflens serve …` on a free port and waits until it is ready.
    pub(crate) fn spawn(serve: &mut Command) -> Server {
        let mut process =
            serve.args(["--listen", "127.0.0.1:0", "--token", TOKEN]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().last().unwrap_or_default();
        let base =
            url.strip_suffix(&format!("/?token={TOKEN}")).unwrap_or_else(|| panic!("no URL in {line:?}"));
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        Server { process, base: base.to_string(), agent }
    }

    /// GET with the token; status and body.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.get_with(path, &[("authorization", &format!("Bearer {TOKEN}"))])
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.call().unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> (u16, String) {
        let request = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("authorization", format!("Bearer {TOKEN}"));
        let mut response = request.send(body).unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    /// GET that must succeed, parsed.
    pub(crate) fn read<T: DeserializeOwned>(&self, path: &str) -> T {
        let (status, body) = self.get(path);
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).unwrap_or_else(|error| panic!("{path}: {error}: {body}"))
    }

    pub(crate) fn context(&self, poll_timeout_seconds: u32) -> u32 {
        let reply: ContextReply = self.read(&format!("/pmapi/context?polltimeout={poll_timeout_seconds}"));
        reply.context
    }

    /// Stores to a control metric and fetches the reply.
    pub(crate) fn control(&self, context: u32, metric: &str, value: &str) -> String {
        let (status, body) = self.post(&format!("/pmapi/{context}/store?name={metric}"), value);
        assert_eq!((status, body), (200, format!(r#"{{"context":{context},"success":true}}"#)));
        text(&self.fetch(context, metric)).to_string()
    }

    pub(crate) fn register(&self, context: u32, script: &str) -> Script {
        let reply = self.control(context, control::REGISTER, script);
        serde_json::from_str(&reply).unwrap_or_else(|error| panic!("{error}: {reply}"))
    }

    /// Fetches one metric that exists.
    pub(crate) fn fetch(&self, context: u32, metric: &str) -> MetricValues {
        let reply: FetchReply = self.read(&format!("/pmapi/{context}/fetch?names={metric}"));
        reply.values.into_iter().next().unwrap_or_else(|| panic!("{metric} is not there"))
    }

    pub(crate) fn status(&self, context: u32, script: &Script) -> String {
        text(&self.fetch(context, &format!("bpftrace.scripts.{}.status", script.metric_component())))
            .to_string()
    }

    /// The bpftrace processes that descend from this server.
    pub(crate) fn bpftrace_processes(&self) -> Vec<u32> {
        let output = Command::new("ps")
            .args(["-o", "pid=,comm=", "--ppid", &self.process.id().to_string()])
            .output()
            .unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        let children = lines.lines().filter_map(|line| line.trim().split_once(' '));
        children
            .filter(|(_, command)| command.contains("bpftrace"))
            .map(|(pid, _)| pid.parse().unwrap())
            .collect()
    }

    /// Sends a signal, by pid, to this server.
    pub(crate) fn signal(&self, signal: &str) {
        assert!(
            Command::new("kill").args([signal, &self.process.id().to_string()]).status().unwrap().success()
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Ended already in the tests of the end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The text of a single-valued metric.
pub(crate) fn text(metric: &MetricValues) -> &str {
    match metric.instances.first().map(|instance| &instance.value) {
        Some(Atom::Text(text)) => text,
        other => panic!("{}: not a text: {other:?}", metric.name),
    }
}

/// Asks again and again until there is an answer.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn missing() -> Option<&'static str> {
    if !rustix::process::geteuid().is_root() {
        return Some("not root");
    }
    if Command::new("bpftrace").arg("--version").stdout(Stdio::null()).status().is_err() {
        return Some("bpftrace is not installed");
    }
    if !Path::new("/sys/kernel/tracing/events").exists() {
        return Some("tracefs is not mounted");
    }
    None
}
