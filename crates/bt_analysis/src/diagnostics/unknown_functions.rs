//! A function that bpftrace does not know, or not yet.

use bt_catalog::{AGGREGATIONS, FUNCTIONS, Presence, Version, did_you_mean};
use bt_syntax::Span;

use bt_syntax::tree::Item;
use rustc_hash::FxHashSet;

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::{Call, Callee};

/// The release that lets values be called.
const CALLED_BUILTINS: Version = Version::new(0, 24);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    found.extend(context.usage.calls.iter().filter_map(|call| diagnostic(context, call)));
    found.extend(context.calls().filter_map(|call| called_builtin(context, call)));
    check_own_functions(context, found);
}

/// A value that is called like a function: newer releases bear it, if it gets no arguments.
fn called_builtin(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    let Callee::Builtin(known) = call.callee else { return None };
    let bears_it = context.target >= CALLED_BUILTINS && call.arguments.is_empty();
    if bears_it || known.lifetime.at(context.target) != Presence::Known {
        return None;
    }
    let parentheses = Span::new(call.name_span.end, call.span.end);
    Some(
        Diagnostic::error("unknown-function", call.span, format!("{} is a value, no function", call.name))
            .with_fix("Leave the parentheses out", vec![(parentheses, String::new())]),
    )
}

/// bpftrace reads the functions of a script, but does not let them be called.
fn check_own_functions(context: &Context<'_>, found: &mut Findings) {
    let functions: FxHashSet<&str> = context
        .parse
        .program
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Function(function) => Some(function.name?.text(context.source)),
            _ => None,
        })
        .collect();
    if functions.is_empty() {
        return;
    }
    let calls = context.usage.calls.iter().filter(|call| functions.contains(call.name));
    found.extend(calls.map(|call| {
        let message = format!("bpftrace cannot call {}() yet: it is a function of the script", call.name);
        Diagnostic::error("unknown-function", call.name_span, message).with_hint("make it a macro")
    }));
}

fn diagnostic(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    // The names of bpftrace's own helpers are no secret, but not stable either.
    if !matches!(call.callee, Callee::Unknown)
        || context.definitions.has_import
        || call.name.starts_with("__")
    {
        return None;
    }
    let names = FUNCTIONS.iter().map(|known| known.name).chain(AGGREGATIONS.iter().map(|known| known.name));
    let names = names.chain(context.definitions.functions.iter().copied());
    let message = format!("there is no function {}()", call.name);
    Some(
        Diagnostic::error("unknown-function", call.name_span, message)
            .with_meant(did_you_mean(call.name, names)),
    )
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn misspelled_and_unheard_of() {
        check(
            "macro twice(x) { x * 2 } BEGIN { @a = cuont(); @b = frobnicate(1); @c = twice(1); @d = pid(); }",
            expect![[r#"
                error[unknown-function] `cuont`: there is no function cuont()
                  hint: did you mean `count`?
                  Change it to `count`: "macro twice(x) { x * 2 } BEGIN { @a = count(); @b = frobnicate(1); @c = twice(1); @d = pid(); }"
                error[unknown-function] `frobnicate`: there is no function frobnicate()
            "#]],
        );
    }

    #[test]
    fn values() {
        check(
            "kprobe:f { @[probe()] = 1; @[probe(1)] = 2; }",
            expect![[r#"
                error[unknown-function] `probe(1)`: probe is a value, no function
                  Leave the parentheses out: "kprobe:f { @[probe()] = 1; @[probe] = 2; }"
            "#]],
        );
        check_old(
            "kprobe:f { @[probe()] = 1; }",
            expect![[r#"
                error[unknown-function] `probe()`: probe is a value, no function
                  Leave the parentheses out: "kprobe:f { @[probe] = 1; }"
            "#]],
        );
    }

    #[test]
    fn of_the_script() {
        check(
            "fn f($a : int64) : int64 { return $a; } BEGIN { @ = f(1); }",
            expect![[r#"
                error[unknown-function] `f`: bpftrace cannot call f() yet: it is a function of the script
                  hint: make it a macro
            "#]],
        );
    }

    #[test]
    fn not_yet_there() {
        check_old(
            "BEGIN { @a = 1; @n = len(@a); }",
            expect![[r#"
                error[newer-feature] `len`: len() does not exist in bpftrace 0.17
                  hint: it came with 0.20
                error[map-key] `@a`: @a has no keys
            "#]],
        );
    }
}
