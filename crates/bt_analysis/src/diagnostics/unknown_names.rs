//! A name that is no builtin: misspelled, or from another release. It could be a constant of the kernel, too.

use bt_catalog::{BUILTINS, Lifetime, Presence, Version, aggregation, did_you_mean, function, type_name};

use super::{Context, Findings};
use crate::usage::Name;
use crate::{Diagnostic, Severity};

/// The release whose new functions are macros.
const MACROS: Version = Version::new(0, 24);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    found.extend(context.usage.names.iter().filter_map(|name| diagnostic(context, name)));
}

fn diagnostic(context: &Context<'_>, name: &Name<'_>) -> Option<Diagnostic> {
    let Name { text, span, .. } = *name;
    if context.definitions.has_import || context.definitions.functions.contains(text) || text.starts_with('_')
    {
        return None;
    }
    // Types are arguments of sizeof(); constants of the kernel are written in capitals.
    if context.definitions.has_c
        || name.builtin.is_some()
        || type_name(text).is_some()
        || !text.starts_with(|first: char| first.is_lowercase())
    {
        return None;
    }
    if let Some(known) = function(text) {
        return not_called(name, known.lifetime, known.arguments.0 == 0, context.target);
    }
    if let Some(known) = aggregation(text) {
        return not_called(name, known.lifetime, false, context.target);
    }
    let meant = did_you_mean(text, BUILTINS.iter().map(|known| known.name))?;
    Some(Diagnostic::warning("unknown-name", span, format!("`{text}` is no builtin")).with_meant(Some(meant)))
}

/// A function without its parentheses.
fn not_called(
    name: &Name<'_>,
    lifetime: Lifetime,
    takes_nothing: bool,
    target: Version,
) -> Option<Diagnostic> {
    // Newer ones are macros, and those can be written without if they want no arguments.
    if takes_nothing && lifetime.since >= MACROS && target >= lifetime.since {
        return None;
    }
    // Where it is no function yet it may be a constant of the kernel.
    let is_function = lifetime.at(target) == Presence::Known;
    let severity = if is_function { Severity::Error } else { Severity::Warning };
    let text = name.text;
    let found =
        Diagnostic::error("unknown-name", name.span, format!("`{text}` is a function, and is not called"))
            .with_hint(format!("write it as `{text}(...)`"));
    Some(Diagnostic { severity, ..found })
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn misspelled() {
        check(
            "BEGIN { @a[com] = count(); @b = AF_INET; @c = sizeof(uint64); @d = kstack(perf, 3); exit; }",
            expect![[r#"
                warning[unknown-name] `com`: `com` is no builtin
                  hint: did you mean `comm`?
                  Change it to `comm`: "BEGIN { @a[comm] = count(); @b = AF_INET; @c = sizeof(uint64); @d = kstack(perf, 3); exit; }"
                error[unknown-name] `exit`: `exit` is a function, and is not called
                  hint: write it as `exit(...)`
            "#]],
        );
        check("enum e { com };\nBEGIN { @a[com] = count(); }", expect![[""]]);
    }

    #[test]
    fn not_yet_there_and_gone() {
        check_old(
            "BEGIN { @a = jiffies; }",
            expect![[r#"
                error[newer-feature] `jiffies`: jiffies does not exist in bpftrace 0.17
                  hint: it came with 0.20
            "#]],
        );
        check(
            "kprobe:f { @a = sarg1; }",
            expect![[r#"
                error[removed-feature] `sarg1`: sarg1 does not exist any more: bpftrace 0.25 removed it
                  hint: read the stack: `*(reg("sp") + 8)`
            "#]],
        );
    }
}
