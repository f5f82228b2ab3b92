//! What bpftrace still takes, but has a newer way for.

use bt_catalog::{ReplacedKind, Version, replacement};
use bt_syntax::Span;
use bt_syntax::tree::AttachPoint;

use super::{Context, Findings, short};
use crate::Diagnostic;
use crate::usage::Syntax;

const CODE: &str = "deprecated";
/// The release that warns of `while`.
const WHILE: Version = Version::new(0, 25);
/// The release whose `.` reads through pointers, so that nobody has to write `->` any more.
const DOTS: Version = Version::new(0, 25);
/// The release that calls itself `fentry` what was `kfunc` before.
const FENTRY: Version = Version::new(0, 22);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    if context.target >= WHILE {
        let loops = context.usage.syntax.iter().filter(|(syntax, _)| *syntax == Syntax::While);
        found.extend(loops.map(|(_, span)| deprecated_while(context, *span)));
    }
    if context.target >= DOTS {
        found.extend(arrows_of_args(context));
    }
    if context.target >= FENTRY {
        let points = context.parse.program.probes().flat_map(|probe| &probe.attach_points);
        found.extend(points.filter_map(|point| old_probe_type(context, *point)));
    }
}

fn deprecated_while(context: &Context<'_>, span: Span) -> Diagnostic {
    let keyword = Span::new(span.start, span.start + "while".len() as u32);
    debug_assert_eq!(keyword.text(context.source), "while");
    Diagnostic::info(CODE, keyword, format!("bpftrace warns of `while` since {}", short(WHILE)))
        .with_hint("`for ($i : 0..10) { ... }` counts, and `break` leaves it early")
}

/// `args->x`, which was the only way before 0.19. The first one stands for all.
fn arrows_of_args(context: &Context<'_>) -> Option<Diagnostic> {
    let syntax = context.usage.syntax.iter();
    let mut arrows = syntax.filter(|(syntax, _)| *syntax == Syntax::ArrowOfArgs).map(|(_, span)| *span);
    let first = arrows.next()?;
    let edits = std::iter::once(first).chain(arrows).map(|arrow| (arrow, ".".to_string())).collect();
    Some(
        Diagnostic::info(CODE, first, "`args` is no pointer any more, though `->` is still taken")
            .with_hint("newer scripts write `args.name`; releases before 0.19 want `->`")
            .with_fix("Write `.` behind every `args`", edits),
    )
}

fn old_probe_type(context: &Context<'_>, point: AttachPoint) -> Option<Diagnostic> {
    let name = point.provider.text(context.source);
    // Both ways of writing BEGIN are as good.
    if name != "kfunc" && name != "kretfunc" {
        return None;
    }
    let known = replacement(ReplacedKind::ProbeType, name)?;
    let message = format!("`{name}` is the old name of `{}`", known.new);
    Some(Diagnostic::info(CODE, point.provider, message).with_replacement(known.new))
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn old_ways() {
        let script = "kfunc:f { @a = args->x; @b = args->y->z; }\n\
                      BEGIN { $i = 0; while ($i < 3) { $i++; } @c = $i; }";
        check(
            script,
            expect![[r#"
                info[deprecated] `kfunc`: `kfunc` is the old name of `fentry`
                  Change it to `fentry`: "fentry:f { @a = args->x; @b = args->y->z; }\nBEGIN { $i = 0; while ($i < 3) { $i++; } @c = $i; }"
                info[deprecated] `->`: `args` is no pointer any more, though `->` is still taken
                  hint: newer scripts write `args.name`; releases before 0.19 want `->`
                  Write `.` behind every `args`: "kfunc:f { @a = args.x; @b = args.y->z; }\nBEGIN { $i = 0; while ($i < 3) { $i++; } @c = $i; }"
                info[deprecated] `while`: bpftrace warns of `while` since 0.25
                  hint: `for ($i : 0..10) { ... }` counts, and `break` leaves it early
            "#]],
        );
        check_old(script, expect![[""]]);
    }
}
