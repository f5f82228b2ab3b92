//! What must be in order before the server starts; each failure says what to do about it.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, bail};
use bt_analysis::Policy;
use bt_catalog::Version;
use bt_engine::{Engine, EngineConfig, host};
use tokio::net::TcpListener;

/// Opens the port. Only a loopback address: whoever reaches the server can run scripts as root.
pub(super) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    if !address.ip().is_loopback() {
        bail!(
            "{} is not a loopback address\n  hint: listen on 127.0.0.1 and reach it from elsewhere through ssh -L {port}:127.0.0.1:{port}",
            address.ip(),
            port = address.port()
        );
    }
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => bail!(
            "port {port} of {} is taken\n  hint: another bpflens may be running there; --listen {}:0 picks a free port",
            address.ip(),
            address.ip(),
            port = address.port()
        ),
        Err(error) => Err(error).with_context(|| format!("cannot listen on {address}")),
    }
}

/// A token of 128 random bits.
pub(super) fn random_token() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).context("cannot make a random token")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Accepts a token of the user's that can stand in a URL and in a header as it is.
pub(super) fn checked_token(token: String) -> anyhow::Result<String> {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-._~".contains(character);
    if token.is_empty() || !token.chars().all(is_plain) {
        bail!(
            "the token must be letters, digits, `-`, `.`, `_` and `~`\n  hint: leave --token out for a random one"
        );
    }
    Ok(token)
}

/// Starts the engine on a bpftrace that is there and can do its work.
pub(super) fn engine(bpftrace: &Path) -> anyhow::Result<(Engine, Version)> {
    if !rustix::process::geteuid().is_root() {
        bail!("bpftrace needs root\n  hint: start it as root, e.g. sudo bpflens serve");
    }
    let version = bt_engine::probe_version(bpftrace)?;
    if !host::has_tracefs() {
        bail!("tracefs is not mounted\n  hint: mount -t tracefs none /sys/kernel/tracing");
    }
    host::raise_open_files();
    let mut config = EngineConfig::new(bpftrace.to_path_buf(), version);
    // Whoever has the token is the one who started the server, as root.
    config.policy = Policy::trusting();
    let engine = Engine::start(config)?;
    Ok((engine, version))
}

/// The name of this host.
pub(super) fn hostname() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens() {
        let token = random_token().unwrap();
        assert_eq!(token.len(), 32);
        assert_ne!(token, random_token().unwrap());
        assert!(checked_token(token).is_ok());
        for bad in ["", "a b", "a&b", "é"] {
            assert!(checked_token(bad.into()).is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn listens_on_loopback_only_and_says_when_a_port_is_taken() {
        let first = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let taken = listen(first.local_addr().unwrap()).await.unwrap_err().to_string();
        assert!(taken.contains("is taken") && taken.contains("hint:"), "{taken}");
        let open = listen("0.0.0.0:0".parse().unwrap()).await.unwrap_err().to_string();
        assert!(open.contains("not a loopback address"), "{open}");
    }
}
