//! An attach point of an unknown type, or not written as its type wants it.

use bt_catalog::{
    PROBE_TYPES, PROBE_TYPES_IGNORE_CASE, Presence, ProbeType, Target, Version, did_you_mean, probe_type,
};
use bt_syntax::Span;
use bt_syntax::tree::AttachPoint;

use super::{Context, Findings, short};
use crate::Diagnostic;

/// The release that takes `interval:1s` for `interval:s:1`.
const TWO_PART_INTERVALS: Version = Version::new(0, 24);
/// The release that calls `kfunc` and `kretfunc` also `fentry` and `fexit`.
const FENTRY: Version = Version::new(0, 20);
/// Units of interval and profile probes.
const UNITS: [&str; 4] = ["us", "ms", "s", "hz"];

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let points = context.parse.program.probes().flat_map(|probe| &probe.attach_points);
    found.extend(points.filter_map(|point| diagnostic(context, *point)));
}

fn diagnostic(context: &Context<'_>, point: AttachPoint) -> Option<Diagnostic> {
    let provider = point.provider.text(context.source);
    let text = point.span.text(context.source);
    // A wildcard or a parameter of the script can be anything.
    if provider.is_empty() || !provider.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    let Some(known) = probe_type(provider) else { return Some(unknown(point.provider, provider)) };
    if known.lifetime.at(context.target) != Presence::Known {
        return None;
    }
    if let Some(old) = old_name(known, provider, context.target) {
        return Some(wrong_name(point.provider, provider, old, context.target));
    }
    if known.is_bare() != (point.provider == point.span) {
        return Some(incomplete(known, point.span));
    }
    if known.target == Target::Names
        && let Some(slash) = text.find('/').filter(|_| !text.contains('"'))
    {
        return Some(glued_predicate(point.span, slash));
    }
    match known.name {
        "interval" | "profile" => interval(known, text, point.span, context.target),
        _ => None,
    }
}

/// The name that the target knows instead of `provider`.
fn old_name(known: &ProbeType, provider: &str, target: Version) -> Option<&'static str> {
    match known.name {
        "fentry" if provider == "fentry" && target < FENTRY => Some("kfunc"),
        "fexit" if provider == "fexit" && target < FENTRY => Some("kretfunc"),
        name if !known.has_name(provider) && target < PROBE_TYPES_IGNORE_CASE => Some(name),
        _ => None,
    }
}

fn wrong_name(span: Span, provider: &str, old: &str, target: Version) -> Diagnostic {
    let message = format!("bpftrace {} does not know `{provider}` by this name", short(target));
    Diagnostic::error("unknown-probe-type", span, message)
        .with_hint(format!("it is called `{old}`"))
        .with_replacement(old)
}

fn unknown(span: Span, provider: &str) -> Diagnostic {
    let names = PROBE_TYPES.iter().flat_map(|known| known.aliases.iter().copied().chain([known.name]));
    // One-letter aliases are near to everything.
    let meant = did_you_mean(provider, names.filter(|name| name.len() > 2));
    Diagnostic::error("unknown-probe-type", span, format!("there is no probe type `{provider}`"))
        .with_meant(meant)
}

fn incomplete(known: &ProbeType, span: Span) -> Diagnostic {
    Diagnostic::error(
        "invalid-attach-point",
        span,
        if known.is_bare() {
            format!("{} takes nothing behind it", known.name)
        } else {
            format!("{} needs something to attach to", known.name)
        },
    )
    .with_hint(format!("it is written as `{}`", known.form))
}

fn glued_predicate(span: Span, slash: usize) -> Diagnostic {
    let position = span.start + slash as u32;
    Diagnostic::error(
        "invalid-attach-point",
        Span::new(position, span.end),
        "this belongs to the attach point",
    )
    .with_hint("put a blank before the `/` of a predicate")
    .with_fix("Insert a blank", vec![(Span::empty(position), " ".to_string())])
}

fn interval(known: &ProbeType, text: &str, span: Span, target: Version) -> Option<Diagnostic> {
    let parts: Vec<&str> = text.split(':').collect();
    let invalid = |message: String| {
        Some(Diagnostic::error("invalid-attach-point", span, message).with_hint(format!(
            "it is written as `{0}:s:1` or `{0}:hz:99`; units are us, ms, s, hz",
            known.name
        )))
    };
    match parts[..] {
        [_, unit, _] if !unit.contains('$') && !UNITS.contains(&unit) => {
            invalid(format!("`{unit}` is no unit of time"))
        }
        [_, _, count] if !count.contains('$') && !count.starts_with(|first: char| first.is_ascii_digit()) => {
            invalid(format!("`{count}` is no number"))
        }
        [_, _] if target < TWO_PART_INTERVALS => invalid(format!("{} needs a unit and a number", known.name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn unknown_types() {
        check(
            "kprob:f { @ = 1; } $1:f, *:syscalls:x, KPROBE:f { @ = 2; } foo:bar { @ = 3; }",
            expect![[r#"
                error[unknown-probe-type] `kprob`: there is no probe type `kprob`
                  hint: did you mean `kprobe`?
                  Change it to `kprobe`: "kprobe:f { @ = 1; } $1:f, *:syscalls:x, KPROBE:f { @ = 2; } foo:bar { @ = 3; }"
                error[unknown-probe-type] `foo`: there is no probe type `foo`
            "#]],
        );
        check_old(
            "rawtracepoint:f { @ = 1; }",
            expect![[r#"
                error[newer-feature] `rawtracepoint`: rawtracepoint does not exist in bpftrace 0.17
                  hint: it came with 0.18
            "#]],
        );
        check(
            "asyncwatchpoint:0x1:8:w { @ = 1; }",
            expect![[r#"
                error[removed-feature] `asyncwatchpoint`: asyncwatchpoint does not exist any more: bpftrace 0.25 removed it
            "#]],
        );
    }

    #[test]
    fn older_names() {
        let script = "begin { @ = 1; } fentry:f { @ = 2; } f:g { @ = 3; }";
        check(script, expect![[""]]);
        check_old(
            script,
            expect![[r#"
            error[unknown-probe-type] `begin`: bpftrace 0.17 does not know `begin` by this name
              hint: it is called `BEGIN`
              Change it to `BEGIN`: "BEGIN { @ = 1; } fentry:f { @ = 2; } f:g { @ = 3; }"
            error[unknown-probe-type] `fentry`: bpftrace 0.17 does not know `fentry` by this name
              hint: it is called `kfunc`
              Change it to `kfunc`: "begin { @ = 1; } kfunc:f { @ = 2; } f:g { @ = 3; }"
        "#]],
        );
    }

    #[test]
    fn forms() {
        check(
            "kprobe { @ = 1; } BEGIN:x { @ = 1; } interval:day:1 { @ = 1; } interval:s:x { @ = 1; }\n\
             profile:hz:99/pid/ { @ = 1; } profile:hz:$1 { @ = 1; } interval:1s { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `kprobe`: kprobe needs something to attach to
                  hint: it is written as `kprobe:[module:]function[+offset]`
                error[invalid-attach-point] `BEGIN:x`: BEGIN takes nothing behind it
                  hint: it is written as `BEGIN`
                error[invalid-attach-point] `interval:day:1`: `day` is no unit of time
                  hint: it is written as `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                error[invalid-attach-point] `interval:s:x`: `x` is no number
                  hint: it is written as `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                error[invalid-attach-point] `/pid/`: this belongs to the attach point
                  hint: put a blank before the `/` of a predicate
                  Insert a blank: "kprobe { @ = 1; } BEGIN:x { @ = 1; } interval:day:1 { @ = 1; } interval:s:x { @ = 1; }\nprofile:hz:99 /pid/ { @ = 1; } profile:hz:$1 { @ = 1; } interval:1s { @ = 1; }"
            "#]],
        );
    }
}
