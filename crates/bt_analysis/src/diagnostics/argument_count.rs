//! A function is called with too few or too many arguments.

use bt_catalog::Version;

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::{Call, Callee};

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    found.extend(context.calls().filter_map(|call| diagnostic(context, call)));
}

fn diagnostic(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    let (signature, (fewest, most)) = match call.callee {
        Callee::Function(known) => (known.signature, known.arguments),
        Callee::Aggregation(known) => (known.signature, known.arguments),
        Callee::Builtin(_) | Callee::Defined | Callee::Unknown => return None,
    };
    let most = limit(call.name, most, context.target);
    let given = call.arguments.len();
    if (fewest as usize..=most as usize).contains(&given) {
        return None;
    }
    let message = match (fewest, most) {
        (0, 0) => format!("{}() takes no arguments, but gets {given}", call.name),
        (fewest, most) if fewest == most => {
            format!("{}() takes {}, but gets {given}", call.name, arguments(fewest))
        }
        (fewest, _) if given < fewest as usize => {
            format!("{}() takes at least {}, but gets {given}", call.name, arguments(fewest))
        }
        _ => format!("{}() takes at most {}, but gets {given}", call.name, arguments(most)),
    };
    Some(
        Diagnostic::error("argument-count", call.span, message)
            .with_hint(format!("it is called as `{signature}`")),
    )
}

/// The most arguments for the target: some came later than their function.
fn limit(name: &str, most: u8, target: Version) -> u8 {
    match name {
        "hist" if target < Version::new(0, 20) => 1,
        "exit" if target < Version::new(0, 21) => 0,
        "delete" if target < Version::new(0, 21) => 1,
        // This one takes values of several maps.
        "delete" if target < Version::new(0, 22) => u8::MAX,
        "path" if target < Version::new(0, 22) => 1,
        _ => most,
    }
}

fn arguments(count: u8) -> String {
    if count == 1 { "1 argument".into() } else { format!("{count} arguments") }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn counted_by_the_catalogue() {
        check(
            "BEGIN { @a = count(5); @b = lhist(1, 2, 3); @c = hist(1, 2); exit(7); time(1, 2) }",
            expect![[r#"
                error[argument-count] `count(5)`: count() takes no arguments, but gets 1
                  hint: it is called as `count()`
                error[argument-count] `lhist(1, 2, 3)`: lhist() takes 4 arguments, but gets 3
                  hint: it is called as `lhist(n, min, max, step)`
                error[argument-count] `time(1, 2)`: time() takes at most 1 argument, but gets 2
                  hint: it is called as `time([format])`
                error[argument-kind] `1`: the argument `format` of time() must be a literal string
                  hint: bpftrace must know it before the script runs: write the text itself, in quotes
            "#]],
        );
    }

    #[test]
    fn some_arguments_came_later() {
        check_old(
            "BEGIN { @c = hist(1, 2); @h = hist(); exit(7); }",
            expect![[r#"
                error[argument-count] `hist(1, 2)`: hist() takes 1 argument, but gets 2
                  hint: it is called as `hist(n[, bits])`
                error[argument-count] `hist()`: hist() takes 1 argument, but gets 0
                  hint: it is called as `hist(n[, bits])`
                error[argument-count] `exit(7)`: exit() takes no arguments, but gets 1
                  hint: it is called as `exit([code])`
            "#]],
        );
    }

    #[test]
    fn a_macro_of_the_script_counts_for_itself() {
        check("macro len($a, $b) { $a + $b } BEGIN { @ = len(1, 2); }", expect![[""]]);
    }
}
