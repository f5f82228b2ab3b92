//! What an agent answers instead of a value.

use std::ffi::c_int;

use pcp_sys as sys;

/// An error that is sent to the client, as PCP's tools show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PmError {
    /// There is no such metric number.
    #[error("unknown metric identifier")]
    Pmid,
    /// There is no such metric name.
    #[error("unknown metric name")]
    Name,
    /// There is no such instance domain.
    #[error("unknown instance domain")]
    Indom,
    /// There is no such instance.
    #[error("unknown instance")]
    Inst,
    /// The metric has no value now.
    #[error("no value")]
    Value,
    /// There is no help text.
    #[error("no help text")]
    Text,
    /// The client may not do this.
    #[error("not permitted")]
    Permission,
    /// The stored value is refused.
    #[error("the stored value is refused")]
    BadStore,
    /// The value has another type than the metric.
    #[error("the value has another type than the metric")]
    Type,
    /// The agent is still starting.
    #[error("the agent is not ready yet")]
    NotReady,
    /// Nothing to tell at present; the client may try again.
    #[error("nothing to tell at present")]
    Again,
    /// The application that is measured has no such metric.
    #[error("not supported by what is measured")]
    AppVersion,
    /// The answer would exceed a bound.
    #[error("the answer exceeds a bound")]
    TooBig,
    /// Anything else; the agent's log has the reason.
    #[error("failed; the agent's log has the reason")]
    Generic,
}

impl PmError {
    /// The number that PCP transports.
    pub(crate) fn to_c(self) -> c_int {
        match self {
            PmError::Pmid => sys::PM_ERR_PMID,
            PmError::Name => sys::PM_ERR_NAME,
            PmError::Indom => sys::PM_ERR_INDOM,
            PmError::Inst => sys::PM_ERR_INST,
            PmError::Value => sys::PM_ERR_VALUE,
            PmError::Text => sys::PM_ERR_TEXT,
            PmError::Permission => sys::PM_ERR_PERMISSION,
            PmError::BadStore => sys::PM_ERR_BADSTORE,
            PmError::Type => sys::PM_ERR_TYPE,
            PmError::NotReady => sys::PM_ERR_PMDANOTREADY,
            PmError::Again => sys::PM_ERR_AGAIN,
            PmError::AppVersion => sys::PM_ERR_APPVERSION,
            PmError::TooBig => sys::PM_ERR_TOOBIG,
            PmError::Generic => sys::PM_ERR_GENERIC,
        }
    }
}

/// PCP's text of an error number.
pub(crate) fn error_text(code: c_int) -> String {
    let mut text = [0; sys::PM_MAXERRMSGLEN as usize];
    // SAFETY: the buffer has the size that is told, which is large enough for every text.
    unsafe { sys::pmErrStr_r(code, text.as_mut_ptr(), sys::PM_MAXERRMSGLEN) };
    // SAFETY: libpcp ended the text with NUL.
    unsafe { std::ffi::CStr::from_ptr(text.as_ptr()) }.to_string_lossy().into_owned()
}
