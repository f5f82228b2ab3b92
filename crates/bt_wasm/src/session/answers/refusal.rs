//! What to tell people when PCP refuses a script: its own words are pmStore's.

use bt_metrics::control::{Diagnostic, Refusal};

/// What pmproxy says if a permission is missing, be it of pmcd or of the agent.
const NO_PERMISSION: &str = "No permission to perform requested operation";

/// What pmproxy says of a command if there is no agent, or one that does not answer (recorded from 6.0.3, whose pmcd gives an
/// agent up that was stopped).
const NO_AGENT: &str = "failed to lookup metric";
/// What else it may say if a command got lost between it, pmcd and the agent (`pmerr -l`): that is no word of the agent
/// about it, and passes.
const PASSING: [&str; 9] = [
    "Timeout waiting for a response from PMCD",
    "IPC protocol failure",
    "IPC channel closed",
    "No PMCD agent for domain of request",
    "PMCD connection limit for this host exceeded",
    "Try again. Information not currently available",
    "Not Connected",
    "PMDA is not yet ready to respond to requests",
    "PMDA is currently fenced",
];

/// Whether the message says that there is no agent.
pub(super) fn misses_agent(message: &str) -> bool {
    message.contains(NO_AGENT)
}

/// Whether the message tells of a host that is in trouble, instead of an agent that says no.
pub(super) fn is_passing(message: &str) -> bool {
    PASSING.iter().any(|words| message.contains(words))
}

/// The refusal in words, for a store that was refused with `message`. `reply`: what the agent says of it, if it does.
pub(super) fn explained(message: String, reply: Option<Refusal>) -> Refusal {
    if !message.contains(NO_PERMISSION) {
        return reply.unwrap_or(Refusal { error: message, diagnostics: Vec::new() });
    }
    let reason = reply.map_or(message, |reply| reply.error);
    let error = format!("the host does not let this page run scripts ({reason})");
    let hint = "on the host, bpftrace.conf decides in [dynamic_scripts]: enabled, auth_enabled, allowed_users; and pmcd.conf in [access]";
    let diagnostic = Diagnostic {
        severity: "error".into(),
        message: error.clone(),
        hint: Some(hint.into()),
        line: None,
        column: None,
        end_column: None,
    };
    Refusal { error, diagnostics: vec![diagnostic] }
}
