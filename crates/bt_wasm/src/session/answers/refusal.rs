//! What to tell people when PCP refuses a script: its own words are pmStore's.

use bt_metrics::control::{Diagnostic, Refusal};

/// What pmproxy says if a permission is missing, be it of pmcd or of the agent.
const NO_PERMISSION: &str = "No permission to perform requested operation";

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
