//! A stack is deeper than bpftrace takes it, or takes much memory because nobody said how deep it may be.

use bt_catalog::Version;
use bt_syntax::{ExpressionId, Span};

use super::{Context, Findings, short};
use crate::Diagnostic;
use crate::constants::constant;
use crate::usage::Call;

/// Most frames of a stack.
const MAX_FRAMES: i128 = 1024;

/// The releases that are known to set aside memory for many stacks of the full depth.
const FIRST_LARGE: Version = Version::new(0, 17);
const LAST_LARGE: Version = Version { major: 0, minor: 23, patch: u16::MAX };

const STACKS: [&str; 2] = ["kstack", "ustack"];

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let calls =
        || context.calls().filter(|call| STACKS.contains(&call.name) && call.callee.function().is_some());
    found.extend(calls().filter_map(|call| too_deep(context, call)));
    if !(FIRST_LARGE..=LAST_LARGE).contains(&context.target) || context.definitions.has_import {
        return;
    }
    let names = context.usage.names.iter().filter(|name| STACKS.contains(&name.text));
    let names = names.map(|name| (name.text, name.span));
    let unlimited = calls().filter(|call| limit(context, call).is_none()).map(|call| (call.name, call.span));
    // They share the memory: one finding says all.
    found.extend(
        names
            .chain(unlimited)
            .min_by_key(|(_, span)| span.start)
            .map(|(name, span)| large(context, name, span)),
    );
}

/// The argument that says how many frames are kept.
fn limit(context: &Context<'_>, call: &Call<'_>) -> Option<ExpressionId> {
    let last = *call.arguments.last()?;
    let is_mode =
        matches!(context.parse.program.expressions.get(last).kind, bt_syntax::ExpressionKind::Identifier);
    (!is_mode).then_some(last)
}

fn too_deep(context: &Context<'_>, call: &Call<'_>) -> Option<Diagnostic> {
    let limit = limit(context, call)?;
    let frames = constant(&context.parse.program.expressions, limit)?;
    (!(0..=MAX_FRAMES).contains(&frames)).then(|| {
        let span = context.parse.program.expressions.get(limit).span;
        let message = format!("{}() takes 0 to {MAX_FRAMES} frames, not {frames}", call.name);
        Diagnostic::error("stack-limit", span, message)
    })
}

fn large(context: &Context<'_>, name: &str, span: Span) -> Diagnostic {
    let target = short(context.target);
    let message = format!("{name} without a limit takes about 130 MB in bpftrace {target}");
    let diagnostic = Diagnostic::info("stack-memory", span, message)
        .with_hint(format!("`{name}(16)` keeps the 16 innermost frames and takes a tenth"));
    if span.text(context.source) == name {
        diagnostic.with_replacement(&format!("{name}(16)"))
    } else {
        diagnostic
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn too_deep() {
        check(
            "profile:hz:99 { @a[kstack(1024)] = count(); @b[kstack(perf, 1025)] = count(); @c[ustack(-1)] = count(); }",
            expect![[r#"
            error[stack-limit] `1025`: kstack() takes 0 to 1024 frames, not 1025
            error[stack-limit] `-1`: ustack() takes 0 to 1024 frames, not -1
        "#]],
        );
    }

    #[test]
    fn memory_of_old_releases() {
        let script = "profile:hz:99 { @a[kstack, ustack] = count(); @b[kstack(5)] = count(); @c[ustack(perf)] = count(); }";
        check(script, expect![[""]]);
        check_old(
            script,
            expect![[r#"
            info[stack-memory] `kstack`: kstack without a limit takes about 130 MB in bpftrace 0.17
              hint: `kstack(16)` keeps the 16 innermost frames and takes a tenth
              Change it to `kstack(16)`: "profile:hz:99 { @a[kstack(16), ustack] = count(); @b[kstack(5)] = count(); @c[ustack(perf)] = count(); }"
        "#]],
        );
        check_old("profile:hz:99 { @b[kstack(5)] = count(); }", expect![[""]]);
    }
}
