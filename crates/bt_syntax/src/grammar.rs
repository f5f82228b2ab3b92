//! The grammar of bpftrace, a function a production.
//!
//! A function named for a thing reads that thing and says so if it is missing; one named `opt_…` may find nothing and
//! then takes nothing. Where to go on after an error is data: the sets of tokens beside the productions.

mod definitions;
mod expressions;
mod probes;
mod statements;
mod types;
mod values;

use crate::error::{Expected, Misplaced, SyntaxErrorKind};
use crate::parser::Parser;
use crate::token::TokenSet;
use crate::tree::Item;
use crate::{Span, TokenKind};

/// What ends a piece of the top level that could not be read.
const ITEM_RECOVERY: TokenSet = TokenSet::new(&[
    TokenKind::AttachPoint,
    TokenKind::Preprocessor,
    TokenKind::Struct,
    TokenKind::Union,
    TokenKind::Enum,
    TokenKind::Config,
    TokenKind::Import,
    TokenKind::Macro,
    TokenKind::Fn,
    TokenKind::Let,
    TokenKind::LeftBrace,
]);

/// The whole script.
pub(crate) fn program(p: &mut Parser<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut order = Order::default();
    while !p.at(TokenKind::End) {
        let progress = p.progress();
        let start = p.current_span();
        if let Some(item) = opt_item(p) {
            order.check(p, start, &item);
            items.push(item);
        }
        if !p.advanced(&progress) {
            stray(p);
        }
    }
    items
}

fn opt_item(p: &mut Parser<'_>) -> Option<Item> {
    Some(match p.current() {
        TokenKind::Preprocessor => Item::Preprocessor(p.bump()),
        TokenKind::Struct | TokenKind::Union | TokenKind::Enum => {
            Item::CDefinition(definitions::c_definition(p))
        }
        TokenKind::Config => Item::Config(definitions::config(p)),
        TokenKind::Import => Item::Import(definitions::import(p)),
        TokenKind::Macro => Item::Macro(definitions::macro_definition(p)),
        TokenKind::Fn => Item::Function(definitions::function(p)),
        TokenKind::Let => Item::MapDeclaration(definitions::map_declaration(p)?),
        TokenKind::Identifier if p.nth(1) != TokenKind::Assign => return None,
        TokenKind::AttachPoint | TokenKind::Identifier | TokenKind::LeftBrace | TokenKind::Slash => {
            Item::Probe(probes::probe(p)?)
        }
        _ => return None,
    })
}

/// A token that begins nothing. It is taken, with what follows up to the next item.
fn stray(p: &mut Parser<'_>) {
    if matches!(p.current(), TokenKind::RightBrace | TokenKind::RightParenthesis | TokenKind::RightBracket) {
        p.error(p.current_span(), SyntaxErrorKind::StrayClosing);
        p.bump();
        return;
    }
    p.expected(Expected::Item);
    p.bump();
    p.skip_to(ITEM_RECOVERY);
}

/// C stands before the config block and imports, and these before probes and functions; bpftrace insists.
#[derive(Default)]
struct Order {
    has_probe: bool,
    has_config: bool,
    has_import: bool,
}

impl Order {
    fn check(&mut self, p: &mut Parser<'_>, start: Span, item: &Item) {
        let misplaced = match item {
            Item::Config(_) if self.has_config => Some(Misplaced::SecondConfig),
            Item::Config(_) if self.has_probe => Some(Misplaced::Config),
            Item::Import(_) if self.has_probe => Some(Misplaced::Import),
            Item::CDefinition(_) | Item::Preprocessor(_)
                if self.has_probe || self.has_config || self.has_import =>
            {
                Some(Misplaced::CDefinition)
            }
            _ => None,
        };
        if let Some(misplaced) = misplaced {
            p.note(start, SyntaxErrorKind::OutOfOrder(misplaced));
        }
        match item {
            Item::Config(_) => self.has_config = true,
            Item::Import(_) => self.has_import = true,
            Item::CDefinition(_) | Item::Preprocessor(_) => {}
            Item::Probe(_) | Item::Macro(_) | Item::Function(_) | Item::MapDeclaration(_) => {
                self.has_probe = true;
            }
        }
    }
}
