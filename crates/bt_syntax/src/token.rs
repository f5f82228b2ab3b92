//! The kinds of tokens, and sets of them.

use logos::Logos;

use crate::Span;

/// A piece of the text. The tokens of a text tile it: no gaps, no overlaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
}

/// What a token is. The variants without a pattern are found by hand: most depend on where the text stands, see [`crate::tokens`].
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum TokenKind {
    /// Blanks and line ends.
    Whitespace,
    /// `// …`, without the line end.
    LineComment,
    /// `/* … */`; to the end of the line if it is never closed.
    BlockComment,
    /// `#!…` on the first line.
    Shebang,
    /// A line that begins with `#`, with the lines that `\` joins to it.
    Preprocessor,
    /// `{ … }` of a C definition.
    CBody,
    /// `__attribute__((…))` of a C definition.
    CAttribute,
    /// An attach point, as raw text.
    AttachPoint,

    /// A name that is no keyword.
    #[regex(r"[_a-zA-Z][_a-zA-Z0-9]*")]
    Identifier,
    /// `@` or `@name`
    #[regex(r"@([_a-zA-Z][_a-zA-Z0-9]*)?")]
    Map,
    /// `$name`
    #[regex(r"\$[_a-zA-Z][_a-zA-Z0-9]*")]
    Variable,
    /// `$1`
    #[regex(r"\$[0-9]+")]
    Positional,
    /// `$#`
    #[token("$#")]
    PositionalCount,
    /// Digits and whatever letters follow them.
    #[regex(r"[0-9][_a-zA-Z0-9]*")]
    Integer,
    /// `"…"`; to the end of the line if it is not closed, or to the end of the action before another probe.
    String,

    /// `if`
    #[token("if")]
    If,
    /// `else`
    #[token("else")]
    Else,
    /// `while`
    #[token("while")]
    While,
    /// `for`
    #[token("for")]
    For,
    /// `unroll`
    #[token("unroll")]
    Unroll,
    /// `let`
    #[token("let")]
    Let,
    /// `return`
    #[token("return")]
    Return,
    /// `break`
    #[token("break")]
    Break,
    /// `continue`
    #[token("continue")]
    Continue,
    /// `struct`
    #[token("struct")]
    Struct,
    /// `union`
    #[token("union")]
    Union,
    /// `enum`
    #[token("enum")]
    Enum,
    /// `true`
    #[token("true")]
    True,
    /// `false`
    #[token("false")]
    False,
    /// `config`, where a config block begins.
    Config,
    /// `import`, where an import begins.
    Import,
    /// `macro`, where a macro begins.
    Macro,
    /// `fn`, where a function begins.
    Fn,

    /// `{`
    #[token("{")]
    LeftBrace,
    /// `}`
    #[token("}")]
    RightBrace,
    /// `(`
    #[token("(")]
    LeftParenthesis,
    /// `)`
    #[token(")")]
    RightParenthesis,
    /// `[`
    #[token("[")]
    LeftBracket,
    /// `]`
    #[token("]")]
    RightBracket,
    /// `,`
    #[token(",")]
    Comma,
    /// `;`
    #[token(";")]
    Semicolon,
    /// `:`
    #[token(":")]
    Colon,
    /// `?`
    #[token("?")]
    Question,
    /// `.`
    #[token(".")]
    Dot,
    /// `..`
    #[token("..")]
    DotDot,
    /// `->`
    #[token("->")]
    Arrow,
    /// `=`
    #[token("=")]
    Assign,
    /// `+=`
    #[token("+=")]
    PlusAssign,
    /// `-=`
    #[token("-=")]
    MinusAssign,
    /// `*=`
    #[token("*=")]
    StarAssign,
    /// `/=`
    #[token("/=")]
    SlashAssign,
    /// `%=`
    #[token("%=")]
    PercentAssign,
    /// `&=`
    #[token("&=")]
    AndAssign,
    /// `|=`
    #[token("|=")]
    OrAssign,
    /// `^=`
    #[token("^=")]
    XorAssign,
    /// `<<=`
    #[token("<<=")]
    ShiftLeftAssign,
    /// `>>=`
    #[token(">>=")]
    ShiftRightAssign,
    /// `++`
    #[token("++")]
    PlusPlus,
    /// `--`
    #[token("--")]
    MinusMinus,
    /// `+`
    #[token("+")]
    Plus,
    /// `-`
    #[token("-")]
    Minus,
    /// `*`
    #[token("*")]
    Star,
    /// `/`
    #[token("/")]
    Slash,
    /// `%`
    #[token("%")]
    Percent,
    /// `&`
    #[token("&")]
    And,
    /// `|`
    #[token("|")]
    Or,
    /// `^`
    #[token("^")]
    Xor,
    /// `~`
    #[token("~")]
    Tilde,
    /// `!`
    #[token("!")]
    Not,
    /// `&&`
    #[token("&&")]
    AndAnd,
    /// `||`
    #[token("||")]
    OrOr,
    /// `==`
    #[token("==")]
    Equal,
    /// `!=`
    #[token("!=")]
    NotEqual,
    /// `<`
    #[token("<")]
    Less,
    /// `<=`
    #[token("<=")]
    LessEqual,
    /// `>`
    #[token(">")]
    Greater,
    /// `>=`
    #[token(">=")]
    GreaterEqual,
    /// `<<`
    #[token("<<")]
    ShiftLeft,
    /// `>>`
    #[token(">>")]
    ShiftRight,

    /// Characters that mean nothing in bpftrace.
    Invalid,
    /// The end of the text; only the parser sees it.
    End,
}

impl TokenKind {
    /// Whether the grammar does not see it.
    pub fn is_trivia(self) -> bool {
        matches!(self, TokenKind::Whitespace | TokenKind::Shebang) || self.is_comment()
    }

    /// Whether it is a comment.
    pub fn is_comment(self) -> bool {
        matches!(self, TokenKind::LineComment | TokenKind::BlockComment)
    }

    /// Whether it is a reserved word.
    pub fn is_keyword(self) -> bool {
        KEYWORDS.contains(self)
    }

    /// Whether it is spelled like a name: a name or a keyword.
    pub fn is_word(self) -> bool {
        self == TokenKind::Identifier || self.is_keyword()
    }
}

const KEYWORDS: TokenSet = TokenSet::new(&[
    TokenKind::If,
    TokenKind::Else,
    TokenKind::While,
    TokenKind::For,
    TokenKind::Unroll,
    TokenKind::Let,
    TokenKind::Return,
    TokenKind::Break,
    TokenKind::Continue,
    TokenKind::Struct,
    TokenKind::Union,
    TokenKind::Enum,
    TokenKind::True,
    TokenKind::False,
    TokenKind::Config,
    TokenKind::Import,
    TokenKind::Macro,
    TokenKind::Fn,
]);

/// A set of token kinds, made at compile time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenSet(u128);

impl TokenSet {
    pub(crate) const fn new(kinds: &[TokenKind]) -> TokenSet {
        let mut bits = 0;
        let mut position = 0;
        while position < kinds.len() {
            bits |= 1 << kinds[position] as u8;
            position += 1;
        }
        TokenSet(bits)
    }

    pub(crate) const fn union(self, other: TokenSet) -> TokenSet {
        TokenSet(self.0 | other.0)
    }

    pub(crate) const fn without(self, other: TokenSet) -> TokenSet {
        TokenSet(self.0 & !other.0)
    }

    pub(crate) const fn contains(self, kind: TokenKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_fits_a_set() {
        assert!((TokenKind::End as u8) < 128);
        let set = TokenSet::new(&[TokenKind::Whitespace, TokenKind::End]);
        assert!(set.contains(TokenKind::End) && set.contains(TokenKind::Whitespace));
        assert!(!set.contains(TokenKind::Invalid));
        assert!(set.union(TokenSet::new(&[TokenKind::Invalid])).contains(TokenKind::Invalid));
    }
}
