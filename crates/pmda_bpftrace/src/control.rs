//! Commands: what a client stores to `bpftrace.control.*`, and the reply that it fetches then.

use bt_engine::{CommandError, Engine, Refused};
use bt_metrics::control::{self, Control, Diagnostic, Outcome};
use serde::Serialize;

/// A command that was looked at: whether the store succeeds, and the reply, as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Otherwise the client is told "bad input", and the reply has the reason.
    pub(crate) is_ok: bool,
    pub(crate) reply: String,
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

fn register(engine: Result<&Engine, String>, code: &str, user: Option<String>) -> Answer {
    let registered = engine
        .map_err(|error| Refused { error, diagnostics: Vec::new() })
        .and_then(|engine| engine.blocking_register(code.to_string(), user.clone()));
    match registered {
        Ok(script) => Answer { is_ok: true, reply: json(&script.to_control()) },
        Err(refused) => {
            let script = refused.to_control(code, user.as_deref());
            let Refused { error, diagnostics } = refused;
            Answer { is_ok: false, reply: json(&Refusal { script, error, diagnostics }) }
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
struct Refusal {
    #[serde(flatten)]
    script: control::Script,
    error: String,
    diagnostics: Vec<Diagnostic>,
}

fn told(result: Result<(), CommandError>) -> Result<(), String> {
    result.map_err(|error| error.to_string())
}

fn outcome(result: Result<(), String>) -> Answer {
    Answer { is_ok: result.is_ok(), reply: json(&Outcome::from_result(result)) }
}

/// These types have string keys only: they always serialise.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
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
            assert!(!answer.is_ok);
            assert_eq!(reply["error"], "no bpftrace", "{control:?}");
        }
    }

    #[test]
    fn a_refused_registration_is_a_script_with_an_error_as_in_pcps_agent() {
        let engine = Engine::start(EngineConfig::new("bpftrace", Version::new(0, 17))).unwrap();
        let answer = execute(Ok(&engine), Control::Register, "BEGIN { @x = }", Some("root".into()));
        let reply = parse(&answer);
        assert!(!answer.is_ok);
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
        assert_eq!((answer.is_ok, &reply["success"]), (false, &"false".into()));
        let error = reply["error"].as_str().unwrap();
        assert!(error.contains("one") && error.contains("two") && error.lines().count() == 2, "{error}");
    }
}
