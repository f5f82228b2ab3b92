//! The sections that are one table.

use bt_catalog::{
    ASSIGNMENTS, CONVERSION_FLAGS, CONVERSION_LENGTHS, CONVERSIONS, Fixity, OPERATORS, REPLACEMENTS,
    ReplacedKind, TYPE_NAMES, Takes,
};

use super::entries::{code, life, short};
use crate::page::Page;

pub(crate) fn operators(page: &mut Page) {
    let assignments: Vec<String> = ASSIGNMENTS.iter().map(|symbol| code(symbol)).collect();
    page.section(
        "Operators",
        &format!(
            "The weakest first: of two operators the one further down takes its operands first. \
             Assignments, {}, are statements and have no value.",
            assignments.join(" ")
        ),
    );
    let rows = OPERATORS.iter().map(|operator| {
        let place = match operator.fixity {
            Fixity::Prefix => "before",
            Fixity::Infix => "between",
            Fixity::Postfix => "behind",
            Fixity::Ternary => "among three",
        };
        let strength = operator.strength.to_string();
        [strength, code(operator.symbol), place.into(), operator.summary.into(), life(operator.lifetime)]
    });
    page.table(["strength", "operator", "place", "meaning", "release"], rows);
}

pub(crate) fn conversions(page: &mut Page) {
    let flags: Vec<String> =
        CONVERSION_FLAGS.iter().map(|(flag, meaning)| format!("`{flag}` {meaning}")).collect();
    let lengths: Vec<String> = CONVERSION_LENGTHS.iter().map(|length| code(length)).collect();
    page.section(
        "printf conversions",
        &format!(
            "A `%`, flags, a width (a number, or `*` for a value), `.` and a precision, a length, and \
             the letters. Flags: {}. Lengths, which change nothing: {}.",
            flags.join(", "),
            lengths.join(" ")
        ),
    );
    let rows = CONVERSIONS.iter().map(|conversion| {
        let takes = match conversion.takes {
            Takes::Nothing => "nothing",
            Takes::Integer => "numbers, bools, pointers",
            Takes::Buffer => "buffers",
            Takes::Anything => "anything",
        };
        let letters = format!("`%{}`", conversion.letters);
        [letters, takes.into(), conversion.summary.into(), life(conversion.lifetime)]
    });
    page.table(["conversion", "takes", "meaning", "release"], rows);
}

pub(crate) fn types(page: &mut Page) {
    page.section(
        "Types",
        "Beside these: `struct X`, `union X`, `enum X`, types of C and of the kernel by name, \
         `typeof(…)`, and with `*` and `[N]` behind them pointers and arrays.",
    );
    let rows = TYPE_NAMES.iter().map(|known| [code(known.name), known.summary.into(), life(known.lifetime)]);
    page.table(["type", "meaning", "release"], rows);
}

pub(crate) fn replacements(page: &mut Page) {
    page.section("Renamed and removed", "What older scripts write, and what is written in its place.");
    let rows = REPLACEMENTS.iter().map(|found| {
        let kind = match found.kind {
            ReplacedKind::ProbeType => "probe type",
            ReplacedKind::Builtin => "builtin",
            ReplacedKind::Function => "function",
            ReplacedKind::ConfigKey => "config key",
            ReplacedKind::TypeName => "type",
            ReplacedKind::Syntax => "syntax",
        };
        let new = if found.new.is_empty() { "–".into() } else { code(found.new) };
        let began = if found.new.is_empty() { "deprecated" } else { "since" };
        let began = Some(format!("{began} {}", short(found.since)));
        let began = began.filter(|_| found.removed != Some(found.since));
        let removed = found.removed.map(|version| format!("removed {}", short(version)));
        let releases = began.into_iter().chain(removed).collect::<Vec<_>>().join(", ");
        [kind.into(), code(found.old), new, releases, found.summary.into()]
    });
    page.table(["kind", "old", "new", "release", ""], rows);
}
