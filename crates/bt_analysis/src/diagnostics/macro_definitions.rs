//! Macros and functions of the script that are defined twice, or with two parameters of one name.

use bt_syntax::Span;
use bt_syntax::tree::Item;
use rustc_hash::FxHashSet;

use super::{Context, Findings};
use crate::Diagnostic;

const CODE: &str = "repeated-definition";

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let mut seen = FxHashSet::default();
    for item in &context.parse.program.items {
        match item {
            Item::Macro(definition) => {
                let count = Some(definition.parameters.len());
                found.extend(repeated(context, &mut seen, definition.name, count));
                found.extend(repeated_parameter(context, definition.parameters.iter().copied()));
            }
            Item::Function(definition) => {
                found.extend(repeated(context, &mut seen, definition.name, None));
                let names = definition.parameters.iter().map(|parameter| parameter.name);
                found.extend(repeated_parameter(context, names));
            }
            _ => {}
        }
    }
}

/// Macros of one name may differ by the number of their parameters.
fn repeated<'a>(
    context: &Context<'a>,
    seen: &mut FxHashSet<(&'a str, Option<usize>)>,
    name: Option<Span>,
    parameters: Option<usize>,
) -> Option<Diagnostic> {
    let name = name?;
    let text = name.text(context.source);
    (!seen.insert((text, parameters))).then(|| {
        let what = if parameters.is_some() { "with as many parameters" } else { "of this name" };
        let found = Diagnostic::error(CODE, name, format!("{text}() {what} is defined before"));
        found.with_hint("give it another name")
    })
}

fn repeated_parameter(context: &Context<'_>, names: impl Iterator<Item = Span>) -> Option<Diagnostic> {
    let mut seen = FxHashSet::default();
    let again = names.into_iter().find(|name| !seen.insert(name.text(context.source)))?;
    let message = format!("there is a parameter {} already", again.text(context.source));
    Some(Diagnostic::error(CODE, again, message).with_hint("give it another name"))
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn macros() {
        check("macro m($a) { $a } macro m() { 1 } BEGIN { @ = m(); }", expect![[""]]);
        check(
            "macro m(a) { a } macro m(b) { b } macro n($a, @a, $a) { 1 } BEGIN { @ = m(1); }",
            expect![[r#"
                error[repeated-definition] `m`: m() with as many parameters is defined before
                  hint: give it another name
                error[repeated-definition] `$a`: there is a parameter $a already
                  hint: give it another name
            "#]],
        );
    }
}
