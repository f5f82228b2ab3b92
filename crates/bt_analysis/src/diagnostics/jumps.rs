//! `break`, `continue`, `return` or `exit()` where it cannot stand.

use bt_catalog::Version;

use super::{Context, Findings, short};
use crate::Diagnostic;
use crate::usage::{Call, Jump, JumpKind, LoopKind};

const CODE: &str = "misplaced-jump";
/// The release that lets a `for` loop be left.
const LEAVES_FOR: Version = Version::new(0, 24);
/// The release whose exit() returns from the probe at once, which a `for` loop does not allow.
const EXIT_RETURNS: Version = Version::new(0, 25);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    found.extend(context.usage.jumps.iter().filter_map(|jump| misplaced_jump(jump, context.target)));
    if context.target >= EXIT_RETURNS {
        found.extend(context.calls().filter_map(misplaced_exit));
    }
}

fn misplaced_jump(jump: &Jump, target: Version) -> Option<Diagnostic> {
    let word = match jump.kind {
        JumpKind::Break => "break",
        JumpKind::Continue => "continue",
        JumpKind::Return { .. } => return misplaced_return(jump, target),
    };
    match jump.loops.innermost {
        None => Some(
            Diagnostic::error(CODE, jump.span, format!("`{word}` is not in a loop"))
                .with_hint("`while` and `for` are loops, `unroll` is none; `return` ends the probe"),
        ),
        Some(LoopKind::For) if target < LEAVES_FOR => Some(not_in_for(jump, word, target)),
        Some(_) => None,
    }
}

fn misplaced_return(jump: &Jump, target: Version) -> Option<Diagnostic> {
    let is_in_macro = jump.probe.is_none() && !jump.in_function;
    if is_in_macro {
        return Some(
            Diagnostic::error(CODE, jump.span, "`return` cannot stand in a macro")
                .with_hint("the value of a macro is its last statement"),
        );
    }
    (jump.loops.has_for && target < LEAVES_FOR).then(|| not_in_for(jump, "return", target))
}

fn not_in_for(jump: &Jump, word: &str, target: Version) -> Diagnostic {
    let message = format!("bpftrace {} has no `{word}` in a `for` loop", short(target));
    Diagnostic::error(CODE, jump.span, message).with_hint(format!("it came with {}", short(LEAVES_FOR)))
}

fn misplaced_exit(call: &Call<'_>) -> Option<Diagnostic> {
    let is_exit = call.loops.has_for && call.callee.function().is_some_and(|known| known.name == "exit");
    is_exit.then(|| {
        Diagnostic::error(CODE, call.span, "exit() cannot be called in a `for` loop")
            .with_hint("leave the loop with `break`, and call it behind the loop")
    })
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_for};
    use bt_catalog::Version;
    use expect_test::expect;

    #[test]
    fn good_ones() {
        check(
            "BEGIN { for ($i : 0..3) { if ($i) { break; } continue; } exit(); if (@a) { return; } @a = 1; }",
            expect![[""]],
        );
    }

    #[test]
    fn outside_of_loops() {
        check(
            "BEGIN { break; unroll (3) { continue; } for ($i : 0..3) { exit(); } @ = 1; } macro m() { return; }",
            expect![[r#"
                error[misplaced-jump] `break`: `break` is not in a loop
                  hint: `while` and `for` are loops, `unroll` is none; `return` ends the probe
                error[misplaced-jump] `continue`: `continue` is not in a loop
                  hint: `while` and `for` are loops, `unroll` is none; `return` ends the probe
                error[misplaced-jump] `exit()`: exit() cannot be called in a `for` loop
                  hint: leave the loop with `break`, and call it behind the loop
                error[misplaced-jump] `return`: `return` cannot stand in a macro
                  hint: the value of a macro is its last statement
            "#]],
        );
    }

    #[test]
    fn older_loops() {
        check_for(
            Version::new(0, 23),
            "BEGIN { @a[1] = 1; for ($kv : @a) { exit(); break; return; } }",
            expect![[r#"
                error[misplaced-jump] `break`: bpftrace 0.23 has no `break` in a `for` loop
                  hint: it came with 0.24
                error[misplaced-jump] `return`: bpftrace 0.23 has no `return` in a `for` loop
                  hint: it came with 0.24
            "#]],
        );
    }
}
