//! A wildcard that means nearly everything: bpftrace attaches to each of thousands.

use bt_catalog::probe_type;
use bt_syntax::tree::AttachPoint;

use super::{Context, Findings};
use crate::Diagnostic;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let points = context.parse.program.probes().flat_map(|probe| &probe.attach_points);
    found.extend(points.filter_map(|point| diagnostic(context, *point)));
}

fn diagnostic(context: &Context<'_>, point: AttachPoint) -> Option<Diagnostic> {
    let text = point.span.text(context.source);
    if !text.ends_with('*') {
        return None;
    }
    let known = probe_type(point.provider.text(context.source))?;
    let (_, behind) = text.split_once(':')?;
    let is_everything = match known.name {
        "tracepoint" | "rawtracepoint" | "kprobe" | "kretprobe" | "fentry" | "fexit" => {
            behind.bytes().all(|byte| byte == b'*' || byte == b':')
        }
        _ => false,
    };
    is_everything.then(|| {
        let message = format!("this means every {} of the kernel: thousands", known.name);
        Diagnostic::warning("wide-wildcard", point.span, message).with_hint(
            "bpftrace attaches to at most `max_probes`, 1024, and slowly: name a part, as in `vfs_*`",
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn narrow_and_wide() {
        check("kprobe:vfs_*, tracepoint:sched:*, uprobe:/bin/sh:* { @[probe] = count(); }", expect![[""]]);
        check(
            "kprobe:* { @[probe] = count(); } tracepoint:*:* { @[probe] = count(); }",
            expect![[r#"
                warning[wide-wildcard] `kprobe:*`: this means every kprobe of the kernel: thousands
                  hint: bpftrace attaches to at most `max_probes`, 1024, and slowly: name a part, as in `vfs_*`
                warning[wide-wildcard] `tracepoint:*:*`: this means every tracepoint of the kernel: thousands
                  hint: bpftrace attaches to at most `max_probes`, 1024, and slowly: name a part, as in `vfs_*`
            "#]],
        );
    }
}
