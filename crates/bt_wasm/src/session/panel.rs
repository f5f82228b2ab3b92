//! One panel of the page: its script's machine, the version that is shown, and the one that will replace it.

use std::collections::BTreeMap;

use bt_lifecycle::browser::{Lease, Target, TargetState};
use bt_metrics::control;

use super::metric::Metric;
use super::script::Script;

/// The versions of all panels.
pub(crate) fn all_scripts_mut(panels: &mut BTreeMap<String, Panel>) -> impl Iterator<Item = &mut Script> {
    panels.values_mut().flat_map(Panel::scripts_mut)
}

/// The metric of that name in every version of all panels.
pub(crate) fn all_metrics_mut<'a>(
    panels: &'a mut BTreeMap<String, Panel>,
    name: &'a str,
) -> impl Iterator<Item = &'a mut Metric> {
    all_scripts_mut(panels)
        .flat_map(|script| script.metrics.values_mut())
        .filter(move |metric| metric.name == name)
}

/// One panel.
#[derive(Debug, Default)]
pub(crate) struct Panel {
    pub(crate) machine: Target,
    pub(crate) source: String,
    /// The version whose samples are drawn; it outlives its registration, so that a panel never goes blank.
    pub(crate) shown: Option<Script>,
    /// The version that has no data yet.
    pub(crate) next: Option<Script>,
    /// Findings of the host about a script that was refused or failed.
    pub(crate) diagnostics: Vec<control::Diagnostic>,
}

impl Panel {
    /// The version that the machine is about.
    pub(crate) fn current(&self) -> Option<&Script> {
        self.next.as_ref().or(self.shown.as_ref())
    }

    /// Both versions.
    pub(crate) fn scripts(&self) -> impl Iterator<Item = &Script> {
        self.shown.iter().chain(&self.next)
    }

    /// Both versions.
    pub(crate) fn scripts_mut(&mut self) -> impl Iterator<Item = &mut Script> {
        self.shown.iter_mut().chain(&mut self.next)
    }

    /// The versions whose values change: those that the host counts for us, unless their process has ended.
    pub(crate) fn polled(&self) -> impl Iterator<Item = &Script> {
        let has_ended = matches!(self.machine.state, TargetState::Stopped { .. });
        self.held().filter(move |_| !has_ended)
    }

    /// The versions that the host counts for us.
    pub(crate) fn held(&self) -> impl Iterator<Item = &Script> {
        self.scripts().filter(|script| self.holds(&script.lease))
    }

    /// Whether the host counts this registration for the panel.
    pub(crate) fn holds(&self, lease: &Lease) -> bool {
        self.machine.state.leases().any(|held| held == lease)
    }
}
