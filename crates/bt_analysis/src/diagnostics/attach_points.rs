//! An attach point of an unknown type, or not written as its type wants it.
//!
//! One file a family of probe types. What only the machine knows — which functions, events and binaries are there —
//! is not asked.

mod events;
mod iterators;
mod kernel_functions;
mod point;
mod providers;
mod script_probes;
mod timers;
mod tracepoints;
mod user_functions;
mod watchpoints;

use bt_catalog::{Presence, ProbeType, Target, Version};
use bt_syntax::Span;
use bt_syntax::tree::{AttachPoint, Probe};

use self::point::Point;
use super::{Context, Findings};
use crate::{Diagnostic, Severity};

/// Code of an attach point that is not written as its type wants it.
const INVALID: &str = "invalid-attach-point";

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for probe in context.parse.program.probes() {
        found.extend(probe.attach_points.iter().filter_map(|point| diagnostic(context, probe, *point)));
    }
}

fn diagnostic(context: &Context<'_>, probe: &Probe, point: AttachPoint) -> Option<Diagnostic> {
    let text = point.span.text(context.source);
    let signs = Signs::of(text);
    if signs.parameter {
        // What it stands for comes with the start of bpftrace.
        return point::parameter(text, point.span, context.target);
    }
    let known = match providers::known(context, point, signs.wildcard) {
        Ok(known) => known,
        Err(problem) => return problem,
    };
    if known.lifetime.at(context.target) != Presence::Known {
        return None;
    }
    if known.is_bare() != (point.provider == point.span) {
        return script_probes::bare(context, known, point);
    }
    if !signs.quote
        && signs.slash
        && known.target == Target::Names
        && let Some(slash) = text.find('/')
    {
        return Some(glued_predicate(text, point.span, slash));
    }
    if signs.at
        && let Some(at) = stray_at(known, text, context.target)
    {
        return Some(foreign_sign(point.span, at));
    }
    let point = Point::new(context, known, point);
    match known.name {
        "interval" | "profile" => timers::check(&point),
        "kprobe" | "kretprobe" => kernel_functions::check_kprobe(&point),
        "fentry" | "fexit" => kernel_functions::check_fentry(&point),
        "uprobe" | "uretprobe" => user_functions::check_uprobe(&point),
        "usdt" => user_functions::check_usdt(&point),
        "tracepoint" => tracepoints::check(&point),
        "rawtracepoint" => tracepoints::check_raw(&point),
        "software" | "hardware" => events::check(&point),
        "watchpoint" | "asyncwatchpoint" => watchpoints::check(&point),
        "iter" => iterators::check(context, &point, probe),
        "self" => script_probes::check_self(&point),
        "bench" | "test" => script_probes::check_named(&point),
        _ => None,
    }
}

/// Which signs of a meaning of their own are in an attach point.
#[derive(Clone, Copy, Default)]
struct Signs {
    parameter: bool,
    wildcard: bool,
    quote: bool,
    slash: bool,
    at: bool,
}

impl Signs {
    fn of(text: &str) -> Signs {
        let mut signs = Signs::default();
        for byte in text.bytes() {
            match byte {
                b'$' => signs.parameter = true,
                b'*' => signs.wildcard = true,
                b'"' => signs.quote = true,
                b'/' => signs.slash = true,
                b'@' => signs.at = true,
                _ => {}
            }
        }
        signs
    }
}

fn glued_predicate(text: &str, span: Span, slash: usize) -> Diagnostic {
    let position = span.start + slash as u32;
    let found = Diagnostic::error(INVALID, Span::new(position, span.end), "this belongs to the attach point")
        .with_hint("put a blank before the `/` of a predicate")
        .with_fix("Insert a blank", vec![(Span::empty(position), " ".to_string())]);
    // A wildcard that matches nothing is no error everywhere.
    let severity = if text.contains('*') { Severity::Warning } else { Severity::Error };
    Diagnostic { severity, ..found }
}

/// Where a `@` stands that is neither quoted nor that of a source line.
fn stray_at(known: &ProbeType, text: &str, target: Version) -> Option<usize> {
    let is_source_line = ["uprobe", "uretprobe"].contains(&known.name) || target < Version::new(0, 11);
    if is_source_line || text.contains('"') { None } else { text.find('@') }
}

fn foreign_sign(span: Span, at: usize) -> Diagnostic {
    let start = span.start + at as u32;
    Diagnostic::error(INVALID, Span::new(start, start + 1), "a name with `@` in it stands in quotes")
        .with_hint("quote the whole name")
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn a_predicate_without_a_blank() {
        check(
            "profile:hz:99/pid/ { @ = 1; } kprobe:vfs_*/pid/ { @ = 1; } usdt:/a@b:c { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `/pid/`: this belongs to the attach point
                  hint: put a blank before the `/` of a predicate
                  Insert a blank: "profile:hz:99 /pid/ { @ = 1; } kprobe:vfs_*/pid/ { @ = 1; } usdt:/a@b:c { @ = 1; }"
                warning[invalid-attach-point] `/pid/`: this belongs to the attach point
                  hint: put a blank before the `/` of a predicate
                  Insert a blank: "profile:hz:99/pid/ { @ = 1; } kprobe:vfs_* /pid/ { @ = 1; } usdt:/a@b:c { @ = 1; }"
                error[invalid-attach-point] `@`: a name with `@` in it stands in quotes
                  hint: quote the whole name
            "#]],
        );
    }

    #[test]
    fn parameters_of_the_script_can_be_anything() {
        check(
            "kprobe:$1 { @ = 1; } interval:s:$2 { @ = 1; } kprobe:$1a { @ = 1; } $1:f { @ = 1; }",
            expect![[r#""#]],
        );
        check(
            "kprobe:$f { @ = 1; } kprobe:$0 { @ = 1; } kprobe:$# { @ = 1; } uprobe:\"/bin/a$b\":f { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `$f`: this is no parameter of the script
                  hint: they are `$1`, `$2` and so on; a name with a `$` in it stands in quotes
                error[invalid-attach-point] `$0`: this is no parameter of the script
                  hint: they are `$1`, `$2` and so on; a name with a `$` in it stands in quotes
                error[invalid-attach-point] `$`: this is no parameter of the script
                  hint: they are `$1`, `$2` and so on; a name with a `$` in it stands in quotes
            "#]],
        );
        check_old(
            "kprobe:$1_a { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `$1`: bpftrace 0.17 takes no text behind a parameter
                  hint: quote it: `$1"_a"`
            "#]],
        );
    }
}
