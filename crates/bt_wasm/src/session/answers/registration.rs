//! What became of a script that was sent.

use bt_analysis::{bpftrace_errors, control_diagnostics};
use bt_lifecycle::browser::{Lease, RegistrationEvent, ScriptText};
use bt_metrics::Atom;
use bt_metrics::control::{self, Refusal};
use bt_metrics::pmwebapi::FetchReply;

use super::refusal::explained;
use crate::session::script::Script;
use crate::session::{EAGER_POLL_MILLIS, Session};

impl Session {
    /// Takes the reply to a registration. `refusal`: the store was refused, with this message.
    pub(super) fn take_registration(
        &mut self,
        script: &ScriptText,
        run: u32,
        refusal: Option<String>,
        reply: &FetchReply,
        now_millis: f64,
    ) {
        let text = reply_text(reply).unwrap_or_default();
        match (serde_json::from_str::<control::Script>(text), refusal) {
            (Ok(registered), None) => self.take_lease(script, run, &registered, now_millis),
            // Agents refuse the store, and the script that they did not keep tells why.
            (Ok(rejected), Some(_))
                // The script may be one that was sent before.
                if **script == *rejected.code.trim_end() && !rejected.state.error.is_empty() =>
            {
                let error = rejected.state.error;
                // Ours adds its findings.
                let own = serde_json::from_str::<Refusal>(text).map(|refusal| refusal.diagnostics);
                let diagnostics = own.unwrap_or_else(|_| {
                    control_diagnostics(&bpftrace_errors(&error, &rejected.code), &rejected.code)
                });
                self.refuse(script, run, Refusal { error, diagnostics }, now_millis);
            }
            (_, refusal) => self.take_refused_script(script, run, refusal, text, now_millis),
        }
    }

    fn take_lease(&mut self, script: &ScriptText, run: u32, registered: &control::Script, now_millis: f64) {
        let is_awaited = self.awaits(script, run);
        let lease = Lease(registered.script_id.clone());
        if let Some(name) = &registered.metadata.name {
            self.names.insert(lease.clone(), name.clone());
        }
        if let Some(shared) = self.scripts.get_mut(script).filter(|_| is_awaited) {
            // The same script again joins the running one: its samples go on.
            let component = registered.metric_component();
            let is_same = |known: &&mut Script| known.lease == lease && known.component == component;
            if let Some(known) = shared.both_mut().find(is_same) {
                known.register_again(now_millis);
            } else if let Some(unused) = shared.next.replace(Script::new(registered, now_millis)) {
                unused.free(&mut self.store);
            }
        }
        self.registration_event(script, RegistrationEvent::Registered { run, lease }, now_millis);
        self.poll.hasten(now_millis, EAGER_POLL_MILLIS);
    }

    fn take_refused_script(
        &mut self,
        script: &ScriptText,
        run: u32,
        refusal: Option<String>,
        text: &str,
        now_millis: f64,
    ) {
        let message = refusal.unwrap_or_else(|| "the host did not register the script".to_string());
        let refusal = explained(message, serde_json::from_str(text).ok());
        self.refuse(script, run, refusal, now_millis);
    }

    fn refuse(&mut self, script: &ScriptText, run: u32, refusal: Refusal, now_millis: f64) {
        let Refusal { error: message, diagnostics } = refusal;
        let is_awaited = self.awaits(script, run);
        if let Some(shared) = self.scripts.get_mut(script).filter(|_| is_awaited) {
            shared.diagnostics = diagnostics;
        }
        self.registration_event(script, RegistrationEvent::Refused { run, message }, now_millis);
    }
}

/// The text that `bpftrace.control.register` holds.
fn reply_text(reply: &FetchReply) -> Option<&str> {
    let metric = reply.values.iter().find(|values| values.name == control::REGISTER)?;
    match &metric.instances.first()?.value {
        Atom::Text(text) => Some(text),
        Atom::U64(_) | Atom::I64(_) | Atom::F64(_) => None,
    }
}
