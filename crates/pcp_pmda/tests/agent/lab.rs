//! A pmcd of its own for each test, in a folder of its own: nothing of the system's PCP is used but its programs.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use pcp_pmda::PmId;
use pcp_pmda::client::Context;
use tempfile::TempDir;

const PCP_BIN: &str = "/usr/lib/pcp/bin";
/// How long anything that must come may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running pmcd with the example agent.
pub(crate) struct Lab {
    pmcd: Child,
    folder: TempDir,
}

/// How the agent stands in pmcd.conf.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Protocol {
    Plain,
    NotReady,
}

impl Lab {
    /// Starts pmcd, or says by name why this test is skipped.
    ///
    /// # Panics
    /// In CI nothing is skipped.
    pub(crate) fn start(test: &str) -> Option<Lab> {
        Self::start_as(test, Protocol::Plain)
    }

    pub(crate) fn start_as(test: &str, protocol: Protocol) -> Option<Lab> {
        if !Path::new(PCP_BIN).join("pmcd").exists() {
            let reason = "pcp is not installed";
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "skipped in CI: {test}: {reason}");
            // Not `eprintln!`: the output of a test that passes is hidden, and this must be seen.
            let _ = writeln!(std::io::stderr(), "skipped: {test}: {reason}");
            return None;
        }
        let folder = tempfile::Builder::new().prefix("pcp").tempdir().unwrap();
        let lab = Lab { pmcd: Self::pmcd(folder.path(), protocol), folder };
        lab.eventually("the agent", || lab.tool("pminfo", &["-f", "demo.none"]).contains("No value"));
        Some(lab)
    }

    fn pmcd(folder: &Path, protocol: Protocol) -> Child {
        for name in ["etc/pmcd", "run", "log", "tmp", "var/pmcd", "var/config/pmda"] {
            fs::create_dir_all(folder.join(name)).unwrap();
        }
        // pmcd may run as another user than its agents.
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
        let protocol = match protocol {
            Protocol::Plain => "binary",
            Protocol::NotReady => "binary notready",
        };
        write("etc/tls.conf", "");
        write("var/root_demo", "root {\n    demo 400:*:*\n}\n");
        write(
            "etc/pmcd/pmcd.conf",
            &format!(
                "pmcd 2 dso pmcd_init /usr/lib/pcp/pmdas/pmcd/pmda_pmcd.so\ndemo 400 pipe {protocol} {}\n",
                demo_agent().display()
            ),
        );
        let merged = Command::new(format!("{PCP_BIN}/pmnsmerge"))
            .args(["-f", "/usr/lib/pcp/pmns/root_pmcd"])
            .args([folder.join("var/root_demo"), folder.join("var/root")])
            .envs(environment(folder))
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(merged.success(), "pmnsmerge: {merged}");
        let file = |name: &str| folder.join(name);
        Command::new(format!("{PCP_BIN}/pmcd"))
            .args(["-f", "-A", "-c"])
            .arg(file("etc/pmcd/pmcd.conf"))
            .arg("-n")
            .arg(file("var/root"))
            .arg("-s")
            .arg(file("run/pmcd.socket"))
            .arg("-l")
            .arg(file("log/pmcd.log"))
            .arg("-x")
            .arg(file("log/fatal"))
            // A busy machine must not make pmcd drop the agent.
            .args(["-t", "30", "-q", "30"])
            .current_dir(file("log"))
            .envs(environment(folder))
            .stdin(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// The name of this pmcd for clients.
    pub(crate) fn host(&self) -> String {
        format!("unix://{}", self.folder.path().join("run/pmcd.socket").display())
    }

    pub(crate) fn client(&self) -> Context {
        Context::open(&self.host()).unwrap()
    }

    /// What a tool of PCP's prints, errors included.
    pub(crate) fn tool(&self, tool: &str, arguments: &[&str]) -> String {
        let outcome = Command::new(format!("/usr/bin/{tool}"))
            .args(["-h", &self.host()])
            .args(arguments)
            .envs(environment(self.folder.path()))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        String::from_utf8(outcome.stdout).unwrap() + &String::from_utf8_lossy(&outcome.stderr)
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log/demo.log")).unwrap_or_default()
    }

    /// The agent's process.
    pub(crate) fn agent(&self) -> u32 {
        let children = format!("/proc/{0}/task/{0}/children", self.pmcd.id());
        let children = fs::read_to_string(children).unwrap();
        let is_agent = |pid: &&str| {
            fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "demo_agent")
        };
        children.split_whitespace().find(is_agent).unwrap().parse().unwrap()
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
        self.end_pmcd();
        self.eventually("the end of the agent", || !Path::new(&format!("/proc/{agent}")).exists());
        self.log()
    }

    fn end_pmcd(&mut self) {
        let _ = Command::new("/bin/kill").arg(self.pmcd.id().to_string()).status();
        let _ = self.pmcd.wait();
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if matches!(self.pmcd.try_wait(), Ok(None)) {
            self.end_pmcd();
        }
    }
}

/// The number of a metric.
pub(crate) fn pmid(client: &Context, name: &str) -> PmId {
    client.lookup(&[name]).unwrap()[0]
}

/// Cargo builds it together with the tests.
fn demo_agent() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let agent = tests.ancestors().nth(2).unwrap().join("examples/demo_agent");
    assert!(agent.exists(), "{} is missing: cargo build -p pcp_pmda --examples", agent.display());
    agent
}

/// Every place that libpcp would look in, moved below `folder`.
fn environment(folder: &Path) -> BTreeMap<&'static str, PathBuf> {
    let mut variables = BTreeMap::new();
    for (name, place) in [
        ("PCP_SYSCONF_DIR", "etc"),
        ("PCP_PMCDCONF_PATH", "etc/pmcd/pmcd.conf"),
        ("PCP_TLSCONF_PATH", "etc/tls.conf"),
        ("PCP_RUN_DIR", "run"),
        ("PCP_LOG_DIR", "log"),
        ("PCP_TMP_DIR", "tmp"),
        ("PCP_VAR_DIR", "var"),
        ("PMNS_DEFAULT", "var/root"),
        ("PMCD_SOCKET", "run/pmcd.socket"),
    ] {
        variables.insert(name, folder.join(place));
    }
    variables.insert("PMCD_LOCAL", "1".into());
    variables.insert("PMCD_ROOT_AGENT", "0".into());
    variables.insert("RUST_BACKTRACE", "0".into());
    variables
}
