//! A script asks for parameters of the command line, which it does not get here.

use super::{Context, Findings};
use crate::Diagnostic;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    // One is enough to say it.
    found.extend(context.usage.positional.map(|span| {
        let name = span.text(context.source);
        let message = format!("{name} has no value: the script gets no parameters");
        Diagnostic::info("positional-parameter", span, message)
            .with_hint("it is 0, and as text it is empty: write the value itself")
    }));
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn said_once() {
        check(
            "BEGIN { @a = $1; @b = str($2); @c = $#; }",
            expect![[r#"
            info[positional-parameter] `$1`: $1 has no value: the script gets no parameters
              hint: it is 0, and as text it is empty: write the value itself
        "#]],
        );
    }
}
