//! Keys that make bad instances: a new one for each event, or two that look alike.

use bt_catalog::Type;
use bt_syntax::{ExpressionId, ExpressionKind};

use super::families::family;
use super::{Context, Findings};
use crate::Diagnostic;
use crate::facts::MapFact;
use crate::usage::{Access, MapId, Place};

/// Names that have another value for each event.
const EVER_NEW: [&str; 4] = ["nsecs", "elapsed", "rand", "jiffies"];

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    // The facts leave out maps that are only declared.
    let used = context.usage.map_ids().filter(|(map, _)| context.usage.uses(*map).next().is_some());
    for ((map, _), fact) in used.zip(&context.facts.maps) {
        if fact.exported && !fact.key.is_empty() {
            found.extend(unbounded(context, map, fact));
            found.extend(ambiguous(context, map, fact));
        }
    }
}

/// A key that each event makes anew, in a map that nobody empties.
fn unbounded(context: &Context<'_>, map: MapId, fact: &MapFact) -> Option<Diagnostic> {
    let mut new = None;
    for used in context.usage.uses(map) {
        if matches!(used.access, Access::Delete | Access::Reset | Access::Passed) {
            return None;
        }
        if used.access.writes() && new.is_none() {
            new = used.key.iter().find_map(|part| ever_new(context, *part).map(|name| (*part, name)));
        }
    }
    let (part, name) = new?;
    let span = context.parse.program.expressions.get(part).span;
    let message = format!("each event makes a new key of {}: {name} is always another", fact.name);
    Some(
        Diagnostic::warning("unbounded-key", span, message).with_hint(
            "the map is full after some thousand keys, and drops new ones: leave it out of the key",
        ),
    )
}

fn ever_new<'a>(context: &Context<'a>, part: ExpressionId) -> Option<&'a str> {
    let name = match context.usage.place(part) {
        Place::Name(number) => context.usage.names[number as usize].text,
        Place::Call(number) => context.usage.calls[number as usize].name,
        _ => return None,
    };
    EVER_NEW.contains(&name).then_some(name)
}

/// Texts in one key, which are printed with commas between them. Of several, the last one is taken to have the commas.
fn ambiguous(context: &Context<'_>, map: MapId, fact: &MapFact) -> Option<Diagnostic> {
    if fact.key.len() < 2 {
        return None;
    }
    let used = context.usage.uses(map).find(|used| used.access.writes() && !used.key.is_empty())?;
    let is_text = |part: &&ExpressionId| family(context, **part) == Some(Type::String);
    let last = used.key.iter().rposition(|part| is_text(&part))?;
    let foreign = used.key[..last].iter().find(|part| is_foreign_text(context, **part))?;
    let span = context.parse.program.expressions.get(*foreign).span;
    let message = format!("a comma in this text looks like the end of a part of the key of {}", fact.name);
    Some(
        Diagnostic::info("ambiguous-key", span, message)
            .with_hint("put the text that may have commas last, or give it a map of its own"),
    )
}

/// Text that comes from a program, and may have commas.
fn is_foreign_text(context: &Context<'_>, part: ExpressionId) -> bool {
    match context.parse.program.expressions.get(part).kind {
        ExpressionKind::Call { .. } | ExpressionKind::Variable => family(context, part) == Some(Type::String),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn a_new_key_for_each_event() {
        check(
            "kprobe:f { @a[nsecs] = 1; @b[comm, rand] = count(); @c[elapsed] = 1; clear(@c); @d[nsecs / 1000000000] = count(); }",
            expect![[r#"
            warning[unbounded-key] `nsecs`: each event makes a new key of @a: nsecs is always another
              hint: the map is full after some thousand keys, and drops new ones: leave it out of the key
            warning[unbounded-key] `rand`: each event makes a new key of @b: rand is always another
              hint: the map is full after some thousand keys, and drops new ones: leave it out of the key
        "#]],
        );
    }

    #[test]
    fn two_texts() {
        check(
            "kprobe:f { @a[str(arg0), comm] = count(); @b[comm, str(arg0)] = count(); @c[str(arg0), pid] = count(); @d[comm, probe] = count(); }",
            expect![[r#"
                info[ambiguous-key] `str(arg0)`: a comma in this text looks like the end of a part of the key of @a
                  hint: put the text that may have commas last, or give it a map of its own
            "#]],
        );
    }
}
