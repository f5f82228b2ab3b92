//! A variable gets a value that nobody reads.

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::{Origin, Variable};

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    // What could not be read may have used it.
    if !context.parse.errors.is_empty() {
        return;
    }
    found.extend(context.usage.variables.iter().filter(|variable| is_unused(variable)).map(|variable| {
        Diagnostic::warning("unused-variable", variable.span, format!("{} is never read", variable.name))
            .with_hint("leave it out, or begin its name with `$_`")
    }));
}

fn is_unused(variable: &Variable<'_>) -> bool {
    let is_own = matches!(variable.origin, Origin::Assigned | Origin::Let(_));
    is_own && !variable.is_read && !variable.name.starts_with("$_")
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn written_only() {
        check(
            "BEGIN { $a = 1; let $b; $c = 1; $c += 2; $d = 1; @ = $d; $_e = 1; for ($i : 0..3) { @++; } }",
            expect![[r#"
            warning[unused-variable] `$a`: $a is never read
              hint: leave it out, or begin its name with `$_`
            warning[unused-variable] `$b`: $b is never read
              hint: leave it out, or begin its name with `$_`
            warning[unused-variable] `$c`: $c is never read
              hint: leave it out, or begin its name with `$_`
        "#]],
        );
    }

    #[test]
    fn parameters_and_arguments_of_macros() {
        check(
            "macro m($a, $b) { $a } BEGIN { $x = 1; @ = m($x, 2); $y = 1; @y = $y++; }",
            expect![[r#"
            error[macro-arguments] `2`: m() wants a variable for $b
              hint: a parameter without `$` takes any value
        "#]],
        );
    }
}
