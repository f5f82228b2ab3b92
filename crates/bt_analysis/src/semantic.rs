//! What each piece of a script means, for highlighting.

use bt_syntax::Span;

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
pub fn semantic_tokens(_source: &str) -> Vec<SemanticToken> {
    Vec::new()
}
