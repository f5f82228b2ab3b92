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
mod order;
mod parser;
mod span;
mod token;
pub mod tree;

pub use error::{
    Expected, Found, MAX_ERRORS, MAX_FOUND_BYTES, Misplaced, SyntaxError, SyntaxErrorKind, SyntaxFix,
};
pub use expression::{Expression, ExpressionId, ExpressionKind, ExpressionList, Expressions};
pub use lexer::{MAX_SCRIPT_BYTES, tokens};
pub use lines::{LineColumn, LineTable};
pub use order::sort_by_number;
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
    let Lexed { tokens, comments, mut errors } = lex(text);
    let mut parser = parser::Parser::new(text, tokens);
    let items = grammar::program(&mut parser);
    let (expressions, mut grammatical) = parser.finish();
    let swallows = |error: &SyntaxError| {
        matches!(error.kind, SyntaxErrorKind::UnterminatedString | SyntaxErrorKind::UnterminatedComment)
    };
    if errors.iter().any(swallows) {
        // What is not closed has swallowed the bracket.
        grammatical.retain(|error| !matches!(error.kind, SyntaxErrorKind::Unclosed { .. }));
    }
    errors.extend(grammatical);
    sort_by_number(&mut errors, |error| u64::from(error.span.start));
    // A token that is wrong in itself is also wrong where it stands: the first says why.
    errors.dedup_by(|later, earlier| later.span.start == earlier.span.start);
    errors.truncate(MAX_ERRORS);
    Parse { program: Program { items, expressions }, errors, comments }
}

/// What the lexer found.
struct Lexed {
    /// What the grammar sees.
    tokens: Vec<Token>,
    comments: Vec<Token>,
    /// What is wrong with single tokens.
    errors: Vec<SyntaxError>,
}

fn lex(text: &str) -> Lexed {
    let mut lexed =
        Lexed { tokens: Vec::with_capacity(text.len() / 6 + 8), comments: Vec::new(), errors: Vec::new() };
    for token in lexer::Lexer::new(text) {
        if let Some(error) = lexical_error(text, token)
            && lexed.errors.len() < MAX_ERRORS
        {
            lexed.errors.push(error);
        }
        if token.kind.is_comment() {
            lexed.comments.push(token);
        } else if !token.kind.is_trivia() {
            lexed.tokens.push(token);
        }
    }
    lexed
}

fn lexical_error(text: &str, token: Token) -> Option<SyntaxError> {
    let Token { kind, mut span } = token;
    let kind = match kind {
        TokenKind::Invalid if span.start as usize >= MAX_SCRIPT_BYTES => SyntaxErrorKind::TooLong,
        TokenKind::Invalid if span.len() > 1 && span.text(text).starts_with('\'') => {
            SyntaxErrorKind::SingleQuotes
        }
        TokenKind::Invalid => SyntaxErrorKind::InvalidCharacter,
        TokenKind::String if !is_closed_string(span.text(text)) => SyntaxErrorKind::UnterminatedString,
        TokenKind::BlockComment if !is_closed_comment(span.text(text)) => {
            SyntaxErrorKind::UnterminatedComment
        }
        TokenKind::CBody if !span.text(text).ends_with('}') => {
            let after = span.end;
            span = Span::new(span.start, span.start + 1);
            SyntaxErrorKind::Unclosed { closing: TokenKind::RightBrace, opening: span, after }
        }
        TokenKind::Preprocessor if span.text(text).contains('\n') => {
            let end = span.text(text).find('\\').map_or(span.end, |length| span.start + length as u32 + 1);
            span = Span::new(span.start, end);
            SyntaxErrorKind::ContinuedLine
        }
        _ => return None,
    };
    Some(SyntaxError { kind, span })
}

fn is_closed_string(text: &str) -> bool {
    let Some(content) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return false };
    // The last quote closes unless an odd number of backslashes stands before it.
    content.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 0
}

fn is_closed_comment(text: &str) -> bool {
    text.len() >= 4 && text.ends_with("*/")
}
