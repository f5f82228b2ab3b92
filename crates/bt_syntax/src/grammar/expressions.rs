//! Expressions, by precedence.

use crate::error::{Expected, SyntaxErrorKind};
use crate::expression::ExpressionKind;
use crate::grammar::{statements, types};
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
/// What ends an argument or key that cannot be read.
const ARGUMENT_END: TokenSet = TokenSet::new(&[
    TokenKind::Comma,
    TokenKind::RightParenthesis,
    TokenKind::RightBracket,
    TokenKind::Semicolon,
    TokenKind::LeftBrace,
    TokenKind::RightBrace,
]);

/// What cannot begin an argument or key. A comma can only be one too many, and is complained about.
const NO_ARGUMENT: TokenSet = TokenSet::new(&[
    TokenKind::RightParenthesis,
    TokenKind::RightBracket,
    TokenKind::Semicolon,
    TokenKind::RightBrace,
    TokenKind::End,
    TokenKind::AttachPoint,
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

fn missing(p: &mut Parser<'_>) -> ExpressionId {
    p.expected(Expected::Expression);
    let here = Span::empty(p.previous_end());
    p.make(ExpressionKind::Missing, here)
}

/// `a ? b : c`, `a ?: c`: right-associative, weakest of all.
fn conditional(p: &mut Parser<'_>) -> ExpressionId {
    let start = p.current_span().start;
    let condition = binary(p, 1);
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
        TokenKind::Not
        | TokenKind::Tilde
        | TokenKind::Minus
        | TokenKind::Plus
        | TokenKind::Star
        | TokenKind::And => {
            p.bump();
            let operand = nested(p, unary);
            let span = p.span_from(start);
            p.make(ExpressionKind::Unary { operator, operand }, span)
        }
        TokenKind::PlusPlus | TokenKind::MinusMinus => {
            p.bump();
            let operand = nested(p, unary);
            let span = p.span_from(start);
            p.make(ExpressionKind::Increment { operator, operand }, span)
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
    let mut value = primary(p);
    loop {
        let operator = p.current();
        let kind = match operator {
            TokenKind::Dot | TokenKind::Arrow => {
                p.bump();
                ExpressionKind::Field { base: value, name: field_name(p) }
            }
            TokenKind::LeftBracket => {
                let opening = p.bump();
                let index = expression(p);
                close_list(p, TokenKind::RightBracket, opening);
                ExpressionKind::Index { base: value, index }
            }
            TokenKind::PlusPlus | TokenKind::MinusMinus if is_place(p, value) => {
                p.bump();
                ExpressionKind::Increment { operator, operand: value }
            }
            _ => return value,
        };
        let span = p.span_from(start);
        value = p.make(kind, span);
    }
}

/// Whether `++` behind it changes it. Behind anything else it begins the next statement, or is an error.
fn is_place(p: &Parser<'_>, value: ExpressionId) -> bool {
    matches!(
        p.kind_of(value),
        ExpressionKind::Map { .. }
            | ExpressionKind::Variable
            | ExpressionKind::Identifier
            | ExpressionKind::Field { .. }
    )
}

fn field_name(p: &mut Parser<'_>) -> Span {
    if p.current().is_word() || p.at(TokenKind::Integer) {
        return p.bump();
    }
    p.expected(Expected::Field);
    Span::empty(p.previous_end())
}

fn primary(p: &mut Parser<'_>) -> ExpressionId {
    let span = p.current_span();
    match p.current() {
        TokenKind::Integer => integer(p),
        TokenKind::String => string(p),
        TokenKind::True | TokenKind::False => {
            let value = p.at(TokenKind::True);
            leaf(p, ExpressionKind::Boolean(value))
        }
        TokenKind::Variable => leaf(p, ExpressionKind::Variable),
        TokenKind::PositionalCount => leaf(p, ExpressionKind::PositionalCount),
        TokenKind::Positional => {
            if p.current_text().trim_start_matches(['$', '0']).is_empty() {
                p.note(span, SyntaxErrorKind::PositionalZero);
            }
            leaf(p, ExpressionKind::Positional)
        }
        TokenKind::Map => map(p),
        TokenKind::Identifier if p.nth(1) == TokenKind::LeftParenthesis => call(p),
        TokenKind::Identifier => leaf(p, ExpressionKind::Identifier),
        TokenKind::LeftParenthesis => parentheses(p),
        TokenKind::If => match statements::if_chain(p) {
            Some(chain) => {
                let span = p.span_from(span.start);
                p.make(ExpressionKind::If(Box::new(chain)), span)
            }
            None => missing(p),
        },
        TokenKind::LeftBrace => {
            let block = statements::block(p);
            let span = p.span_from(span.start);
            p.make(ExpressionKind::Block(Box::new(block)), span)
        }
        // `struct s` as an argument of sizeof and offsetof.
        TokenKind::Struct | TokenKind::Union | TokenKind::Enum => match types::type_name(p) {
            Some(type_name) => p.make(ExpressionKind::Type(type_name), type_name.span),
            None => missing(p),
        },
        _ => missing(p),
    }
}

fn leaf(p: &mut Parser<'_>, kind: ExpressionKind) -> ExpressionId {
    let span = p.bump();
    p.make(kind, span)
}

fn integer(p: &mut Parser<'_>) -> ExpressionId {
    let value = match literal::integer(p.current_text()) {
        Ok(value) => Some(value),
        Err(error) => {
            p.note(p.current_span(), SyntaxErrorKind::Integer(error));
            None
        }
    };
    leaf(p, ExpressionKind::Integer(value))
}

fn string(p: &mut Parser<'_>) -> ExpressionId {
    let (text, span) = (p.current_text(), p.current_span());
    let content = text.strip_prefix('"').unwrap_or(text);
    let content = content.strip_suffix('"').unwrap_or(content);
    if let Some((offset, length)) = literal::invalid_escape(content) {
        let start = span.start + 1 + offset as u32;
        p.note(Span::new(start, start + length as u32), SyntaxErrorKind::InvalidEscape);
    }
    leaf(p, ExpressionKind::String)
}

/// `@`, `@x`, `@x[1, 2]`
fn map(p: &mut Parser<'_>) -> ExpressionId {
    let name = p.bump();
    let key = match p.eat(TokenKind::LeftBracket) {
        Some(opening) => {
            if p.at(TokenKind::RightBracket) {
                p.expected(Expected::Expression);
            }
            list(p, TokenKind::RightBracket, opening)
        }
        None => Vec::new(),
    };
    let span = p.span_from(name.start);
    p.make(ExpressionKind::Map { name, key }, span)
}

fn call(p: &mut Parser<'_>) -> ExpressionId {
    let name = p.bump();
    let arguments = call_arguments(p);
    let span = p.span_from(name.start);
    p.make(ExpressionKind::Call { name, arguments }, span)
}

/// `(a, b)` behind the name of a function.
pub(super) fn call_arguments(p: &mut Parser<'_>) -> Vec<ExpressionId> {
    let opening = p.bump();
    list(p, TokenKind::RightParenthesis, opening)
}

/// `a, b` and the bracket that closes it. A type can stand for a value: `sizeof(uint64)` reads as a name.
fn list(p: &mut Parser<'_>, closing: TokenKind, opening: Span) -> Vec<ExpressionId> {
    let mut values = Vec::new();
    while !p.at_set(NO_ARGUMENT) {
        values.push(argument(p));
        if p.eat(TokenKind::Comma).is_none() {
            break;
        }
        if p.at(closing) {
            p.expected(Expected::Expression);
        }
    }
    close_list(p, closing, opening);
    values
}

/// A value, or a type with stars behind it, which is no value: `sizeof(struct s *)`.
fn argument(p: &mut Parser<'_>) -> ExpressionId {
    if types::at_type_argument(p)
        && let Some(type_name) = types::type_name(p)
    {
        return p.make(ExpressionKind::Type(type_name), type_name.span);
    }
    expression(p)
}

/// The bracket that ends a list; what stands before it and cannot be read is skipped.
fn close_list(p: &mut Parser<'_>, closing: TokenKind, opening: Span) {
    if !p.at(closing) {
        p.expect_closing(closing, opening);
        p.skip_to(ARGUMENT_END);
        p.eat(closing);
        return;
    }
    p.bump();
}

/// `(a)`, a tuple `(a, b)`, or a record `(x = a)`.
fn parentheses(p: &mut Parser<'_>) -> ExpressionId {
    let opening = p.bump();
    if p.at(TokenKind::Identifier) && p.nth(1) == TokenKind::Assign {
        return record(p, opening);
    }
    if p.eat(TokenKind::RightParenthesis).is_some() {
        let span = p.span_from(opening.start);
        return p.make(ExpressionKind::Tuple(Vec::new()), span);
    }
    let first = expression(p);
    if !p.at(TokenKind::Comma) {
        close_list(p, TokenKind::RightParenthesis, opening);
        return first;
    }
    let mut values = vec![first];
    while p.eat(TokenKind::Comma).is_some() {
        if p.at(TokenKind::RightParenthesis) {
            break;
        }
        values.push(expression(p));
    }
    close_list(p, TokenKind::RightParenthesis, opening);
    let span = p.span_from(opening.start);
    p.make(ExpressionKind::Tuple(values), span)
}

fn record(p: &mut Parser<'_>, opening: Span) -> ExpressionId {
    let mut fields = Vec::new();
    while p.at(TokenKind::Identifier) && p.nth(1) == TokenKind::Assign {
        let name = p.bump();
        p.bump();
        fields.push((name, expression(p)));
        if p.eat(TokenKind::Comma).is_none() {
            break;
        }
    }
    close_list(p, TokenKind::RightParenthesis, opening);
    let span = p.span_from(opening.start);
    p.make(ExpressionKind::Record(fields), span)
}
