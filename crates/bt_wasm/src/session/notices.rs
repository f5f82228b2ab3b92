//! What people should know about the values of a target.

use bt_lifecycle::browser::RegistrationState;
use serde::Serialize;
use tsify::Tsify;

use super::Session;
use super::shared_script::SharedScript;

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
        let Some(machine) = self.subscriptions.target(target) else { return Vec::new() };
        let lost = self
            .connection()
            .message
            .map(|message| warning(format!("The host does not answer, so no new values come: {message}")));
        let current = machine.current();
        let state = current.and_then(|text| self.subscriptions.registration(text)).map(|one| &one.state);
        let ended = match state {
            Some(RegistrationState::Stopped { exit_code: 0, .. }) => {
                Some(info("The script has ended; these are its last values.".to_string()))
            }
            Some(RegistrationState::Stopped { exit_code, .. }) => {
                Some(warning(format!("The script has ended with exit code {exit_code}.")))
            }
            Some(RegistrationState::Failed { message }) => {
                Some(Notice { severity: "error", text: message.clone() })
            }
            _ => None,
        };
        let shared = current.and_then(|text| self.scripts.get(text));
        let trouble = shared.and_then(SharedScript::trouble);
        let trouble = trouble.map(|trouble| warning(format!("Some values or names are missing: {trouble}")));
        let script = shared.and_then(SharedScript::current);
        let lost_events = script.map(|script| script.lost_events).filter(|lost| *lost > 0.0);
        // What the host cut or left out concerns no line of the script.
        let of_the_run = script.into_iter().flat_map(|script| &script.diagnostics);
        let of_the_run = of_the_run.filter(|one| one.line.is_none() && one.severity == "warning");
        let refused: usize = self.refused_instances(target);
        lost.into_iter()
            .chain(trouble)
            .chain(ended)
            .chain(
                lost_events
                    .map(|lost| warning(format!("bpftrace lost {lost} events: the values are too small."))),
            )
            .chain(of_the_run.map(|one| warning(one.message.clone())))
            .chain((refused > 0).then(|| {
                warning(format!("{refused} keys are left out: a map is shown with so many at most."))
            }))
            .collect()
    }

    /// Instances beyond the bound of the store, of all metrics that the target draws.
    fn refused_instances(&self, target: &str) -> usize {
        let metrics = self.shown(target).into_iter().flat_map(|script| script.metrics.values());
        metrics.filter_map(|metric| self.samples(metric)).map(bt_series::Samples::refused_instances).sum()
    }
}

fn info(text: String) -> Notice {
    Notice { severity: "info", text }
}

fn warning(text: String) -> Notice {
    Notice { severity: "warning", text }
}
