//! Attach points: probe types, what only bpftrace itself knows of them, and the names of the host.

use bt_catalog::{
    Constant, ConstantKind, PROBE_TYPES, PROBE_TYPES_IGNORE_CASE, Presence, ProbeType, Target, Version,
    constants, probe_type,
};

use super::{CompletionItem, CompletionKind, MAX_ITEMS, Proposals};
use crate::ProbeIndex;
use crate::ranking::Match;

/// Probe types as long as there is no colon, and the host's probes as soon as something was typed.
pub(super) fn propose(proposals: &mut Proposals<'_>, target: Version, probes: Option<&ProbeIndex>) {
    match proposals.typed.split_once(':') {
        None => propose_types(proposals, target),
        Some((provider, _)) => {
            if let Some(known) = probe_type(provider).filter(|known| is_known(known, target)) {
                propose_constants(proposals, known, provider, target);
            }
        }
    }
    let Some(probes) = probes.filter(|_| !proposals.typed.is_empty()) else { return };
    let has_been_proposed = |name: &String| proposals.items.iter().any(|(_, item)| &item.label == name);
    let names: Vec<String> = probes
        .search(proposals.typed, MAX_ITEMS)
        .into_iter()
        .filter(|name| !has_been_proposed(name))
        .collect();
    for name in names {
        let known = probe_type(name.split(':').next().unwrap_or_default());
        let (detail, documentation) = known.map_or(("", ""), |known| (known.name, known.summary));
        proposals.ordered.push(CompletionItem::plain(&name, CompletionKind::Probe, detail, documentation));
    }
}

fn is_known(known: &ProbeType, target: Version) -> bool {
    known.lifetime.at(target) == Presence::Known
}

fn propose_types(proposals: &mut Proposals<'_>, target: Version) {
    for known in PROBE_TYPES.iter().filter(|known| is_known(known, target)) {
        let insert = insert_text(known, target);
        let label = if known.is_bare() { insert.as_str() } else { known.name };
        let item = CompletionItem::plain(label, CompletionKind::Probe, known.form, known.summary);
        // `t` is a tracepoint before it is anything that begins so.
        if known.aliases.contains(&proposals.typed) {
            proposals.items.push((Match::Prefix, item.inserting(insert)));
        } else {
            proposals.add(item.inserting(insert));
        }
    }
}

/// Newer releases write `begin`, older ones know only `BEGIN`.
fn insert_text(known: &ProbeType, target: Version) -> String {
    match (known.target, known.name) {
        (Target::Nothing, name) if target >= PROBE_TYPES_IGNORE_CASE => name.to_ascii_lowercase(),
        (Target::Nothing, name) => name.to_string(),
        (_, name) => format!("{name}:"),
    }
}

/// The names behind the colon that do not depend on the host.
fn propose_constants(proposals: &mut Proposals<'_>, known: &ProbeType, written: &str, target: Version) {
    let (kind, count) = match known.name {
        "software" => (ConstantKind::SoftwareEvent, ""),
        "hardware" => (ConstantKind::HardwareEvent, ""),
        "interval" => (ConstantKind::IntervalUnit, ":${1:1}"),
        "profile" => (ConstantKind::IntervalUnit, ":${1:99}"),
        "self" => (ConstantKind::SelfSignal, ""),
        _ => return,
    };
    let between = if kind == ConstantKind::SelfSignal { ":signal:" } else { ":" };
    let is_there = |constant: &&Constant| constant.lifetime.at(target) == Presence::Known;
    for constant in constants(kind).filter(is_there) {
        let label = format!("{written}{between}{}", constant.name);
        let insert = format!("{label}{count}");
        let item = CompletionItem::plain(&label, CompletionKind::Probe, known.form, constant.summary);
        proposals.add(item.inserting(insert));
    }
}
