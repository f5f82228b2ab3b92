//! Expressions, by precedence: the operators, down to the values between them (see [`super::values`]).

use smallvec::smallvec;

use crate::error::{Expected, SyntaxErrorKind};
use crate::expression::ExpressionKind;
use crate::grammar::{types, values};
use crate::literal;
use crate::parser::Parser;
use crate::token::TokenSet;
use crate::{ExpressionId, Span, TokenKind};

/// What an expression can begin with.
pub(super) const STARTS_EXPRESSION: TokenSet = STARTS_ONLY_EXPRESSION.union(TokenSet::new(&[
    TokenKind::Plus,
    TokenKind::LeftParenthesis,
    TokenKind::Minus,
    TokenKind::Star,
    TokenKind::And,
    TokenKind::If,
    TokenKind::LeftBrace,
]));
/// What an expression behind a name in parentheses begins with, so that the parentheses are a cast: `(s)$x`. The
/// others go on with a value: `(s) + 1`.
pub(super) const STARTS_CAST_OPERAND: TokenSet =
    STARTS_EXPRESSION.without(TokenSet::new(&[TokenKind::Plus, TokenKind::PlusPlus, TokenKind::MinusMinus]));
/// What of it cannot also go on with the expression before.
pub(super) const STARTS_ONLY_EXPRESSION: TokenSet = TokenSet::new(&[
    TokenKind::Identifier,
    TokenKind::Map,
    TokenKind::Variable,
    TokenKind::Positional,
    TokenKind::PositionalCount,
    TokenKind::Integer,
    TokenKind::String,
    TokenKind::True,
    TokenKind::False,
    TokenKind::Not,
    TokenKind::Tilde,
    TokenKind::PlusPlus,
    TokenKind::MinusMinus,
]);
/// A value. If there is none, an error is noted and nothing taken.
pub(super) fn expression(p: &mut Parser<'_>) -> ExpressionId {
    nested(p, conditional)
}

/// A value that a block follows. A `{` ends it anyway: no operator begins with one.
pub(super) fn expression_before_block(p: &mut Parser<'_>) -> ExpressionId {
    if p.at(TokenKind::LeftBrace) { missing(p) } else { expression(p) }
}

fn nested(p: &mut Parser<'_>, read: impl FnOnce(&mut Parser<'_>) -> ExpressionId) -> ExpressionId {
    match p.nested(read) {
        Some(value) => value,
        None => missing(p),
    }
}

pub(super) fn missing(p: &mut Parser<'_>) -> ExpressionId {
    p.expected(Expected::Expression);
    let here = Span::empty(p.previous_end());
    p.make(ExpressionKind::Missing, here)
}

/// `a ? b : c`, `a ?: c`: right-associative, weakest of all.
fn conditional(p: &mut Parser<'_>) -> ExpressionId {
    let start = p.current_span().start;
    let condition = binary(p, 1);
    let start = start.min(p.span_of(condition).start);
    if p.eat(TokenKind::Question).is_none() {
        return condition;
    }
    let then = if p.at(TokenKind::Colon) { None } else { Some(expression(p)) };
    p.expect(TokenKind::Colon);
    let otherwise = expression(p);
    let span = p.span_from(start);
    p.make(ExpressionKind::Conditional { condition, then, otherwise }, span)
}

/// How tight an operator binds; 0 if it is none.
fn strength(operator: TokenKind) -> u8 {
    match operator {
        TokenKind::OrOr => 1,
        TokenKind::AndAnd => 2,
        TokenKind::Or => 3,
        TokenKind::Xor => 4,
        TokenKind::And => 5,
        TokenKind::Equal | TokenKind::NotEqual => 6,
        TokenKind::Less | TokenKind::LessEqual | TokenKind::Greater | TokenKind::GreaterEqual => 7,
        TokenKind::ShiftLeft | TokenKind::ShiftRight => 8,
        TokenKind::Plus | TokenKind::Minus => 9,
        TokenKind::Star | TokenKind::Slash | TokenKind::Percent => 10,
        _ => 0,
    }
}

/// Operators at least as strong as `weakest`, all left-associative.
fn binary(p: &mut Parser<'_>, weakest: u8) -> ExpressionId {
    let start = p.current_span().start;
    let mut left = unary(p);
    // Parentheses around it begin before it; but if it is missing it stands before the operator.
    let start = start.min(p.span_of(left).start);
    loop {
        let operator = p.current();
        let strength = strength(operator);
        // The `/` before a block ends a predicate.
        let ends_predicate = operator == TokenKind::Slash && p.nth(1) == TokenKind::LeftBrace;
        if strength < weakest || strength == 0 || ends_predicate {
            return left;
        }
        p.bump();
        let right = nested(p, |p| binary(p, strength + 1));
        let span = p.span_from(start);
        left = p.make(ExpressionKind::Binary { operator, left, right }, span);
    }
}

fn unary(p: &mut Parser<'_>) -> ExpressionId {
    let start = p.current_span().start;
    let operator = p.current();
    match operator {
        TokenKind::Not | TokenKind::Tilde | TokenKind::Minus | TokenKind::Star | TokenKind::And => {
            p.bump();
            let operand = nested(p, unary);
            if operator == TokenKind::And && !is_addressable(p, operand) {
                p.note(p.span_of(operand), SyntaxErrorKind::NoAddress);
            }
            let span = p.span_from(start);
            p.make(ExpressionKind::Unary { operator, operand }, span)
        }
        TokenKind::Plus => {
            p.error(p.current_span(), SyntaxErrorKind::UnaryPlus);
            p.bump();
            nested(p, unary)
        }
        TokenKind::PlusPlus | TokenKind::MinusMinus => {
            p.bump();
            let operand = nested(p, unary);
            increment(p, start, operator, operand)
        }
        // Evaluated before the script runs: `comptime sizeof(x) > 8`.
        TokenKind::Identifier if p.nth(1) != TokenKind::LeftParenthesis && p.at_name("comptime") => {
            let name = p.bump();
            let operand = nested(p, unary);
            let span = p.span_from(start);
            p.make(ExpressionKind::Call { name, arguments: smallvec![operand] }, span)
        }
        TokenKind::LeftParenthesis if types::at_cast(p) => {
            let opening = p.bump();
            let type_name = types::type_name(p);
            p.expect_closing(TokenKind::RightParenthesis, opening);
            let operand = nested(p, unary);
            let span = p.span_from(start);
            match type_name {
                Some(type_name) => p.make(ExpressionKind::Cast { type_name, operand }, span),
                None => operand,
            }
        }
        _ => postfix(p),
    }
}

fn postfix(p: &mut Parser<'_>) -> ExpressionId {
    let start = p.current_span().start;
    let mut value = values::value(p);
    let start = start.min(p.span_of(value).start);
    loop {
        let operator = p.current();
        let kind = match operator {
            TokenKind::Dot | TokenKind::Arrow => {
                p.bump();
                ExpressionKind::Field { base: value, name: field_name(p, operator) }
            }
            TokenKind::LeftBracket => {
                let opening = p.bump();
                let index = expression(p);
                values::close_list(p, TokenKind::RightBracket, opening);
                ExpressionKind::Index { base: value, index }
            }
            TokenKind::PlusPlus | TokenKind::MinusMinus if can_be_counted(p, value) => {
                p.bump();
                value = increment(p, start, operator, value);
                continue;
            }
            _ => return value,
        };
        let span = p.span_from(start);
        value = p.make(kind, span);
    }
}

fn increment(p: &mut Parser<'_>, start: u32, operator: TokenKind, operand: ExpressionId) -> ExpressionId {
    let is_place = matches!(
        p.kind_of(operand),
        ExpressionKind::Map { .. } | ExpressionKind::Variable | ExpressionKind::Missing
    );
    if !is_place {
        p.note(p.span_of(operand), SyntaxErrorKind::NotCountable);
    }
    let span = p.span_from(start);
    p.make(ExpressionKind::Increment { operator, operand }, span)
}

/// Whether `++` behind it is meant to change it. Behind anything else it begins the next statement.
fn can_be_counted(p: &Parser<'_>, value: ExpressionId) -> bool {
    matches!(
        p.kind_of(value),
        ExpressionKind::Map { .. }
            | ExpressionKind::Variable
            | ExpressionKind::Identifier
            | ExpressionKind::Field { .. }
            | ExpressionKind::Index { .. }
    )
}

/// Whether `&` can stand before it: a variable or a whole map.
fn is_addressable(p: &Parser<'_>, value: ExpressionId) -> bool {
    match p.kind_of(value) {
        ExpressionKind::Map { key, .. } => key.is_empty(),
        ExpressionKind::Variable | ExpressionKind::Missing => true,
        _ => false,
    }
}

/// The name of a field, or behind a dot the number of one.
fn field_name(p: &mut Parser<'_>, operator: TokenKind) -> Span {
    if p.current().is_word() {
        return p.bump();
    }
    if operator == TokenKind::Dot && p.at(TokenKind::Integer) {
        if let Err(error) = literal::integer(p.current_text()) {
            p.note(p.current_span(), SyntaxErrorKind::Integer(error));
        }
        return p.bump();
    }
    p.expected(Expected::Field);
    Span::empty(p.previous_end())
}
