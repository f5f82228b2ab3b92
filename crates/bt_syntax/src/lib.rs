//! bpftrace text to tokens to a typed tree with errors.
//!
//! Parsing never fails: a bad script gives a tree of what could be read, and errors. No input panics, takes more
//! than linear time, or nests deeper than a stated bound.

#![forbid(unsafe_code)]

mod error;
mod expression;
mod grammar;
mod lexer;
mod lines;
pub mod literal;
mod parser;
mod span;
mod token;
pub mod tree;

pub use error::{
    Expected, Found, MAX_ERRORS, MAX_FOUND_BYTES, Misplaced, SyntaxError, SyntaxErrorKind, SyntaxFix,
};
pub use expression::{Expression, ExpressionId, ExpressionKind, Expressions};
pub use lexer::{MAX_SCRIPT_BYTES, tokens};
pub use lines::{LineColumn, LineTable};
pub use parser::{MAX_DEPTH, MAX_HEIGHT};
pub use span::Span;
pub use token::{Token, TokenKind};
pub use tree::Program;

/// A script as a tree, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Parse {
    /// What could be read.
    pub program: Program,
    /// What is wrong, by position; at most [`MAX_ERRORS`].
    pub errors: Vec<SyntaxError>,
    /// The comments, in the order of the text.
    pub comments: Vec<Token>,
}

/// Reads a script. It never fails and never panics; it takes linear time and bounded depth.
pub fn parse(text: &str) -> Parse {
    let tokens = tokens(text);
    let mut errors = lexical_errors(text, &tokens);
    let comments = tokens.iter().filter(|token| token.kind.is_comment()).copied().collect();
    let significant = tokens.into_iter().filter(|token| !token.kind.is_trivia()).collect();
    let mut parser = parser::Parser::new(text, significant);
    let items = grammar::program(&mut parser);
    let (expressions, mut grammatical) = parser.finish();
    if !errors.is_empty() {
        // A string or comment that is not closed has swallowed the bracket.
        grammatical.retain(|error| !matches!(error.kind, SyntaxErrorKind::Unclosed { .. }));
    }
    errors.extend(grammatical);
    errors.sort_by_key(|error| error.span.start);
    // A token that is wrong in itself is also wrong where it stands: the first says why.
    errors.dedup_by(|later, earlier| later.span.start == earlier.span.start);
    errors.truncate(MAX_ERRORS);
    Parse { program: Program { items, expressions }, errors, comments }
}

/// What is wrong with single tokens.
fn lexical_errors(text: &str, tokens: &[Token]) -> Vec<SyntaxError> {
    let wrong = tokens.iter().filter_map(|token| {
        let kind = match token.kind {
            TokenKind::Invalid if token.span.start as usize >= MAX_SCRIPT_BYTES => SyntaxErrorKind::TooLong,
            TokenKind::Invalid => SyntaxErrorKind::InvalidCharacter,
            TokenKind::String if !is_closed_string(token.span.text(text)) => {
                SyntaxErrorKind::UnterminatedString
            }
            TokenKind::BlockComment if !is_closed_comment(token.span.text(text)) => {
                SyntaxErrorKind::UnterminatedComment
            }
            TokenKind::CBody if !token.span.text(text).ends_with('}') => {
                let opening = Span::new(token.span.start, token.span.start + 1);
                let kind = SyntaxErrorKind::Unclosed {
                    closing: TokenKind::RightBrace,
                    opening,
                    after: token.span.end,
                };
                return Some(SyntaxError { kind, span: opening });
            }
            _ => return None,
        };
        Some(SyntaxError { kind, span: token.span })
    });
    wrong.take(MAX_ERRORS).collect()
}

fn is_closed_string(text: &str) -> bool {
    let Some(content) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return false };
    // The last quote closes unless an odd number of backslashes stands before it.
    content.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 0
}

fn is_closed_comment(text: &str) -> bool {
    text.len() >= 4 && text.ends_with("*/")
}
