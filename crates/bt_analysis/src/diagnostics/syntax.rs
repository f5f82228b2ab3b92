//! The script does not follow the grammar.

use super::{Context, Findings};
use crate::Diagnostic;

/// Code of what the parser finds.
const CODE: &str = "syntax";

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for error in &context.parse.errors {
        let mut diagnostic = Diagnostic::error(CODE, error.span, error.to_string());
        diagnostic.hint = error.hint().map(str::to_string);
        if let Some(fix) = error.fix() {
            let edits = fix.edits.into_iter().map(|(span, text)| (span, text.to_string())).collect();
            diagnostic = diagnostic.with_fix(fix.title, edits);
        }
        found.push(diagnostic);
    }
}
