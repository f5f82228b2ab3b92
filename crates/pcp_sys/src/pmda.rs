//! `pcp/pmda.h`: what agents need.

use libc::{c_char, c_int, c_uint, c_void};

use crate::{pmAtomValue, pmDesc, pmID, pmInDom, pmInResult, pmLabelSet, pmProfile, pmResult};

/// The interface with labels.
pub const PMDA_INTERFACE_7: c_int = 7;

/// pmcd tells who each client is.
pub const PMDA_FLAG_AUTHORIZE: c_int = 4;
/// The name that a client authenticated with.
pub const PMDA_ATTR_USERNAME: c_int = 5;
/// The user that a client runs as.
pub const PMDA_ATTR_USERID: c_int = 11;
/// The group that a client runs as.
pub const PMDA_ATTR_GROUPID: c_int = 12;
/// A client's process.
pub const PMDA_ATTR_PROCESSID: c_int = 14;

/// An instance domain of an agent with fixed tables.
#[repr(C)]
pub struct pmdaIndom {
    _opaque: [u8; 0],
}

/// A metric of an agent with fixed tables.
#[repr(C)]
pub struct pmdaMetric {
    _opaque: [u8; 0],
}

/// Cleans up after a fetch.
pub type pmdaResultCallBack = Option<unsafe extern "C" fn(*mut pmResult)>;
/// Gives a value.
pub type pmdaFetchCallBack = Option<unsafe extern "C" fn(*mut pmdaMetric, c_uint, *mut pmAtomValue) -> c_int>;
/// Is called before each request.
pub type pmdaCheckCallBack = Option<unsafe extern "C" fn() -> c_int>;
/// Is called after each request.
pub type pmdaDoneCallBack = Option<unsafe extern "C" fn()>;
/// Is called when a client has gone.
pub type pmdaEndContextCallBack = Option<unsafe extern "C" fn(c_int)>;
/// Gives the labels of an instance.
pub type pmdaLabelCallBack = Option<unsafe extern "C" fn(pmInDom, c_uint, *mut *mut pmLabelSet) -> c_int>;

/// The state of an agent.
#[repr(C)]
pub struct pmdaExt {
    /// `PMDA_EXT_*`.
    pub e_flags: c_uint,
    /// Used by libpcp_pmda.
    pub e_ext: *mut c_void,
    /// Name of a socket.
    pub e_sockname: *mut c_char,
    /// The agent's name.
    pub e_name: *const c_char,
    /// Its log.
    pub e_logfile: *const c_char,
    /// Its file of help texts.
    pub e_helptext: *const c_char,
    /// An error if negative.
    pub e_status: c_int,
    /// Where requests come from.
    pub e_infd: c_int,
    /// Where answers go.
    pub e_outfd: c_int,
    /// A port.
    pub e_port: c_int,
    /// Used by libpcp_pmda.
    pub e_singular: c_int,
    /// Used by libpcp_pmda.
    pub e_ordinal: c_int,
    /// Used by libpcp_pmda.
    pub e_direct: c_int,
    /// The agent's domain.
    pub e_domain: c_int,
    /// Length of `e_metrics`.
    pub e_nmetrics: c_int,
    /// Length of `e_indoms`.
    pub e_nindoms: c_int,
    /// Used by libpcp_pmda.
    pub e_help: c_int,
    /// The profile of the client.
    pub e_prof: *mut pmProfile,
    /// The kind of connection.
    pub e_io: c_uint,
    /// Fixed instance domains.
    pub e_indoms: *mut pmdaIndom,
    /// Used by libpcp_pmda.
    pub e_idp: *mut pmdaIndom,
    /// Fixed metrics.
    pub e_metrics: *mut pmdaMetric,
    /// Cleans up after a fetch.
    pub e_resultCallBack: pmdaResultCallBack,
    /// Gives a value.
    pub e_fetchCallBack: pmdaFetchCallBack,
    /// Is called before each request.
    pub e_checkCallBack: pmdaCheckCallBack,
    /// Is called after each request.
    pub e_doneCallBack: pmdaDoneCallBack,
    /// The client of the request.
    pub e_context: c_int,
    /// Is called when a client has gone.
    pub e_endCallBack: pmdaEndContextCallBack,
    /// Gives the labels of an instance.
    pub e_labelCallBack: pmdaLabelCallBack,
}

/// The functions of an agent, [`PMDA_INTERFACE_7`].
#[repr(C)]
pub struct pmdaInterface_seven {
    /// The agent's state.
    pub ext: *mut pmdaExt,
    /// Takes a client's profile.
    pub profile: Option<unsafe extern "C" fn(*mut pmProfile, *mut pmdaExt) -> c_int>,
    /// Gives values.
    pub fetch: Option<unsafe extern "C" fn(c_int, *mut pmID, *mut *mut pmResult, *mut pmdaExt) -> c_int>,
    /// Gives a descriptor.
    pub desc: Option<unsafe extern "C" fn(pmID, *mut pmDesc, *mut pmdaExt) -> c_int>,
    /// Gives instances.
    pub instance: Option<
        unsafe extern "C" fn(pmInDom, c_int, *mut c_char, *mut *mut pmInResult, *mut pmdaExt) -> c_int,
    >,
    /// Gives a help text.
    pub text: Option<unsafe extern "C" fn(c_int, c_int, *mut *mut c_char, *mut pmdaExt) -> c_int>,
    /// Takes values.
    pub store: Option<unsafe extern "C" fn(*mut pmResult, *mut pmdaExt) -> c_int>,
    /// Gives a metric's number.
    pub pmid: Option<unsafe extern "C" fn(*const c_char, *mut pmID, *mut pmdaExt) -> c_int>,
    /// Gives a metric's names.
    pub name: Option<unsafe extern "C" fn(pmID, *mut *mut *mut c_char, *mut pmdaExt) -> c_int>,
    /// Gives the children of a name.
    pub children: Option<
        unsafe extern "C" fn(
            *const c_char,
            c_int,
            *mut *mut *mut c_char,
            *mut *mut c_int,
            *mut pmdaExt,
        ) -> c_int,
    >,
    /// Takes an attribute of a client.
    pub attribute: Option<unsafe extern "C" fn(c_int, c_int, *const c_char, c_int, *mut pmdaExt) -> c_int>,
    /// Gives labels.
    pub label: Option<unsafe extern "C" fn(c_int, c_int, *mut *mut pmLabelSet, *mut pmdaExt) -> c_int>,
}

/// An agent.
#[repr(C)]
pub struct pmdaInterface {
    /// Its domain.
    pub domain: c_int,
    /// From the lowest bit: pmda_interface 8, pmapi_version 8, flags 16.
    pub comm: c_uint,
    /// An error if negative.
    pub status: c_int,
    /// Its functions.
    pub version: pmdaInterface_seven,
}

unsafe extern "C" {
    /// Initialises an agent.
    pub fn pmdaDaemon(
        dispatch: *mut pmdaInterface,
        interface: c_int,
        name: *const c_char,
        domain: c_int,
        log: *const c_char,
        help: *const c_char,
    );
    /// Opens the log.
    pub fn pmdaOpenLog(dispatch: *mut pmdaInterface);
    /// Sets `PMDA_FLAG_*`.
    pub fn pmdaSetCommFlags(dispatch: *mut pmdaInterface, flags: c_int);
    /// Takes the fixed tables.
    pub fn pmdaInit(
        dispatch: *mut pmdaInterface,
        indoms: *mut pmdaIndom,
        indom_count: c_int,
        metrics: *mut pmdaMetric,
        metric_count: c_int,
    );
    /// Connects to pmcd.
    pub fn pmdaConnect(dispatch: *mut pmdaInterface);
    /// Answers requests until pmcd goes.
    pub fn pmdaMain(dispatch: *mut pmdaInterface);
    /// Tells pmcd an error, or that the agent is ready.
    pub fn pmdaSendError(dispatch: *mut pmdaInterface, code: c_int);
    /// Sets what cleans up after a fetch.
    pub fn pmdaSetResultCallBack(dispatch: *mut pmdaInterface, callback: pmdaResultCallBack);
    /// Sets what is called when a client has gone.
    pub fn pmdaSetEndContextCallBack(dispatch: *mut pmdaInterface, callback: pmdaEndContextCallBack);
    /// Adds labels, as a JSON object, to a set, which is made if it is null.
    pub fn pmdaAddLabels(set: *mut *mut pmLabelSet, format: *const c_char, ...) -> c_int;
}
