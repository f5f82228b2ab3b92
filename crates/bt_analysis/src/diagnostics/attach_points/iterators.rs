//! Kernel lists: `iter`.

use bt_catalog::{Version, probe_type};
use bt_syntax::tree::{AttachPoint, Probe};

use super::point::Point;
use crate::Diagnostic;
use crate::diagnostics::Context;

/// The release that takes other attach points in the same probe, as long as they are no second `iter`.
const BESIDE_OTHERS: Version = Version::new(0, 24);

pub(super) fn check(context: &Context<'_>, point: &Point<'_>, probe: &Probe) -> Option<Diagnostic> {
    let object = match *point.parts() {
        [object] | [object, _] => object,
        [] => return Some(point.wrong_whole("iter needs an object")),
        _ => return Some(point.too_many(2)),
    };
    if object.is_empty() {
        return Some(
            point.wrong_whole("iter needs an object").with_hint("objects are task, task_file and others"),
        );
    }
    if object.is_wildcard() {
        return Some(point.wrong(object.span, "iter takes no wildcards"));
    }
    shares_probe(context, point, probe).then(|| {
        point
            .wrong_whole("iter stands alone: its probe has other attach points")
            .with_hint("give it a probe of its own")
    })
}

/// Whether the probe attaches elsewhere too, where the target refuses that.
fn shares_probe(context: &Context<'_>, point: &Point<'_>, probe: &Probe) -> bool {
    if point.target < BESIDE_OTHERS {
        return probe.attach_points.len() > 1;
    }
    let is_iter = |other: &AttachPoint| {
        probe_type(other.provider.text(context.source)).is_some_and(|known| known.name == "iter")
    };
    let before = probe.attach_points.iter().take_while(|other| other.span != point.span);
    before.into_iter().any(is_iter)
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn objects() {
        check("iter:task { @ = 1; }", expect![[""]]);
        check("iter:task_file:/sys/fs/bpf/files { @ = 1; }", expect![[""]]);
        check(
            "iter: { @ = 1; } iter:task* { @ = 1; } iter:task:a:b { @ = 1; } iter:task, iter:task_file { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `iter:`: iter needs an object
                  hint: objects are task, task_file and others
                error[invalid-attach-point] `task*`: iter takes no wildcards
                  hint: it is written as `iter:object[:pin]`
                error[invalid-attach-point] `:b`: iter has no place for this part
                  hint: it is written as `iter:object[:pin]`
                  Remove it: "iter: { @ = 1; } iter:task* { @ = 1; } iter:task:a { @ = 1; } iter:task, iter:task_file { @ = 1; }"
                error[invalid-attach-point] `iter:task_file`: iter stands alone: its probe has other attach points
                  hint: give it a probe of its own
            "#]],
        );
        check("BEGIN, iter:task { @ = 1; }", expect![[""]]);
        check_old(
            "BEGIN, iter:task { @ = 1; }",
            expect![[r#"
            error[invalid-attach-point] `iter:task`: iter stands alone: its probe has other attach points
              hint: give it a probe of its own
        "#]],
        );
    }
}
