//! Owns every script and process; the only one that changes them.

use std::io;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::Refused;
use crate::command::Command;
use crate::engine::Shared;

/// Starts the supervisor on a thread of its own.
pub(crate) fn spawn(shared: Arc<Shared>, mut commands: mpsc::Receiver<Command>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name("bpftrace-supervisor".into()).spawn(move || {
        runtime.block_on(async move {
            while let Some(command) = commands.recv().await {
                if let Command::Register { reply, .. } = command {
                    let _ = reply.send(Err(Refused::because("not yet")));
                }
            }
            drop(shared);
        });
    })?;
    Ok(())
}
