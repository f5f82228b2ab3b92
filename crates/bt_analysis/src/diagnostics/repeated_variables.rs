//! A variable that is declared a second time, or hides another one.

use bt_catalog::Version;
use bt_syntax::Span;

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::{Origin, VariableId};

const CODE: &str = "repeated-declaration";
/// The release with declarations; loops of the one before have no scope of their own.
const DECLARATIONS: Version = Version::new(0, 22);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    if context.target >= DECLARATIONS {
        let repeated = context.usage.repeated_variables.iter();
        found.extend(repeated.map(|(span, known)| repeated_variable(context, *span, *known)));
    }
}

fn repeated_variable(context: &Context<'_>, span: Span, known: VariableId) -> Diagnostic {
    let name = span.text(context.source);
    let what = match context.usage.variables[known.index()].origin {
        Origin::Parameter(_) => "a parameter",
        Origin::Loop { .. } => "the variable of a loop",
        _ => "a variable",
    };
    let found = Diagnostic::error(CODE, span, format!("{name} is {what} already"))
        .with_hint("bpftrace lets no variable hide another one: give it another name");
    // Without `let` it is an assignment to the first one.
    let before = context.source[..span.start as usize].trim_end();
    match before.strip_suffix("let") {
        Some(rest) => {
            let keyword = Span::new(rest.len() as u32, span.start);
            found.with_fix("Remove `let`", vec![(keyword, String::new())])
        }
        None => found,
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn in_blocks_of_their_own() {
        check(
            "BEGIN { if (1) { let $a = 1; @ = $a; } let $a = 2; @ = $a; for ($i : 0..2) { @ = $i; } for ($i : 0..2) { @ = $i; } }",
            expect![[r#"
                info[constant-condition] `1`: the condition is always true
            "#]],
        );
    }

    #[test]
    fn hidden() {
        check(
            "BEGIN { let $a = 1; let $a = 2; for ($a : 0..3) { let $b = $a; @ = $b; } }\n\
             macro m($x) { let $x = 1; $x } BEGIN { for ($i : 0..2) { for ($i : 0..2) { @ = $i; } } }",
            expect![[r#"
                warning[unused-variable] `$a`: $a is never read
                  hint: leave it out, or begin its name with `$_`
                error[repeated-declaration] `$a`: $a is a variable already
                  hint: bpftrace lets no variable hide another one: give it another name
                  Remove `let`: "BEGIN { let $a = 1; $a = 2; for ($a : 0..3) { let $b = $a; @ = $b; } }\nmacro m($x) { let $x = 1; $x } BEGIN { for ($i : 0..2) { for ($i : 0..2) { @ = $i; } } }"
                warning[unused-variable] `$a`: $a is never read
                  hint: leave it out, or begin its name with `$_`
                error[repeated-declaration] `$a`: $a is a variable already
                  hint: bpftrace lets no variable hide another one: give it another name
                error[repeated-declaration] `$x`: $x is a parameter already
                  hint: bpftrace lets no variable hide another one: give it another name
                  Remove `let`: "BEGIN { let $a = 1; let $a = 2; for ($a : 0..3) { let $b = $a; @ = $b; } }\nmacro m($x) { $x = 1; $x } BEGIN { for ($i : 0..2) { for ($i : 0..2) { @ = $i; } } }"
                error[repeated-declaration] `$i`: $i is the variable of a loop already
                  hint: bpftrace lets no variable hide another one: give it another name
            "#]],
        );
    }
}
