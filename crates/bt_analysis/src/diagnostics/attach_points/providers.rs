//! The name of a probe type: unknown, of another release, or a wildcard that means none.

use bt_catalog::{PROBE_TYPES, PROBE_TYPES_IGNORE_CASE, ProbeType, Version, did_you_mean, probe_type};
use bt_syntax::Span;
use bt_syntax::tree::AttachPoint;

use super::INVALID;
use crate::Diagnostic;
use crate::diagnostics::{Context, short};

/// Code of a name that no probe type has.
const UNKNOWN: &str = "unknown-probe-type";
/// The release that calls `kfunc` and `kretfunc` also `fentry` and `fexit`.
const FENTRY: Version = Version::new(0, 20);
/// The release that takes a name before each attach point.
const NAMES: Version = Version::new(0, 25);
/// The release that takes a wildcard for the type.
const WILDCARDS: Version = Version::new(0, 14);

/// The type of an attach point, or what is wrong with its name; that is nothing if it cannot be told.
pub(super) fn known(
    context: &Context<'_>,
    point: AttachPoint,
    has_wildcard: bool,
) -> Result<&'static ProbeType, Option<Diagnostic>> {
    let provider = point.provider.text(context.source);
    if let Some(known) = probe_type(provider) {
        return match old_name(known, provider, context.target) {
            Some(old) => Err(Some(wrong_name(point.provider, provider, old, context.target))),
            None => Ok(known),
        };
    }
    Err(match provider.as_bytes() {
        [] => Some(missing(point)),
        _ if has_wildcard && provider.contains('*') => wildcard(context, provider, point),
        _ if provider.contains('[') => None,
        [b'"', .., b'"'] => None,
        [b'"', ..] => Some(
            Diagnostic::error(UNKNOWN, point.span, "a colon in quotes separates nothing")
                .with_hint("quote what is behind the colon: `kprobe:\"vfs_read\"`"),
        ),
        _ if is_named(provider, context.target) => None,
        _ => Some(unknown(point, provider)),
    })
}

/// Whether it is a type with a name before it, `name=kprobe`.
fn is_named(provider: &str, target: Version) -> bool {
    let named = provider.split_once('=').filter(|_| target >= NAMES);
    named.is_some_and(|(_, provider)| probe_type(provider).is_some())
}

/// The name that the target knows instead of `provider`.
fn old_name(known: &ProbeType, provider: &str, target: Version) -> Option<&'static str> {
    match known.name {
        "fentry" if ["fentry", "f"].contains(&provider) && target < FENTRY => Some("kfunc"),
        "fexit" if ["fexit", "fr"].contains(&provider) && target < FENTRY => Some("kretfunc"),
        name if !known.has_name(provider) && target < PROBE_TYPES_IGNORE_CASE => Some(name),
        _ => None,
    }
}

fn wrong_name(span: Span, provider: &str, old: &str, target: Version) -> Diagnostic {
    let message = format!("bpftrace {} does not know `{provider}` by this name", short(target));
    Diagnostic::error(UNKNOWN, span, message).with_hint(format!("it is called `{old}`")).with_replacement(old)
}

fn missing(point: AttachPoint) -> Diagnostic {
    Diagnostic::error(UNKNOWN, point.span, "there is no probe type before the colon")
        .with_hint("begin with a type, as in `kprobe:vfs_read`")
}

fn unknown(point: AttachPoint, provider: &str) -> Diagnostic {
    let names = PROBE_TYPES.iter().flat_map(|known| known.aliases.iter().copied().chain([known.name]));
    // One-letter aliases are near to everything.
    let meant = did_you_mean(provider, names.filter(|name| name.len() > 2));
    let found = Diagnostic::error(UNKNOWN, point.provider, format!("there is no probe type `{provider}`"))
        .with_meant(meant);
    if found.hint.is_some() || point.provider != point.span {
        return found;
    }
    found
        .with_hint("an attach point begins with its type: `kprobe:vfs_read`, `tracepoint:sched:sched_switch`")
}

fn wildcard(context: &Context<'_>, provider: &str, point: AttachPoint) -> Option<Diagnostic> {
    let target = context.target;
    if target < WILDCARDS {
        let message = format!("bpftrace {} takes no wildcard as a probe type", short(target));
        return (target < Version::new(0, 12)).then(|| Diagnostic::error(UNKNOWN, point.provider, message));
    }
    if provider.contains(['[', '?']) {
        return None;
    }
    let names = || PROBE_TYPES.iter().flat_map(|known| known.aliases.iter().copied().chain([known.name]));
    if !names().any(|name| matches_wildcard(provider, name)) {
        return Some(
            Diagnostic::error(UNKNOWN, point.provider, format!("no probe type matches `{provider}`"))
                .with_hint("`k*probe` means kprobe and kretprobe, `*` every type of the kernel"),
        );
    }
    if point.provider != point.span {
        return without_wildcards(provider, point, context);
    }
    // Without a colon it would be every attach point of every type, and some of them take no wildcards.
    Some(
        Diagnostic::error(INVALID, point.span, format!("`{provider}` needs something to attach to"))
            .with_hint("write it as `k*probe:vfs_read`"),
    )
}

/// A wildcard that means types which do not take what stands behind the colon.
fn without_wildcards(provider: &str, point: AttachPoint, context: &Context<'_>) -> Option<Diagnostic> {
    let behind = Span::new(point.provider.end, point.span.end).text(context.source);
    // With a path it means types of programs only.
    if behind.contains('/') {
        return None;
    }
    let means = |name| matches_wildcard(provider, name);
    let is_both = means("software") && means("hardware");
    let takes_none = ["software", "hardware", "iter"].into_iter().find(|name| means(name))?;
    (is_both || behind.contains('*')).then(|| {
        let message = format!("`{provider}` means also {takes_none}, which has no such attach point");
        Diagnostic::error(INVALID, point.span, message)
            .with_hint("narrow the wildcard: `k*probe` or `*probe`")
    })
}

/// Whether `name` is meant by `pattern`, in which `*` stands for any text. Their case counts nothing.
fn matches_wildcard(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let last = pieces.next_back().unwrap_or_default();
    let (first, last) = (first.to_ascii_lowercase(), last.to_ascii_lowercase());
    let name = name.to_ascii_lowercase();
    let Some(inner) = name.strip_prefix(&first).and_then(|rest| rest.strip_suffix(&last)) else {
        return false;
    };
    let mut rest = inner;
    for piece in pieces {
        match rest.find(&piece.to_ascii_lowercase()) {
            Some(position) => rest = &rest[position + piece.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn unknown_types() {
        check(
            "kprob:f { @ = 1; } *:syscalls:x, KPROBE:f { @ = 2; } foo:bar { @ = 3; } vfs_read { @ = 4; }",
            expect![[r#"
                error[unknown-probe-type] `kprob`: there is no probe type `kprob`
                  hint: did you mean `kprobe`?
                  Change it to `kprobe`: "kprobe:f { @ = 1; } *:syscalls:x, KPROBE:f { @ = 2; } foo:bar { @ = 3; } vfs_read { @ = 4; }"
                error[invalid-attach-point] `*:syscalls:x`: `*` means also software, which has no such attach point
                  hint: narrow the wildcard: `k*probe` or `*probe`
                error[unknown-probe-type] `foo`: there is no probe type `foo`
                error[unknown-probe-type] `vfs_read`: there is no probe type `vfs_read`
                  hint: an attach point begins with its type: `kprobe:vfs_read`, `tracepoint:sched:sched_switch`
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
                  hint: a `watchpoint` stops the program for a moment
            "#]],
        );
    }

    #[test]
    fn older_names() {
        let script = "begin { @ = 1; } fentry:f { @ = 2; } f:g { @ = 3; }";
        check(script, expect![[""]]);
        check("a=BEGIN, b=END { @ = 1; }", expect![[""]]);
        check_old(
            script,
            expect![[r#"
                error[unknown-probe-type] `begin`: bpftrace 0.17 does not know `begin` by this name
                  hint: it is called `BEGIN`
                  Change it to `BEGIN`: "BEGIN { @ = 1; } fentry:f { @ = 2; } f:g { @ = 3; }"
                error[unknown-probe-type] `fentry`: bpftrace 0.17 does not know `fentry` by this name
                  hint: it is called `kfunc`
                  Change it to `kfunc`: "begin { @ = 1; } kfunc:f { @ = 2; } f:g { @ = 3; }"
                error[unknown-probe-type] `f`: bpftrace 0.17 does not know `f` by this name
                  hint: it is called `kfunc`
                  Change it to `kfunc`: "begin { @ = 1; } fentry:f { @ = 2; } kfunc:g { @ = 3; }"
            "#]],
        );
    }

    #[test]
    fn wildcards() {
        check(
            "k*probe:vfs_read { @ = 1; } *nosuch*:f { @ = 1; } * { @ = 1; } :f { @ = 1; } *ware:* { @ = 1; }\n\
             \"kprobe:f\" { @ = 1; } uprobe:/a:f(int, int) { @ = 1; }",
            expect![[r#"
                error[unknown-probe-type] `*nosuch*`: no probe type matches `*nosuch*`
                  hint: `k*probe` means kprobe and kretprobe, `*` every type of the kernel
                error[invalid-attach-point] `*`: `*` needs something to attach to
                  hint: write it as `k*probe:vfs_read`
                error[unknown-probe-type] `:f`: there is no probe type before the colon
                  hint: begin with a type, as in `kprobe:vfs_read`
                error[invalid-attach-point] `*ware:*`: `*ware` means also software, which has no such attach point
                  hint: narrow the wildcard: `k*probe` or `*probe`
                error[unknown-probe-type] `"kprobe:f"`: a colon in quotes separates nothing
                  hint: quote what is behind the colon: `kprobe:"vfs_read"`
                error[unknown-probe-type] `int)`: there is no probe type `int)`
                  hint: an attach point begins with its type: `kprobe:vfs_read`, `tracepoint:sched:sched_switch`
            "#]],
        );
        for (pattern, name, matches) in [
            ("*", "kprobe", true),
            ("k*probe", "kretprobe", true),
            ("K*", "kprobe", true),
            ("*ret*", "uretprobe", true),
            ("u*e*t", "uprobe", false),
            ("kprobe*kprobe", "kprobe", false),
        ] {
            assert_eq!(matches_wildcard(pattern, name), matches, "{pattern} {name}");
        }
    }
}
