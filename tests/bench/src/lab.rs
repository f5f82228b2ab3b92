//! Where the agents run: a private pmcd for each of the two that want the same domain.

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use pcp_pmda::PmId;
use pcp_pmda::client::{AgentLine, Context, PrivatePmcd};
use tempfile::TempDir;

use crate::fake::Plan;

/// Where Debian has PCP's agents.
const SAMPLE: &str = "/usr/lib/pcp/pmdas/sample/pmdasample";
const PYTHON_AGENT: &str = "/var/lib/pcp/pmdas/bpftrace";
/// How long anything that must come may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// No bound is in the way: the fake prints more in a moment than any script should.
const CONFIGURATION: &str = "\
script_expiry_time = 3600
max_throughput = 4000000000

[dynamic_scripts]
enabled = true
auth_enabled = false

[policy]
max_scripts = 1000
";

/// An agent of bpftrace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// PCP's.
    Python,
    /// Ours.
    Rust,
}

/// Starts labs.
pub(crate) struct Labs {
    agent: PathBuf,
}

impl Labs {
    pub(crate) fn new(agent: PathBuf) -> Labs {
        Labs { agent }
    }

    /// A lab of each kind.
    pub(crate) fn both(&self) -> anyhow::Result<[Lab; 2]> {
        Ok([self.start(Kind::Python)?, self.start(Kind::Rust)?])
    }

    /// A pmcd with an agent of bpftrace, and with `sample`.
    pub(crate) fn start(&self, kind: Kind) -> anyhow::Result<Lab> {
        ensure!(PrivatePmcd::is_installed(), "pcp is not installed");
        let folder = tempfile::Builder::new().prefix("bench").tempdir()?;
        let place = folder.path();
        PrivatePmcd::prepare(place)?;
        fs::create_dir(place.join("bin"))?;
        symlink(std::env::current_exe()?, place.join("bin/bpftrace"))?;
        let agent_folder = place.join("pmdas/bpftrace");
        fs::create_dir(&agent_folder)?;
        let command = match kind {
            Kind::Python => {
                let copied = Command::new("cp")
                    .args(["-rL", &format!("{PYTHON_AGENT}/.")])
                    .arg(&agent_folder)
                    .status()
                    .context("cp")?;
                ensure!(copied.success(), "PCP's bpftrace agent is not installed at {PYTHON_AGENT}");
                format!("/usr/bin/python3 {}", agent_folder.join("pmdabpftrace.python").display())
            }
            Kind::Rust => self.agent.display().to_string(),
        };
        let bpftrace = place.join("bin/bpftrace");
        fs::write(
            agent_folder.join("bpftrace.conf"),
            format!("[bpftrace]\nbpftrace_path = {}\n{CONFIGURATION}", bpftrace.display()),
        )?;
        let agents = [
            line("bpftrace", 151, &command, "bpftrace 151:*:*", ""),
            line(
                "sample",
                29,
                &format!("{SAMPLE} -d 29"),
                "sample",
                "sample {\n    many\n    seconds 29:0:2\n}\nsample.many {\n    count 29:0:79\n    int 29:0:80\n}\n",
            ),
        ];
        let pmcd = PrivatePmcd::start(place, &agents)?;
        let client = eventually("pmcd", || Ok(Context::open(&pmcd.host()).ok()))?;
        eventually("the agents", || {
            let names = ["bpftrace.info.scripts", "sample.many.int"];
            Ok(client.lookup(&names).ok().and_then(|pmids| client.fetch(&pmids).ok()))
        })?;
        let name = if kind == Kind::Python { "python3" } else { "pmdabpftrace" };
        let agent = pmcd.agent(name).context("the process of the agent")?;
        let sample = pmcd.agent("pmdasample").context("the process of sample")?;
        Ok(Lab { client, agent, sample, command, registered: Cell::new(0), pmcd, folder })
    }
}

fn line(name: &str, domain: u32, command: &str, root: &str, nodes: &str) -> AgentLine {
    AgentLine {
        name: name.into(),
        domain,
        notready: false,
        command: command.into(),
        root: root.into(),
        nodes: nodes.into(),
    }
}

/// A pmcd with two agents, and a client of it.
pub(crate) struct Lab {
    pub(crate) client: Context,
    /// The process of the agent of bpftrace.
    pub(crate) agent: u32,
    /// The process of `sample`.
    pub(crate) sample: u32,
    /// What starts the agent of bpftrace.
    pub(crate) command: String,
    /// How many scripts were registered.
    registered: Cell<u32>,
    pmcd: PrivatePmcd,
    folder: TempDir,
}

impl Lab {
    /// Registers a script: its id.
    pub(crate) fn register(&self, plan: Plan) -> anyhow::Result<String> {
        // Our agent lets those who register the same script share it.
        self.registered.set(self.registered.get() + 1);
        let script = format!("{}/* script {} */\n", plan.script(), self.registered.get());
        let register = self.pmid("bpftrace.control.register")?;
        // A refused one has its reason in the reply, too.
        let stored = self.client.store(register, &script);
        let reply = self.client.fetch(&[register])?.texts(0).pop().context("no reply")?;
        let reply: serde_json::Value = serde_json::from_str(&reply).with_context(|| reply.clone())?;
        let error = reply.pointer("/state/error").and_then(serde_json::Value::as_str).unwrap_or_default();
        ensure!(error.is_empty(), "{error}");
        stored?;
        Ok(reply["script_id"].as_str().context("no id")?.to_owned())
    }

    /// Registers a script that prints a map, and waits until all its values are there: id and data metric.
    pub(crate) fn register_map(&self, plan: Plan) -> anyhow::Result<(String, PmId)> {
        let id = self.register(plan)?;
        let metric =
            eventually("the metric", || Ok(self.pmid(&format!("bpftrace.scripts.{id}.data.x")).ok()))?;
        eventually("the values", || {
            let count = self.client.fetch(&[metric])?.count(0);
            Ok((count == Some(Ok(plan.keys.max(1)))).then_some(()))
        })?;
        Ok((id, metric))
    }

    pub(crate) fn deregister(&self, id: &str) -> anyhow::Result<()> {
        Ok(self.client.store(self.pmid("bpftrace.control.deregister")?, id)?)
    }

    /// The number of bytes that a script has printed, as its agent says.
    pub(crate) fn data_bytes(&self, id: &str) -> anyhow::Result<u64> {
        let metric = self.pmid(&format!("bpftrace.scripts.{id}.data_bytes"))?;
        Ok(self.client.fetch(&[metric])?.numbers(0).first().context("no value")?.bits)
    }

    /// Makes `sample.many.int` have so many instances.
    pub(crate) fn set_sample(&self, count: usize) -> anyhow::Result<PmId> {
        let stored = self
            .command("/usr/bin/pmstore")
            .args(["-h", &self.pmcd.host(), "sample.many.count", &count.to_string()])
            .output()?;
        ensure!(stored.status.success(), "pmstore: {}", String::from_utf8_lossy(&stored.stderr));
        let metric = self.pmid("sample.many.int")?;
        ensure!(self.client.fetch(&[metric])?.count(0) == Some(Ok(count)), "sample has other values");
        Ok(metric)
    }

    pub(crate) fn pmid(&self, name: &str) -> anyhow::Result<PmId> {
        Ok(self.client.lookup(&[name])?[0])
    }

    /// A program that finds this pmcd.
    pub(crate) fn command(&self, program: &str) -> Command {
        self.pmcd.command(program)
    }

    /// The folder of the fake bpftrace.
    pub(crate) fn bin(&self) -> PathBuf {
        self.folder.path().join("bin")
    }

    /// A folder for whatever is to be forgotten.
    pub(crate) fn scratch(&self) -> &Path {
        self.folder.path()
    }
}

/// Tries until there is an answer.
pub(crate) fn eventually<T>(
    what: &str,
    mut attempt: impl FnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = attempt()? {
            return Ok(answer);
        }
        if start.elapsed() > PATIENCE {
            bail!("{what} did not come");
        }
        sleep(Duration::from_millis(20));
    }
}
