//! The script uses what the target does not have yet, or not any more.

use bt_catalog::{Presence, ReplacedKind, replacement};

use super::{Context, Findings, short};
use crate::features::{DOT_OF_ARGS, Feature, FeatureName};
use crate::{Diagnostic, Severity};

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    found.extend(context.features.missing.iter().filter_map(|feature| diagnostic(context, feature)));
}

fn diagnostic(context: &Context<'_>, feature: &Feature<'_>) -> Option<Diagnostic> {
    let Feature { name, lifetime, span, is_certain } = *feature;
    let diagnostic = match lifetime.at(context.target) {
        Presence::Known => return None,
        Presence::NotYet(since) => {
            let target = short(context.target);
            let message = format!("{name} does not exist in bpftrace {target}");
            let found = Diagnostic::error("newer-feature", span, message)
                .with_hint(format!("it came with {}", short(since)));
            match name {
                FeatureName::Phrase(DOT_OF_ARGS) => found.with_replacement("->"),
                _ => found,
            }
        }
        Presence::Removed(removed) => {
            let message = format!("{name} does not exist any more: bpftrace {} removed it", short(removed));
            replaced(Diagnostic::error("removed-feature", span, message), name)
        }
    };
    let severity = if is_certain { Severity::Error } else { Severity::Warning };
    Some(Diagnostic { severity, ..diagnostic })
}

/// The same with what takes the place of what was removed.
fn replaced(found: Diagnostic, name: FeatureName<'_>) -> Diagnostic {
    let known = match name {
        FeatureName::Function(text) => replacement(ReplacedKind::Function, text),
        // All of them are listed by their first one.
        FeatureName::Word(text) if text.starts_with("sarg") => replacement(ReplacedKind::Builtin, "sarg0"),
        FeatureName::Word(text) => [ReplacedKind::ProbeType, ReplacedKind::Builtin, ReplacedKind::ConfigKey]
            .into_iter()
            .find_map(|kind| replacement(kind, text)),
        FeatureName::Phrase(_) => None,
    };
    match known {
        Some(known) if known.new.is_empty() => found.with_hint(as_hint(known.summary)),
        Some(known) => found.with_hint(format!("it is called `{}`", known.new)).with_replacement(known.new),
        None => found,
    }
}

/// A sentence as it stands in a hint.
fn as_hint(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_for, check_old};
    use bt_catalog::Version;
    use expect_test::expect;

    #[test]
    fn forms() {
        check_old(
            "tracepoint:a:b { @a[args.x] = 1; if pid { @b[(1, 2)] = 2; } { @c = (1,); } }",
            expect![[r#"
                error[newer-feature] `.`: `.` behind `args` does not exist in bpftrace 0.17
                  hint: it came with 0.19
                  Change it to `->`: "tracepoint:a:b { @a[args->x] = 1; if pid { @b[(1, 2)] = 2; } { @c = (1,); } }"
                error[newer-feature] `pid`: a condition without parentheses does not exist in bpftrace 0.17
                  hint: it came with 0.24
                error[newer-feature] `(1, 2)`: a tuple as the key of a map does not exist in bpftrace 0.17
                  hint: it came with 0.22
                error[newer-feature] `{ @c = (1,); }`: a block as a statement does not exist in bpftrace 0.17
                  hint: it came with 0.24
                error[newer-feature] `(1,)`: a tuple of less than two values does not exist in bpftrace 0.17
                  hint: it came with 0.24
            "#]],
        );
        check_for(
            Version::new(0, 10),
            "BEGIN { @a = 1_000; @b = 1e3; @c = 1ul; @d = 0x1e; if (1) { return; } else if (2) { return; } }",
            expect![[r#"
                error[newer-feature] `1_000`: `_` in a number does not exist in bpftrace 0.10
                  hint: it came with 0.14
                error[newer-feature] `1e3`: a number with an exponent does not exist in bpftrace 0.10
                  hint: it came with 0.12
                error[newer-feature] `1ul`: a number with a suffix does not exist in bpftrace 0.10
                  hint: it came with 0.14
                info[constant-condition] `1`: the condition is always true
                info[constant-condition] `2`: the condition is always true
            "#]],
        );
    }

    #[test]
    fn known_by_its_release() {
        let script = "config = { max_strlen = 64 }\nlet @a = hash(10);\n\
                      BEGIN { let $x = 1ms; @a[$x] = 1; for ($kv : @a) { @b = $kv.0 ?: 1; } }";
        check(script, expect![[""]]);
        check_old(
            script,
            expect![[r#"
                error[newer-feature] `config = { max_strlen = 64 }`: a config block does not exist in bpftrace 0.17
                  hint: it came with 0.20
                error[newer-feature] `max_strlen`: max_strlen does not exist in bpftrace 0.17
                  hint: it came with 0.20
                error[newer-feature] `let @a = hash(10);`: the declaration of a map does not exist in bpftrace 0.17
                  hint: it came with 0.24
                error[newer-feature] `let $x = 1ms`: `let` does not exist in bpftrace 0.17
                  hint: it came with 0.22
                error[newer-feature] `1ms`: a number with a unit of time does not exist in bpftrace 0.17
                  hint: it came with 0.24
                error[newer-feature] `for ($kv : @a) { @b = $kv.0 ?: 1; }`: a `for` loop does not exist in bpftrace 0.17
                  hint: it came with 0.21
                error[newer-feature] `$kv.0 ?: 1`: the operator `?:` does not exist in bpftrace 0.17
                  hint: it came with 0.26
            "#]],
        );
    }
}
