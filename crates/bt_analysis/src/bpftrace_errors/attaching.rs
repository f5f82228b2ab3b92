//! What could not be attached: which attach point of the script is meant, and why the kernel refused.

use bt_catalog::{Presence, Version, probe_type};
use bt_syntax::Span;

use super::script::Script;
use crate::{Diagnostic, Severity};

/// What the kernel answers when a probe has its 64 programs (`BPF_TRACE_MAX_PROGS`), E2BIG, in the words of libraries.
const TOO_MANY_PROGRAMS: [&str; 2] = ["Argument list too long", "E2BIG"];
/// Stand in what is said when a program could not be attached.
const ATTACHING: [&str; 2] = ["PERF_EVENT_IOC_SET_BPF", "attach"];
/// Stands in what is said of a wildcard that matches too much.
const TOO_MANY_PROBES: &str = "probes because it exceeds";
/// How 0.12 to 0.20 die of a probe type that they do not know.
const UNKNOWN_PROVIDER: &str = "Invalid probe type made it to attachpoint parser";
const OLD: Version = Version::new(0, 17);
/// Start what does not stand for itself in an attach point.
const WILDCARDS: [char; 4] = ['*', '?', '[', '$'];
/// Words of a message that are looked at.
const MAX_WORDS: usize = 64;

/// The attach point that a message without a place names: by the probe, as `kprobe:vfs_read`, or by the program that was
/// made for it, as `kprobe_vfs_read_1`.
pub(super) fn attach_point(message: &str, script: &Script<'_>) -> Option<Span> {
    let points = || script.program.probes().flat_map(|probe| &probe.attach_points).map(|point| point.span);
    if message.contains(TOO_MANY_PROBES) {
        return points().find(|span| span.text(script.source).contains(WILDCARDS));
    }
    if message.contains(UNKNOWN_PROVIDER) {
        return script.program.probes().flat_map(|probe| &probe.attach_points).find_map(|point| {
            let name = point.provider.text(script.source);
            let is_known = probe_type(name)
                .is_some_and(|known| known.has_name(name) && known.lifetime.at(OLD) == Presence::Known);
            (!is_known).then_some(point.span)
        });
    }
    let words = message.split([' ', '\'', '"']).take(MAX_WORDS);
    words.map(|word| word.trim_end_matches(['.', ',', ';', ':'])).find_map(|word| {
        let likeness = |span: Span| Some((likeness(word, span.text(script.source))?, span));
        let best =
            points().filter_map(likeness).reduce(|best, next| if next.0 > best.0 { next } else { best });
        best.map(|(_, span)| span)
    })
}

/// How much of an attach point a message names: all of it, what stands before its wildcard, or only the end of it, if
/// the path before that was resolved.
fn likeness(word: &str, point: &str) -> Option<usize> {
    let point = point.replace('"', "");
    let (provider, target) = point.split_once(':').unwrap_or((&point, ""));
    let provider = probe_type(provider)?.name;
    if is_program(word, provider, target) {
        return Some(usize::MAX);
    }
    // A file and its function, without a probe type.
    if word.contains(':') && word == target {
        return Some(usize::MAX);
    }
    let (word_provider, word_target) = word.split_once(':').unwrap_or((word, ""));
    if probe_type(word_provider)?.name != provider {
        return None;
    }
    let literal = target.find(WILDCARDS).map(|end| &target[..end]);
    let function = |target: &str| target.rsplit(':').next().map(str::to_string);
    match literal {
        _ if word_target == target => Some(usize::MAX),
        Some(literal) if word_target.starts_with(literal) => Some(literal.len() + 1),
        None if function(word_target) == function(target) => Some(0),
        _ => None,
    }
}

/// Whether `word` is the name of the program for an attach point: what is no letter or digit is `_`, and a number follows.
fn is_program(word: &str, provider: &str, target: &str) -> bool {
    let Some((name, number)) = word.rsplit_once('_') else { return false };
    let separator = if target.is_empty() { "" } else { "_" };
    let expected: String = format!("{provider}{separator}{target}")
        .chars()
        .map(|one| if one.is_ascii_alphanumeric() { one } else { '_' })
        .collect();
    !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && name.eq_ignore_ascii_case(&expected)
}

/// Says what it means that a program could not be attached because of "Argument list too long".
pub(super) fn explain_too_many_programs(found: &mut [Diagnostic]) {
    let has = |message: &str, words: &[&str]| words.iter().any(|word| message.contains(word));
    let is_cause =
        |finding: &Diagnostic| has(&finding.message, &TOO_MANY_PROGRAMS) && has(&finding.message, &ATTACHING);
    if !found.iter().any(is_cause) {
        return;
    }
    for finding in found {
        if finding.severity == Severity::Error && has(&finding.message, &ATTACHING) {
            finding.message += ": the kernel runs at most 64 programs on one probe, and all are taken";
            finding.hint = Some("stop other scripts or tools that use this probe".into());
        }
    }
}
