//! Names of types, and how they are told from values.

use crate::error::{Expected, SyntaxErrorKind};
use crate::grammar::{expressions, values};
use crate::parser::Parser;
use crate::token::TokenSet;
use crate::tree::TypeName;
use crate::{Span, TokenKind};

/// Most names, and most stars and brackets, that are looked at to tell a type from a value: more than a type has.
const MAX_LOOK_AHEAD: usize = 8;
/// What stands before the name of a type of C.
const TYPE_KEYWORDS: TokenSet = TokenSet::new(&[TokenKind::Struct, TokenKind::Union, TokenKind::Enum]);

/// `uint64`, `struct s *`, `uint8[4]`, `typeof(x)`
pub(super) fn type_name(p: &mut Parser<'_>) -> Option<TypeName> {
    let start = p.current_span().start;
    let has_keyword = p.at_set(TYPE_KEYWORDS);
    if has_keyword {
        p.bump();
    }
    let is_name = if has_keyword { p.current().is_word() } else { p.at(TokenKind::Identifier) };
    if !is_name {
        p.expected(Expected::Type);
        return None;
    }
    let mut name = p.bump();
    if p.at(TokenKind::Identifier) {
        name = words_of_c(p, name);
    }
    if p.text_of(name) == "typeof" && p.at(TokenKind::LeftParenthesis) {
        values::type_argument(p);
        return Some(TypeName { span: p.span_from(start), name, pointers: 0, is_array: false });
    }
    let (pointers, is_array) = suffixes(p);
    Some(TypeName { span: p.span_from(start), name, pointers, is_array })
}

/// `unsigned long`, `const char`: C's spelling, which bpftrace does not have.
fn words_of_c(p: &mut Parser<'_>, first: Span) -> Span {
    let mut name = first;
    while let Some(more) = p.eat(TokenKind::Identifier) {
        name = name.to(more);
    }
    p.note(name, SyntaxErrorKind::TypeOfSeveralWords);
    name
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
    if TYPE_KEYWORDS.contains(p.nth(ahead)) {
        // `(struct = 1)` is a record.
        return p.nth(ahead + 1) != TokenKind::Assign;
    }
    let name = p.nth_text(ahead);
    let names = count_of(p, ahead, TokenKind::Identifier);
    ahead += names;
    let mut has_star = false;
    for _ in 0..MAX_LOOK_AHEAD {
        match (p.nth(ahead), p.nth(ahead + 1), p.nth(ahead + 2)) {
            (TokenKind::Star, ..) => (has_star, ahead) = (true, ahead + 1),
            (TokenKind::LeftBracket, TokenKind::RightBracket, _) => ahead += 2,
            (TokenKind::LeftBracket, TokenKind::Integer, TokenKind::RightBracket) => ahead += 3,
            _ => break,
        }
    }
    if names == 0 || p.nth(ahead) != TokenKind::RightParenthesis {
        return name == "typeof" && p.nth(ahead) == TokenKind::LeftParenthesis;
    }
    if names > 1 || has_star {
        return true;
    }
    let behind = p.nth(ahead + 1);
    if bt_catalog::type_name(name).is_some() {
        return expressions::STARTS_EXPRESSION.contains(behind);
    }
    expressions::STARTS_CAST_OPERAND.contains(behind) && bt_catalog::builtin(name).is_none()
}

/// Whether the argument here can only be a type: after a keyword, or several names, or stars behind a name.
pub(super) fn at_type_argument(p: &Parser<'_>) -> bool {
    if p.at_set(TYPE_KEYWORDS) {
        return true;
    }
    let names = count_of(p, 0, TokenKind::Identifier);
    let stars = count_of(p, names, TokenKind::Star);
    names > 0
        && (stars > 0 || names > 1)
        && matches!(
            p.nth(names + stars),
            TokenKind::RightParenthesis | TokenKind::Comma | TokenKind::LeftBracket
        )
}

/// How many tokens of that kind stand one behind the other, but at most [`MAX_LOOK_AHEAD`].
fn count_of(p: &Parser<'_>, start: usize, kind: TokenKind) -> usize {
    (0..MAX_LOOK_AHEAD).take_while(|ahead| p.nth(start + ahead) == kind).count()
}
