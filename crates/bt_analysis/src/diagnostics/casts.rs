//! A cast that nothing can be made of: text to a number, a number to text.

use bt_catalog::Type;
use bt_syntax::{ExpressionId, ExpressionKind};

use super::families::{family, noun};
use super::{Context, Findings};
use crate::Diagnostic;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for (index, expression) in context.parse.program.expressions.iter().enumerate() {
        let ExpressionKind::Cast { operand, .. } = expression.kind else { continue };
        let to = context.inference.value_at(index).kind;
        found.extend(refused(context, operand, to).map(|(message, hint)| {
            let diagnostic = Diagnostic::error("impossible-cast", expression.span, message);
            match hint {
                Some(hint) => diagnostic.with_hint(hint),
                None => diagnostic,
            }
        }));
    }
}

/// Why an operand cannot be cast to a type, and what does it instead.
fn refused(context: &Context<'_>, operand: ExpressionId, to: Type) -> Option<(String, Option<&'static str>)> {
    let from = family(context, operand)?;
    let has_no_number = matches!(
        from,
        Type::String | Type::Kstack | Type::Ustack | Type::Ksym | Type::Usym | Type::Username | Type::Tuple
    );
    if has_no_number && matches!(to, Type::Signed | Type::Unsigned) {
        return Some((format!("{} cannot be cast to a number", noun(from)), None));
    }
    let hint = match to {
        Type::String => Some("`str(address)` reads the string at an address"),
        Type::Inet => Some("`ntop(number)` makes an address of it"),
        Type::Timestamp => Some("`strftime(format, nsecs)` makes a time of it"),
        Type::Kstack | Type::Ustack => None,
        _ => return None,
    };
    (from == Type::Signed).then(|| (format!("a number cannot be cast to {}", noun(to)), hint))
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn nothing_can_be_made_of_it() {
        check(
            "kprobe:f { @a = (uint64)comm; @b = (int32)kstack; @c = (string)pid; @d = (inet)1; @e = (uint64)username; }",
            expect![[r#"
                error[impossible-cast] `(uint64)comm`: a string cannot be cast to a number
                error[impossible-cast] `(int32)kstack`: a kernel stack cannot be cast to a number
                error[impossible-cast] `(string)pid`: a number cannot be cast to a string
                  hint: `str(address)` reads the string at an address
                error[impossible-cast] `(inet)1`: a number cannot be cast to an IP address
                  hint: `ntop(number)` makes an address of it
                error[impossible-cast] `(uint64)username`: a user name cannot be cast to a number
            "#]],
        );
        check(
            "kprobe:f { @a = (uint8)pid; @b = (int8 *)arg0; @c = (uint64)curtask; @d = (uint64 *)comm; }",
            expect![[""]],
        );
    }
}
