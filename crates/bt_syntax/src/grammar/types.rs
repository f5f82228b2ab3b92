//! Names of types.

use crate::error::Expected;
use crate::parser::Parser;
use crate::tree::TypeName;
use crate::{Span, TokenKind};

/// `uint64`, `struct s *`, `uint8[4]`, `typeof(x)`
pub(super) fn type_name(p: &mut Parser<'_>) -> Option<TypeName> {
    let start = p.current_span().start;
    while matches!(p.current(), TokenKind::Struct | TokenKind::Union | TokenKind::Enum) || p.at_name("const")
    {
        p.bump();
    }
    let Some(mut name) = p.eat(TokenKind::Identifier) else {
        p.expected(Expected::Type);
        return None;
    };
    // `unsigned long`
    while let Some(more) = p.eat(TokenKind::Identifier) {
        name = name.to(more);
    }
    if p.text_of(name) == "typeof" && p.at(TokenKind::LeftParenthesis) {
        super::expressions::call_arguments(p);
    }
    let (pointers, is_array) = suffixes(p);
    Some(TypeName { span: p.span_from(start), name, pointers, is_array })
}

/// Stars and brackets behind a type.
fn suffixes(p: &mut Parser<'_>) -> (u8, bool) {
    let (mut pointers, mut is_array) = (0_u8, false);
    loop {
        if p.eat(TokenKind::Star).is_some() {
            pointers = pointers.saturating_add(1);
        } else if p.at(TokenKind::LeftBracket) {
            let opening: Span = p.bump();
            p.eat(TokenKind::Integer);
            p.expect_closing(TokenKind::RightBracket, opening);
            is_array = true;
        } else {
            return (pointers, is_array);
        }
    }
}
