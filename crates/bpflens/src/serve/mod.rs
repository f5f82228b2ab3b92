//! `bpflens serve`: the page and PMWEBAPI on one loopback port, over an engine of its own or over a pmproxy.

mod access;
mod contexts;
mod page;
mod pmapi;
mod proxy;
mod service;
mod startup;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::middleware;
use bt_engine::Engine;
use tokio::net::TcpListener;

use access::Access;
use proxy::{Address, Pmproxy};
use service::Service;

/// How often contexts that nobody uses any more are looked for.
const CONTEXT_SWEEP: Duration = Duration::from_secs(1);

/// Serve the page and run the scripts that it sends. Needs root, for bpftrace.
///
/// Prints one line that ends with the URL to open. The token in it is what lets a page start scripts: keep it to
/// yourself. Ctrl-C stops the server and every script.
///
/// With --pmproxy the scripts run elsewhere: on the host that a pmproxy asks, under PCP's bpftrace agent. Then neither
/// root nor bpftrace is needed here, and Ctrl-C stops the server alone; the agent ends scripts that nobody looks at.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Loopback address and port to listen on; port 0 picks a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4040")]
    listen: SocketAddr,

    /// The bpftrace to run scripts with: a path, or a name to look up in PATH.
    #[arg(long, value_name = "PATH", default_value = "bpftrace")]
    bpftrace: PathBuf,

    /// The token that REST calls must carry; a random one by default.
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,

    /// Run the scripts through the pmproxy at this address, e.g. http://127.0.0.1:44322. Port 44322 if it names none.
    #[arg(long, value_name = "URL", value_parser = Address::parse, conflicts_with = "bpftrace")]
    pmproxy: Option<Address>,

    /// The host to run them on, as pmproxy knows it, e.g. web1 or pcp://web1:44321; by default its own.
    #[arg(long, value_name = "HOST", requires = "pmproxy")]
    hostspec: Option<String>,
}

pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime of the server")?;
    runtime.block_on(serve(args))
}

async fn serve(args: Args) -> anyhow::Result<ExitCode> {
    // The port comes first: it is the cheapest check, and a second server should not look at bpftrace before it fails.
    let listener = startup::listen(args.listen).await?;
    let address = listener.local_addr().context("cannot read the port that was opened")?;
    let token = match args.token {
        Some(token) => startup::checked_token(token)?,
        None => startup::random_token()?,
    };
    let door = Door { listener, address, token };
    match args.pmproxy {
        Some(pmproxy) => serve_pmproxy(door, Pmproxy::new(pmproxy, args.hostspec)).await?,
        None => serve_engine(door, &args.bpftrace).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve_engine(door: Door, bpftrace: &Path) -> anyhow::Result<()> {
    let (engine, version) = startup::engine(bpftrace)?;
    let service = Arc::new(Service::new(engine.clone(), version));
    let calls = pmapi::routes(service.clone());
    tokio::spawn(async move {
        let mut sweep = tokio::time::interval(CONTEXT_SWEEP);
        loop {
            sweep.tick().await;
            service.expire_contexts().await;
        }
    });
    door.serve(calls, &format!("bpftrace {version}")).await?;
    stop_scripts(&engine).await;
    Ok(())
}

async fn serve_pmproxy(door: Door, pmproxy: Pmproxy) -> anyhow::Result<()> {
    let with = pmproxy.to_string();
    let pmproxy = Arc::new(pmproxy);
    let checked = pmproxy.clone();
    // The pages retry, so that pmproxy may well be started later.
    tokio::spawn(async move {
        if let Err(complaint) = checked.check().await {
            eprintln!("warning: {complaint}");
        }
    });
    door.serve(proxy::routes(pmproxy), &with).await
}

/// Where pages come in: the open port, and the token that their calls carry.
struct Door {
    listener: TcpListener,
    address: SocketAddr,
    token: String,
}

impl Door {
    /// Serves the page and `calls` until a signal comes. `with` says to people what answers the calls.
    async fn serve(self, calls: Router, with: &str) -> anyhow::Result<()> {
        let Door { listener, address, token } = self;
        let access = Arc::new(Access::new(address, token.clone()));
        let app = Router::new()
            .merge(calls)
            .route_layer(middleware::from_fn_with_state(access.clone(), access::require_token))
            .merge(page::routes())
            .layer(middleware::from_fn_with_state(access, access::require_same_host));
        println!(
            "bpflens {} with {with} is ready: http://{address}/?token={token}",
            env!("CARGO_PKG_VERSION")
        );
        axum::serve(listener, app).with_graceful_shutdown(stop_signal()).await.context("the server failed")
    }
}

/// Waits for SIGINT or SIGTERM. A second one ends the process at once; its scripts end with it.
async fn stop_signal() {
    wait_for_signal().await;
    tokio::spawn(async {
        wait_for_signal().await;
        eprintln!("stopped without waiting");
        #[expect(clippy::exit, reason = "the user asked twice; its bpftrace processes end with this one")]
        std::process::exit(130);
    });
}

async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

async fn stop_scripts(engine: &Engine) {
    let running = engine.scripts().iter().filter(|script| script.pid.is_some()).count();
    if running > 0 {
        eprintln!("stopping {running} script(s); ctrl-c again does not wait");
    }
    engine.shutdown().await;
}
