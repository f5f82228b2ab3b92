//! The function whose arguments are being typed, and which of them.

use bt_catalog::{Occurrence, Parameter, Presence, Version, aggregation, function};

use crate::cursor::{Cursor, OpenKind};

/// How a function is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The whole call, as `lhist(n, min, max, step)`.
    pub label: String,
    /// What it does.
    pub documentation: String,
    /// Where each parameter stands in the label, in bytes; the label is ASCII.
    pub parameters: Vec<(u32, u32)>,
    /// The parameter that is being typed; the last one if it takes any number.
    pub active: u32,
}

/// The innermost call that is open before the byte `offset` of `source`. `None` outside of calls, in calls of what
/// `target` does not know, and behind more arguments than it takes.
pub fn signature_help(source: &str, offset: u32, target: Version) -> Option<Signature> {
    let cursor = Cursor::new(source, offset);
    let call = cursor.open.iter().rev().find(|open| open.kind != OpenKind::Parentheses)?;
    if call.kind != OpenKind::Call {
        return None;
    }
    let name = call.name.text(cursor.before);
    let (lifetime, parameters, summary) = match (function(name), aggregation(name)) {
        (Some(known), _) => (known.lifetime, known.parameters, known.summary),
        (None, Some(known)) => (known.lifetime, known.parameters, known.summary),
        (None, None) => return None,
    };
    if lifetime.at(target) != Presence::Known {
        return None;
    }
    let known: Vec<&Parameter> = parameters.iter().filter(|parameter| parameter.since <= target).collect();
    let active = active_parameter(&known, call.commas)?;
    let (label, parameters) = label(name, &known);
    Some(Signature { label, documentation: summary.to_string(), parameters, active })
}

fn active_parameter(parameters: &[&Parameter], commas: u32) -> Option<u32> {
    match parameters.last() {
        None => (commas == 0).then_some(0),
        Some(last) if last.occurrence == Occurrence::Repeated => {
            Some(commas.min(parameters.len() as u32 - 1))
        }
        Some(_) => (commas < parameters.len() as u32).then_some(commas),
    }
}

/// The call, and where its parameters stand in it. What may be left out stands in brackets.
fn label(name: &str, parameters: &[&Parameter]) -> (String, Vec<(u32, u32)>) {
    let mut text = format!("{name}(");
    let mut places = Vec::new();
    let mut open = 0;
    let mut needs_comma = false;
    for parameter in parameters {
        if parameter.occurrence == Occurrence::Optional {
            text.push('[');
            open += 1;
        }
        if needs_comma {
            text.push_str(", ");
        }
        let is_skippable = parameter.occurrence == Occurrence::Skippable;
        text.push_str(if is_skippable { "[" } else { "" });
        let start = text.len() as u32;
        text.push_str(parameter.name);
        places.push((start, text.len() as u32));
        text.push_str(if is_skippable { ", ]" } else { "" });
        needs_comma = !is_skippable;
    }
    text.push_str(&"]".repeat(open));
    text.push(')');
    (text, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(marked: &str, expected: Expect) {
        let offset = marked.find("$0").expect("a mark") as u32;
        let source = marked.replacen("$0", "", 1);
        let found = signature_help(&source, offset, Version::NEWEST).map(|signature| {
            let (start, end) =
                signature.parameters.get(signature.active as usize).copied().unwrap_or_default();
            format!("{} > {}", signature.label, &signature.label[start as usize..end as usize])
        });
        expected.assert_eq(&found.unwrap_or_default());
    }

    #[test]
    fn the_innermost_call_and_its_active_parameter() {
        check("BEGIN { @a = lhist(1, $0", expect!["lhist(n, min, max, step) > min"]);
        check("BEGIN { printf($0", expect!["printf(format, ...) > format"]);
        check("BEGIN { printf(\"%d %d %d\", 1, 2, $0) }", expect!["printf(format, ...) > ..."]);
        check("BEGIN { printf(\"%s\", str(arg0, $0) }", expect!["str(address[, length]) > length"]);
        check("BEGIN { print((1, $0", expect!["print(@map[, top[, divisor]]) > @map"]);
        check("BEGIN { @a = count($0", expect!["count() > "]);
    }

    #[test]
    fn nothing_outside_of_calls_and_for_what_is_not_known() {
        check("BEGIN { print(1)$0", expect![""]);
        check("BEGIN { mystery($0", expect![""]);
        check("BEGIN { @a[$0", expect![""]);
        check("BEGIN { count(1, $0", expect![""]);
        check("BEGIN { // printf($0", expect![""]);
    }
}
