//! A pmcd of one's own, in a folder of one's own: for tests and benchmarks. Nothing of the system's PCP is used but its
//! programs.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where Debian has PCP's daemons.
const PCP_BIN: &str = "/usr/lib/pcp/bin";

/// Variables by which libpcp finds its places, and where these are in the folder.
const PLACES: &[(&str, &str)] = &[
    ("HOME", "home"),
    ("PCP_SYSCONF_DIR", "etc"),
    ("PCP_PMCDCONF_PATH", "etc/pmcd/pmcd.conf"),
    ("PCP_TLSCONF_PATH", "etc/tls.conf"),
    ("PCP_RUN_DIR", "run"),
    ("PCP_LOG_DIR", "log"),
    ("PCP_TMP_DIR", "tmp"),
    ("PCP_VAR_DIR", "var"),
    ("PCP_PMDAS_DIR", "pmdas"),
    ("PMNS_DEFAULT", "var/root"),
    ("PMCD_SOCKET", "run/pmcd.socket"),
];

/// An agent as pmcd.conf and the name space have it.
#[derive(Clone, Debug)]
pub struct AgentLine {
    /// Its name in pmcd.conf.
    pub name: String,
    /// Its domain.
    pub domain: u32,
    /// Whether pmcd waits until it says that it is ready.
    pub notready: bool,
    /// Program and arguments, separated by blanks.
    pub command: String,
    /// Its part of the root of the name space, as `demo 400:*:*`.
    pub root: String,
    /// Definitions of inner nodes that `root` names; mostly empty.
    pub nodes: String,
}

/// A running pmcd, which ends with this value.
#[derive(Debug)]
pub struct PrivatePmcd {
    process: Child,
    folder: PathBuf,
}

impl PrivatePmcd {
    /// Whether pmcd is installed.
    pub fn is_installed() -> bool {
        Path::new(PCP_BIN).join("pmcd").exists()
    }

    /// Makes the folders that pmcd and its agents expect below `folder`, for files that must be there when it starts.
    pub fn prepare(folder: &Path) -> io::Result<()> {
        for name in ["etc/pmcd", "run", "log", "tmp", "var/pmcd", "var/config/pmda", "pmdas", "home"] {
            fs::create_dir_all(folder.join(name))?;
        }
        // Started by root, pmcd runs as another user than its agents.
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
    }

    /// Starts pmcd with these agents. It answers some time later: a client has to try until it does.
    pub fn start(folder: &Path, agents: &[AgentLine]) -> io::Result<PrivatePmcd> {
        Self::prepare(folder)?;
        let mut conf = String::from("pmcd 2 dso pmcd_init /usr/lib/pcp/pmdas/pmcd/pmda_pmcd.so\n");
        let mut names = String::from("root {\n");
        for agent in agents {
            let protocol = if agent.notready { "binary notready" } else { "binary" };
            conf.push_str(&format!("{} {} pipe {protocol} {}\n", agent.name, agent.domain, agent.command));
            names.push_str(&format!("    {}\n", agent.root));
        }
        names.push_str("}\n");
        agents.iter().for_each(|agent| names.push_str(&agent.nodes));
        fs::write(folder.join("etc/tls.conf"), "")?;
        fs::write(folder.join("etc/pmcd/pmcd.conf"), conf)?;
        fs::write(folder.join("var/root_agents"), names)?;
        let merged = command(folder, format!("{PCP_BIN}/pmnsmerge"))
            .args(["-f", "/usr/lib/pcp/pmns/root_pmcd"])
            .args([folder.join("var/root_agents"), folder.join("var/root")])
            .output()?;
        if !merged.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&merged.stderr)));
        }
        let process = command(folder, format!("{PCP_BIN}/pmcd"))
            .env("PMCD_PORT", free_port()?.to_string())
            // In the foreground, and with seconds of patience for agents on a busy machine.
            .args(["-f", "-A", "-t", "30", "-q", "30"])
            .arg("-c")
            .arg(folder.join("etc/pmcd/pmcd.conf"))
            .arg("-n")
            .arg(folder.join("var/root"))
            .arg("-s")
            .arg(folder.join("run/pmcd.socket"))
            .arg("-l")
            .arg(folder.join("log/pmcd.log"))
            .arg("-x")
            .arg(folder.join("log/fatal"))
            .current_dir(folder.join("log"))
            .spawn()?;
        Ok(PrivatePmcd { process, folder: folder.to_owned() })
    }

    /// How clients name it.
    pub fn host(&self) -> String {
        format!("unix://{}", self.folder.join("run/pmcd.socket").display())
    }

    /// A program that finds the places of this pmcd, as PCP's tools do with `-h` and [`Self::host`].
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        command(&self.folder, program)
    }

    /// The process of the agent whose program has this name, if it runs.
    pub fn agent(&self, program: &str) -> Option<u32> {
        let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", self.process.id())).ok()?;
        let is_agent = |pid: &&str| {
            let name = fs::read_to_string(format!("/proc/{pid}/comm"));
            name.is_ok_and(|name| name.trim() == program)
        };
        children.split_whitespace().find(is_agent)?.parse().ok()
    }

    /// Ends pmcd, which closes the pipes to its agents.
    pub fn stop(&mut self) {
        if let (Ok(None), Ok(pid)) = (self.process.try_wait(), libc::pid_t::try_from(self.process.id())) {
            // SAFETY: any number may be passed; this one is of a child that was not waited for, so that no other
            // process can have it.
            unsafe { libc::kill(pid, libc::SIGTERM) };
            let _ = self.process.wait();
        }
    }
}

impl Drop for PrivatePmcd {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A port of 127.0.0.1 that nobody has at present: pmcd wants one beside its socket, and its usual one is the system's.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn command(folder: &Path, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.envs(PLACES.iter().map(|(variable, place)| (variable, folder.join(place))));
    // Agents that are Python programs need Debian's, and no agent is started by the system's pmcd.
    command.envs([("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), ("PMCD_LOCAL", "1"), ("PMCD_ROOT_AGENT", "0")]);
    command.stdin(Stdio::null());
    command
}
