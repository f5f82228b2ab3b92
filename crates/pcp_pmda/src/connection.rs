//! The connection to the pmcd that started this process.

use std::ffi::{CString, c_int};
use std::io::IsTerminal;
use std::mem::MaybeUninit;
use std::path::PathBuf;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use pcp_sys as sys;

use crate::error::error_text;
use crate::profile::Selection;
use crate::result::ResultArena;
use crate::serving::{Server, serve};
use crate::{Agent, callbacks, config};

/// Who the agent is.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The agent's name, which is also the one in its log.
    pub name: String,
    /// Its domain: the first part of every metric number.
    pub domain: u32,
    /// Where the log goes; None for the name with `.log`, in the folder where pmcd started the agent.
    pub log_file: Option<PathBuf>,
    /// The user to become; None to stay. If there is no such user, libpcp says so in the log and ends the process.
    pub user: Option<String>,
    /// Whether pmcd tells who each client is ([`Agent::attribute`]).
    pub authorize: bool,
    /// Whether pmcd waits until the agent says that it is ready (`notready` in pmcd.conf); None to look that up in the
    /// pmcd.conf of pcp.conf, which is not the one of a pmcd that was started with another (`pmcd -c`).
    pub notready: Option<bool>,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// pmcd did not start this process, or is gone.
    #[error("cannot connect to pmcd: {0}; an agent is started by pmcd, from a line of its pmcd.conf")]
    Pmcd(String),
    /// A name or path holds a NUL.
    #[error("the {0} holds a NUL character")]
    Nul(&'static str),
    /// libpcp_pmda serves one connection for each process.
    #[error("this process has connected to pmcd before")]
    Again,
}

/// Why serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// pmcd closed the pipe, as it does when it ends or drops the agent. A broken pipe ends here, too; it is logged.
    Closed,
}

/// A connection to pmcd.
#[derive(Debug)]
pub struct Connection {
    /// Never freed: libpcp_pmda keeps pointers to it for the life of the process.
    dispatch: *mut sys::pmdaInterface,
    name: String,
    is_waited_for: bool,
}

/// Opens the log, becomes the user, and connects to the pmcd that started this process, by its standard input and
/// output. To be called once, and before other threads are started: it changes the environment.
pub fn connect(setup: Setup) -> Result<Connection, ConnectError> {
    static CONNECTED: AtomicBool = AtomicBool::new(false);
    if std::io::stdin().is_terminal() {
        return Err(ConnectError::Pmcd("standard input is a terminal".into()));
    }
    let log_file = setup.log_file.unwrap_or_else(|| format!("{}.log", setup.name).into());
    let log_file = log_file.into_os_string().into_encoded_bytes();
    let c_name = CString::new(setup.name.as_str()).map_err(|_| ConnectError::Nul("name"))?;
    let c_log_file = CString::new(log_file).map_err(|_| ConnectError::Nul("path of the log"))?;
    let user = setup.user.map(CString::new).transpose().map_err(|_| ConnectError::Nul("user"))?;
    if CONNECTED.swap(true, Ordering::Relaxed) {
        return Err(ConnectError::Again);
    }
    // libpcp_pmda keeps pointers to these: they live as long as the process.
    let (c_name, c_log_file) = (c_name.into_raw(), c_log_file.into_raw());
    let dispatch = Box::leak(Box::new(MaybeUninit::<sys::pmdaInterface>::zeroed())).as_mut_ptr();
    let flags = if setup.authorize { sys::PMDA_FLAG_AUTHORIZE } else { 0 };
    // SAFETY: pmda(3) has these calls in this order, on one thread. All that is passed lives as long as the process,
    // but for the user's name, which is only read. `dispatch` is zero, and what pmdaDaemon wants to be set it sets.
    unsafe {
        sys::pmSetProgname(c_name);
        sys::pmdaDaemon(
            dispatch,
            // The newest of PCP 6: the first that has labels.
            sys::PMDA_INTERFACE_7,
            c_name,
            setup.domain.cast_signed(),
            c_log_file,
            ptr::null(),
        );
        sys::pmdaOpenLog(dispatch);
        if let Some(user) = user {
            sys::pmSetProcessIdentity(user.as_ptr());
        }
        callbacks::install(dispatch);
        sys::pmdaSetCommFlags(dispatch, flags);
        sys::pmdaInit(dispatch, ptr::null_mut(), 0, ptr::null_mut(), 0);
        sys::pmdaConnect(dispatch);
    }
    // SAFETY: initialised by pmdaDaemon.
    let status = unsafe { (*dispatch).status };
    if status < 0 {
        return Err(ConnectError::Pmcd(error_text(status)));
    }
    // SAFETY: as above. If nobody answers, libpcp_pmda logs that and goes on, without a version of the protocol.
    if unsafe { (*dispatch).comm } >> 8 & 0xff == 0 {
        return Err(ConnectError::Pmcd("nobody answers".into()));
    }
    // SAFETY: pmdaDaemon made the agent's state, and pmdaConnect set where answers go.
    widen_pipe(unsafe { (*(*dispatch).version.ext).e_outfd });
    let is_waited_for = setup.notready.unwrap_or_else(|| config::is_waited_for(setup.domain));
    Ok(Connection { dispatch, name: setup.name, is_waited_for })
}

/// Makes room in the pipe to pmcd for the answer to a large fetch. A pipe holds 64 KiB unless told otherwise, and with
/// 10,000 values agent and pmcd would wait for each other several times. The kernel takes memory for what is in the
/// pipe only.
fn widen_pipe(pipe: c_int) {
    // The most that the kernel allows to everybody (/proc/sys/fs/pipe-max-size).
    const CAPACITY_BYTES: c_int = 1024 * 1024;
    // SAFETY: any number may be passed. If it fails, answers are as good, and somewhat later.
    unsafe { libc::fcntl(pipe, libc::F_SETPIPE_SZ, CAPACITY_BYTES) };
}

impl Connection {
    /// Answers pmcd's requests until it closes the pipe. If pmcd waits for the agent ([`Setup::notready`]), it is
    /// first told that the agent is ready.
    pub fn serve(self, agent: impl Agent + 'static) -> End {
        let server = Server {
            name: self.name,
            agent: Box::new(agent),
            selection: Selection::default(),
            arena: ResultArena::default(),
            help: CString::default(),
        };
        serve(server, || {
            // SAFETY: `connect` has initialised and connected it, once in this process.
            unsafe {
                if self.is_waited_for {
                    sys::pmdaSendError(self.dispatch, sys::PM_ERR_PMDAREADY);
                }
                sys::pmdaMain(self.dispatch);
            }
        });
        End::Closed
    }
}
