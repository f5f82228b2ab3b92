//! The scripts that panels show: the version whose samples are drawn, and the one that will replace it.

use bt_lifecycle::browser::{Lease, RegistrationState, ScriptText};
use bt_metrics::control;
use bt_series::Store;
use litemap::LiteMap;

use super::Session;
use super::metric::Metric;
use super::script::Script;

/// A script that panels show, as often as they share it. The host may forget it and register it anew, so there are two
/// of its registrations at times.
#[derive(Debug, Default)]
pub(crate) struct SharedScript {
    /// The registration whose samples are drawn; they outlive it, so that a panel never goes blank.
    pub(crate) shown: Option<Script>,
    /// The registration that has no data yet.
    pub(crate) next: Option<Script>,
    /// Findings of the host about a script that was refused or failed.
    pub(crate) diagnostics: Vec<control::Diagnostic>,
    /// How often the host has forgotten it since it last told its state.
    pub(crate) losses: u32,
}

impl SharedScript {
    /// The registration that the machine is about.
    pub(crate) fn current(&self) -> Option<&Script> {
        self.next.as_ref().or(self.shown.as_ref())
    }

    /// What the host answers wrongly about it, though the connection stands.
    pub(crate) fn trouble(&self) -> Option<String> {
        // A host that was restarted forgets it once.
        let is_lost = (self.losses > 1)
            .then(|| format!("the host takes the script and then does not know it ({} times)", self.losses));
        is_lost.or_else(|| self.both().find_map(|script| Some(script.trouble()?.to_string())))
    }

    /// Both registrations.
    pub(crate) fn both(&self) -> impl Iterator<Item = &Script> {
        self.shown.iter().chain(&self.next)
    }

    /// Both registrations.
    pub(crate) fn both_mut(&mut self) -> impl Iterator<Item = &mut Script> {
        self.shown.iter_mut().chain(&mut self.next)
    }

    /// Shows the next registration as soon as it has data or its process has ended, forgets it if it failed.
    pub(crate) fn settle(&mut self, state: &RegistrationState, store: &mut Store) {
        let unused = match state {
            state if state.can_be_shown() && self.next.is_some() => {
                std::mem::replace(&mut self.shown, self.next.take())
            }
            RegistrationState::Failed { .. } | RegistrationState::Idle | RegistrationState::Parked => {
                self.next.take()
            }
            _ => None,
        };
        if let Some(unused) = unused {
            unused.free(store);
        }
    }

    /// Frees all samples.
    pub(crate) fn free(self, store: &mut Store) {
        self.shown.into_iter().chain(self.next).for_each(|script| script.free(store));
    }
}

impl Session {
    /// The registration whose samples `target` draws.
    pub(super) fn shown(&self, target: &str) -> Option<&Script> {
        let shown = self.subscriptions.target(target)?.shown.as_ref()?;
        self.scripts.get(&shown.text)?.shown.as_ref()
    }

    /// The scripts that the host counts for us, with their texts.
    pub(super) fn held(&self) -> impl Iterator<Item = (&ScriptText, &Script)> {
        self.scripts.iter().flat_map(|(text, shared)| {
            let lease = self.lease(text);
            shared.both().filter(move |script| Some(&script.lease) == lease).map(move |script| (text, script))
        })
    }

    /// The scripts whose values may change: those that the host counts for us, unless their process has ended and their
    /// last values are known.
    pub(super) fn polled(&self) -> impl Iterator<Item = &Script> {
        let has_ended = |text: &ScriptText| {
            let registration = self.subscriptions.registration(text);
            matches!(registration.map(|one| &one.state), Some(RegistrationState::Stopped { .. }))
        };
        self.held()
            .filter(move |(text, script)| !(has_ended(text) && script.is_read_out()))
            .map(|(_, script)| script)
    }

    /// The registration that the host counts for the script.
    pub(super) fn lease(&self, text: &str) -> Option<&Lease> {
        self.subscriptions.registration(text)?.state.lease()
    }
}

/// All registrations of all scripts.
pub(crate) fn all_scripts_mut(
    scripts: &mut LiteMap<ScriptText, SharedScript>,
) -> impl Iterator<Item = &mut Script> {
    scripts.iter_mut().flat_map(|(_, shared)| shared.both_mut())
}

/// The metric of that name in every registration.
pub(crate) fn all_metrics_mut<'a>(
    scripts: &'a mut LiteMap<ScriptText, SharedScript>,
    name: &'a str,
) -> impl Iterator<Item = &'a mut Metric> {
    all_scripts_mut(scripts).flat_map(Script::metrics_mut).filter(move |metric| metric.name == name)
}
