//! The calls of a script that print text.

use bt_catalog::Version;
use bt_syntax::{Expression, ExpressionKind, Program, Span, sort_by_number};

use crate::conversions::{conversions, reading};
use crate::facts::{OutputColumn, OutputFact, OutputKind};
use crate::usage::{Call, Usage};

/// The calls that print text, in the order of the text.
pub(crate) fn output_facts(
    source: &str,
    program: &Program,
    usage: &Usage<'_>,
    target: Version,
) -> Vec<OutputFact> {
    let mut outputs: Vec<_> =
        usage.calls.iter().filter_map(|call| output_fact(source, program, call, target)).collect();
    sort_by_number(&mut outputs, |output| u64::from(output.span.start));
    outputs
}

fn output_fact(source: &str, program: &Program, call: &Call<'_>, target: Version) -> Option<OutputFact> {
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
    let is_format = |argument: &&Expression| matches!(argument.kind, ExpressionKind::String);
    let format = first.filter(is_format).filter(|_| kind != OutputKind::Print);
    Some(OutputFact {
        kind,
        format: format.map(|format| unquoted(format.span.text(source)).to_string()),
        columns: format.map_or_else(Vec::new, |format| columns(source, program, call, format.span, target)),
        span: call.span,
    })
}

/// The conversions of the format at `place` with their values.
fn columns(
    source: &str,
    program: &Program,
    call: &Call<'_>,
    place: Span,
    target: Version,
) -> Vec<OutputColumn> {
    let format = place.text(source);
    let values = &call.arguments[1..];
    let Some(reading) = reading(format, target).filter(|_| !values.is_empty()) else { return Vec::new() };
    let columns = conversions(format, reading).zip(values).map(|(conversion, value)| {
        let start = place.start + conversion.position as u32;
        OutputColumn {
            conversion: Span::new(start, start + conversion.text.len() as u32),
            value: program.expressions.get(*value).span,
        }
    });
    columns.collect()
}

fn unquoted(text: &str) -> &str {
    let text = text.strip_prefix('"').unwrap_or(text);
    text.strip_suffix('"').unwrap_or(text)
}
