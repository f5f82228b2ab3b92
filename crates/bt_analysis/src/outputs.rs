//! The calls of a script that print text.

use bt_syntax::{ExpressionKind, Program};

use crate::facts::{OutputFact, OutputKind};
use crate::usage::{Call, Usage};

/// The calls that print text, in the order of the text.
pub(crate) fn output_facts(source: &str, program: &Program, usage: &Usage<'_>) -> Vec<OutputFact> {
    let mut outputs: Vec<_> =
        usage.calls.iter().filter_map(|call| output_fact(source, program, call)).collect();
    outputs.sort_by_key(|output| output.span.start);
    outputs
}

fn output_fact(source: &str, program: &Program, call: &Call<'_>) -> Option<OutputFact> {
    let first = call.arguments.first().map(|argument| program.expressions.get(*argument));
    let kind = match call.name {
        "printf" => OutputKind::Printf,
        "time" => OutputKind::Time,
        "cat" => OutputKind::Cat,
        "join" => OutputKind::Join,
        "system" => OutputKind::System,
        "errorf" => OutputKind::Errorf,
        "warnf" => OutputKind::Warnf,
        // A map as a whole becomes a metric of its own.
        "print" if !matches!(&first?.kind, ExpressionKind::Map { key, .. } if key.is_empty()) => {
            OutputKind::Print
        }
        _ => return None,
    };
    let format = match first {
        Some(argument) if kind != OutputKind::Print && matches!(argument.kind, ExpressionKind::String) => {
            Some(unquoted(argument.span.text(source)).to_string())
        }
        _ => None,
    };
    Some(OutputFact { kind, format, span: call.span })
}

fn unquoted(text: &str) -> &str {
    let text = text.strip_prefix('"').unwrap_or(text);
    text.strip_suffix('"').unwrap_or(text)
}
