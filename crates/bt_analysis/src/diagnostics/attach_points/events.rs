//! Events that are counted: `software` and `hardware`.

use bt_catalog::{ConstantKind, Version, constant, constants, did_you_mean};

use super::point::{Number, Part, Point};
use crate::Diagnostic;

const UNKNOWN_EVENT: &str = "unknown-event";
/// The release that takes `*` as a count.
const ANY_COUNT: Version = Version::new(0, 12);

pub(super) fn check(point: &Point<'_>) -> Option<Diagnostic> {
    match *point.parts() {
        [event] => wrong_event(point, event),
        [event, count] => wrong_event(point, event).or_else(|| wrong_count(point, count)),
        [] => Some(needs_event(point)),
        _ => Some(point.too_many(2)),
    }
}

fn needs_event(point: &Point<'_>) -> Diagnostic {
    point.wrong_whole(format!("{} needs an event", point.known.name))
}

/// The kind of events of a probe type, and that of the other type.
fn kinds(point: &Point<'_>) -> (ConstantKind, ConstantKind) {
    match point.known.name {
        "software" => (ConstantKind::SoftwareEvent, ConstantKind::HardwareEvent),
        _ => (ConstantKind::HardwareEvent, ConstantKind::SoftwareEvent),
    }
}

fn wrong_event(point: &Point<'_>, event: Part<'_>) -> Option<Diagnostic> {
    let name = point.known.name;
    if event.is_empty() {
        return Some(needs_event(point));
    }
    let (kind, other) = kinds(point);
    if event.is_quoted() || constant(kind, event.text).is_some() {
        return None;
    }
    if event.is_wildcard() {
        return Some(point.wrong(event.span, format!("{name} takes no wildcards")));
    }
    let message = format!("there is no {name} event `{}`", event.text);
    let found = Diagnostic::error(UNKNOWN_EVENT, event.span, message);
    if constant(other, event.text).is_some() {
        let other = if name == "software" { "hardware" } else { "software" };
        return Some(found.with_hint(format!("it is a {other} event: `{other}:{}`", event.text)));
    }
    let names = constants(kind).flat_map(|known| [known.name, known.alias]).filter(|name| name.len() > 2);
    Some(match did_you_mean(event.text, names) {
        Some(meant) => found.with_meant(Some(meant)),
        None => {
            let all: Vec<&str> = constants(kind).map(|known| known.name).collect();
            found.with_hint(format!("the events are {}", all.join(", ")))
        }
    })
}

fn wrong_count(point: &Point<'_>, count: Part<'_>) -> Option<Diagnostic> {
    let text = count.text;
    match point.number(count) {
        _ if text == "*" && point.target >= ANY_COUNT => None,
        Number::Invalid if text.is_empty() => {
            Some(point.wrong_whole("the number behind the last colon is missing"))
        }
        Number::Invalid => Some(point.wrong(count.span, format!("`{text}` is no number"))),
        Number::Negative => Some(point.wrong(count.span, format!("`{text}` is below zero"))),
        Number::Plain(value) if value > i64::MAX as u64 => {
            Some(point.wrong(count.span, format!("`{text}` is too large")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn good_ones() {
        check(
            "software:page-faults:100, s:faults:1e3, software:cpu { @ = 1; } hardware:cache-misses:*, h:cycles { @ = 1; }",
            expect![[""]],
        );
    }

    #[test]
    fn events_and_counts() {
        check(
            "software:page-fault { @ = 1; } software:cache-misses:1 { @ = 1; } hardware:zzz:1 { @ = 1; }\n\
             software:*:1 { @ = 1; } software: { @ = 1; } software:cpu: { @ = 1; } software:cpu:x { @ = 1; }\n\
             hardware:cycles:-1 { @ = 1; } hardware:cycles:1:2 { @ = 1; }",
            expect![[r#"
                error[unknown-event] `page-fault`: there is no software event `page-fault`
                  hint: did you mean `page-faults`?
                  Change it to `page-faults`: "software:page-faults { @ = 1; } software:cache-misses:1 { @ = 1; } hardware:zzz:1 { @ = 1; }\nsoftware:*:1 { @ = 1; } software: { @ = 1; } software:cpu: { @ = 1; } software:cpu:x { @ = 1; }\nhardware:cycles:-1 { @ = 1; } hardware:cycles:1:2 { @ = 1; }"
                error[unknown-event] `cache-misses`: there is no software event `cache-misses`
                  hint: it is a hardware event: `hardware:cache-misses`
                error[unknown-event] `zzz`: there is no hardware event `zzz`
                  hint: the events are backend-stalls, branch-instructions, branch-misses, bus-cycles, cache-misses, cache-references, cpu-cycles, frontend-stalls, instructions, ref-cycles
                error[invalid-attach-point] `*`: software takes no wildcards
                  hint: it is written as `software:event[:count]`
                error[invalid-attach-point] `software:`: software needs an event
                  hint: it is written as `software:event[:count]`
                error[invalid-attach-point] `software:cpu:`: the number behind the last colon is missing
                  hint: it is written as `software:event[:count]`
                error[invalid-attach-point] `x`: `x` is no number
                  hint: it is written as `software:event[:count]`
                error[invalid-attach-point] `-1`: `-1` is below zero
                  hint: it is written as `hardware:event[:count]`
                error[invalid-attach-point] `:2`: hardware has no place for this part
                  hint: it is written as `hardware:event[:count]`
                  Remove it: "software:page-fault { @ = 1; } software:cache-misses:1 { @ = 1; } hardware:zzz:1 { @ = 1; }\nsoftware:*:1 { @ = 1; } software: { @ = 1; } software:cpu: { @ = 1; } software:cpu:x { @ = 1; }\nhardware:cycles:-1 { @ = 1; } hardware:cycles:1 { @ = 1; }"
            "#]],
        );
    }
}
