//! Blocks and statements.

use crate::error::{Expected, SyntaxErrorKind};
use crate::expression::ExpressionKind;
use crate::grammar::{definitions, expressions, types};
use crate::parser::Parser;
use crate::token::TokenSet;
use crate::tree::{Block, If, Import, Statement, StatementKind};
use crate::{ExpressionId, Span, TokenKind};

/// The keywords that begin a statement.
const STATEMENT_KEYWORDS: TokenSet = TokenSet::new(&[
    TokenKind::If,
    TokenKind::While,
    TokenKind::For,
    TokenKind::Unroll,
    TokenKind::Let,
    TokenKind::Return,
    TokenKind::Break,
    TokenKind::Continue,
]);
/// What begins a statement and cannot go on with the one before.
const STARTS_STATEMENT: TokenSet = STATEMENT_KEYWORDS.union(expressions::STARTS_ONLY_EXPRESSION);
/// What ends a statement that cannot be read. A keyword that begins one ends the one before.
const STATEMENT_RECOVERY: TokenSet = STATEMENT_KEYWORDS.union(TokenSet::new(&[
    TokenKind::Semicolon,
    TokenKind::RightBrace,
    TokenKind::LeftBrace,
]));
/// What can only stand behind the end of a block that was not closed.
const BLOCK_END: TokenSet = TokenSet::new(&[TokenKind::RightBrace, TokenKind::End, TokenKind::AttachPoint]);
/// What assigns.
pub(super) const ASSIGNMENT: TokenSet = TokenSet::new(&[
    TokenKind::Assign,
    TokenKind::PlusAssign,
    TokenKind::MinusAssign,
    TokenKind::StarAssign,
    TokenKind::SlashAssign,
    TokenKind::PercentAssign,
    TokenKind::AndAssign,
    TokenKind::OrAssign,
    TokenKind::XorAssign,
    TokenKind::ShiftLeftAssign,
    TokenKind::ShiftRightAssign,
]);

/// `{ … }`
pub(super) fn block(p: &mut Parser<'_>) -> Block {
    let Some(opening) = p.expect(TokenKind::LeftBrace) else { return Block::default() };
    p.nested(|p| {
        let mut statements = Vec::new();
        while !p.at_set(BLOCK_END) {
            let progress = p.progress();
            statement_and_separator(p, &mut statements);
            if !p.advanced(&progress) {
                p.bump();
            }
        }
        p.expect_closing(TokenKind::RightBrace, opening);
        Block { statements, span: p.span_from(opening.start) }
    })
    .unwrap_or_default()
}

/// One statement and the `;` behind it, unless it ends with a block.
fn statement_and_separator(p: &mut Parser<'_>, statements: &mut Vec<Statement>) {
    if let Some(span) = p.eat(TokenKind::Semicolon) {
        // Newer releases take a `;` behind a block that can also be a value.
        match statements.last().map(|statement| &statement.kind) {
            Some(StatementKind::If(_) | StatementKind::Block(_)) => {
                statements.push(Statement { kind: StatementKind::Empty, span });
            }
            _ => p.note(span, SyntaxErrorKind::EmptyStatement),
        }
        return;
    }
    let start = p.current_span().start;
    let Some(kind) = opt_statement(p) else {
        p.expected(Expected::Statement);
        p.bump();
        p.skip_to(STATEMENT_RECOVERY);
        return;
    };
    let ends_with_block = ends_with_block(p, &kind);
    statements.push(Statement { kind, span: p.span_from(start) });
    if ends_with_block || p.eat(TokenKind::Semicolon).is_some() || p.at_set(BLOCK_END) {
        return;
    }
    p.expected(Expected::Token(TokenKind::Semicolon));
    // What begins a statement is one whose predecessor lacks its `;`: go on with it.
    if !p.at_set(STARTS_STATEMENT) {
        p.skip_to(STATEMENT_RECOVERY);
    }
}

fn ends_with_block(p: &Parser<'_>, kind: &StatementKind) -> bool {
    match kind {
        StatementKind::If(_)
        | StatementKind::Unroll { .. }
        | StatementKind::While { .. }
        | StatementKind::For { .. }
        | StatementKind::Block(_) => true,
        StatementKind::Expression(value) => matches!(p.kind_of(*value), ExpressionKind::If(_)),
        _ => false,
    }
}

fn opt_statement(p: &mut Parser<'_>) -> Option<StatementKind> {
    Some(match p.current() {
        TokenKind::If => StatementKind::If(if_chain(p)?),
        TokenKind::Unroll => unroll(p),
        TokenKind::While => while_loop(p),
        TokenKind::For => for_loop(p),
        TokenKind::Let => variable_declaration(p),
        TokenKind::LeftBrace => StatementKind::Block(block(p)),
        TokenKind::Break => taken(p, StatementKind::Break),
        TokenKind::Continue => taken(p, StatementKind::Continue),
        TokenKind::Return => {
            p.bump();
            StatementKind::Return(
                p.at_set(expressions::STARTS_EXPRESSION).then(|| expressions::expression(p)),
            )
        }
        TokenKind::Identifier if p.nth(1) != TokenKind::LeftParenthesis && p.at_name("import") => {
            let start = p.bump().start;
            let path = definitions::path(p);
            let span = p.span_from(start);
            if !p.at(TokenKind::Semicolon) {
                p.expected(Expected::Token(TokenKind::Semicolon));
            }
            StatementKind::Import(Import { path, span })
        }
        _ if p.at_set(expressions::STARTS_EXPRESSION) => expression_or_assignment(p),
        _ => return None,
    })
}

fn taken(p: &mut Parser<'_>, kind: StatementKind) -> StatementKind {
    p.bump();
    kind
}

fn expression_or_assignment(p: &mut Parser<'_>) -> StatementKind {
    let start = p.current_span().start;
    let target = expressions::expression(p);
    if !p.at_set(ASSIGNMENT) {
        return StatementKind::Expression(target);
    }
    let operator = p.current();
    // Parentheses around it begin before it.
    if p.span_of(target).start != start || !is_assignable(p, target, operator) {
        p.note(p.span_of(target), SyntaxErrorKind::NotAssignable);
    }
    p.bump();
    let value = expressions::expression(p);
    StatementKind::Assign { target, operator, value }
}

fn is_assignable(p: &Parser<'_>, target: ExpressionId, operator: TokenKind) -> bool {
    match p.kind_of(target) {
        ExpressionKind::Map { .. } | ExpressionKind::Variable | ExpressionKind::Missing => true,
        // `_ = value` discards the value.
        ExpressionKind::Identifier => operator == TokenKind::Assign && p.text_of(p.span_of(target)) == "_",
        _ => false,
    }
}

/// `if (…) { … } else if (…) { … } else { … }`, as a statement or a value. A chain is read in a loop, however long.
pub(super) fn if_chain(p: &mut Parser<'_>) -> Option<If> {
    p.nested(|p| {
        let mut branches = Vec::new();
        let mut otherwise = None;
        p.bump();
        loop {
            let condition = condition(p);
            branches.push((condition, block(p)));
            if p.eat(TokenKind::Else).is_none() {
                break;
            }
            if p.eat(TokenKind::If).is_none() {
                otherwise = Some(block(p));
                break;
            }
        }
        If { branches, otherwise }
    })
}

/// A condition. Its parentheses are optional since 0.24, but not around operators.
fn condition(p: &mut Parser<'_>) -> ExpressionId {
    let start = p.current_span().start;
    let has_parenthesis = p.at(TokenKind::LeftParenthesis);
    if has_parenthesis && p.nth(1) == TokenKind::RightParenthesis {
        p.bump();
        let condition = expressions::missing(p);
        p.bump();
        return condition;
    }
    let condition = expressions::expression_before_block(p);
    // What goes on behind the parenthesis that closes the first one begins with that one.
    let is_open = p.span_of(condition).start == start
        && match p.kind_of(condition) {
            ExpressionKind::Binary { .. } | ExpressionKind::Conditional { .. } => true,
            ExpressionKind::Cast { .. }
            | ExpressionKind::Field { .. }
            | ExpressionKind::Index { .. }
            | ExpressionKind::Tuple(_)
            | ExpressionKind::Record(_) => has_parenthesis,
            _ => false,
        };
    if is_open {
        p.note(p.span_of(condition), SyntaxErrorKind::NeedsParentheses);
    }
    condition
}

fn unroll(p: &mut Parser<'_>) -> StatementKind {
    p.bump();
    let count = condition(p);
    StatementKind::Unroll { count, body: block(p) }
}

fn while_loop(p: &mut Parser<'_>) -> StatementKind {
    p.bump();
    let condition = condition(p);
    StatementKind::While { condition, body: block(p) }
}

/// `for ($kv : @map) { … }`, `for $i : 0..10 { … }`
fn for_loop(p: &mut Parser<'_>) -> StatementKind {
    p.bump();
    let opening = p.eat(TokenKind::LeftParenthesis);
    let variable = variable(p);
    p.expect(TokenKind::Colon);
    let from = bound(p, opening.is_some());
    let to = p.eat(TokenKind::DotDot).map(|_| bound(p, opening.is_some()));
    match p.kind_of(from) {
        ExpressionKind::Map { key, .. } if key.is_empty() => {}
        ExpressionKind::Missing => {}
        _ if to.is_some() => {}
        _ => p.note(p.span_of(from), SyntaxErrorKind::NotIterable),
    }
    if let Some(opening) = opening {
        p.expect_closing(TokenKind::RightParenthesis, opening);
    }
    StatementKind::For { variable, from, to, body: block(p) }
}

/// A map, or an end of a range, which is a plain value unless it stands in parentheses.
fn bound(p: &mut Parser<'_>, in_parentheses: bool) -> ExpressionId {
    let start = p.current_span().start;
    let bound =
        if in_parentheses { expressions::expression(p) } else { expressions::expression_before_block(p) };
    let is_composed = matches!(
        p.kind_of(bound),
        ExpressionKind::Unary { .. }
            | ExpressionKind::Increment { .. }
            | ExpressionKind::Binary { .. }
            | ExpressionKind::Conditional { .. }
            | ExpressionKind::Field { .. }
            | ExpressionKind::Index { .. }
    );
    if is_composed && p.span_of(bound).start == start {
        p.note(p.span_of(bound), SyntaxErrorKind::NeedsParentheses);
    }
    bound
}

/// `let $x : type = value`
fn variable_declaration(p: &mut Parser<'_>) -> StatementKind {
    p.bump();
    let variable = variable(p);
    let type_name = p.eat(TokenKind::Colon).and_then(|_| types::type_name(p));
    let value = p.eat(TokenKind::Assign).map(|_| expressions::expression(p));
    StatementKind::Let { variable, type_name, value }
}

fn variable(p: &mut Parser<'_>) -> Option<Span> {
    let variable = p.eat(TokenKind::Variable);
    if variable.is_none() {
        p.expected(Expected::Variable);
        // `x` or `@x` for `$x`
        return if p.at(TokenKind::Identifier) || p.at(TokenKind::Map) { Some(p.bump()) } else { None };
    }
    variable
}
