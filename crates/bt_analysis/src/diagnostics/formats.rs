//! The formats of `printf()` and its like, each read once for all that is said of it.

use bt_catalog::ParameterKind;
use bt_syntax::{ExpressionKind, Span};

use super::{Context, Findings, printf_arguments, printf_conversions};
use crate::conversions::{Reading, reading};
use crate::usage::Call;

/// The format of a call.
pub(super) struct Format<'a> {
    /// With its quotes.
    pub(super) text: &'a str,
    /// Where it stands.
    pub(super) span: Span,
    /// How the target reads it.
    pub(super) reading: Reading,
}

/// Holds the values of each call against its format.
pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for call in context.calls() {
        let Some((text, span)) = format_of(context, call) else { continue };
        if let Some(diagnostic) = printf_arguments::too_many(call) {
            found.push(diagnostic);
            continue;
        }
        let Some(reading) = reading(text, context.target) else { continue };
        let format = Format { text, span, reading };
        let wanted = printf_conversions::check(context, call, &format, found);
        found.extend(printf_arguments::mismatch(context, call, &format, wanted));
    }
}

/// The format of a call with its quotes, if it has one that is written out.
pub(super) fn format_of<'a>(context: &Context<'a>, call: &Call<'_>) -> Option<(&'a str, Span)> {
    let first = call.callee.function()?.parameters.first()?;
    if first.kind != ParameterKind::Format {
        return None;
    }
    let expression = context.parse.program.expressions.get(*call.arguments.first()?);
    let is_string = matches!(expression.kind, ExpressionKind::String);
    is_string.then(|| (expression.span.text(context.source), expression.span))
}
