//! `interval` and `profile`: a unit and a number, or since 0.24 a duration.

use bt_catalog::{ConstantKind, Version, constant};
use bt_syntax::Span;

use super::point::{Number, Part, Point};
use crate::diagnostics::short;
use crate::{Diagnostic, Severity};

const CODE: &str = "invalid-interval";
/// The release that takes `interval:1s` for `interval:s:1`.
const DURATIONS: Version = Version::new(0, 24);
/// The release that refuses an interval of zero; `profile` always did.
const REFUSES_ZERO: Version = Version::new(0, 23);
/// The release whose intervals may be given in hertz and microseconds.
const UNITS: Version = Version::new(0, 11);
/// Shortest duration, in nanoseconds.
const SHORTEST: u64 = 1_000;

/// What people write for the units, and how many of the unit it is.
const OTHER_UNITS: [(&str, &str, u64); 18] = [
    ("sec", "s", 1),
    ("secs", "s", 1),
    ("second", "s", 1),
    ("seconds", "s", 1),
    ("m", "s", 60),
    ("min", "s", 60),
    ("minute", "s", 60),
    ("minutes", "s", 60),
    ("h", "s", 3_600),
    ("hour", "s", 3_600),
    ("d", "s", 86_400),
    ("day", "s", 86_400),
    ("msec", "ms", 1),
    ("msecs", "ms", 1),
    ("millis", "ms", 1),
    ("usec", "us", 1),
    ("usecs", "us", 1),
    ("hertz", "hz", 1),
];

pub(super) fn check(point: &Point<'_>) -> Option<Diagnostic> {
    match *point.parts() {
        [] => Some(wrong(point, point.span, format!("{} needs a period", point.known.name))),
        [period] if point.target >= DURATIONS => duration(point, period),
        [period] => Some(too_few(point, period)),
        [unit, count] => wrong_unit(point, unit, count).or_else(|| wrong_count(point, unit, count)),
        [_, _, more, ..] => {
            let surplus = Span::new(more.span.start - 1, point.span.end);
            let message = format!("{} has no place for this part", point.known.name);
            Some(wrong(point, surplus, message).with_fix("Remove it", vec![(surplus, String::new())]))
        }
    }
}

fn wrong(point: &Point<'_>, span: Span, message: String) -> Diagnostic {
    let name = point.known.name;
    let forms = if point.target >= DURATIONS {
        format!("it is written as `{name}:1s`, `{name}:s:1` or `{name}:hz:99`; units are us, ms, s, hz")
    } else {
        format!("it is written as `{name}:s:1` or `{name}:hz:99`; units are us, ms, s, hz")
    };
    Diagnostic::error(CODE, span, message).with_hint(forms)
}

/// The only part, where it can be a duration.
fn duration(point: &Point<'_>, period: Part<'_>) -> Option<Diagnostic> {
    let text = period.text;
    match point.number(period) {
        Number::Plain(value) if value < SHORTEST => {
            let message = format!("`{text}` is {value} nanoseconds, less than a microsecond");
            Some(per_second(point, period, value, wrong(point, period.span, message)))
        }
        Number::Duration(value) if value < SHORTEST => {
            Some(wrong(point, period.span, format!("`{text}` is less than a microsecond")))
        }
        Number::Negative => Some(wrong(point, period.span, format!("`{text}` is less than a microsecond"))),
        Number::Invalid => Some(no_duration(point, period)),
        Number::Plain(_) | Number::Duration(_) | Number::Quoted => None,
    }
}

/// `profile:99` probably means 99 times a second.
fn per_second(point: &Point<'_>, period: Part<'_>, value: u64, found: Diagnostic) -> Diagnostic {
    if value == 0 {
        return found;
    }
    let unit = if point.known.name == "profile" { "hz" } else { "s" };
    found.with_fix(format!("Change it to `{unit}:{value}`"), vec![(period.span, format!("{unit}:{value}"))])
}

fn no_duration(point: &Point<'_>, period: Part<'_>) -> Diagnostic {
    let text = period.text;
    if text.is_empty() || constant(ConstantKind::IntervalUnit, text).is_some() {
        return wrong(point, point.span, format!("{} needs a number", point.known.name));
    }
    let found = wrong(point, period.span, format!("`{text}` is no duration"));
    let unit = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let count = &text[..text.len() - unit.len()];
    match unit_of(unit) {
        Some((unit, factor)) if !count.is_empty() => with_unit(found, period.span, unit, count, factor),
        _ => found,
    }
}

/// One part, for a release that wants two.
fn too_few(point: &Point<'_>, period: Part<'_>) -> Diagnostic {
    let text = period.text;
    let found = wrong(point, point.span, format!("{} needs a unit and a number", point.known.name));
    let unit = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let count = &text[..text.len() - unit.len()];
    match unit_of(unit) {
        Some((unit, factor)) if !count.is_empty() => with_unit(found, period.span, unit, count, factor)
            .with_hint(format!("bpftrace takes a duration since {}", short(DURATIONS))),
        _ => found,
    }
}

/// Offers the form with a unit, if the number can be read.
fn with_unit(found: Diagnostic, span: Span, unit: &str, count: &str, factor: u64) -> Diagnostic {
    match count.parse::<u64>().ok().and_then(|count| count.checked_mul(factor)) {
        Some(count) => {
            let form = format!("{unit}:{count}");
            found.with_fix(format!("Change it to `{form}`"), vec![(span, form)])
        }
        None => found,
    }
}

/// The unit that a word means, and how many of it.
fn unit_of(word: &str) -> Option<(&'static str, u64)> {
    let lower = word.to_ascii_lowercase();
    constant(ConstantKind::IntervalUnit, &lower).map(|unit| (unit.name, 1)).or_else(|| {
        OTHER_UNITS.iter().find(|(other, _, _)| *other == lower).map(|(_, unit, factor)| (*unit, *factor))
    })
}

fn wrong_unit(point: &Point<'_>, unit: Part<'_>, count: Part<'_>) -> Option<Diagnostic> {
    let text = unit.text;
    if unit.is_quoted() {
        return None;
    }
    if unit.is_empty() {
        return Some(wrong(point, point.span, format!("{} needs a unit of time", point.known.name)));
    }
    if matches!(text, "s" | "ms") {
        return None;
    }
    if constant(ConstantKind::IntervalUnit, text).is_some() {
        let is_newer = text == "us" || text == "hz" && point.known.name == "interval";
        return (is_newer && point.target < UNITS).then(|| point.not_yet(unit.span, "such unit", UNITS));
    }
    let found = wrong(point, unit.span, format!("`{text}` is no unit of time"));
    Some(match unit_of(text) {
        Some((meant, factor)) => {
            let both = Span::new(unit.span.start, count.span.end);
            with_unit(found, both, meant, count.text, factor)
        }
        None => found,
    })
}

fn wrong_count(point: &Point<'_>, unit: Part<'_>, count: Part<'_>) -> Option<Diagnostic> {
    let text = count.text;
    let value = match point.number(count) {
        Number::Plain(value) => value,
        Number::Quoted => return None,
        Number::Negative => 0,
        Number::Duration(value) => {
            let message = format!("`{text}` counts as {value}, in the unit `{}`", unit.text);
            let hint =
                format!("write the number alone, or the duration alone: `{}:{text}`", point.known.name);
            return Some(Diagnostic::warning(CODE, count.span, message).with_hint(hint));
        }
        Number::Invalid if text.is_empty() => {
            return Some(wrong(point, point.span, format!("{} needs a number", point.known.name)));
        }
        Number::Invalid => return Some(wrong(point, count.span, format!("`{text}` is no number"))),
    };
    let is_positive = (1..=i64::MAX as u64).contains(&value);
    if is_positive {
        return None;
    }
    let is_refused = point.target >= REFUSES_ZERO || point.known.name == "profile";
    let severity = if is_refused { Severity::Error } else { Severity::Warning };
    let found = wrong(point, count.span, format!("`{text}` never passes: the number must be positive"));
    Some(Diagnostic { severity, ..found })
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn good_ones() {
        check(
            "interval:s:1 { @ = 1; } profile:hz:99 { @ = 1; } profile:us:1_000 { @ = 1; } interval:1e6 { @ = 1; }\n\
             interval:1s { @ = 1; } profile:10ms { @ = 1; } interval:s:0x10 { @ = 1; } profile:hz:\"99\" { @ = 1; }\n\
             interval:hz:$1 { @ = 1; }",
            expect![[""]],
        );
        check_old(
            "interval:s:1 { @ = 1; } profile:hz:99 { @ = 1; } interval:ms:1e3 { @ = 1; }",
            expect![[""]],
        );
    }

    #[test]
    fn units_and_numbers() {
        check(
            "interval:min:5 { @ = 1; } interval:S:1 { @ = 1; } interval:ns:1 { @ = 1; } interval::1 { @ = 1; }\n\
             interval:s:x { @ = 1; } interval:s: { @ = 1; } interval:s:0 { @ = 1; } profile:hz:-1 { @ = 1; }\n\
             interval:s:1:2 { @ = 1; } profile { @ = 1; } interval:s:1s { @ = 1; }",
            expect![[r#"
                error[invalid-interval] `min`: `min` is no unit of time
                  hint: it is written as `interval:1s`, `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                  Change it to `s:300`: "interval:s:300 { @ = 1; } interval:S:1 { @ = 1; } interval:ns:1 { @ = 1; } interval::1 { @ = 1; }\ninterval:s:x { @ = 1; } interval:s: { @ = 1; } interval:s:0 { @ = 1; } profile:hz:-1 { @ = 1; }\ninterval:s:1:2 { @ = 1; } profile { @ = 1; } interval:s:1s { @ = 1; }"
                error[invalid-interval] `S`: `S` is no unit of time
                  hint: it is written as `interval:1s`, `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                  Change it to `s:1`: "interval:min:5 { @ = 1; } interval:s:1 { @ = 1; } interval:ns:1 { @ = 1; } interval::1 { @ = 1; }\ninterval:s:x { @ = 1; } interval:s: { @ = 1; } interval:s:0 { @ = 1; } profile:hz:-1 { @ = 1; }\ninterval:s:1:2 { @ = 1; } profile { @ = 1; } interval:s:1s { @ = 1; }"
                error[invalid-interval] `ns`: `ns` is no unit of time
                  hint: it is written as `interval:1s`, `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                error[invalid-interval] `interval::1`: interval needs a unit of time
                  hint: it is written as `interval:1s`, `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                error[invalid-interval] `x`: `x` is no number
                  hint: it is written as `interval:1s`, `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                error[invalid-interval] `interval:s:`: interval needs a number
                  hint: it is written as `interval:1s`, `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                error[invalid-interval] `0`: `0` never passes: the number must be positive
                  hint: it is written as `interval:1s`, `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                error[invalid-interval] `-1`: `-1` never passes: the number must be positive
                  hint: it is written as `profile:1s`, `profile:s:1` or `profile:hz:99`; units are us, ms, s, hz
                error[invalid-interval] `:2`: interval has no place for this part
                  hint: it is written as `interval:1s`, `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                  Remove it: "interval:min:5 { @ = 1; } interval:S:1 { @ = 1; } interval:ns:1 { @ = 1; } interval::1 { @ = 1; }\ninterval:s:x { @ = 1; } interval:s: { @ = 1; } interval:s:0 { @ = 1; } profile:hz:-1 { @ = 1; }\ninterval:s:1 { @ = 1; } profile { @ = 1; } interval:s:1s { @ = 1; }"
                error[invalid-attach-point] `profile`: profile needs something to attach to
                  hint: it is written as `profile:unit:count`
                warning[invalid-interval] `1s`: `1s` counts as 1000000000, in the unit `s`
                  hint: write the number alone, or the duration alone: `interval:1s`
            "#]],
        );
    }

    #[test]
    fn durations() {
        check(
            "profile:99 { @ = 1; } interval:999ns { @ = 1; } interval:99hz { @ = 1; } interval:0.5s { @ = 1; }\n\
             interval:s { @ = 1; } interval: { @ = 1; } interval:2sec { @ = 1; }",
            expect![[r#"
                error[invalid-interval] `99`: `99` is 99 nanoseconds, less than a microsecond
                  hint: it is written as `profile:1s`, `profile:s:1` or `profile:hz:99`; units are us, ms, s, hz
                  Change it to `hz:99`: "profile:hz:99 { @ = 1; } interval:999ns { @ = 1; } interval:99hz { @ = 1; } interval:0.5s { @ = 1; }\ninterval:s { @ = 1; } interval: { @ = 1; } interval:2sec { @ = 1; }"
                error[invalid-interval] `999ns`: `999ns` is less than a microsecond
                  hint: it is written as `interval:1s`, `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                error[invalid-interval] `99hz`: `99hz` is no duration
                  hint: it is written as `interval:1s`, `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                  Change it to `hz:99`: "profile:99 { @ = 1; } interval:999ns { @ = 1; } interval:hz:99 { @ = 1; } interval:0.5s { @ = 1; }\ninterval:s { @ = 1; } interval: { @ = 1; } interval:2sec { @ = 1; }"
                error[invalid-interval] `0.5s`: `0.5s` is no duration
                  hint: it is written as `interval:1s`, `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                error[invalid-interval] `interval:s`: interval needs a number
                  hint: it is written as `interval:1s`, `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                error[invalid-interval] `interval:`: interval needs a number
                  hint: it is written as `interval:1s`, `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                error[invalid-interval] `2sec`: `2sec` is no duration
                  hint: it is written as `interval:1s`, `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
                  Change it to `s:2`: "profile:99 { @ = 1; } interval:999ns { @ = 1; } interval:99hz { @ = 1; } interval:0.5s { @ = 1; }\ninterval:s { @ = 1; } interval: { @ = 1; } interval:s:2 { @ = 1; }"
            "#]],
        );
        check_old(
            "interval:1s { @ = 1; } profile:5m { @ = 1; } profile:hz { @ = 1; } interval:s:0 { @ = 1; }",
            expect![[r#"
                error[invalid-interval] `interval:1s`: interval needs a unit and a number
                  hint: bpftrace takes a duration since 0.24
                  Change it to `s:1`: "interval:s:1 { @ = 1; } profile:5m { @ = 1; } profile:hz { @ = 1; } interval:s:0 { @ = 1; }"
                error[invalid-interval] `profile:5m`: profile needs a unit and a number
                  hint: bpftrace takes a duration since 0.24
                  Change it to `s:300`: "interval:1s { @ = 1; } profile:s:300 { @ = 1; } profile:hz { @ = 1; } interval:s:0 { @ = 1; }"
                error[invalid-interval] `profile:hz`: profile needs a unit and a number
                  hint: it is written as `profile:s:1` or `profile:hz:99`; units are us, ms, s, hz
                warning[invalid-interval] `0`: `0` never passes: the number must be positive
                  hint: it is written as `interval:s:1` or `interval:hz:99`; units are us, ms, s, hz
            "#]],
        );
    }
}
