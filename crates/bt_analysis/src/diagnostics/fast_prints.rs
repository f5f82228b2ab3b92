//! A script prints its maps more often than anybody can look at them.

use bt_syntax::literal::{Suffix, integer};
use bt_syntax::tree::AttachPoint;

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::Access;

/// Shortest time between two prints that is worth its cost, in nanoseconds: that of the shortest `// refresh:`.
const SHORTEST: u64 = 100_000_000;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let prints = context.usage.map_uses.iter().filter(|used| used.access == Access::Print);
    let mut numbers = prints.filter_map(|used| used.probe).peekable();
    if numbers.peek().is_none() {
        return;
    }
    for (number, probe) in context.parse.program.probes().enumerate() {
        let mut does_print = false;
        // Uses stand in the order of the probes.
        while numbers.next_if(|at| *at <= number).is_some() {
            does_print = true;
        }
        if !does_print || probe.predicate.is_some() {
            continue;
        }
        found.extend(probe.attach_points.iter().find_map(|point| too_fast(context, *point)));
    }
}

fn too_fast(context: &Context<'_>, point: AttachPoint) -> Option<Diagnostic> {
    let period = period_nanos(point.span.text(context.source))?;
    (period < SHORTEST).then(|| {
        let message = format!("the maps are printed {} times a second", 1_000_000_000 / period);
        Diagnostic::warning("fast-print", point.span, message)
            .with_hint("print them at most ten times a second: each print walks the whole map")
    })
}

/// The time between two firings of an interval or profile probe.
fn period_nanos(attach_point: &str) -> Option<u64> {
    let mut parts = attach_point.split(':');
    if !matches!(parts.next()?, "interval" | "i" | "profile" | "p") {
        return None;
    }
    let (first, second) = (parts.next()?, parts.next());
    let read = integer(second.unwrap_or(first)).ok().filter(|read| read.value > 0)?;
    match (first, second) {
        (_, None) => Some(read.value),
        _ if read.suffix == Suffix::Duration => None,
        ("us", _) => read.value.checked_mul(1_000),
        ("ms", _) => read.value.checked_mul(1_000_000),
        ("s", _) => read.value.checked_mul(1_000_000_000),
        ("hz", _) => Some(1_000_000_000_u64.checked_div(read.value)?.max(1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn slow_enough() {
        check(
            "kprobe:f { @a = count(); } interval:ms:100 { print(@a); } profile:hz:99 { @b = count(); }\n\
             interval:s:1 { print(@a); } interval:hz:99 { clear(@b); }",
            expect![[""]],
        );
    }

    #[test]
    fn too_fast() {
        check(
            "kprobe:f { @a = count(); } interval:ms:10 { print(@a); } interval:hz:50 { print(@a); } interval:20ms { print(@a); }",
            expect![[r#"
                warning[fast-print] `interval:ms:10`: the maps are printed 100 times a second
                  hint: print them at most ten times a second: each print walks the whole map
                warning[fast-print] `interval:hz:50`: the maps are printed 50 times a second
                  hint: print them at most ten times a second: each print walks the whole map
                warning[fast-print] `interval:20ms`: the maps are printed 50 times a second
                  hint: print them at most ten times a second: each print walks the whole map
            "#]],
        );
    }
}
