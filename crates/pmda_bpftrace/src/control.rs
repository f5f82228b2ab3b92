//! Commands: what a client stores to `bpftrace.control.*`, and the reply that it fetches then.

use bt_engine::{CommandError, Engine, Refused};
use bt_metrics::control::{self, Control, Diagnostic, Outcome, json};
use serde::Serialize;

use crate::access::Denied;

/// The outcome of a command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// What the client can fetch, as JSON.
    pub(crate) reply: String,
    /// Why the command was not carried out, also in the reply; the store then fails. `None` if it was.
    pub(crate) refusal: Option<String>,
}

/// Carries out a command. `engine` may be missing; then it says why.
pub(crate) fn execute(
    engine: Result<&Engine, String>,
    control: Control,
    value: &str,
    user: Option<String>,
) -> Answer {
    match control {
        Control::Register => register(engine, value, user),
        Control::Deregister => outcome(engine.and_then(|engine| deregister(engine, value))),
        Control::Start => outcome(engine.and_then(|engine| told(engine.blocking_start_script(value.trim())))),
        Control::Stop => outcome(engine.and_then(|engine| told(engine.blocking_stop_script(value.trim())))),
    }
}

/// The reply to a command that its client may not give.
pub(crate) fn denied(denied: &Denied) -> String {
    json(&Outcome::from_result(Err(denied.to_string())))
}

fn register(engine: Result<&Engine, String>, code: &str, user: Option<String>) -> Answer {
    let registered = engine
        .map_err(|error| Refused { error, diagnostics: Vec::new() })
        .and_then(|engine| engine.blocking_register(code.to_string(), user.clone()));
    match registered {
        Ok(script) => Answer { reply: json(&script.to_control()), refusal: None },
        Err(refused) => {
            let script = refused.to_control(code, user.as_deref());
            let Refused { error, diagnostics } = &refused;
            let reply = json(&RefusedScript { script, error, diagnostics });
            Answer { reply, refusal: Some(refused.error) }
        }
    }
}

/// Returns a lease of each script of a list. All are tried, so that one that is gone does not keep the others.
fn deregister(engine: &Engine, list: &str) -> Result<(), String> {
    let ids = list.split(',').map(str::trim).filter(|id| !id.is_empty());
    let failures: Vec<String> =
        ids.filter_map(|id| engine.blocking_deregister(id).err()).map(|error| error.to_string()).collect();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// The reply to a refused registration: a script with an error, as PCP's PMDA has it, and what was found.
#[derive(Serialize)]
struct RefusedScript<'a> {
    #[serde(flatten)]
    script: control::Script,
    error: &'a str,
    diagnostics: &'a [Diagnostic],
}

fn told(result: Result<(), CommandError>) -> Result<(), String> {
    result.map_err(|error| error.to_string())
}

fn outcome(result: Result<(), String>) -> Answer {
    Answer { refusal: result.clone().err(), reply: json(&Outcome::from_result(result)) }
}

#[cfg(test)]
mod tests {
    use bt_catalog::Version;
    use bt_engine::EngineConfig;
    use serde_json::Value;

    use super::*;

    fn parse(answer: &Answer) -> Value {
        serde_json::from_str(&answer.reply).unwrap()
    }

    #[test]
    fn without_bpftrace_every_command_says_why() {
        for control in Control::ALL {
            let answer = execute(Err("no bpftrace".into()), control, "BEGIN {}", Some("root".into()));
            let reply = parse(&answer);
            assert_eq!(answer.refusal.as_deref(), Some("no bpftrace"));
            assert_eq!(reply["error"], "no bpftrace", "{control:?}");
        }
    }

    #[test]
    fn a_refused_registration_is_a_script_with_an_error_as_in_pcps_agent() {
        let engine = Engine::start(EngineConfig::new("bpftrace", Version::new(0, 17))).unwrap();
        let answer = execute(Ok(&engine), Control::Register, "BEGIN { @x = }", Some("root".into()));
        let reply = parse(&answer);
        assert_eq!(reply["error"], answer.refusal.as_deref().unwrap());
        assert_eq!(reply["state"]["status"], "error");
        assert_eq!(reply["state"]["error"], reply["error"]);
        assert_eq!((&reply["username"], &reply["code"]), (&"root".into(), &"BEGIN { @x = }".into()));
        assert_eq!(reply["diagnostics"][0]["line"], 1);
        assert!(reply["script_id"].is_string() && reply["variables"].is_object());
    }

    #[test]
    fn every_script_of_a_list_is_tried() {
        let engine = Engine::start(EngineConfig::new("bpftrace", Version::new(0, 17))).unwrap();
        let answer = execute(Ok(&engine), Control::Deregister, "one, two,", None);
        let reply = parse(&answer);
        assert_eq!(reply["success"], "false");
        let error = answer.refusal.as_deref().unwrap();
        assert!(error.contains("one") && error.contains("two") && error.lines().count() == 2, "{error}");
    }
}
