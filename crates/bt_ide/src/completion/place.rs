//! What kind of thing can stand at the cursor.

use bt_catalog::{AnnotationKind, annotation, probe_type};
use bt_syntax::{TokenKind, parse};

use crate::cursor::{Cursor, Open, OpenKind};

/// What can stand at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// Nothing that is known by name: text, a number, a field of a structure.
    Nothing,
    /// An attach point.
    AttachPoint {
        /// Also what else stands at the top level.
        starts_item: bool,
    },
    /// The key of an annotation.
    Annotation,
    /// A map in the value of an annotation.
    AnnotatedMap {
        /// Also what the script prints.
        with_output: bool,
    },
    /// A key of the config block.
    ConfigKey,
    /// The value of such a key.
    ConfigValue {
        /// The key.
        key: &'a str,
    },
    /// A type.
    Type {
        /// The name of a structure, behind `struct`.
        with_structs: bool,
    },
    /// A map.
    Map,
    /// A variable.
    Variable,
    /// A value, or the beginning of a statement.
    Value {
        /// A statement begins here.
        starts_statement: bool,
        /// The function whose argument it is, and which one, from 0.
        argument: Option<(&'a str, u32)>,
        /// What is assigned to a map.
        may_aggregate: bool,
        /// Behind `(`: it may be a cast.
        may_be_type: bool,
    },
}

impl<'a> Place<'a> {
    pub(super) fn of(cursor: &Cursor<'a>) -> Place<'a> {
        match cursor.word.kind {
            TokenKind::LineComment => of_comment(cursor),
            TokenKind::AttachPoint => {
                // Raw text with blanks behind it is not being typed any more: that has no word.
                let follows = cursor.previous_kind() == Some(TokenKind::Comma);
                let is_named = cursor.previous_kind() == Some(TokenKind::Assign);
                Place::AttachPoint { starts_item: !follows && !is_named && !cursor.typed().contains(':') }
            }
            TokenKind::BlockComment
            | TokenKind::String
            | TokenKind::Preprocessor
            | TokenKind::Shebang
            | TokenKind::CBody
            | TokenKind::CAttribute
            | TokenKind::Positional
            | TokenKind::PositionalCount
            | TokenKind::Integer => Place::Nothing,
            TokenKind::Invalid if cursor.typed() == "$" && cursor.innermost().is_some() => Place::Variable,
            TokenKind::Invalid => Place::Nothing,
            TokenKind::Map => Place::Map,
            TokenKind::Variable => Place::Variable,
            _ => of_name(cursor),
        }
    }

    /// What was typed of what can stand here.
    pub(super) fn typed(&self, cursor: &Cursor<'a>) -> &'a str {
        let word = cursor.typed();
        match self {
            Place::Annotation => word.trim_start_matches('/').trim_start(),
            Place::AnnotatedMap { .. } => {
                let start = word.rfind([':', ',', ' ']).map_or(0, |place| place + 1);
                &word[start..]
            }
            _ => word,
        }
    }
}

/// The types of the probes in whose block or condition `offset` lies; empty outside of probes.
pub(super) fn probe_types(source: &str, offset: u32) -> Vec<&'static str> {
    let program = parse(source).program;
    let around = program.probes().find(|probe| probe.span.start <= offset && offset <= probe.span.end);
    let points = around.into_iter().flat_map(|probe| &probe.attach_points);
    points.filter_map(|point| probe_type(point.provider.text(source))).map(|known| known.name).collect()
}

/// A comment that has its line for itself can be an annotation.
fn of_comment<'a>(cursor: &Cursor<'a>) -> Place<'a> {
    let line = &cursor.before[..cursor.word.span.start as usize];
    let is_alone = line.rsplit('\n').next().is_some_and(|start| start.trim().is_empty());
    let text = cursor.typed().trim_start_matches("//").trim_start();
    if !is_alone {
        return Place::Nothing;
    }
    let Some((key, value)) = text.split_once(':') else {
        let is_key = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        return if is_key { Place::Annotation } else { Place::Nothing };
    };
    match annotation(key.trim()).map(|known| known.kind) {
        Some(AnnotationKind::Include) => Place::AnnotatedMap { with_output: true },
        Some(AnnotationKind::Unit) if !value.trim_start().contains(' ') => {
            Place::AnnotatedMap { with_output: false }
        }
        _ => Place::Nothing,
    }
}

/// A name, or what may become one.
fn of_name<'a>(cursor: &Cursor<'a>) -> Place<'a> {
    let previous = cursor.previous_kind();
    match previous {
        Some(TokenKind::Dot | TokenKind::Arrow) => return Place::Nothing,
        Some(TokenKind::Struct | TokenKind::Union | TokenKind::Enum) => {
            return if cursor.open.is_empty() { Place::Nothing } else { Place::Type { with_structs: true } };
        }
        Some(TokenKind::Macro | TokenKind::Fn | TokenKind::Import) => return Place::Nothing,
        _ => {}
    }
    match cursor.innermost() {
        None => at_top_level(cursor),
        Some(Open { kind: OpenKind::Config, .. }) => in_config(cursor),
        Some(Open { kind: OpenKind::Parameters, .. }) if previous == Some(TokenKind::Colon) => {
            Place::Type { with_structs: false }
        }
        Some(Open { kind: OpenKind::Parameters, .. }) => Place::Nothing,
        Some(open) => in_block(cursor, open),
    }
}

fn at_top_level<'a>(cursor: &Cursor<'a>) -> Place<'a> {
    match cursor.previous_kind() {
        None
        | Some(TokenKind::RightBrace | TokenKind::Semicolon | TokenKind::CBody | TokenKind::Preprocessor) => {
            Place::AttachPoint { starts_item: true }
        }
        Some(TokenKind::Comma | TokenKind::Assign) => Place::AttachPoint { starts_item: false },
        Some(TokenKind::Colon) => Place::Type { with_structs: false },
        _ => Place::Nothing,
    }
}

fn in_config<'a>(cursor: &Cursor<'a>) -> Place<'a> {
    match (cursor.previous_kind(), cursor.previous[1]) {
        (Some(TokenKind::LeftBrace | TokenKind::Semicolon), _) => Place::ConfigKey,
        (Some(TokenKind::Assign), Some(key)) => Place::ConfigValue { key: key.span.text(cursor.before) },
        _ => Place::Nothing,
    }
}

fn in_block<'a>(cursor: &Cursor<'a>, open: Open) -> Place<'a> {
    let previous = cursor.previous_kind();
    let behind_value = matches!(
        previous,
        Some(
            TokenKind::Identifier
                | TokenKind::Integer
                | TokenKind::String
                | TokenKind::Map
                | TokenKind::Variable
                | TokenKind::RightBracket
        )
    );
    let is_declared = previous == Some(TokenKind::Colon)
        && cursor.previous[1].is_some_and(|token| token.kind == TokenKind::Variable)
        && declares(cursor);
    if is_declared {
        return Place::Type { with_structs: false };
    }
    if behind_value || previous == Some(TokenKind::Let) {
        return Place::Nothing;
    }
    let argument = (open.kind == OpenKind::Call).then(|| (open.name.text(cursor.before), open.commas));
    let starts_statement = open.kind == OpenKind::Block
        && matches!(
            previous,
            Some(
                TokenKind::LeftBrace
                    | TokenKind::RightBrace
                    | TokenKind::Semicolon
                    | TokenKind::RightParenthesis
            )
        );
    let assigns_to_map = previous == Some(TokenKind::Assign)
        && cursor.previous[1]
            .is_some_and(|token| matches!(token.kind, TokenKind::Map | TokenKind::RightBracket));
    Place::Value {
        starts_statement,
        argument,
        may_aggregate: open.kind == OpenKind::Block && assigns_to_map,
        may_be_type: open.kind == OpenKind::Parentheses && previous == Some(TokenKind::LeftParenthesis),
    }
}

/// Whether the variable before the colon is being declared: `let $x : `.
fn declares(cursor: &Cursor<'_>) -> bool {
    let Some(variable) = cursor.previous[1] else { return false };
    cursor.before[..variable.span.start as usize].trim_end().ends_with("let")
}
