//! What people should know about the values of a target.

use bt_lifecycle::browser::TargetState;
use serde::Serialize;
use tsify::Tsify;

use super::Session;

/// A remark about the values of a target.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// How bad it is.
    #[tsify(type = "\"error\" | \"warning\" | \"info\"")]
    pub severity: &'static str,
    /// One sentence.
    pub text: String,
}

impl Session {
    /// What people should know about the values of `target`, each once, in a stable order.
    pub fn notices(&self, target: &str) -> Vec<Notice> {
        let Some(panel) = self.panels.get(target) else { return Vec::new() };
        let mut notices = Vec::new();
        if let Some(message) = self.connection().message {
            notices
                .push(Notice { severity: "warning", text: format!("The host does not answer: {message}") });
        }
        if let Some(script) = panel.current().filter(|script| script.lost_events > 0.0) {
            let text = format!("bpftrace lost {} events", script.lost_events);
            notices.push(Notice { severity: "warning", text });
        }
        if let TargetState::Stopped { exit_code, .. } = panel.machine.state {
            let text = format!("The script has ended with exit code {exit_code}");
            notices.push(Notice { severity: "info", text });
        }
        notices
    }
}
