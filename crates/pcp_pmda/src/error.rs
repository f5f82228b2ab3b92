//! What an agent answers instead of a value.

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
