//! What each piece of a script means, for highlighting.

use bt_catalog::{annotation, builtin, type_name};
use bt_syntax::{Span, Token, TokenKind, tokens};

use crate::annotations::annotation_line;

/// A piece of the text and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SemanticToken {
    /// Where it stands.
    pub span: Span,
    /// What it means.
    pub kind: SemanticKind,
}

/// What a piece of the text means. The order is the numbering that crosses the WASM boundary: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SemanticKind {
    /// `if`, `let`, `unroll`, …
    Keyword,
    /// An attach point.
    Probe,
    /// A function that is called.
    Function,
    /// `pid`, `comm`, …
    Builtin,
    /// `@x`
    Map,
    /// `$x`
    Variable,
    /// `$1`
    Parameter,
    /// `10ms`
    Number,
    /// `"…"`
    String,
    /// A comment.
    Comment,
    /// A comment that is an annotation.
    Annotation,
    /// `+`, `=`, …
    Operator,
    /// `#include …`, and the body of a C definition.
    Preprocessor,
    /// A type name.
    Type,
    /// The name behind `.` or `->`.
    Field,
    /// Text that is not bpftrace.
    Invalid,
}

impl SemanticKind {
    /// Every kind, in the order of its number.
    pub const ALL: [SemanticKind; 16] = [
        SemanticKind::Keyword,
        SemanticKind::Probe,
        SemanticKind::Function,
        SemanticKind::Builtin,
        SemanticKind::Map,
        SemanticKind::Variable,
        SemanticKind::Parameter,
        SemanticKind::Number,
        SemanticKind::String,
        SemanticKind::Comment,
        SemanticKind::Annotation,
        SemanticKind::Operator,
        SemanticKind::Preprocessor,
        SemanticKind::Type,
        SemanticKind::Field,
        SemanticKind::Invalid,
    ];

    /// Its name, for style sheets.
    pub fn name(self) -> &'static str {
        match self {
            SemanticKind::Keyword => "keyword",
            SemanticKind::Probe => "probe",
            SemanticKind::Function => "function",
            SemanticKind::Builtin => "builtin",
            SemanticKind::Map => "map",
            SemanticKind::Variable => "variable",
            SemanticKind::Parameter => "parameter",
            SemanticKind::Number => "number",
            SemanticKind::String => "string",
            SemanticKind::Comment => "comment",
            SemanticKind::Annotation => "annotation",
            SemanticKind::Operator => "operator",
            SemanticKind::Preprocessor => "preprocessor",
            SemanticKind::Type => "type",
            SemanticKind::Field => "field",
            SemanticKind::Invalid => "invalid",
        }
    }
}

/// The meaningful pieces of `source`, in order, without overlap. Blanks and plain punctuation have none.
pub fn semantic_tokens(source: &str) -> Vec<SemanticToken> {
    let tokens = tokens(source);
    let mut result = Vec::with_capacity(tokens.len() / 2);
    let mut before = TokenKind::End;
    for (position, token) in tokens.iter().enumerate() {
        if let Some(kind) = semantic_kind(source, &tokens[position..], before) {
            result.push(SemanticToken { span: token.span, kind });
        }
        if !token.kind.is_trivia() {
            before = token.kind;
        }
    }
    result
}

/// What the first of `tokens` means; `before` is the significant token before it.
fn semantic_kind(source: &str, tokens: &[Token], before: TokenKind) -> Option<SemanticKind> {
    let token = tokens.first()?;
    Some(match token.kind {
        TokenKind::Identifier => return name_kind(source, tokens, before),
        kind if kind.is_keyword() => SemanticKind::Keyword,
        TokenKind::Shebang | TokenKind::BlockComment => SemanticKind::Comment,
        TokenKind::LineComment => {
            let line = annotation_line(source, *token).filter(|line| annotation(line.key).is_some());
            if line.is_some() { SemanticKind::Annotation } else { SemanticKind::Comment }
        }
        TokenKind::Preprocessor | TokenKind::CBody | TokenKind::CAttribute => SemanticKind::Preprocessor,
        TokenKind::AttachPoint => SemanticKind::Probe,
        TokenKind::Map => SemanticKind::Map,
        TokenKind::Variable => SemanticKind::Variable,
        TokenKind::Positional | TokenKind::PositionalCount => SemanticKind::Parameter,
        // `$x.0`
        TokenKind::Integer if before == TokenKind::Dot => SemanticKind::Field,
        TokenKind::Integer => SemanticKind::Number,
        TokenKind::String => SemanticKind::String,
        TokenKind::Invalid => SemanticKind::Invalid,
        TokenKind::Whitespace
        | TokenKind::LeftBrace
        | TokenKind::RightBrace
        | TokenKind::LeftParenthesis
        | TokenKind::RightParenthesis
        | TokenKind::LeftBracket
        | TokenKind::RightBracket
        | TokenKind::Comma
        | TokenKind::Semicolon
        | TokenKind::Dot
        | TokenKind::Arrow
        | TokenKind::End => return None,
        _ => SemanticKind::Operator,
    })
}

fn name_kind(source: &str, tokens: &[Token], before: TokenKind) -> Option<SemanticKind> {
    let text = tokens.first()?.span.text(source);
    let next = tokens[1..].iter().map(|token| token.kind).find(|kind| !kind.is_trivia());
    Some(match before {
        TokenKind::Dot | TokenKind::Arrow => SemanticKind::Field,
        TokenKind::Struct | TokenKind::Union | TokenKind::Enum => SemanticKind::Type,
        TokenKind::Macro | TokenKind::Fn => SemanticKind::Function,
        _ if next == Some(TokenKind::LeftParenthesis) => SemanticKind::Function,
        // A key of the config block, or a field of a record.
        _ if next == Some(TokenKind::Assign) => SemanticKind::Field,
        _ if builtin(text).is_some() => SemanticKind::Builtin,
        _ if type_name(text).is_some() => SemanticKind::Type,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn kinds_number_as_listed() {
        for (number, kind) in SemanticKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, number);
        }
    }

    #[test]
    fn a_script_in_colours() {
        let source = "// name: x\n#include <a.h>\nstruct s { int a; };\nkprobe:f /pid == $1/ {\n\
                      \tlet $x = (struct s *)arg0; // why\n\t@a[comm] = hist($x->a + 1ms); print((uint8)\"s\"); }";
        let listing: String = semantic_tokens(source)
            .iter()
            .map(|token| format!("{} {:?}\n", token.kind.name(), token.span.text(source)))
            .collect();
        expect![[r##"
            annotation "// name: x"
            preprocessor "#include <a.h>"
            keyword "struct"
            type "s"
            preprocessor "{ int a; }"
            probe "kprobe:f"
            operator "/"
            builtin "pid"
            operator "=="
            parameter "$1"
            operator "/"
            keyword "let"
            variable "$x"
            operator "="
            keyword "struct"
            type "s"
            operator "*"
            builtin "arg0"
            comment "// why"
            map "@a"
            builtin "comm"
            operator "="
            function "hist"
            variable "$x"
            field "a"
            operator "+"
            number "1ms"
            function "print"
            type "uint8"
            string "\"s\""
        "##]]
        .assert_eq(&listing);
    }
}
