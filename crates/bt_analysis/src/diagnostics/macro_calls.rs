//! A macro is called with what none of its definitions takes, or calls itself.

use bt_catalog::{aggregation, builtin, function};
use bt_syntax::tree::{Item, Macro};
use bt_syntax::{ExpressionKind, Span};
use rustc_hash::FxHashMap;

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::{Call, Callee};

const ARGUMENTS: &str = "macro-arguments";
const RECURSION: &str = "recursive-macro";
/// The macros of a script, by name.
type Macros<'a> = FxHashMap<&'a str, Vec<usize>>;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let items = context.parse.program.items.iter();
    let definitions: Vec<&Macro> = items
        .filter_map(|item| match item {
            Item::Macro(definition) => Some(definition),
            _ => None,
        })
        .collect();
    if definitions.is_empty() || context.definitions.has_import {
        return;
    }
    let mut by_name = Macros::default();
    for (number, definition) in definitions.iter().enumerate() {
        let Some(name) = definition.name else { continue };
        by_name.entry(name.text(context.source)).or_default().push(number);
    }
    let calls = context.usage.calls.iter().filter(|call| matches!(call.callee, Callee::Defined));
    found.extend(calls.filter_map(|call| {
        let candidates = by_name.get(call.name)?;
        wrong_arguments(context, candidates.iter().map(|number| definitions[*number]), call)
    }));
    let names = context.usage.names.iter();
    found.extend(names.filter_map(|name| {
        let candidates = by_name.get(name.text)?;
        let needs_arguments = candidates.iter().all(|number| !definitions[*number].parameters.is_empty());
        (needs_arguments && name.builtin.is_none()).then(|| {
            let defined = head(context, definitions[candidates[0]]);
            let message = format!("{} is a macro, and gets no arguments", name.text);
            Diagnostic::error(ARGUMENTS, name.span, message)
                .with_hint(format!("it is defined as `{defined}`"))
        })
    }));
    found.extend(recursive_call(context, &definitions, &by_name));
}

/// The call, if no definition takes its arguments.
fn wrong_arguments<'a>(
    context: &Context<'_>,
    candidates: impl Iterator<Item = &'a Macro> + Clone,
    call: &Call<'_>,
) -> Option<Diagnostic> {
    // Others of that name come with bpftrace.
    if function(call.name).is_some() || aggregation(call.name).is_some() || builtin(call.name).is_some() {
        return None;
    }
    if candidates.clone().any(|definition| mismatch(context, definition, call).is_none()) {
        return None;
    }
    let given = call.arguments.len();
    let same_count = candidates.clone().find(|definition| definition.parameters.len() == given);
    if let Some(definition) = same_count {
        let (parameter, argument) = mismatch(context, definition, call)?;
        let text = parameter.text(context.source);
        let (what, hint) = if text.starts_with('$') {
            ("a variable", "a parameter without `$` takes any value")
        } else {
            ("a map as a whole", "a parameter without `@` takes any value")
        };
        let message = format!("{}() wants {what} for {text}", call.name);
        return Some(Diagnostic::error(ARGUMENTS, argument, message).with_hint(hint));
    }
    let defined = candidates.clone().next().map_or("", |definition| head(context, definition));
    let mut counts: Vec<String> =
        candidates.map(|definition| definition.parameters.len().to_string()).collect();
    counts.dedup();
    let message = format!("{}() takes {}, but gets {given}", call.name, arguments(&counts));
    Some(Diagnostic::error(ARGUMENTS, call.span, message).with_hint(format!("it is defined as `{defined}`")))
}

fn arguments(counts: &[String]) -> String {
    match counts {
        [one] if one == "1" => "1 argument".into(),
        [none] if none == "0" => "no arguments".into(),
        _ => format!("{} arguments", counts.join(" or ")),
    }
}

/// `macro m(a, b)`
fn head<'a>(context: &Context<'a>, definition: &Macro) -> &'a str {
    Span::new(definition.span.start, definition.body.span.start).text(context.source).trim_end()
}

/// The first parameter that does not take its argument; the name of the macro if their numbers differ.
fn mismatch(context: &Context<'_>, definition: &Macro, call: &Call<'_>) -> Option<(Span, Span)> {
    if definition.parameters.len() != call.arguments.len() {
        return Some((definition.name?, call.name_span));
    }
    let pairs = definition.parameters.iter().zip(call.arguments);
    pairs
        .map(|(parameter, argument)| (*parameter, context.parse.program.expressions.get(*argument)))
        .find_map(|(parameter, argument)| {
            let takes = match (parameter.text(context.source).as_bytes().first(), &argument.kind) {
                (Some(b'$'), kind) => matches!(kind, ExpressionKind::Variable | ExpressionKind::Missing),
                (Some(b'@'), ExpressionKind::Map { key, .. }) => key.is_empty(),
                (Some(b'@'), kind) => matches!(kind, ExpressionKind::Missing),
                _ => true,
            };
            (!takes).then_some((parameter, argument.span))
        })
}

/// A call by which a macro that a probe uses gets back to itself.
fn recursive_call(context: &Context<'_>, definitions: &[&Macro], by_name: &Macros<'_>) -> Option<Diagnostic> {
    let calls = || context.usage.calls.iter().filter(|call| matches!(call.callee, Callee::Defined));
    let mut edges: Vec<Vec<(usize, Span)>> = vec![Vec::new(); definitions.len()];
    let mut current = 0;
    let mut roots = Vec::new();
    for call in calls() {
        let meant = by_name.get(call.name).into_iter().flatten().copied();
        let count = call.arguments.len();
        let meant = meant.filter(|number| definitions[*number].parameters.len() == count);
        if call.probe.is_some() {
            roots.extend(meant);
            continue;
        }
        while current < definitions.len() && definitions[current].span.end <= call.span.start {
            current += 1;
        }
        if definitions.get(current).is_some_and(|definition| definition.span.contains(call.span)) {
            edges[current].extend(meant.map(|number| (number, call.span)));
        }
    }
    let back = back_edge(&edges, &roots)?;
    Some(
        Diagnostic::error(RECURSION, back, "by this call the macro gets to call itself")
            .with_hint("a macro is put in the place of its call: it cannot contain itself"),
    )
}

/// The first edge that leads back to where the walk came from.
fn back_edge(edges: &[Vec<(usize, Span)>], roots: &[usize]) -> Option<Span> {
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; edges.len()];
    for root in roots {
        if states[*root] != State::New {
            continue;
        }
        states[*root] = State::Open;
        // Each with the number of its next edge.
        let mut path = vec![(*root, 0)];
        while let Some((at, next)) = path.last_mut() {
            match edges[*at].get(*next) {
                None => {
                    states[*at] = State::Done;
                    path.pop();
                }
                Some((to, span)) => {
                    *next += 1;
                    match states[*to] {
                        State::Open => return Some(*span),
                        State::Done => {}
                        State::New => {
                            states[*to] = State::Open;
                            path.push((*to, 0));
                        }
                    }
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn good_ones() {
        check(
            "macro twice(a) { a * 2 } macro fill(@m, $x) { @m[$x] = 1; } macro unused() { unused() }\n\
             BEGIN { $i = 1; @ = twice(1 + 2); fill(@a, $i); } macro strlen($a) { 1 } BEGIN { @n = strlen(\"a\"); }",
            expect![[""]],
        );
    }

    #[test]
    fn arguments() {
        check(
            "macro twice($a) { $a * 2 } macro fill(@m) { @m[1] = 1; } macro two(a, b) { a + b }\n\
             BEGIN { @ = twice(1); fill(@a[1]); @b = two(1); @c = two; }",
            expect![[r#"
                error[macro-arguments] `1`: twice() wants a variable for $a
                  hint: a parameter without `$` takes any value
                error[macro-arguments] `@a[1]`: fill() wants a map as a whole for @m
                  hint: a parameter without `@` takes any value
                error[macro-arguments] `two(1)`: two() takes 2 arguments, but gets 1
                  hint: it is defined as `macro two(a, b)`
                error[macro-arguments] `two`: two is a macro, and gets no arguments
                  hint: it is defined as `macro two(a, b)`
            "#]],
        );
    }

    #[test]
    fn recursion() {
        check(
            "macro m(a) { n(a) } macro n(a) { m(a) } BEGIN { @ = m(1); }",
            expect![[r#"
                error[recursive-macro] `m(a)`: by this call the macro gets to call itself
                  hint: a macro is put in the place of its call: it cannot contain itself
            "#]],
        );
    }
}
