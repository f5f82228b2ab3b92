//! The script does not follow the grammar.

use bt_syntax::Span;

use super::{Context, Findings};
use crate::Diagnostic;

/// Code of what the parser finds.
const CODE: &str = "syntax";

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for error in &context.parse.errors {
        let mut diagnostic = Diagnostic::error(CODE, error.span, error.to_string());
        diagnostic.hint = error.hint().map(str::to_string);
        if let Some((position, sign)) = error.missing_sign() {
            diagnostic = diagnostic
                .with_fix(format!("Insert `{sign}`"), vec![(Span::empty(position), sign.to_string())]);
        }
        found.push(diagnostic);
    }
}
