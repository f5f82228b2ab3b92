//! The script uses what the target does not have yet, or not any more.

use bt_catalog::Presence;

use super::{Context, Findings, short};
use crate::features::Feature;
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
            Diagnostic::error("newer-feature", span, format!("{name} does not exist in bpftrace {target}"))
                .with_hint(format!("it came with {}", short(since)))
        }
        Presence::Removed(removed) => Diagnostic::error(
            "removed-feature",
            span,
            format!("{name} does not exist any more: bpftrace {} removed it", short(removed)),
        ),
    };
    let severity = if is_certain { Severity::Error } else { Severity::Warning };
    Some(Diagnostic { severity, ..diagnostic })
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

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
