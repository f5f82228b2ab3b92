//! A probe is given a name, and not as bpftrace reads it.

use bt_catalog::Version;
use bt_syntax::Span;
use bt_syntax::tree::Probe;

use super::{Context, Findings};
use crate::Diagnostic;

/// The release that has names of probes; `missing_features` tells of it to the ones before.
const NAMES: Version = Version::new(0, 25);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    if context.target >= NAMES {
        found.extend(context.parse.program.probes().filter_map(|probe| diagnostic(context, probe)));
    }
}

fn diagnostic(context: &Context<'_>, probe: &Probe) -> Option<Diagnostic> {
    let (name, point) = (probe.name?, probe.attach_points.first()?);
    let between = Span::new(name.end, point.span.start.max(name.end));
    (between.text(context.source) != "=").then(|| {
        Diagnostic::error(
            "probe-name",
            between,
            "no blanks are allowed between the name of a probe and the probe",
        )
        .with_hint("write it as `name=kprobe:vfs_read`")
        .with_fix("Remove the blanks", vec![(between, "=".to_string())])
    })
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn blanks() {
        check("a=BEGIN { @ = 1; }", expect![[""]]);
        check(
            "a = BEGIN { @ = 1; }",
            expect![[r#"
                error[probe-name] ` = `: no blanks are allowed between the name of a probe and the probe
                  hint: write it as `name=kprobe:vfs_read`
                  Remove the blanks: "a=BEGIN { @ = 1; }"
            "#]],
        );
    }
}
