//! Probes: attach points, predicate, block.

use crate::error::Expected;
use crate::grammar::{expressions, statements};
use crate::parser::Parser;
use crate::token::TokenSet;
use crate::tree::{AttachPoint, Block, Probe};
use crate::{Span, TokenKind};

/// What a probe's head that cannot be read ends with.
const HEAD_RECOVERY: TokenSet =
    TokenSet::new(&[TokenKind::LeftBrace, TokenKind::Semicolon, TokenKind::RightBrace]);

/// `name = kprobe:f, kprobe:g /predicate/ { … }`; `None` if not even an attach point is there.
pub(super) fn probe(p: &mut Parser<'_>) -> Option<Probe> {
    let start = p.current_span().start;
    let name = p.eat(TokenKind::Identifier);
    if name.is_some() {
        p.expect(TokenKind::Assign);
    }
    let attach_points = attach_points(p);
    let predicate = opt_predicate(p);
    let body = body(p);
    (!attach_points.is_empty()).then(|| Probe {
        name,
        attach_points,
        predicate,
        body,
        span: p.span_from(start),
    })
}

fn attach_points(p: &mut Parser<'_>) -> Vec<AttachPoint> {
    let mut attach_points = Vec::new();
    while let Some(span) = p.eat(TokenKind::AttachPoint) {
        attach_points.push(attach_point(p, span));
        if p.eat(TokenKind::Comma).is_none() {
            break;
        }
    }
    if attach_points.is_empty() {
        p.expected(Expected::AttachPoint);
    }
    attach_points
}

fn attach_point(p: &Parser<'_>, span: Span) -> AttachPoint {
    let text = p.text_of(span);
    let provider = Span::new(span.start, span.start + text.find(':').unwrap_or(text.len()) as u32);
    AttachPoint { span, provider }
}

fn opt_predicate(p: &mut Parser<'_>) -> Option<crate::ExpressionId> {
    let opening = p.eat(TokenKind::Slash)?;
    let predicate = expressions::expression(p);
    p.expect_closing(TokenKind::Slash, opening);
    Some(predicate)
}

fn body(p: &mut Parser<'_>) -> Block {
    if !p.at(TokenKind::LeftBrace) {
        p.expected(Expected::ProbeBody);
        // Another probe may begin here: two attach points with nothing between them.
        p.skip_to(HEAD_RECOVERY);
        p.eat(TokenKind::Semicolon);
    }
    if p.at(TokenKind::LeftBrace) { statements::block(p) } else { Block::default() }
}
