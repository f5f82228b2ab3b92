//! Where the tests run: a pmcd for each of them, with the example agent.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use pcp_pmda::PmId;
use pcp_pmda::client::{AgentLine, Context, PrivatePmcd};
use tempfile::TempDir;

/// How long anything that must come may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running pmcd with the example agent.
pub(crate) struct Lab {
    pmcd: PrivatePmcd,
    folder: TempDir,
}

impl Lab {
    /// Starts pmcd, or says by name why this test is skipped.
    ///
    /// # Panics
    /// In CI nothing is skipped.
    pub(crate) fn start(test: &str) -> Option<Lab> {
        Self::start_as(test, false)
    }

    /// Starts a pmcd that waits until the agent says that it is ready, if `notready`.
    pub(crate) fn start_as(test: &str, notready: bool) -> Option<Lab> {
        if !PrivatePmcd::is_installed() {
            let reason = "pcp is not installed";
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "skipped in CI: {test}: {reason}");
            // Not `eprintln!`: the output of a test that passes is hidden, and this must be seen.
            let _ = writeln!(std::io::stderr(), "skipped: {test}: {reason}");
            return None;
        }
        let folder = tempfile::Builder::new().prefix("pcp").tempdir().unwrap();
        let agent = AgentLine {
            name: "demo".into(),
            domain: 400,
            notready,
            command: demo_agent().display().to_string(),
            root: "demo 400:*:*".into(),
            nodes: String::new(),
        };
        let lab = Lab { pmcd: PrivatePmcd::start(folder.path(), &[agent]).unwrap(), folder };
        lab.eventually("the agent", || lab.tool("pminfo", &["-f", "demo.none"]).contains("No value"));
        Some(lab)
    }

    pub(crate) fn client(&self) -> Context {
        Context::open(&self.pmcd.host()).unwrap()
    }

    /// What a tool of PCP's prints, errors included.
    pub(crate) fn tool(&self, tool: &str, arguments: &[&str]) -> String {
        let outcome = self
            .pmcd
            .command(format!("/usr/bin/{tool}"))
            .args(["-h", &self.pmcd.host()])
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8(outcome.stdout).unwrap() + &String::from_utf8_lossy(&outcome.stderr)
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log/demo.log")).unwrap_or_default()
    }

    /// The agent's process.
    pub(crate) fn agent(&self) -> u32 {
        self.pmcd.agent("demo_agent").unwrap()
    }

    pub(crate) fn eventually(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        let start = Instant::now();
        while !is_so() {
            assert!(start.elapsed() < PATIENCE, "{what} did not come; the agent's log:\n{}", self.log());
            sleep(Duration::from_millis(20));
        }
    }

    /// Ends pmcd, which closes the pipe: the agent's log after it.
    pub(crate) fn stop(mut self) -> String {
        let agent = self.agent();
        self.pmcd.stop();
        self.eventually("the end of the agent", || !Path::new(&format!("/proc/{agent}")).exists());
        self.log()
    }
}

/// The number of a metric.
pub(crate) fn pmid(client: &Context, name: &str) -> PmId {
    client.lookup(&[name]).unwrap()[0]
}

/// A command that starts the agent without a pmcd.
pub(crate) fn agent_alone() -> Command {
    Command::new(demo_agent())
}

/// Cargo builds it together with the tests.
fn demo_agent() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let agent = tests.ancestors().nth(2).unwrap().join("examples/demo_agent");
    assert!(agent.exists(), "{} is missing: cargo build -p pcp_pmda --examples", agent.display());
    agent
}
