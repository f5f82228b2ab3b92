//! A second `BEGIN` or `END`, which older releases refuse.

use bt_catalog::Version;

use super::{Context, Findings};
use crate::Diagnostic;

/// The release that takes several.
const SEVERAL_ALLOWED: Version = Version::new(0, 25);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    if context.target >= SEVERAL_ALLOWED {
        return;
    }
    for name in ["BEGIN", "END"] {
        let repeated = context.facts.probes.iter().filter(|probe| probe.probe_type == Some(name)).skip(1);
        found.extend(repeated.map(|probe| {
            Diagnostic::error("duplicate-probe", probe.span, format!("there is another {name} before"))
                .with_hint("put both blocks into one; bpftrace takes several since 0.25")
        }));
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn a_second_begin() {
        let script = "BEGIN { @a = 1; } BEGIN { @b = 1; } END { clear(@a); }";
        check(script, expect![[""]]);
        check_old(
            script,
            expect![[r#"
                error[duplicate-probe] `BEGIN`: there is another BEGIN before
                  hint: put both blocks into one; bpftrace takes several since 0.25
            "#]],
        );
    }
}
