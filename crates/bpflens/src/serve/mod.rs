//! `bpflens serve`: the engine, the page and PMWEBAPI on one loopback port.

mod access;
mod contexts;
mod page;
mod pmapi;
mod service;
mod startup;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::middleware;
use bt_engine::Engine;

use access::Access;
use service::Service;

/// How often contexts that nobody uses any more are looked for.
const CONTEXT_SWEEP: Duration = Duration::from_secs(1);

/// Serve the page and run the scripts that it sends. Needs root, for bpftrace.
///
/// Prints one line that ends with the URL to open. The token in it is what lets a page start scripts: keep it to
/// yourself. Ctrl-C stops the server and every script.
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
    let (engine, version) = startup::engine(&args.bpftrace)?;

    let service = Arc::new(Service::new(engine.clone(), version));
    let access = Arc::new(Access::new(address, token.clone()));
    let app = Router::new()
        .merge(pmapi::routes(service.clone()))
        .route_layer(middleware::from_fn_with_state(access.clone(), access::require_token))
        .merge(page::routes())
        .layer(middleware::from_fn_with_state(access, access::require_same_host));

    tokio::spawn(async move {
        let mut sweep = tokio::time::interval(CONTEXT_SWEEP);
        loop {
            sweep.tick().await;
            service.expire_contexts().await;
        }
    });

    println!(
        "bpflens {} with bpftrace {version} is ready: http://{address}/?token={token}",
        env!("CARGO_PKG_VERSION")
    );
    axum::serve(listener, app).with_graceful_shutdown(stop_signal()).await.context("the server failed")?;
    stop_scripts(&engine).await;
    Ok(ExitCode::SUCCESS)
}

/// Waits for SIGINT or SIGTERM. A second one ends the process at once; its scripts end with it.
async fn stop_signal() {
    wait_for_signal().await;
    tokio::spawn(async {
        wait_for_signal().await;
        eprintln!("stopped without waiting for bpftrace");
        #[expect(clippy::exit, reason = "the user asked twice; the scripts end with the process")]
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
