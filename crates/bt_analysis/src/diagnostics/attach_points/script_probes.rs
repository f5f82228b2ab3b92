//! What the script itself does: `BEGIN`, `END`, `self`, `bench`, `test`.

use bt_catalog::{ConstantKind, ProbeType, constants};
use bt_syntax::tree::AttachPoint;

use super::INVALID;
use super::point::Point;
use crate::Diagnostic;
use crate::diagnostics::Context;

/// A type with a colon that wants none, or the other way round.
pub(super) fn bare(context: &Context<'_>, known: &ProbeType, point: AttachPoint) -> Option<Diagnostic> {
    let name = known.name;
    if !known.is_bare() {
        return Some(
            Diagnostic::error(INVALID, point.span, format!("{name} needs something to attach to"))
                .with_hint(format!("it is written as `{}`", known.form)),
        );
    }
    let behind = bt_syntax::Span::new(point.provider.end, point.span.end);
    // As in a listing.
    if behind.text(context.source) == ":*" {
        return None;
    }
    Some(
        Diagnostic::error(INVALID, point.span, format!("{name} takes nothing behind it"))
            .with_hint(format!("it is written as `{}`", known.form))
            .with_fix("Remove it", vec![(behind, String::new())]),
    )
}

pub(super) fn check_self(point: &Point<'_>) -> Option<Diagnostic> {
    let (trigger, signal) = match *point.parts() {
        [trigger, signal] => (trigger, signal),
        [] | [_] => return Some(point.wrong_whole("self needs a trigger: a signal")),
        _ => return Some(point.too_many(2)),
    };
    if trigger.is_quoted() || signal.is_quoted() {
        return None;
    }
    if trigger.text != "signal" {
        return Some(point.wrong(trigger.span, format!("self has no trigger `{}`", trigger.text)));
    }
    if constants(ConstantKind::SelfSignal).any(|known| known.name == signal.text) {
        return None;
    }
    let span = if signal.is_empty() { point.span } else { signal.span };
    let found = Diagnostic::error(INVALID, span, format!("self does not take the signal `{}`", signal.text))
        .with_hint("the only one is SIGUSR1");
    Some(if signal.is_empty() { found } else { found.with_replacement("SIGUSR1") })
}

pub(super) fn check_named(point: &Point<'_>) -> Option<Diagnostic> {
    match *point.parts() {
        [name] if !name.is_empty() => None,
        [_] | [] => Some(point.wrong_whole(format!("{} needs a name", point.known.name))),
        _ => Some(point.too_many(1)),
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn with_and_without_a_colon() {
        check(
            "BEGIN:x { @ = 1; } kprobe { @ = 1; } self { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `BEGIN:x`: BEGIN takes nothing behind it
                  hint: it is written as `BEGIN`
                  Remove it: "BEGIN { @ = 1; } kprobe { @ = 1; } self { @ = 1; }"
                error[invalid-attach-point] `kprobe`: kprobe needs something to attach to
                  hint: it is written as `kprobe:[module:]function[+offset]`
                error[invalid-attach-point] `self`: self needs something to attach to
                  hint: it is written as `self:signal:SIGUSR1`
            "#]],
        );
    }

    #[test]
    fn signals_and_names() {
        check("self:signal:SIGUSR1 { @ = 1; } bench:b { @ = 1; } test:t { @ = 1; }", expect![[""]]);
        check(
            "self:signal { @ = 1; } self:signal:SIGUSR2 { @ = 1; } self:timer:SIGUSR1 { @ = 1; }\n\
             bench: { @ = 1; } test:a:b { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `self:signal`: self needs a trigger: a signal
                  hint: it is written as `self:signal:SIGUSR1`
                error[invalid-attach-point] `SIGUSR2`: self does not take the signal `SIGUSR2`
                  hint: the only one is SIGUSR1
                  Change it to `SIGUSR1`: "self:signal { @ = 1; } self:signal:SIGUSR1 { @ = 1; } self:timer:SIGUSR1 { @ = 1; }\nbench: { @ = 1; } test:a:b { @ = 1; }"
                error[invalid-attach-point] `timer`: self has no trigger `timer`
                  hint: it is written as `self:signal:SIGUSR1`
                error[invalid-attach-point] `bench:`: bench needs a name
                  hint: it is written as `bench:name`
                error[invalid-attach-point] `:b`: test has no place for this part
                  hint: it is written as `test:name`
                  Remove it: "self:signal { @ = 1; } self:signal:SIGUSR2 { @ = 1; } self:timer:SIGUSR1 { @ = 1; }\nbench: { @ = 1; } test:a { @ = 1; }"
            "#]],
        );
    }
}
