//! Text to tokens. What a character means depends on where it stands, so the lexer keeps a mode.
//!
//! An attach point is raw text, a C definition is opaque, and everything else is lexed by the patterns of
//! [`TokenKind`]. The lexer knows a probe by its place at the top level; so that one missing brace does not
//! swallow the probes behind it, what begins like a probe at the start of a line or statement ends whatever is open.

mod raw_text;
#[cfg(test)]
mod tests;

use logos::Logos;
use raw_text::{
    attach_point_length, blank_length, c_attribute_length, c_body_length, directive_length, is_bare_probe,
    is_blank, is_definition, is_probe_start, is_typed_probe, is_word_start, line_comment_length,
    single_quoted_length, string_rest_length, word_length,
};

use crate::token::TokenSet;
use crate::{Span, Token, TokenKind};

/// Longest text that is read: what lies behind is one invalid token. bpftrace scripts are a thousandth of it.
pub const MAX_SCRIPT_BYTES: usize = 16 << 20;

/// The tokens of `text`, blanks and comments among them. They tile the text.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 3 + 1);
    tokens.extend(Lexer::new(text));
    tokens
}

/// Behind these a name begins a statement, or is one too many.
const BEFORE_NO_NAME: TokenSet = TokenSet::new(&[
    TokenKind::LeftBrace,
    TokenKind::RightBrace,
    TokenKind::Semicolon,
    TokenKind::RightParenthesis,
    TokenKind::RightBracket,
    TokenKind::Identifier,
    TokenKind::Variable,
    TokenKind::Map,
    TokenKind::Integer,
    TokenKind::String,
]);

/// Behind these a name and a `{` are a condition and its block: `if end {`.
const BEFORE_CONDITION: TokenSet = TokenSet::new(&[
    TokenKind::If,
    TokenKind::While,
    TokenKind::Unroll,
    TokenKind::Colon,
    TokenKind::DotDot,
    TokenKind::Not,
    TokenKind::Tilde,
    TokenKind::Minus,
    TokenKind::Star,
]);

/// Where the text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// At the top level, before a definition or a probe.
    Item,
    /// Before an attach point.
    AttachPoint,
    /// Behind an attach point: `,`, a predicate or a block.
    ProbeHead,
    /// In a predicate, or in the head of a macro, function or map declaration.
    Head,
    /// Behind `struct`, `union` or `enum`.
    CHead,
    /// Behind the body of a C definition.
    CTail,
    /// In a block; the number of open braces.
    Block(u32),
}

/// Yields the tokens of a text; they tile it.
pub(crate) struct Lexer<'a> {
    logos: logos::Lexer<'a, TokenKind>,
    /// Length of the whole text; `logos` reads at most [`MAX_SCRIPT_BYTES`] of it.
    text_length: usize,
    mode: Mode,
    last_significant: TokenKind,
    /// No `*/` follows: it was looked for in vain.
    has_no_comment_end: bool,
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let rest = self.logos.remainder();
        let Some(&first) = rest.as_bytes().first() else { return self.unread() };
        let start = self.logos.span().end;
        let kind = match self.trivia(rest, first, start) {
            Some(trivia) => trivia,
            None => {
                let kind = self.raw_token(rest, first, start).unwrap_or_else(|| self.plain_token());
                self.mode = self.mode_after(kind);
                self.last_significant = kind;
                kind
            }
        };
        Some(Token { kind, span: Span::new(start as u32, self.logos.span().end as u32) })
    }
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Lexer<'a> {
        let readable = text.floor_char_boundary(MAX_SCRIPT_BYTES.min(text.len()));
        Lexer {
            logos: TokenKind::lexer(&text[..readable]),
            text_length: text.len(),
            mode: Mode::Item,
            last_significant: TokenKind::End,
            has_no_comment_end: false,
        }
    }

    /// What is too long to be read, once.
    fn unread(&mut self) -> Option<Token> {
        let end = std::mem::take(&mut self.text_length);
        let start = self.logos.source().len();
        let span = Span::new(start as u32, u32::try_from(end).unwrap_or(u32::MAX));
        (start < end).then_some(Token { kind: TokenKind::Invalid, span })
    }

    /// Blanks and comments, which mean the same everywhere.
    fn trivia(&mut self, rest: &str, first: u8, start: usize) -> Option<TokenKind> {
        let (kind, length) = match first {
            b'/' if rest.starts_with("//") => (TokenKind::LineComment, line_comment_length(rest)),
            b'/' if rest.starts_with("/*") => (TokenKind::BlockComment, self.block_comment_length(rest)),
            b'#' if start == 0 && rest.starts_with("#!") => (TokenKind::Shebang, line_comment_length(rest)),
            _ if is_blank(first) => (TokenKind::Whitespace, blank_length(rest)),
            _ => return None,
        };
        Some(self.take(kind, length))
    }

    /// Length of the block comment at the start of `rest`. One that is never closed costs only its line.
    fn block_comment_length(&mut self, rest: &str) -> usize {
        let end = if self.has_no_comment_end { None } else { rest[2..].find("*/") };
        self.has_no_comment_end = end.is_none();
        end.map_or_else(|| line_comment_length(rest), |end| end + 4)
    }

    /// A token by the patterns of [`TokenKind`].
    fn plain_token(&mut self) -> TokenKind {
        match self.logos.next() {
            Some(Ok(kind)) => kind,
            _ => TokenKind::Invalid,
        }
    }

    /// A token that is found by hand; `None` if the patterns decide.
    fn raw_token(&mut self, rest: &str, first: u8, start: usize) -> Option<TokenKind> {
        if first == b'#' && self.is_at_line_start(start) {
            return Some(self.take(TokenKind::Preprocessor, directive_length(rest)));
        }
        if first.is_ascii_alphabetic() && self.ends_what_is_open(rest, start) {
            self.mode = Mode::Item;
        }
        match self.mode {
            Mode::Block(_) | Mode::Head => match first {
                b'"' => Some(self.string(rest)),
                b'\'' => Some(self.take(TokenKind::Invalid, single_quoted_length(rest))),
                _ => None,
            },
            Mode::Item => self.item_start(rest, first),
            Mode::AttachPoint => self.attach_point(rest, first),
            // A second attach point without a comma between: the parser says so.
            Mode::ProbeHead if first.is_ascii_alphabetic() => self.attach_point(rest, first),
            Mode::CHead if first == b'{' => Some(self.take(TokenKind::CBody, c_body_length(rest))),
            Mode::CHead | Mode::CTail if rest.starts_with("__attribute__") => {
                Some(self.take(TokenKind::CAttribute, c_attribute_length(rest)))
            }
            Mode::CTail if first != b';' => self.item_start(rest, first),
            _ if first == b'"' => Some(self.string(rest)),
            _ => None,
        }
    }

    fn take(&mut self, kind: TokenKind, length: usize) -> TokenKind {
        self.logos.bump(length);
        kind
    }

    /// A string. One that is not closed does not take the next probe of its line with it.
    fn string(&mut self, rest: &str) -> TokenKind {
        let length = 1 + string_rest_length(&rest[1..]);
        let string = &rest[..length];
        let before_probe = || {
            let mut braces = string.match_indices('}').map(|(position, _)| position);
            braces.find(|&brace| is_probe_start(rest[brace + 1..].trim_start_matches([' ', '\t'])))
        };
        let is_closed = length > 1 && string.ends_with('"');
        let end = if is_closed { length } else { before_probe().unwrap_or(length) };
        self.take(TokenKind::String, end)
    }

    /// The first token of a definition or probe.
    fn item_start(&mut self, rest: &str, first: u8) -> Option<TokenKind> {
        let length = word_length(rest);
        let behind = rest[length..].trim_start();
        let keyword = match &rest[..length] {
            "struct" | "union" | "enum" => return None,
            "import" if behind.starts_with(is_word_start) || behind.starts_with('"') => TokenKind::Import,
            "macro" if behind.starts_with(is_word_start) => TokenKind::Macro,
            "fn" if behind.starts_with(is_word_start) => TokenKind::Fn,
            "let" if behind.starts_with('@') => TokenKind::Let,
            "config" if behind.starts_with(['=', '{']) => TokenKind::Config,
            // The name of a probe.
            name if !name.is_empty() && behind.starts_with('=') => TokenKind::Identifier,
            // A call: what is left behind a `}` too many.
            name if !name.is_empty() && behind.starts_with('(') => TokenKind::Identifier,
            _ if first.is_ascii_digit() => return None,
            _ => return self.attach_point(rest, first),
        };
        Some(self.take(keyword, length))
    }

    fn attach_point(&mut self, rest: &str, first: u8) -> Option<TokenKind> {
        let can_start =
            first.is_ascii_alphanumeric() || matches!(first, b'*' | b'_' | b'"' | b'?' | b'[' | b'$' | b':');
        can_start.then(|| self.take(TokenKind::AttachPoint, attach_point_length(rest)))
    }

    fn mode_after(&self, kind: TokenKind) -> Mode {
        match (self.mode, kind) {
            (_, TokenKind::AttachPoint) => Mode::ProbeHead,
            (_, TokenKind::Preprocessor) => self.mode,
            (Mode::ProbeHead, TokenKind::Comma) => Mode::AttachPoint,
            (Mode::Block(depth), TokenKind::LeftBrace) => Mode::Block(depth.saturating_add(1)),
            (Mode::Block(1), TokenKind::RightBrace) => Mode::Item,
            (Mode::Block(depth), TokenKind::RightBrace) => Mode::Block(depth - 1),
            (Mode::Block(_), _) => self.mode,
            (_, TokenKind::LeftBrace) => Mode::Block(1),
            (Mode::CHead, TokenKind::CAttribute) => Mode::CHead,
            (_, TokenKind::CBody | TokenKind::CAttribute) => Mode::CTail,
            (Mode::Item | Mode::CTail, TokenKind::Struct | TokenKind::Union | TokenKind::Enum) => Mode::CHead,
            (
                Mode::Item | Mode::CTail,
                TokenKind::Import | TokenKind::Macro | TokenKind::Fn | TokenKind::Let,
            ) => Mode::Head,
            (Mode::ProbeHead | Mode::AttachPoint, TokenKind::Slash) => Mode::Head,
            (Mode::Head | Mode::CHead | Mode::CTail, TokenKind::Semicolon) => Mode::Item,
            (Mode::CTail | Mode::AttachPoint, _) => Mode::Item,
            _ => self.mode,
        }
    }

    /// Whether only blanks stand before `start` on its line.
    fn is_at_line_start(&self, start: usize) -> bool {
        let before = self.logos.source()[..start].trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with('\n')
    }

    /// Whether a probe or definition begins here although something is open.
    fn ends_what_is_open(&self, rest: &str, start: usize) -> bool {
        if !matches!(self.mode, Mode::Block(_) | Mode::Head | Mode::CHead) {
            return false;
        }
        let last = self.last_significant;
        // `struct end {`
        let names_type = matches!(last, TokenKind::Struct | TokenKind::Union | TokenKind::Enum);
        if self.mode == Mode::CHead && names_type {
            return false;
        }
        let (word, behind) = rest.split_at(word_length(rest));
        let starts_line = start == 0 || self.logos.source().as_bytes()[start - 1] == b'\n';
        let starts = starts_line || BEFORE_NO_NAME.contains(last);
        match behind.as_bytes().first() {
            // `$a ? 1 + t:2` and `$a ? software:2` are conditionals.
            Some(b':') => {
                let is_alias = word.len() <= 2;
                let can_be_value = last == TokenKind::Question && (is_alias || !starts_line);
                (starts || !is_alias) && !can_be_value && is_typed_probe(word, behind)
            }
            Some(b' ' | b'{' | b'/' | b',' | b'\t' | b'\r' | b'\n') => {
                let signs: &[char] = if starts { &['{', '/', ','] } else { &['{'] };
                (starts || !BEFORE_CONDITION.contains(last)) && is_bare_probe(word, behind, signs)
                    || (starts_line || starts && self.mode == Mode::Head) && is_definition(word, behind)
            }
            _ => false,
        }
    }
}
