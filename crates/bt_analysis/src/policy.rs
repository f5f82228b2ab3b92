//! What a host allows scripts to do, and where a script goes beyond it.

mod glob;
mod paths;
#[cfg(test)]
mod tests;

use bt_catalog::probe_type;
use bt_syntax::sort_by_number;

use crate::facts::{EffectFact, EffectKind, Facts, ProbeFact};
use crate::{Diagnostic, UNSAFE_FUNCTION, findings_to_watch};
use glob::{contains, overlaps};

/// Code of a finding that a policy made.
pub const POLICY: &str = "policy";

/// Keys of a map in the kernel, unless the host has another bound: bpftrace's own.
pub const MAP_KEYS: u32 = 4096;

/// What a host allows. The default allows to observe the kernel and programs, and nothing else.
///
/// Patterns are about attach points as `tracepoint:syscalls:sys_enter_read`, with `*` for any characters; a probe type
/// can be written by its short name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Functions that change the system (`system`, `signal`, `override`, …) or write files (`skboutput`, pinned
    /// iterators), and bounds of memory (`config = { max_map_keys = 1000000 }`).
    pub allow_unsafe: bool,
    /// `cat()`, which reads any file as root.
    pub allow_cat: bool,
    /// `#include` and `import`: the text of other files, parts of which show up in error messages. Macros of such a
    /// file can hide whatever else is denied.
    pub allow_include: bool,
    /// The only attach points that are allowed; empty for all. `BEGIN`, `END`, `interval` and `self` observe nothing
    /// and are always allowed, unless denied.
    pub allow_probes: Vec<String>,
    /// Attach points that are not allowed, whatever else is.
    pub deny_probes: Vec<String>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            allow_unsafe: false,
            allow_cat: false,
            allow_include: false,
            allow_probes: Vec::new(),
            deny_probes: vec!["iter:*".into()],
        }
    }
}

impl Policy {
    /// For scripts of whoever may do anything on the host anyway: all that bpftrace allows without `--unsafe`.
    pub fn trusting() -> Policy {
        Policy { allow_cat: true, allow_include: true, deny_probes: Vec::new(), ..Policy::default() }
    }

    /// Whether nothing is left to hide but what bpftrace itself wants `--unsafe` for, as when trusting.
    fn is_open(&self) -> bool {
        self.allow_cat && self.allow_include && self.allow_probes.is_empty() && self.deny_probes.is_empty()
    }
}

/// Probe types that observe nothing by themselves.
const ALWAYS_ALLOWED: [&str; 4] = ["BEGIN", "END", "interval", "self"];

/// Where a script goes beyond the policy: errors, in the order of the text.
pub fn policy_findings(facts: &Facts, policy: &Policy) -> Vec<Diagnostic> {
    let effects = facts.effects.iter().filter_map(|effect| effect_finding(effect, policy));
    let probes = facts.probes.iter().filter_map(|probe| probe_finding(probe, policy));
    let mut found: Vec<Diagnostic> = effects.chain(probes).take(crate::MAX_DIAGNOSTICS).collect();
    sort_by_number(&mut found, |diagnostic| u64::from(diagnostic.span.start));
    found
}

/// The findings of analysis and of the policy together, for a script that is to run and to be looked at. Where the
/// policy allows what changes the system, bpftrace is told so, too: then what analysis says of it is no error.
pub fn findings_under(policy: &Policy, facts: &Facts, analysis: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut found = findings_to_watch(analysis);
    // What the policy says of such a call is the same in other words.
    found.retain(|diagnostic| diagnostic.code != UNSAFE_FUNCTION);
    found.extend(policy_findings(facts, policy));
    sort_by_number(&mut found, Diagnostic::rank);
    found
}

fn effect_finding(effect: &EffectFact, policy: &Policy) -> Option<Diagnostic> {
    let only = "a script that only observes needs none; the administrator can set";
    let (is_allowed, what_it_does, hint) = match effect.kind {
        EffectKind::ChangesSystem => (policy.allow_unsafe, "changes the system", format!("{only} allow_unsafe in [policy]")),
        EffectKind::WritesFile => (policy.allow_unsafe, "writes a file", format!("{only} allow_unsafe in [policy]")),
        EffectKind::ReadsFile => (policy.allow_cat, "reads a file of the host", format!("{only} allow_cat in [policy]")),
        EffectKind::TakesText => (policy.allow_include, "reads other files", format!("{only} allow_include in [policy]")),
        EffectKind::HidesText => (
            policy.is_open(),
            "can hide what a script does",
            "define a number, a string, a name or an expression of those, on one line; write out anything else".into(),
        ),
        EffectKind::SetsBound => (
            policy.allow_unsafe || policy.is_open(),
            "sets a bound of its own",
            "leave it to the bounds of the host; the administrator can set allow_unsafe in [policy]".into(),
        ),
    };
    if is_allowed {
        return None;
    }
    let message = format!("{} {what_it_does}: the policy of this host denies it", effect.what);
    Some(Diagnostic::error(POLICY, effect.span, message).with_hint(hint))
}

fn probe_finding(probe: &ProbeFact, policy: &Policy) -> Option<Diagnostic> {
    if let Some((message, hint)) = paths::ambiguity(probe, policy) {
        return Some(Diagnostic::error(POLICY, probe.span, message).with_hint(hint));
    }
    let point = canonical(&probe.attach_point);
    let spellings = spellings(&point);
    let is_denied = |pattern: &String| {
        let pattern = canonical(pattern);
        spellings.iter().any(|point| overlaps(&pattern, &in_glob(point)))
    };
    let denied_by = policy.deny_probes.iter().find(|pattern| is_denied(pattern));
    if let Some(pattern) = denied_by {
        let message = format!("{} is denied by the policy of this host", probe.attach_point);
        return Some(
            Diagnostic::error(POLICY, probe.span, message)
                .with_hint(format!("the administrator denies {pattern} by deny_probes in [policy]")),
        );
    }
    let is_allowed = policy.allow_probes.is_empty()
        || probe.probe_type.is_some_and(|name| ALWAYS_ALLOWED.contains(&name))
        || policy.allow_probes.iter().any(|pattern| contains(&canonical(pattern), &point));
    if is_allowed {
        return None;
    }
    let message =
        format!("{} is not among the probes that the policy of this host allows", probe.attach_point);
    Some(
        Diagnostic::error(POLICY, probe.span, message)
            .with_hint(format!("allow_probes in [policy] has {}", policy.allow_probes.join(", "))),
    )
}

/// An attach point, or a pattern of them, with the full name of its probe type and without quotes and blanks.
fn canonical(point: &str) -> String {
    let plain: String = point.chars().filter(|one| *one != '"' && !one.is_whitespace()).collect();
    let (provider, rest) = plain.split_at(plain.find(':').unwrap_or(plain.len()));
    match probe_type(provider) {
        Some(known) => format!("{}{rest}", known.name),
        None => plain,
    }
}

/// Other ways to write an attach point, the given one first: a function of the kernel may have its module before it and
/// an offset behind it.
fn spellings(point: &str) -> Vec<String> {
    let mut spellings = vec![point.to_string()];
    let (provider, rest) = point.split_once(':').unwrap_or((point, ""));
    if ["kprobe", "kretprobe", "fentry", "fexit", "rawtracepoint"].contains(&provider) {
        let function = rest.rsplit(':').next().unwrap_or(rest);
        let function = function.split('+').next().unwrap_or(function);
        spellings.push(format!("{provider}:{function}"));
    }
    spellings
}

/// An attach point as a pattern of all that it may match: bpftrace also knows `?` and `[a-z]`, and parameters.
fn in_glob(point: &str) -> String {
    if !point.contains(['?', '[', '$']) {
        return point.to_string();
    }
    let cut = point.find(['?', '[', '$']).unwrap_or(point.len());
    format!("{}*", &point[..cut])
}
