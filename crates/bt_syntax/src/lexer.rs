//! Text to tokens. What a character means depends on where it stands, so the lexer keeps a mode.
//!
//! An attach point is raw text, a C definition is opaque, and everything else is lexed by the patterns of
//! [`TokenKind`]. The lexer knows a probe by its place at the top level; so that one missing brace does not
//! swallow the probes behind it, a line that begins like a probe ends whatever is open.

use bt_catalog::probe_type;
use logos::Logos;

use crate::token::string_rest_length;
use crate::{Span, Token, TokenKind};

/// Longest text that is read: what lies behind is one invalid token. bpftrace scripts are a thousandth of it.
pub const MAX_SCRIPT_BYTES: usize = 16 << 20;

/// The tokens of `text`, blanks and comments among them. They tile the text.
pub fn tokens(text: &str) -> Vec<Token> {
    let readable = &text[..text.floor_char_boundary(MAX_SCRIPT_BYTES.min(text.len()))];
    let mut lexer = Lexer {
        logos: TokenKind::lexer(readable),
        text: readable,
        mode: Mode::Item,
        tokens: Vec::with_capacity(text.len() / 4 + 1),
        last_significant: TokenKind::End,
    };
    while lexer.step() {}
    if readable.len() < text.len() {
        let span = Span::new(readable.len() as u32, u32::try_from(text.len()).unwrap_or(u32::MAX));
        lexer.tokens.push(Token { kind: TokenKind::Invalid, span });
    }
    lexer.tokens
}

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

struct Lexer<'a> {
    logos: logos::Lexer<'a, TokenKind>,
    text: &'a str,
    mode: Mode,
    tokens: Vec<Token>,
    last_significant: TokenKind,
}

impl Lexer<'_> {
    /// Takes one token; `false` at the end of the text.
    fn step(&mut self) -> bool {
        let start = self.logos.span().end;
        let rest = self.logos.remainder();
        let Some(&first) = rest.as_bytes().first() else { return false };
        let kind = self.raw_token(rest, first, start).unwrap_or_else(|| self.plain_token());
        let span = Span::new(start as u32, self.logos.span().end as u32);
        self.tokens.push(Token { kind, span });
        if !kind.is_trivia() {
            self.mode = self.mode_after(kind);
            self.last_significant = kind;
        }
        true
    }

    /// A token by the patterns of [`TokenKind`].
    fn plain_token(&mut self) -> TokenKind {
        match self.logos.next() {
            Some(Ok(kind)) => kind,
            _ => TokenKind::Invalid,
        }
    }

    /// A token that depends on the mode; `None` if the patterns decide.
    fn raw_token(&mut self, rest: &str, first: u8, start: usize) -> Option<TokenKind> {
        if first.is_ascii_whitespace() || rest.starts_with("//") || rest.starts_with("/*") {
            return None;
        }
        if first == b'#' && self.at_line_start(start) {
            let kind = if start == 0 && rest.starts_with("#!") {
                TokenKind::Shebang
            } else {
                TokenKind::Preprocessor
            };
            return Some(self.take(kind, directive_length(rest)));
        }
        if self.starts_probe_line(rest, first, start) {
            self.mode = Mode::Item;
        }
        match self.mode {
            Mode::Item => self.item_start(rest, first),
            Mode::AttachPoint => self.attach_point(rest, first),
            // A second attach point without a comma between: the parser says so.
            Mode::ProbeHead if first.is_ascii_alphabetic() => self.attach_point(rest, first),
            Mode::CHead if first == b'{' => Some(self.take(TokenKind::CBody, c_body_length(rest))),
            Mode::CTail if rest.starts_with("__attribute__") => {
                Some(self.take(TokenKind::CAttribute, c_attribute_length(rest)))
            }
            Mode::CTail if first != b';' => self.item_start(rest, first),
            _ => None,
        }
    }

    fn take(&mut self, kind: TokenKind, length: usize) -> TokenKind {
        self.logos.bump(length);
        kind
    }

    /// The first token of a definition or probe.
    fn item_start(&mut self, rest: &str, first: u8) -> Option<TokenKind> {
        let length = word_length(rest);
        let behind = rest[length..].trim_start();
        let keyword = match &rest[..length] {
            "struct" | "union" | "enum" => return None,
            "import" if behind.starts_with('"') => TokenKind::Import,
            "macro" if behind.starts_with(is_word_start) => TokenKind::Macro,
            "fn" if behind.starts_with(is_word_start) => TokenKind::Fn,
            "let" if behind.starts_with('@') => TokenKind::Let,
            "config" if behind.starts_with(['=', '{']) => TokenKind::Config,
            // The name of a probe.
            name if !name.is_empty() && behind.starts_with('=') => TokenKind::Identifier,
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
    fn at_line_start(&self, start: usize) -> bool {
        let before = self.text[..start].trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with('\n')
    }

    /// Whether a line begins here that can only be a probe, although something is open.
    fn starts_probe_line(&self, rest: &str, first: u8, start: usize) -> bool {
        let open = matches!(self.mode, Mode::Block(_) | Mode::Head | Mode::CHead);
        let unindented = start == 0 || self.text.as_bytes()[start - 1] == b'\n';
        open && unindented
            && first.is_ascii_alphabetic()
            // Behind `?` it is the first branch of a conditional.
            && self.last_significant != TokenKind::Question
            && is_probe_line(rest)
    }
}

/// Whether `rest` begins as a probe does: `kprobe:f`, `BEGIN {`.
fn is_probe_line(rest: &str) -> bool {
    let (word, behind) = rest.split_at(word_length(rest));
    let Some(known) = probe_type(word) else { return false };
    match behind.strip_prefix(':') {
        Some(behind) => behind.starts_with(|next: char| !next.is_whitespace() && next != ':'),
        None => known.is_bare() && behind.trim_start_matches([' ', '\t']).starts_with('{'),
    }
}

fn is_word_start(first: char) -> bool {
    first.is_ascii_alphabetic() || first == '_'
}

/// Length of the name at the start of `rest`, 0 if there is none.
fn word_length(rest: &str) -> usize {
    if !rest.starts_with(is_word_start) {
        return 0;
    }
    rest.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_').unwrap_or(rest.len())
}

/// Length of a preprocessor line, without the last line end.
fn directive_length(rest: &str) -> usize {
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        if !content.ends_with('\\') {
            return end + content.len();
        }
        end += line.len();
    }
    end
}

/// Length of the attach point at the start of `rest`: it ends at a blank, `{`, `}` or `,`, and before the first colon
/// also at the `/` of a predicate. Behind a colon a `/` belongs to a path.
fn attach_point_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut position, mut has_colon) = (0, false);
    while let Some(&byte) = bytes.get(position) {
        match byte {
            b'{' | b'}' | b',' => break,
            b'/' if !has_colon => break,
            b'"' => position += string_rest_length(&rest[position + 1..]),
            b':' => has_colon = true,
            byte if byte.is_ascii_whitespace() => break,
            _ => {}
        }
        position += 1;
    }
    position.max(1)
}

/// Length of the brace-matched body at the start of `rest`; up to the next probe if it is not closed.
fn c_body_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut position, mut depth) = (0, 0_u32);
    while let Some(&byte) = bytes.get(position) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return position + 1,
            b'}' => depth -= 1,
            b'"' => position += string_rest_length(&rest[position + 1..]),
            b'/' => position += comment_length(&rest[position..]).saturating_sub(1),
            b'\n' if rest.is_char_boundary(position + 1) && is_probe_line(&rest[position + 1..]) => {
                return position;
            }
            _ => {}
        }
        position += 1;
    }
    bytes.len()
}

/// Length of the comment at the start of `rest`, 0 if there is none.
fn comment_length(rest: &str) -> usize {
    if rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else if let Some(behind) = rest.strip_prefix("/*") {
        behind.find("*/").map_or(rest.len(), |end| end + 4)
    } else {
        0
    }
}

/// Length of `__attribute__((…))` at the start of `rest`.
fn c_attribute_length(rest: &str) -> usize {
    let name = word_length(rest);
    let mut depth = 0_u32;
    for (position, byte) in rest.bytes().enumerate().skip(name) {
        match byte {
            b'(' => depth += 1,
            b')' if depth <= 1 => return position + 1,
            b')' => depth -= 1,
            byte if depth == 0 && !byte.is_ascii_whitespace() => return name,
            b'{' | b'}' | b';' => return position,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    /// The tokens but for blanks, one a line.
    fn check(text: &str, expected: Expect) {
        let mut listing = String::new();
        let mut end = 0;
        for token in tokens(text) {
            assert_eq!(token.span.start, end, "tokens tile the text");
            end = token.span.end;
            if token.kind != TokenKind::Whitespace {
                listing.push_str(&format!("{:?} {}\n", token.kind, token.span.text(text)));
            }
        }
        assert_eq!(end as usize, text.len(), "tokens tile the text");
        expected.assert_eq(&listing);
    }

    #[test]
    fn an_attach_point_is_raw_text() {
        check(
            "uprobe:/bin/a:\"f, {\",BEGIN/pid/{}",
            expect![[r#"
                AttachPoint uprobe:/bin/a:"f, {"
                Comma ,
                AttachPoint BEGIN
                Slash /
                Identifier pid
                Slash /
                LeftBrace {
                RightBrace }
            "#]],
        );
        check(
            "kprobe:*,\n// why\nuprobe:lib*/x:$1 {}",
            expect![[r#"
                AttachPoint kprobe:*
                Comma ,
                LineComment // why
                AttachPoint uprobe:lib*/x:$1
                LeftBrace {
                RightBrace }
            "#]],
        );
    }

    #[test]
    fn definitions_stand_before_probes() {
        check(
            "#!/usr/bin/bpftrace\n#include <a.h>\nstruct s { int a; struct { char b; } c; };\n\
             enum e { A } __attribute__((packed)) config = { max_strlen = 1 } BEGIN { config }",
            expect![[r##"
                Shebang #!/usr/bin/bpftrace
                Preprocessor #include <a.h>
                Struct struct
                Identifier s
                CBody { int a; struct { char b; } c; }
                Semicolon ;
                Enum enum
                Identifier e
                CBody { A }
                CAttribute __attribute__((packed))
                Config config
                Assign =
                LeftBrace {
                Identifier max_strlen
                Assign =
                Integer 1
                RightBrace }
                AttachPoint BEGIN
                LeftBrace {
                Identifier config
                RightBrace }
            "##]],
        );
    }

    #[test]
    fn a_probe_at_the_start_of_a_line_ends_an_open_block() {
        check(
            "kprobe:f { if (1) {\nEND { exit() }",
            expect![[r#"
                AttachPoint kprobe:f
                LeftBrace {
                If if
                LeftParenthesis (
                Integer 1
                RightParenthesis )
                LeftBrace {
                AttachPoint END
                LeftBrace {
                Identifier exit
                LeftParenthesis (
                RightParenthesis )
                RightBrace }
            "#]],
        );
    }

    #[test]
    fn comments_and_strings_hide_each_other() {
        check(
            r##"BEGIN { "//" /* " */ $#; '"# // @x"##,
            expect![[r##"
                AttachPoint BEGIN
                LeftBrace {
                String "//"
                BlockComment /* " */
                PositionalCount $#
                Semicolon ;
                Invalid '
                String "# // @x
            "##]],
        );
    }

    #[test]
    fn numbers_and_dots() {
        check(
            "BEGIN { 1..2; $x.0.1; 1_000us; @a.b }",
            expect![[r#"
                AttachPoint BEGIN
                LeftBrace {
                Integer 1
                DotDot ..
                Integer 2
                Semicolon ;
                Variable $x
                Dot .
                Integer 0
                Dot .
                Integer 1
                Semicolon ;
                Integer 1_000us
                Semicolon ;
                Map @a
                Dot .
                Identifier b
                RightBrace }
            "#]],
        );
    }
}
