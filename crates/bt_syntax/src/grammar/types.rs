//! Names of types, and how they are told from values.

use crate::TokenKind;
use crate::error::Expected;
use crate::grammar::expressions;
use crate::parser::Parser;
use crate::tree::TypeName;

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
        expressions::call_arguments(p);
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
            let opening = p.bump();
            p.eat(TokenKind::Integer);
            p.expect_closing(TokenKind::RightBracket, opening);
            is_array = true;
        } else {
            return (pointers, is_array);
        }
    }
}

/// Whether the parenthesis here holds a type. `(pid)` is none, as `pid` is a builtin; `(s *)` cannot be a value.
pub(super) fn at_cast(p: &Parser<'_>) -> bool {
    let mut ahead = 1;
    let mut has_keyword = false;
    while matches!(p.nth(ahead), TokenKind::Struct | TokenKind::Union | TokenKind::Enum) {
        has_keyword = true;
        ahead += 1;
    }
    let first_name = ahead;
    while p.nth(ahead) == TokenKind::Identifier {
        ahead += 1;
    }
    let names = ahead - first_name;
    let name = p.nth_text(first_name);
    let mut has_star = false;
    loop {
        match (p.nth(ahead), p.nth(ahead + 1), p.nth(ahead + 2)) {
            (TokenKind::Star, ..) => (has_star, ahead) = (true, ahead + 1),
            (TokenKind::LeftBracket, TokenKind::RightBracket, _) => ahead += 2,
            (TokenKind::LeftBracket, TokenKind::Integer, TokenKind::RightBracket) => ahead += 3,
            _ => break,
        }
    }
    if has_keyword {
        return true;
    }
    if names == 0 || p.nth(ahead) != TokenKind::RightParenthesis {
        return name == "typeof" && p.nth(ahead) == TokenKind::LeftParenthesis;
    }
    if names > 1 || has_star || bt_catalog::type_name(name).is_some() {
        return true;
    }
    bt_catalog::builtin(name).is_none() && expressions::STARTS_EXPRESSION.contains(p.nth(ahead + 1))
}

/// Whether the argument here is a type although no keyword says so: several names, or stars behind a name.
pub(super) fn at_type_argument(p: &Parser<'_>) -> bool {
    let mut ahead = 0;
    while p.nth(ahead) == TokenKind::Identifier {
        ahead += 1;
    }
    let names = ahead;
    while p.nth(ahead) == TokenKind::Star {
        ahead += 1;
    }
    names > 0
        && (ahead > names || names > 1)
        && matches!(p.nth(ahead), TokenKind::RightParenthesis | TokenKind::Comma | TokenKind::LeftBracket)
}
