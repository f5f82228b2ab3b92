//! A variable gets values that bpftrace does not take for one another, as a number and a string.

use bt_catalog::Type;
use bt_syntax::{ExpressionId, TokenKind};

use super::families::{another, differ, family, family_of, noun};
use super::{Context, Findings};
use crate::Diagnostic;
use crate::constants::constant;
use crate::usage::{Origin, VariableValue};

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let usage = context.usage;
    // A variable with one value has no other.
    if usage.variable_values.len() < 2 && usage.variables.iter().all(|variable| is_untyped(variable.origin)) {
        return;
    }
    let mut first: Vec<Option<First>> = vec![None; usage.variables.len()];
    for given in &usage.variable_values {
        // The branches of a macro can be for different types.
        if given.probe.is_none() {
            continue;
        }
        let known = &mut first[given.variable.index()];
        let known = match known {
            Some(known) => *known,
            None => match declared(context, given).or_else(|| assigned(context, given)) {
                Some(new) => *known.insert(new),
                None => continue,
            },
        };
        found.extend(diagnostic(context, known, given));
    }
}

/// What the first value says of a variable, or its declaration.
#[derive(Clone, Copy)]
struct First {
    family: Type,
    value: Option<ExpressionId>,
}

fn is_untyped(origin: Origin<'_>) -> bool {
    matches!(origin, Origin::Assigned | Origin::Let(None))
}

fn declared(context: &Context<'_>, given: &VariableValue) -> Option<First> {
    match context.usage.variables[given.variable.index()].origin {
        Origin::Let(Some(_)) | Origin::Loop { .. } => {
            let family = family_of(context.inference.variable(given.variable).kind, context.target)?;
            Some(First { family, value: None })
        }
        Origin::Let(None) | Origin::Assigned | Origin::Parameter(_) | Origin::Filled => None,
    }
}

fn assigned(context: &Context<'_>, given: &VariableValue) -> Option<First> {
    Some(First { family: family(context, given.value)?, value: Some(given.value) })
}

fn diagnostic(context: &Context<'_>, known: First, given: &VariableValue) -> Option<Diagnostic> {
    if let Some(diagnostic) = too_large(context, given) {
        return Some(diagnostic);
    }
    let family = family(context, given.value)?;
    let clashes = if given.operator == TokenKind::Assign {
        known.family != family || known.value.is_some_and(|value| differ(context, value, given.value))
    } else {
        // A number can be added to an address.
        !is_number(known.family) || !is_number(family)
    };
    if !clashes {
        return None;
    }
    let name = given.span.text(context.source);
    let message = if given.operator != TokenKind::Assign {
        format!("{name} holds {} and cannot be changed by {}", noun(known.family), noun(family))
    } else if known.family == family {
        format!("{name} holds {} before", another(family))
    } else {
        format!("{name} holds {} and cannot also hold {}", noun(known.family), noun(family))
    };
    Some(Diagnostic::error("variable-type", given.span, message).with_hint("use another variable"))
}

/// A constant that the declared type cannot hold.
fn too_large(context: &Context<'_>, given: &VariableValue) -> Option<Diagnostic> {
    let Origin::Let(Some(type_name)) = context.usage.variables[given.variable.index()].origin else {
        return None;
    };
    if type_name.pointers > 0 || type_name.is_array || given.operator != TokenKind::Assign {
        return None;
    }
    let name = type_name.name.text(context.source);
    let (bits, is_signed) = match name.strip_prefix('u') {
        Some(signed) => (signed.strip_prefix("int")?, false),
        None => (name.strip_prefix("int")?, true),
    };
    let bits: u32 = bits.parse().ok().filter(|bits| matches!(bits, 8 | 16 | 32 | 64))?;
    let (lowest, highest) =
        if is_signed { (-(1 << (bits - 1)), (1_i128 << (bits - 1)) - 1) } else { (0, (1 << bits) - 1) };
    let value = constant(&context.parse.program.expressions, given.value)?;
    (!(lowest..=highest).contains(&value)).then(|| {
        let span = context.parse.program.expressions.get(given.value).span;
        Diagnostic::error("variable-type", span, format!("{value} does not fit into {name}"))
            .with_hint(format!("it holds {lowest} to {highest}"))
    })
}

fn is_number(family: Type) -> bool {
    matches!(family, Type::Signed | Type::Boolean | Type::Pointer)
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn values_of_different_families() {
        check(
            "BEGIN { $a = 1; $a = comm; $b = kstack; $b = ustack; let $c : uint8 = \"a\"; $d = (1, 2); $d = (\"a\", 2); @ = ($a, $b, $c, $d); }",
            expect![[r#"
                error[variable-type] `$a`: $a holds a number and cannot also hold a string
                  hint: use another variable
                error[variable-type] `$b`: $b holds a kernel stack and cannot also hold a user stack
                  hint: use another variable
                error[variable-type] `$c`: $c holds a number and cannot also hold a string
                  hint: use another variable
                error[variable-type] `$d`: $d holds another tuple before
                  hint: use another variable
            "#]],
        );
    }

    #[test]
    fn size_and_sign_are_no_matter() {
        check(
            "BEGIN { $a = 1; $a = nsecs; $a = -1; $a = (uint8)3; $s = comm; $s = \"longer than comm\"; @ = ($a, $s); }",
            expect![[""]],
        );
        // What a probe gives may be anything.
        check("fexit:f { $a = args.x; $a = 1; $b = retval; $b = comm; @ = ($a, $b); }", expect![""]);
    }

    #[test]
    fn booleans_are_numbers_in_old_releases() {
        check(
            "BEGIN { $a = 1; $a = pid == 1; @ = $a; }",
            expect![[r#"
            error[variable-type] `$a`: $a holds a number and cannot also hold a boolean
              hint: use another variable
        "#]],
        );
        check_old("BEGIN { $a = 1; $a = pid == 1; @ = $a; }", expect![[""]]);
    }

    #[test]
    fn operators_that_assign() {
        check(
            "BEGIN { $a = \"a\"; $a += 1; $p = curtask; $p += 8; @ = ($a, $p); }",
            expect![[r#"
                error[variable-type] `$a`: $a holds a string and cannot be changed by a number
                  hint: use another variable
            "#]],
        );
    }

    #[test]
    fn numbers_that_do_not_fit() {
        check(
            "BEGIN { let $a : uint8 = 300; let $b : int8 = -128; let $c : uint16 = -1; $a = 255; @ = ($a, $b, $c); }",
            expect![[r#"
            error[variable-type] `300`: 300 does not fit into uint8
              hint: it holds 0 to 255
            error[variable-type] `-1`: -1 does not fit into uint16
              hint: it holds 0 to 65535
        "#]],
        );
    }

    #[test]
    fn what_is_counted_in_a_loop() {
        check(
            "BEGIN { for ($i : 0..5) { $i = \"a\"; } for ($kv : @m) { $kv = 1; } @m[1] = 1; }",
            expect![[r#"
            error[variable-type] `$i`: $i holds a number and cannot also hold a string
              hint: use another variable
            error[variable-type] `$kv`: $kv holds a tuple and cannot also hold a number
              hint: use another variable
        "#]],
        );
    }

    #[test]
    fn a_macro_can_be_for_several_types() {
        check(
            "macro m(a) { if (is_str(a)) { $x = \"a\"; $x } else { $x = 1; $x } } BEGIN { @ = m(1); }",
            expect![""],
        );
    }
}
