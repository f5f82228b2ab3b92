//! The parser's verbs: look at tokens, take them, complain. What is made of them stands in [`crate::grammar`].

use crate::error::{Expected, Found, MAX_ERRORS, MAX_FOUND_BYTES, SyntaxError, SyntaxErrorKind};
use crate::expression::{Expression, ExpressionId, ExpressionKind, Expressions};
use crate::token::TokenSet;
use crate::{Span, Token, TokenKind};

/// Deepest nesting of brackets, blocks and signs. Deeper than anyone writes, shallow enough for a stack of 1 MiB.
pub const MAX_DEPTH: u32 = 128;
/// Most operators in a chain, e.g. terms of a sum. Who walks an expression recurses at most this deep.
pub const MAX_HEIGHT: u16 = 512;

/// Reads tokens without blanks and comments. It can do three things: look, take the next token, note an error.
pub(crate) struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    position: usize,
    depth: u32,
    errors: Vec<SyntaxError>,
    /// The token of the last error: one error a token.
    complained_at: Option<usize>,
    /// How often a token was looked at.
    #[cfg(test)]
    looks: std::cell::Cell<usize>,
    pub(crate) expressions: Expressions,
}

/// Where a loop stood, to see that it moves on.
pub(crate) struct Progress(usize);

impl<'a> Parser<'a> {
    /// `tokens` are the significant ones of `text`.
    pub(crate) fn new(text: &'a str, tokens: Vec<Token>) -> Parser<'a> {
        // Rather one expression for two tokens than a list that grows and moves.
        let expressions = Expressions::with_capacity(tokens.len() / 2);
        Parser {
            text,
            tokens,
            position: 0,
            depth: 0,
            errors: Vec::new(),
            complained_at: None,
            #[cfg(test)]
            looks: std::cell::Cell::default(),
            expressions,
        }
    }

    pub(crate) fn finish(self) -> (Expressions, Vec<SyntaxError>) {
        (self.expressions, self.errors)
    }

    // Look.

    pub(crate) fn current(&self) -> TokenKind {
        self.nth(0)
    }

    pub(crate) fn nth(&self, ahead: usize) -> TokenKind {
        #[cfg(test)]
        self.looks.set(self.looks.get() + 1);
        self.tokens.get(self.position + ahead).map_or(TokenKind::End, |token| token.kind)
    }

    pub(crate) fn at(&self, kind: TokenKind) -> bool {
        self.current() == kind
    }

    pub(crate) fn at_set(&self, set: TokenSet) -> bool {
        set.contains(self.current())
    }

    /// Whether the next token is this name.
    pub(crate) fn at_name(&self, name: &str) -> bool {
        self.at(TokenKind::Identifier) && self.current_text() == name
    }

    pub(crate) fn text_of(&self, span: Span) -> &'a str {
        span.text(self.text)
    }

    pub(crate) fn nth_text(&self, ahead: usize) -> &'a str {
        self.tokens.get(self.position + ahead).map_or("", |token| token.span.text(self.text))
    }

    pub(crate) fn current_text(&self) -> &'a str {
        self.nth_text(0)
    }

    /// Where the next token stands; at the end of the text it is empty.
    pub(crate) fn current_span(&self) -> Span {
        self.tokens.get(self.position).map_or(Span::empty(self.previous_end()), |token| token.span)
    }

    /// Where the last token ended.
    pub(crate) fn previous_end(&self) -> u32 {
        let last = self.position.checked_sub(1).and_then(|last| self.tokens.get(last));
        last.map_or(0, |token| token.span.end)
    }

    /// From `start` to the last token.
    pub(crate) fn span_from(&self, start: u32) -> Span {
        Span::new(start, self.previous_end().max(start))
    }

    /// Whether a line ends before the next token.
    pub(crate) fn at_line_start(&self) -> bool {
        Span::new(self.previous_end(), self.current_span().start).text(self.text).contains('\n')
    }

    // Take.

    /// Takes the next token, whatever it is.
    pub(crate) fn bump(&mut self) -> Span {
        let span = self.current_span();
        self.position = (self.position + 1).min(self.tokens.len());
        span
    }

    pub(crate) fn eat(&mut self, kind: TokenKind) -> Option<Span> {
        self.at(kind).then(|| self.bump())
    }

    /// Takes a sign that must stand here.
    pub(crate) fn expect(&mut self, kind: TokenKind) -> Option<Span> {
        let taken = self.eat(kind);
        if taken.is_none() {
            self.expected(Expected::Token(kind));
        }
        taken
    }

    /// Takes the bracket that closes `opening`.
    pub(crate) fn expect_closing(&mut self, closing: TokenKind, opening: Span) {
        if self.eat(closing).is_some() {
            return;
        }
        if matches!(self.current(), TokenKind::End | TokenKind::AttachPoint) {
            let after = self.previous_end();
            self.error(opening, SyntaxErrorKind::Unclosed { closing, opening, after });
        } else if self.errors.len() < MAX_ERRORS {
            let before = &self.text.as_bytes()[..opening.start as usize];
            let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count() as u32;
            self.expected(Expected::Closing { closing, opening, line });
        }
    }

    /// Skips tokens up to one of `set`, over brackets that are opened and closed on the way.
    pub(crate) fn skip_to(&mut self, set: TokenSet) {
        let mut open = 0_u32;
        while !self.at(TokenKind::End) && !self.at(TokenKind::AttachPoint) {
            match self.current() {
                kind if open == 0 && set.contains(kind) => return,
                TokenKind::LeftParenthesis | TokenKind::LeftBracket => open += 1,
                TokenKind::RightParenthesis | TokenKind::RightBracket => open = open.saturating_sub(1),
                // A brace says more than a parenthesis that someone is still writing.
                TokenKind::LeftBrace | TokenKind::RightBrace => open = 0,
                _ => {}
            }
            if open == 0 && self.at_set(set) {
                return;
            }
            self.bump();
        }
    }

    // Complain.

    /// Something else should stand here.
    pub(crate) fn expected(&mut self, expected: Expected) {
        let found = match self.current() {
            TokenKind::End => Found::End,
            _ => {
                let text = self.current_text();
                Found::Text(text[..text.floor_char_boundary(MAX_FOUND_BYTES.min(text.len()))].into())
            }
        };
        let after = self.previous_end();
        self.error(self.current_span(), SyntaxErrorKind::Expected { expected, found, after });
    }

    /// Notes an error, unless the next token already has one.
    pub(crate) fn error(&mut self, span: Span, kind: SyntaxErrorKind) {
        if self.complained_at != Some(self.position) {
            self.complained_at = Some(self.position);
            self.note(span, kind);
        }
    }

    /// Notes an error that lies within one token, and hence repeats no other.
    pub(crate) fn note(&mut self, span: Span, kind: SyntaxErrorKind) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError { kind, span });
        }
    }

    // Bounds.

    /// Reads something nested, unless it is nested too deep: then everything up to the next probe is skipped.
    pub(crate) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.give_up();
            return None;
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        Some(result)
    }

    fn give_up(&mut self) {
        self.error(self.current_span(), SyntaxErrorKind::TooDeep);
        while !matches!(self.current(), TokenKind::End | TokenKind::AttachPoint) {
            self.position += 1;
        }
        // What was open has been complained about.
        self.complained_at = Some(self.position);
    }

    pub(crate) fn progress(&self) -> Progress {
        Progress(self.position)
    }

    /// Whether tokens were taken since; a loop that took none must end.
    pub(crate) fn advanced(&self, progress: &Progress) -> bool {
        self.position > progress.0
    }

    // Make.

    /// Adds an expression to the arena.
    pub(crate) fn make(&mut self, kind: ExpressionKind, span: Span) -> ExpressionId {
        let id = self.expressions.push(Expression { kind, span });
        if self.expressions.height(id) >= MAX_HEIGHT {
            self.give_up();
        }
        id
    }

    pub(crate) fn span_of(&self, id: ExpressionId) -> Span {
        self.expressions.get(id).span
    }

    pub(crate) fn kind_of(&self, id: ExpressionId) -> &ExpressionKind {
        &self.expressions.get(id).kind
    }
}

#[cfg(test)]
mod tests {
    use super::Parser;
    use crate::{grammar, lex};

    /// More than any production needs; a look back or ahead over all tokens would need thousands.
    const MOST_LOOKS_PER_TOKEN: usize = 100;

    #[test]
    fn the_number_of_looks_is_linear() {
        let pieces = [
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "/",
            ",",
            ";",
            "=",
            "?",
            ":",
            "..",
            "+",
            "++",
            "-",
            "*",
            "&",
            "@a",
            "@a[",
            "$x",
            "1",
            "s",
            "f(",
            "(s",
            "(s *",
            "(s)",
            "(uint8)",
            "sizeof(struct s",
            "s * ",
            "s s ",
            "(a = ",
            "if",
            "if 1 {",
            "else",
            "else if",
            "for ($x : ",
            "let $x :",
            "struct",
            "macro m(",
            "config = {",
            "kprobe:f",
            "begin {",
            "begin /",
            "comptime",
            "import",
            "a = ",
            "let @a = ",
        ];
        for piece in pieces {
            for start in ["", "begin { ", "begin { (", "begin { f(", "begin { @a[", "begin / "] {
                let text = format!("{start}{}", format!("{piece} ").repeat(2000));
                let tokens = lex(&text).tokens;
                let count = tokens.len();
                let mut parser = Parser::new(&text, tokens);
                grammar::program(&mut parser);
                let looks = parser.looks.get();
                assert!(
                    looks <= MOST_LOOKS_PER_TOKEN * count,
                    "{start}{piece}: {looks} looks at {count} tokens"
                );
            }
        }
    }
}
