//! Values: literals, maps, calls, and what stands in brackets.

use smallvec::smallvec;

use crate::error::{Expected, SyntaxErrorKind};
use crate::expression::{ExpressionKind, ExpressionList};
use crate::grammar::definitions::is_reserved;
use crate::grammar::expressions::{self, missing};
use crate::grammar::{statements, types};
use crate::literal::{self, IntegerError};
use crate::parser::Parser;
use crate::token::TokenSet;
use crate::{ExpressionId, Span, TokenKind};

/// The functions that take a type and are keywords of bpftrace: nothing else can have their name.
const TYPE_FUNCTIONS: [&str; 4] = ["sizeof", "offsetof", "typeof", "typeinfo"];
/// Takes a type behind the pointer.
const CONTAINER_OF: &str = "container_of";
/// Fields of a record that its other fields are compared with.
const MAX_COMPARED_FIELDS: usize = 32;
/// What ends an argument or key that cannot be read. Behind a `=` stands what is assigned: the bracket is missing.
const ARGUMENT_END: TokenSet = statements::ASSIGNMENT.union(TokenSet::new(&[
    TokenKind::Comma,
    TokenKind::RightParenthesis,
    TokenKind::RightBracket,
    TokenKind::Semicolon,
    TokenKind::LeftBrace,
    TokenKind::RightBrace,
]));

/// What cannot begin an argument or key. A comma can only be one too many, and is complained about.
const NO_ARGUMENT: TokenSet = TokenSet::new(&[
    TokenKind::RightParenthesis,
    TokenKind::RightBracket,
    TokenKind::Semicolon,
    TokenKind::RightBrace,
    TokenKind::End,
    TokenKind::AttachPoint,
]);

/// A literal, a place, a call, or something in brackets.
pub(super) fn value(p: &mut Parser<'_>) -> ExpressionId {
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
            check_positional(p);
            leaf(p, ExpressionKind::Positional)
        }
        TokenKind::Map => map(p),
        TokenKind::Identifier if p.nth(1) == TokenKind::LeftParenthesis => call(p),
        TokenKind::Identifier => name(p),
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
        TokenKind::Struct | TokenKind::Union | TokenKind::Enum => misplaced_type(p),
        _ => missing(p),
    }
}

fn leaf(p: &mut Parser<'_>, kind: ExpressionKind) -> ExpressionId {
    let span = p.bump();
    p.make(kind, span)
}

/// A name alone. The functions that take a type are no names.
fn name(p: &mut Parser<'_>) -> ExpressionId {
    let takes_type = TYPE_FUNCTIONS.contains(&p.current_text());
    let name = leaf(p, ExpressionKind::Identifier);
    if takes_type {
        p.expected(Expected::Token(TokenKind::LeftParenthesis));
    }
    name
}

fn check_positional(p: &mut Parser<'_>) {
    let error = match p.current_text()[1..].trim_start_matches('0') {
        "" => SyntaxErrorKind::PositionalZero,
        digits if digits.parse::<i64>().is_err() => SyntaxErrorKind::Integer(IntegerError::TooLarge),
        _ => return,
    };
    p.note(p.current_span(), error);
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
    check_escapes(p);
    leaf(p, ExpressionKind::String)
}

/// Notes the first escape in the string here that means nothing.
pub(super) fn check_escapes(p: &mut Parser<'_>) {
    let (text, span) = (p.current_text(), p.current_span());
    if !text.contains('\\') {
        return;
    }
    let content = text.strip_prefix('"').unwrap_or(text);
    let content = content.strip_suffix('"').unwrap_or(content);
    if let Some((offset, length)) = literal::invalid_escape(content) {
        let start = span.start + 1 + offset as u32;
        p.note(Span::new(start, start + length as u32), SyntaxErrorKind::InvalidEscape);
    }
}

/// `@`, `@x`, `@x[1, 2]`
fn map(p: &mut Parser<'_>) -> ExpressionId {
    let name = p.bump();
    let key = match p.eat(TokenKind::LeftBracket) {
        Some(opening) => {
            if p.at(TokenKind::RightBracket) {
                p.expected(Expected::Expression);
            }
            list(p, TokenKind::RightBracket, opening, expressions::expression)
        }
        None => ExpressionList::new(),
    };
    let span = p.span_from(name.start);
    p.make(ExpressionKind::Map { name, key }, span)
}

fn call(p: &mut Parser<'_>) -> ExpressionId {
    let name = p.bump();
    let function = p.text_of(name);
    let is_type_function = TYPE_FUNCTIONS.contains(&function);
    let opening = p.bump();
    let arguments = arguments(p, is_type_function || function == CONTAINER_OF, opening);
    if is_type_function {
        check_type_arguments(p, function, name, &arguments);
    }
    let span = p.span_from(name.start);
    p.make(ExpressionKind::Call { name, arguments }, span)
}

/// What stands between the parentheses of `typeof`, which opens at the next token.
pub(super) fn type_argument(p: &mut Parser<'_>) {
    let opening = p.bump();
    arguments(p, true, opening);
}

fn arguments(p: &mut Parser<'_>, takes_type: bool, opening: Span) -> ExpressionList {
    list(p, TokenKind::RightParenthesis, opening, |p| {
        // A plain name can be both: `sizeof(uint64)` reads as a value.
        if !types::at_type_argument(p) {
            return expressions::expression(p);
        }
        if takes_type { type_value(p) } else { misplaced_type(p) }
    })
}

fn misplaced_type(p: &mut Parser<'_>) -> ExpressionId {
    p.error(p.current_span(), SyntaxErrorKind::TypeAsValue);
    type_value(p)
}

fn type_value(p: &mut Parser<'_>) -> ExpressionId {
    match types::type_name(p) {
        Some(type_name) => p.make(ExpressionKind::Type(type_name), type_name.span),
        None => missing(p),
    }
}

/// How many arguments there are is part of the grammar of these functions.
fn check_type_arguments(p: &mut Parser<'_>, function: &str, name: Span, arguments: &[ExpressionId]) {
    match (function, arguments) {
        ("offsetof", &[_, field]) => check_field_path(p, field),
        ("offsetof", _) => p.note(name, SyntaxErrorKind::ArgumentCount(2)),
        (_, [_]) => {}
        _ => p.note(name, SyntaxErrorKind::ArgumentCount(1)),
    }
}

/// `f`, `f.g`: what `offsetof` takes the offset of.
fn check_field_path(p: &mut Parser<'_>, path: ExpressionId) {
    let text = p.text_of(p.span_of(path));
    let is_path = text.split('.').all(|name| {
        let name = name.trim();
        name.starts_with(|first: char| !first.is_ascii_digit())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    });
    if !is_path && !matches!(p.kind_of(path), ExpressionKind::Missing) {
        p.note(p.span_of(path), SyntaxErrorKind::NotAField);
    }
}

/// `a, b` and the bracket that closes it.
fn list(
    p: &mut Parser<'_>,
    closing: TokenKind,
    opening: Span,
    read: impl Fn(&mut Parser<'_>) -> ExpressionId,
) -> ExpressionList {
    let mut values = ExpressionList::new();
    while !p.at_set(NO_ARGUMENT) {
        values.push(read(p));
        let lacks_comma = p.at_set(expressions::STARTS_ONLY_EXPRESSION) && !p.at_line_start();
        if lacks_comma {
            p.expected(Expected::Token(TokenKind::Comma));
        } else if p.eat(TokenKind::Comma).is_none() {
            break;
        }
        if p.at(closing) {
            p.expected(Expected::Expression);
        }
    }
    close_list(p, closing, opening);
    values
}

/// The bracket that ends a list; what stands before it and cannot be read is skipped.
pub(super) fn close_list(p: &mut Parser<'_>, closing: TokenKind, opening: Span) {
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
    if p.current().is_word() && p.nth(1) == TokenKind::Assign {
        return record(p, opening);
    }
    if p.eat(TokenKind::RightParenthesis).is_some() {
        let span = p.span_from(opening.start);
        return p.make(ExpressionKind::Tuple(ExpressionList::new()), span);
    }
    let first = expressions::expression(p);
    if !p.at(TokenKind::Comma) {
        close_list(p, TokenKind::RightParenthesis, opening);
        return first;
    }
    let mut values = smallvec![first];
    while p.eat(TokenKind::Comma).is_some() {
        if p.at(TokenKind::RightParenthesis) {
            break;
        }
        values.push(expressions::expression(p));
    }
    close_list(p, TokenKind::RightParenthesis, opening);
    let span = p.span_from(opening.start);
    p.make(ExpressionKind::Tuple(values), span)
}

fn record(p: &mut Parser<'_>, opening: Span) -> ExpressionId {
    let mut fields: Vec<(Span, ExpressionId)> = Vec::new();
    loop {
        if !(p.current().is_word() && p.nth(1) == TokenKind::Assign) {
            p.expected(Expected::RecordField);
            break;
        }
        check_record_field(p, &fields);
        let name = p.bump();
        p.bump();
        fields.push((name, expressions::expression(p)));
        if p.eat(TokenKind::Comma).is_none() {
            break;
        }
    }
    close_list(p, TokenKind::RightParenthesis, opening);
    let span = p.span_from(opening.start);
    p.make(ExpressionKind::Record(fields), span)
}

fn check_record_field(p: &mut Parser<'_>, fields: &[(Span, ExpressionId)]) {
    let (name, span) = (p.current_text(), p.current_span());
    if is_reserved(name) {
        p.note(span, SyntaxErrorKind::ReservedName);
    }
    // Only so many are compared that a long record costs linear time.
    let known = &fields[..fields.len().min(MAX_COMPARED_FIELDS)];
    if known.iter().any(|(field, _)| p.text_of(*field) == name) {
        p.note(span, SyntaxErrorKind::DuplicateField);
    }
}
