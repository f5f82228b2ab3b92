//! Where the cursor stands: the word before it, and what is open around it.
//!
//! Only the text before the cursor is read: what is typed there is unfinished, and what follows would be read as the
//! rest of it. The lexer knows attach points, definitions and blocks apart, so its tokens and their brackets tell the
//! place even where the tree has a hole.

use bt_syntax::{Span, Token, TokenKind, tokens};

/// A place in a script.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    /// The text before it.
    pub(crate) before: &'a str,
    /// The piece that is being typed: a name, an attach point, a comment; empty behind a blank or a sign.
    pub(crate) word: Token,
    /// The last tokens before the word that mean something, the nearest first.
    pub(crate) previous: [Option<Token>; 2],
    /// What is open around the word, the innermost last.
    pub(crate) open: Vec<Open>,
}

/// A bracket that is not closed before the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Open {
    /// What it is.
    pub(crate) kind: OpenKind,
    /// The token before it: the name of a function or map.
    pub(crate) name: Span,
    /// Commas behind it, outside of brackets within.
    pub(crate) commas: u32,
}

/// What an open bracket holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpenKind {
    /// The keys of the config block.
    Config,
    /// Statements.
    Block,
    /// A condition between slashes.
    Predicate,
    /// Arguments of a function.
    Call,
    /// The parameters of a macro or function that is being defined.
    Parameters,
    /// A value in parentheses.
    Parentheses,
    /// The key of a map.
    Key,
    /// An index.
    Index,
}

impl<'a> Cursor<'a> {
    /// The place before the byte `offset` of `source`; inside a character it is the place before that.
    pub(crate) fn new(source: &'a str, offset: u32) -> Cursor<'a> {
        let before = &source[..source.floor_char_boundary(offset as usize)];
        let mut tokens = tokens(before);
        let end = Span::empty(before.len() as u32);
        let word = match tokens.last() {
            Some(last) if is_word(last.kind) => tokens.pop(),
            _ => None,
        };
        let mut scan = Scan::default();
        for token in tokens.iter().filter(|token| !token.kind.is_trivia()) {
            scan.step(*token);
        }
        let word = word.unwrap_or(Token { kind: TokenKind::End, span: end });
        // A probe at the start of a line ends what an earlier one left open.
        if word.kind == TokenKind::AttachPoint {
            scan.open.clear();
        }
        Cursor { before, word, previous: scan.previous, open: scan.open }
    }

    /// The word as far as it is typed.
    pub(crate) fn typed(&self) -> &'a str {
        self.word.span.text(self.before)
    }

    /// What is open and nearest.
    pub(crate) fn innermost(&self) -> Option<Open> {
        self.open.last().copied()
    }

    /// The nearest token before the word.
    pub(crate) fn previous_kind(&self) -> Option<TokenKind> {
        self.previous[0].map(|token| token.kind)
    }
}

/// Whether the cursor behind such a token still writes it.
fn is_word(kind: TokenKind) -> bool {
    kind.is_keyword()
        || kind.is_comment()
        || matches!(
            kind,
            TokenKind::Identifier
                | TokenKind::Map
                | TokenKind::Variable
                | TokenKind::Positional
                | TokenKind::PositionalCount
                | TokenKind::Integer
                | TokenKind::String
                | TokenKind::AttachPoint
                | TokenKind::Preprocessor
                | TokenKind::Shebang
                | TokenKind::CBody
                | TokenKind::CAttribute
                | TokenKind::Invalid
        )
}

/// Follows the brackets of a text.
#[derive(Default)]
struct Scan {
    previous: [Option<Token>; 2],
    open: Vec<Open>,
    in_config: bool,
}

impl Scan {
    fn step(&mut self, token: Token) {
        match token.kind {
            TokenKind::AttachPoint => self.open.clear(),
            TokenKind::Config => self.in_config = true,
            TokenKind::LeftBrace => {
                let kind =
                    if std::mem::take(&mut self.in_config) { OpenKind::Config } else { OpenKind::Block };
                self.push(kind);
            }
            TokenKind::LeftParenthesis => self.push(self.parenthesis()),
            TokenKind::LeftBracket => {
                let is_map = self.previous_kind() == Some(TokenKind::Map);
                self.push(if is_map { OpenKind::Key } else { OpenKind::Index });
            }
            TokenKind::Slash => self.slash(),
            TokenKind::RightBrace => self.close(&[OpenKind::Config, OpenKind::Block]),
            TokenKind::RightParenthesis => {
                self.close(&[OpenKind::Call, OpenKind::Parameters, OpenKind::Parentheses]);
            }
            TokenKind::RightBracket => self.close(&[OpenKind::Key, OpenKind::Index]),
            TokenKind::Comma => {
                if let Some(open) = self.open.last_mut() {
                    open.commas += 1;
                }
            }
            // A statement that ends ends what it left open.
            TokenKind::Semicolon => {
                while self.open.last().is_some_and(|open| !is_braces(open.kind)) {
                    self.open.pop();
                }
            }
            _ => {}
        }
        self.previous = [Some(token), self.previous[0]];
    }

    fn previous_kind(&self) -> Option<TokenKind> {
        self.previous[0].map(|token| token.kind)
    }

    fn push(&mut self, kind: OpenKind) {
        let name = self.previous[0].map_or_else(Span::default, |token| token.span);
        self.open.push(Open { kind, name, commas: 0 });
    }

    fn parenthesis(&self) -> OpenKind {
        let defines =
            self.previous[1].is_some_and(|token| matches!(token.kind, TokenKind::Macro | TokenKind::Fn));
        match self.previous_kind() {
            Some(TokenKind::Identifier) if defines => OpenKind::Parameters,
            Some(TokenKind::Identifier) => OpenKind::Call,
            _ => OpenKind::Parentheses,
        }
    }

    /// A slash begins or ends a predicate where no value can be divided.
    fn slash(&mut self) {
        match self.open.last() {
            None if self.previous_kind() == Some(TokenKind::AttachPoint) => self.push(OpenKind::Predicate),
            Some(Open { kind: OpenKind::Predicate, .. }) => {
                self.open.pop();
            }
            _ => {}
        }
    }

    /// Closes the nearest of `kinds`, and what was left open in it. A bracket too many closes nothing.
    fn close(&mut self, kinds: &[OpenKind]) {
        if let Some(place) = self.open.iter().rposition(|open| kinds.contains(&open.kind)) {
            self.open.truncate(place);
        }
    }
}

fn is_braces(kind: OpenKind) -> bool {
    matches!(kind, OpenKind::Config | OpenKind::Block)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(marked: &str, expected: Expect) {
        let offset = marked.find("$0").expect("a mark") as u32;
        let source = marked.replacen("$0", "", 1);
        let cursor = Cursor::new(&source, offset);
        let open: Vec<_> = cursor.open.iter().map(|open| (open.kind, open.commas)).collect();
        expected.assert_eq(&format!("{:?} {:?} in {open:?}", cursor.word.kind, cursor.typed()));
    }

    #[test]
    fn words_and_what_is_open() {
        check("kpr$0", expect![[r#"AttachPoint "kpr" in []"#]]);
        check("kprobe:f { @a = 1 }\n\ntracepoint:sys$0", expect![[r#"AttachPoint "tracepoint:sys" in []"#]]);
        check("kprobe:f, $0", expect![[r#"End "" in []"#]]);
        check("kprobe:f /pi$0", expect![[r#"Identifier "pi" in [(Predicate, 0)]"#]]);
        check("kprobe:f /pid/ { $0", expect![[r#"End "" in [(Block, 0)]"#]]);
        check(
            "kprobe:f { printf(\"%d %d\", pid, t$0) }",
            expect![[r#"Identifier "t" in [(Block, 0), (Call, 2)]"#]],
        );
        check("kprobe:f { @a[pid, co$0", expect![[r#"Identifier "co" in [(Block, 0), (Key, 1)]"#]]);
        check("kprobe:f { print((1, 2), $0", expect![[r#"End "" in [(Block, 0), (Call, 1)]"#]]);
        check("kprobe:f { print((1; @x$0", expect![[r#"Map "@x" in [(Block, 0)]"#]]);
        check("config = { max_$0", expect![[r#"Identifier "max_" in [(Config, 0)]"#]]);
        check("kprobe:f { @a = (\nkprobe:g$0", expect![[r#"AttachPoint "kprobe:g" in []"#]]);
        check("macro add($a$0", expect![[r#"Variable "$a" in [(Parameters, 0)]"#]]);
        check("BEGIN { // no$0", expect![[r#"LineComment "// no" in [(Block, 0)]"#]]);
    }
}
