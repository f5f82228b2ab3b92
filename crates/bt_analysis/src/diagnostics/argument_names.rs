//! A function that takes one of a few names gets something else: a misspelt mode of stacks, a clock in quotes.

use bt_catalog::{
    ConstantKind, Occurrence, Parameter, ParameterKind, builtin, constant as named_constant, did_you_mean,
};
use bt_syntax::{ExpressionId, ExpressionKind};

use super::argument_kinds::pairs;
use super::{Context, Findings, short};
use crate::Diagnostic;
use crate::usage::Call;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for call in context.calls() {
        found.extend(pairs(context, call).filter_map(|(parameter, argument)| match parameter.kind {
            ParameterKind::Name(names) => not_of_list(context, call, (parameter, names), argument),
            _ => None,
        }));
    }
}

fn not_of_list(
    context: &Context<'_>,
    call: &Call<'_>,
    (parameter, names): (&Parameter, &[&str]),
    argument: ExpressionId,
) -> Option<Diagnostic> {
    let expression = context.parse.program.expressions.get(argument);
    let text = expression.span.text(context.source);
    let error = |given: &str| {
        let names = names.join(", ");
        let message =
            format!("the argument `{}` of {}() must be one of {names}, {given}", parameter.name, call.name);
        Diagnostic::error("argument-name", expression.span, message)
    };
    match expression.kind {
        ExpressionKind::Identifier if names.contains(&text) => came_later(context, call, argument),
        // It may be the limit of the stack, as a constant of C.
        ExpressionKind::Identifier
            if parameter.occurrence == Occurrence::Skippable && builtin(text).is_none() =>
        {
            let meant = did_you_mean(text, names.iter().copied())?;
            Some(error(&format!("not `{text}`")).with_meant(Some(meant)))
        }
        ExpressionKind::Identifier => {
            Some(error(&format!("not `{text}`")).with_meant(did_you_mean(text, names.iter().copied())))
        }
        ExpressionKind::String => {
            let diagnostic = error("without quotes");
            let content = text.trim_matches('"');
            Some(if names.contains(&content) { diagnostic.with_replacement(content) } else { diagnostic })
        }
        ExpressionKind::Integer(_) => Some(error("not a number")),
        _ => None,
    }
}

/// A mode of stacks that the target does not have.
fn came_later(context: &Context<'_>, call: &Call<'_>, argument: ExpressionId) -> Option<Diagnostic> {
    let expression = context.parse.program.expressions.get(argument);
    let name = expression.span.text(context.source);
    let known = named_constant(ConstantKind::StackMode, name)?;
    (context.target < known.lifetime.since).then(|| {
        let target = short(context.target);
        let message = format!("{}() has no mode `{name}` in bpftrace {target}", call.name);
        Diagnostic::error("newer-feature", expression.span, message)
            .with_hint(format!("it came with {}", short(known.lifetime.since)))
    })
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn a_name_of_a_list_is_wanted() {
        check(
            "kprobe:f { @[kstack(pref)] = count(); @[kstack(\"perf\")] = count(); @a = nsecs(\"boot\"); @b = nsecs(bot); @c = pid(1); @[kstack(perf, 3)] = count(); }",
            expect![[r#"
                error[argument-name] `pref`: the argument `mode` of kstack() must be one of bpftrace, perf, raw, not `pref`
                  hint: did you mean `perf`?
                  Change it to `perf`: "kprobe:f { @[kstack(perf)] = count(); @[kstack(\"perf\")] = count(); @a = nsecs(\"boot\"); @b = nsecs(bot); @c = pid(1); @[kstack(perf, 3)] = count(); }"
                error[argument-name] `"perf"`: the argument `mode` of kstack() must be one of bpftrace, perf, raw, without quotes
                  Change it to `perf`: "kprobe:f { @[kstack(pref)] = count(); @[kstack(perf)] = count(); @a = nsecs(\"boot\"); @b = nsecs(bot); @c = pid(1); @[kstack(perf, 3)] = count(); }"
                error[argument-name] `"boot"`: the argument `clock` of nsecs() must be one of monotonic, boot, tai, sw_tai, without quotes
                  Change it to `boot`: "kprobe:f { @[kstack(pref)] = count(); @[kstack(\"perf\")] = count(); @a = nsecs(boot); @b = nsecs(bot); @c = pid(1); @[kstack(perf, 3)] = count(); }"
                error[argument-name] `bot`: the argument `clock` of nsecs() must be one of monotonic, boot, tai, sw_tai, not `bot`
                  hint: did you mean `boot`?
                  Change it to `boot`: "kprobe:f { @[kstack(pref)] = count(); @[kstack(\"perf\")] = count(); @a = nsecs(\"boot\"); @b = nsecs(boot); @c = pid(1); @[kstack(perf, 3)] = count(); }"
                error[argument-name] `1`: the argument `namespace` of pid() must be one of curr_ns, init, not a number
                error[map-key-type] `kstack(perf, 3)`: the key of @ is a stack of another mode or limit before
                  hint: all keys of a map have the same types
            "#]],
        );
        check_old(
            "kprobe:f { @[kstack(raw)] = count(); }",
            expect![[r#"
                info[stack-memory] `kstack(raw)`: kstack without a limit takes about 130 MB in bpftrace 0.17
                  hint: `kstack(16)` keeps the 16 innermost frames and takes a tenth
                error[newer-feature] `raw`: kstack() has no mode `raw` in bpftrace 0.17
                  hint: it came with 0.18
            "#]],
        );
    }
}
