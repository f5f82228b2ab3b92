//! A function gets something of the wrong kind: a value instead of a map, a computed number instead of a literal, a
//! string instead of a number.

use bt_catalog::{Function, MapEffect, Mode, Occurrence, Parameter, ParameterKind, Type, Version, builtin};
use bt_syntax::{ExpressionId, ExpressionKind};

use super::aggregation_reads::{aggregate, with_way_out};
use super::families::{family, noun};
use super::{Context, Findings};
use crate::Diagnostic;
use crate::constants::constant;
use crate::usage::{Call, Callee, Origin, Place};

/// Up to this release a number that is wanted as a literal cannot be computed, and `str()` takes no string.
const LAST_WITHOUT_FOLDING: Version = Version { major: 0, minor: 23, patch: u16::MAX };

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for call in context.calls() {
        found.extend(pairs(context, call).filter_map(|pair| problem(context, call, pair)));
    }
}

/// An argument, and what it is for.
pub(super) type Pair = (&'static Parameter, ExpressionId);

/// Each argument with its parameter. A parameter that may be skipped is, unless a name stands in its place.
///
/// None in macros: the value of a macro's parameter is what it is called with.
pub(super) fn pairs<'a>(
    context: &'a Context<'_>,
    call: &'a Call<'_>,
) -> impl Iterator<Item = Pair> + use<'a> {
    let parameters = match call.callee {
        Callee::Function(known) if call.probe.is_some() => known.parameters,
        Callee::Aggregation(known) if call.probe.is_some() => known.parameters,
        _ => &[],
    };
    let skips = match (parameters.first(), call.arguments.first()) {
        (Some(Parameter { occurrence: Occurrence::Skippable, .. }), Some(first)) => {
            call.arguments.len() < parameters.len() && !stands_for_name(context, *first)
        }
        _ => false,
    };
    parameters[usize::from(skips)..].iter().zip(call.arguments.iter().copied())
}

/// Whether someone meant one of the names of a list, rightly or not.
fn stands_for_name(context: &Context<'_>, argument: ExpressionId) -> bool {
    let expression = context.parse.program.expressions.get(argument);
    match expression.kind {
        ExpressionKind::Identifier => builtin(expression.span.text(context.source)).is_none(),
        ExpressionKind::String => true,
        _ => false,
    }
}

fn problem(context: &Context<'_>, call: &Call<'_>, (parameter, argument): Pair) -> Option<Diagnostic> {
    let name = call.name;
    let what = parameter.name;
    let kind = &context.parse.program.expressions.get(argument).kind;
    let wanted = |kind: &str| format!("the argument `{what}` of {name}() must be {kind}");
    let wrong = |kind: &str| Some(wrong_kind(context, argument, wanted(kind)));
    let no_literal = |kind: &str| {
        let span = context.parse.program.expressions.get(argument).span;
        Some(Diagnostic::error("argument-kind", span, wanted(kind)))
    };
    if matches!(parameter.kind, ParameterKind::Integer | ParameterKind::Pointer | ParameterKind::String)
        && let Some(read) = aggregate(context, argument)
    {
        let message = format!("{}, but {} holds {}()", wanted("a number"), read.map, read.how.name);
        let diagnostic = Diagnostic::error("argument-kind", read.span, message);
        return Some(with_way_out(context, read, diagnostic));
    }
    match parameter.kind {
        ParameterKind::Map if !matches!(kind, ExpressionKind::Map { .. } | ExpressionKind::Missing) => {
            Some(wrong_kind(context, argument, format!("{name}() takes a map")).with_hint("name a map: `@x`"))
        }
        ParameterKind::MapOrStack => not_countable(context, call, argument),
        ParameterKind::MapOrValue if call.arguments.len() > 1 => not_whole_map(context, call, argument),
        ParameterKind::IntegerLiteral if !is_integer_literal(context, argument) => {
            let diagnostic = no_literal("a literal number")?;
            Some(
                diagnostic.with_hint("bpftrace must know it before the script runs: write the number itself"),
            )
        }
        ParameterKind::StringLiteral | ParameterKind::Format
            if is_no_string_literal(context, call, argument) =>
        {
            let diagnostic = no_literal("a literal string")?;
            Some(
                diagnostic.with_hint(
                    "bpftrace must know it before the script runs: write the text itself, in quotes",
                ),
            )
        }
        ParameterKind::Integer if family(context, argument).is_some_and(|family| !is_number(family)) => {
            wrong("a number")
        }
        ParameterKind::String if family(context, argument).is_some_and(is_no_text) => wrong("a string")
            .map(|diagnostic| diagnostic.with_hint("`str(address)` reads the string at an address")),
        ParameterKind::Pointer
            if family(context, argument).is_some_and(|family| is_no_address(context, call, family)) =>
        {
            wrong("an address")
        }
        ParameterKind::Array => no_bytes(context, call, argument),
        ParameterKind::Variable if !matches!(kind, ExpressionKind::Variable) => wrong("a variable"),
        _ => None,
    }
}

/// Says what is wanted, and what is given if that is known.
fn wrong_kind(context: &Context<'_>, argument: ExpressionId, wanted: String) -> Diagnostic {
    let given =
        family(context, argument).map_or(String::new(), |family| format!(", and this is {}", noun(family)));
    let span = context.parse.program.expressions.get(argument).span;
    Diagnostic::error("argument-kind", span, format!("{wanted}{given}"))
}

fn not_countable(context: &Context<'_>, call: &Call<'_>, argument: ExpressionId) -> Option<Diagnostic> {
    let expression = context.parse.program.expressions.get(argument);
    if let ExpressionKind::Map { name, key } = &expression.kind {
        let map = name.text(context.source);
        return (!key.is_empty()).then(|| {
            wrong_kind(context, argument, format!("{}() takes a map as a whole", call.name))
                .with_replacement(map)
        });
    }
    let family = family(context, argument)?;
    (!matches!(family, Type::Kstack | Type::Ustack)).then(|| {
        let wanted = format!("{}() takes a map or a stack", call.name);
        let diagnostic = wrong_kind(context, argument, wanted);
        if family == Type::String {
            diagnostic.with_hint("`strlen()` gives the length of a string, since 0.25")
        } else {
            diagnostic
        }
    })
}

/// What is no row of bytes, and says nothing of how long it is.
fn no_bytes(context: &Context<'_>, call: &Call<'_>, argument: ExpressionId) -> Option<Diagnostic> {
    let expression = context.parse.program.expressions.get(argument);
    match call.name {
        "buf" if call.arguments.len() == 1 => {
            let family = family(context, argument)?;
            let needs_length = matches!(family, Type::Signed | Type::String | Type::Pointer);
            needs_length.then(|| {
                let message = format!("buf() must be told the length of {}", noun(family));
                Diagnostic::error("argument-kind", expression.span, message)
                    .with_hint("write it as `buf(address, length)`")
            })
        }
        "macaddr" if matches!(expression.kind, ExpressionKind::String) => {
            let message = "macaddr() takes the six bytes of an address, not text";
            Some(Diagnostic::error("argument-kind", expression.span, message))
        }
        _ => None,
    }
}

/// `print(@x[1], 5)`, `print(1, 5)`
fn not_whole_map(context: &Context<'_>, call: &Call<'_>, argument: ExpressionId) -> Option<Diagnostic> {
    let is_print = call.callee.function().is_some_and(|known| known.map_effect == MapEffect::Prints);
    let is_whole = match &context.parse.program.expressions.get(argument).kind {
        ExpressionKind::Map { key, .. } => key.is_empty(),
        _ => false,
    };
    (is_print && !is_whole).then(|| {
        let span = context.parse.program.expressions.get(argument).span;
        let message = format!("{}() takes further arguments for a map as a whole only", call.name);
        Diagnostic::error("argument-kind", span, message).with_hint("leave out what stands behind it")
    })
}

/// Whether an argument can be the literal that is wanted; what another file or the compiler may know counts as one.
fn is_integer_literal(context: &Context<'_>, argument: ExpressionId) -> bool {
    let expressions = &context.parse.program.expressions;
    let expression = expressions.get(argument);
    match &expression.kind {
        ExpressionKind::String
        | ExpressionKind::Map { .. }
        | ExpressionKind::Tuple(_)
        | ExpressionKind::Record(_)
        | ExpressionKind::Increment { .. } => false,
        ExpressionKind::Variable => is_parameter(context, argument),
        ExpressionKind::Identifier => builtin(expression.span.text(context.source)).is_none(),
        ExpressionKind::Call { .. } => !runs_in_kernel(context, argument),
        ExpressionKind::Binary { .. } => {
            constant(expressions, argument).is_none() || context.target > LAST_WITHOUT_FOLDING
        }
        _ => true,
    }
}

fn is_no_string_literal(context: &Context<'_>, call: &Call<'_>, argument: ExpressionId) -> bool {
    let expression = context.parse.program.expressions.get(argument);
    // They take any string in some releases.
    if matches!(call.name, "assert" | "cgroup_path") {
        return call.name == "cgroup_path" && matches!(expression.kind, ExpressionKind::Integer(_));
    }
    match &expression.kind {
        ExpressionKind::Integer(_)
        | ExpressionKind::Boolean(_)
        | ExpressionKind::Map { .. }
        | ExpressionKind::Tuple(_)
        | ExpressionKind::Record(_) => true,
        ExpressionKind::Variable => !is_parameter(context, argument),
        ExpressionKind::Identifier => builtin(expression.span.text(context.source)).is_some(),
        _ => false,
    }
}

/// Whether a variable is the parameter of a macro, and may be anything.
fn is_parameter(context: &Context<'_>, argument: ExpressionId) -> bool {
    match context.usage.place(argument) {
        Place::Variable(variable) => {
            matches!(context.usage.variables[variable.index()].origin, Origin::Parameter(_))
        }
        _ => true,
    }
}

fn runs_in_kernel(context: &Context<'_>, argument: ExpressionId) -> bool {
    match context.usage.place(argument) {
        Place::Call(number) => {
            let callee = context.usage.calls[number as usize].callee;
            matches!(callee, Callee::Function(Function { mode: Mode::Kernel, .. })) && !is_str(callee)
        }
        _ => false,
    }
}

/// `str($1)` is a literal.
fn is_str(callee: Callee) -> bool {
    callee.function().is_some_and(|known| known.name == "str")
}

fn is_number(family: Type) -> bool {
    matches!(family, Type::Signed | Type::Boolean | Type::Pointer)
}

fn is_no_text(family: Type) -> bool {
    matches!(family, Type::Signed | Type::Boolean | Type::Pointer | Type::Kstack | Type::Ustack | Type::Tuple)
}

fn is_no_address(context: &Context<'_>, call: &Call<'_>, family: Type) -> bool {
    match family {
        Type::Signed | Type::Boolean | Type::Pointer => false,
        Type::String => call.name != "str" || context.target <= LAST_WITHOUT_FOLDING,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn a_map_is_wanted() {
        check(
            "BEGIN { @a[1] = 1; clear(1); zero(comm); $x = len(@a[1]) + len(comm) + len(kstack); print(@a[1], 5); print(@a, 5); print($x); }",
            expect![[r#"
            error[argument-kind] `1`: clear() takes a map, and this is a number
              hint: name a map: `@x`
            error[argument-kind] `comm`: zero() takes a map, and this is a string
              hint: name a map: `@x`
            error[argument-kind] `@a[1]`: len() takes a map as a whole, and this is a number
              Change it to `@a`: "BEGIN { @a[1] = 1; clear(1); zero(comm); $x = len(@a) + len(comm) + len(kstack); print(@a[1], 5); print(@a, 5); print($x); }"
            error[argument-kind] `comm`: len() takes a map or a stack, and this is a string
              hint: `strlen()` gives the length of a string, since 0.25
            error[argument-kind] `@a[1]`: print() takes further arguments for a map as a whole only
              hint: leave out what stands behind it
        "#]],
        );
    }

    #[test]
    fn a_literal_is_wanted() {
        check(
            "kprobe:f { $n = 5; @a = hist(arg0, $n); @b = lhist(arg0, 0, pid, 1); @c = kstack(pid); printf(comm); @d = kaddr(1); @e = strncmp(comm, \"a\", 1 + 1); }",
            expect![[r#"
                error[argument-kind] `$n`: the argument `bits` of hist() must be a literal number
                  hint: bpftrace must know it before the script runs: write the number itself
                error[argument-kind] `pid`: the argument `max` of lhist() must be a literal number
                  hint: bpftrace must know it before the script runs: write the number itself
                error[argument-kind] `pid`: the argument `limit` of kstack() must be a literal number
                  hint: bpftrace must know it before the script runs: write the number itself
                error[argument-kind] `comm`: the argument `format` of printf() must be a literal string
                  hint: bpftrace must know it before the script runs: write the text itself, in quotes
                error[argument-kind] `1`: the argument `name` of kaddr() must be a literal string
                  hint: bpftrace must know it before the script runs: write the text itself, in quotes
            "#]],
        );
        check_old(
            "kprobe:f { @e = strncmp(comm, \"a\", 1 + 1); }",
            expect![[r#"
            error[argument-kind] `1 + 1`: the argument `length` of strncmp() must be a literal number
              hint: bpftrace must know it before the script runs: write the number itself
        "#]],
        );
    }

    #[test]
    fn what_the_compiler_may_know_is_a_literal() {
        check(
            "#define LIMIT 5\nkprobe:f { @[kstack(LIMIT)] = count(); @a = hist(arg0, $1); @b = strncmp(comm, \"a\", sizeof(uint8)); }",
            expect![[r#"
                info[positional-parameter] `$1`: $1 has no value: the script gets no parameters
                  hint: it is 0, and as text it is empty: write the value itself
            "#]],
        );
    }

    #[test]
    fn another_kind_of_value_is_wanted() {
        check(
            "kprobe:f { @a = strlen(pid); @b = str(arg0, comm); @c = ksym(\"f\"); @d = sum(comm); exit(kstack); join(comm); @n = count(); @m = sum(@n); @o = buf(comm); @p = macaddr(\"12\"); @q = strncmp(comm, ksym(arg0), 2); }",
            expect![[r#"
                error[argument-kind] `pid`: the argument `text` of strlen() must be a string, and this is a number
                  hint: `str(address)` reads the string at an address
                error[argument-kind] `comm`: the argument `length` of str() must be a number, and this is a string
                error[argument-kind] `"f"`: the argument `address` of ksym() must be a number, and this is a string
                error[argument-kind] `comm`: the argument `n` of sum() must be a number, and this is a string
                error[argument-kind] `kstack`: the argument `code` of exit() must be a number, and this is a kernel stack
                error[argument-kind] `comm`: the argument `strings` of join() must be an address, and this is a string
                error[argument-kind] `@n`: the argument `n` of sum() must be a number, but @n holds count()
                  hint: cast it to a number
                  Change it to `(int64)@n`: "kprobe:f { @a = strlen(pid); @b = str(arg0, comm); @c = ksym(\"f\"); @d = sum(comm); exit(kstack); join(comm); @n = count(); @m = sum((int64)@n); @o = buf(comm); @p = macaddr(\"12\"); @q = strncmp(comm, ksym(arg0), 2); }"
                error[argument-kind] `comm`: buf() must be told the length of a string
                  hint: write it as `buf(address, length)`
                error[argument-kind] `"12"`: macaddr() takes the six bytes of an address, not text
            "#]],
        );
        check_old(
            "kprobe:f { @a = str(comm); }",
            expect![[r#"
            error[argument-kind] `comm`: the argument `address` of str() must be an address, and this is a string
        "#]],
        );
    }
}
