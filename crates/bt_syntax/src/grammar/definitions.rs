//! What can stand at the top level beside probes.

use crate::error::{Expected, SyntaxErrorKind};
use crate::expression::ExpressionKind;
use crate::grammar::{expressions, statements, types, values};
use crate::parser::Parser;
use crate::token::TokenSet;
use crate::tree::{CDefinition, Config, Function, Import, Macro, MapDeclaration, Parameter, Setting};
use crate::{ExpressionId, Span, TokenKind};

/// What a setting that cannot be read ends with.
const SETTING_END: TokenSet = TokenSet::new(&[TokenKind::Semicolon, TokenKind::RightBrace]);
/// What a parameter that cannot be read ends with.
const PARAMETER_END: TokenSet = TokenSet::new(&[
    TokenKind::Comma,
    TokenKind::RightParenthesis,
    TokenKind::LeftBrace,
    TokenKind::Semicolon,
]);
/// What can stand behind the declaration of a map that has no `;`.
const BEHIND_DECLARATION: TokenSet =
    TokenSet::new(&[TokenKind::AttachPoint, TokenKind::Let, TokenKind::Macro, TokenKind::Fn, TokenKind::End]);
/// What can be the value of a setting.
const SETTING_VALUE: TokenSet = TokenSet::new(&[
    TokenKind::Integer,
    TokenKind::String,
    TokenKind::Identifier,
    TokenKind::True,
    TokenKind::False,
]);

/// `struct s { … };`
pub(super) fn c_definition(p: &mut Parser<'_>) -> CDefinition {
    let keyword = p.current();
    let start = p.bump().start;
    while p.eat(TokenKind::CAttribute).is_some() {}
    let name = p.current().is_word().then(|| p.bump());
    let body = p.eat(TokenKind::CBody);
    if body.is_none() {
        p.expected(Expected::Token(TokenKind::CBody));
    }
    while p.eat(TokenKind::CAttribute).is_some() {}
    p.eat(TokenKind::Semicolon);
    CDefinition { keyword, name, body, span: p.span_from(start) }
}

/// `config = { … }`
pub(super) fn config(p: &mut Parser<'_>) -> Config {
    let start = p.bump().start;
    p.expect(TokenKind::Assign);
    let mut settings = Vec::new();
    if let Some(opening) = p.expect(TokenKind::LeftBrace) {
        while !matches!(p.current(), TokenKind::RightBrace | TokenKind::End | TokenKind::AttachPoint) {
            let progress = p.progress();
            if p.eat(TokenKind::Semicolon).is_some() {
                continue;
            }
            settings.extend(opt_setting(p));
            if !p.at(TokenKind::RightBrace) && p.expect(TokenKind::Semicolon).is_none() {
                p.skip_to(SETTING_END);
                p.eat(TokenKind::Semicolon);
            }
            if !p.advanced(&progress) {
                p.bump();
            }
        }
        p.expect_closing(TokenKind::RightBrace, opening);
    }
    Config { settings, span: p.span_from(start) }
}

fn opt_setting(p: &mut Parser<'_>) -> Option<Setting> {
    let Some(key) = p.eat(TokenKind::Identifier) else {
        p.expected(Expected::Name);
        p.skip_to(SETTING_END);
        return None;
    };
    p.expect(TokenKind::Assign)?;
    if p.at(TokenKind::String) {
        values::check_escapes(p);
    }
    let value = p.at_set(SETTING_VALUE).then(|| p.bump());
    if value.is_none() {
        p.expected(Expected::Expression);
    }
    Some(Setting { key, value })
}

/// `import "path";`
pub(super) fn import(p: &mut Parser<'_>) -> Import {
    let start = p.bump().start;
    let path = path(p);
    p.expect(TokenKind::Semicolon);
    Import { path, span: p.span_from(start) }
}

/// The path of an import.
pub(super) fn path(p: &mut Parser<'_>) -> Option<Span> {
    if !p.at(TokenKind::String) {
        p.expected(Expected::String);
        return None;
    }
    values::check_escapes(p);
    Some(p.bump())
}

/// `macro name($a, @b, c) { … }`
pub(super) fn macro_definition(p: &mut Parser<'_>) -> Macro {
    let start = p.bump().start;
    let name = name(p);
    let parameters = parameters(p, |p| {
        if !p.current().is_word() && !p.at(TokenKind::Variable) && !p.at(TokenKind::Map) {
            return None;
        }
        if is_reserved(p.current_text()) {
            p.note(p.current_span(), SyntaxErrorKind::ReservedName);
        }
        Some(p.bump())
    });
    let body = statements::block(p);
    Macro { name, parameters, body, span: p.span_from(start) }
}

/// `fn name($a : type) : type { … }`
pub(super) fn function(p: &mut Parser<'_>) -> Function {
    let start = p.bump().start;
    let name = name(p);
    let parameters = parameters(p, |p| {
        let name = p.eat(TokenKind::Variable)?;
        let type_name = p.expect(TokenKind::Colon).and_then(|_| types::type_name(p));
        Some(Parameter { name, type_name })
    });
    let result = p.expect(TokenKind::Colon).and_then(|_| types::type_name(p));
    let body = statements::block(p);
    Function { name, parameters, result, body, span: p.span_from(start) }
}

/// `let @map = hash(10);`
pub(super) fn map_declaration(p: &mut Parser<'_>) -> Option<MapDeclaration> {
    let start = p.bump().start;
    let map = p.eat(TokenKind::Map)?;
    let value = p.expect(TokenKind::Assign).map(|_| map_type(p));
    let span = p.span_from(start);
    if p.eat(TokenKind::Semicolon).is_none() && !p.at_set(BEHIND_DECLARATION) {
        p.expected(Expected::Token(TokenKind::Semicolon));
    }
    Some(MapDeclaration { map, value, span: span.to(p.span_from(start)) })
}

/// `hash(10)`: the kind of a map, and how many keys it has room for.
fn map_type(p: &mut Parser<'_>) -> ExpressionId {
    let value = expressions::expression(p);
    let has_size = match p.kind_of(value) {
        ExpressionKind::Call { arguments, .. } => {
            matches!(arguments[..], [size] if matches!(p.kind_of(size), ExpressionKind::Integer(_)))
        }
        ExpressionKind::Missing => true,
        _ => false,
    };
    if !has_size {
        p.note(p.span_of(value), SyntaxErrorKind::NotAMapType);
    }
    value
}

/// Whether bpftrace reads this name as a builtin wherever it stands, so that nothing else can have it.
pub(super) fn is_reserved(name: &str) -> bool {
    let is_numbered = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    matches!(name, "args" | "ctx" | "kstack" | "nsecs" | "pid" | "tid" | "ustack")
        || name.starts_with("__builtin_")
        || ["arg", "sarg"].iter().any(|prefix| name.strip_prefix(prefix).is_some_and(is_numbered))
}

fn name(p: &mut Parser<'_>) -> Option<Span> {
    let name = p.current().is_word().then(|| p.bump());
    if name.is_none() {
        p.expected(Expected::Name);
    }
    name
}

fn parameters<T>(p: &mut Parser<'_>, mut opt_parameter: impl FnMut(&mut Parser<'_>) -> Option<T>) -> Vec<T> {
    let mut parameters = Vec::new();
    let Some(opening) = p.expect(TokenKind::LeftParenthesis) else { return parameters };
    while !matches!(p.current(), TokenKind::RightParenthesis | TokenKind::LeftBrace | TokenKind::End) {
        let progress = p.progress();
        match opt_parameter(p) {
            Some(parameter) => parameters.push(parameter),
            None => {
                p.expected(Expected::Parameter);
                p.skip_to(PARAMETER_END);
            }
        }
        if p.eat(TokenKind::Comma).is_none() || !p.advanced(&progress) {
            break;
        }
        if p.at(TokenKind::RightParenthesis) {
            p.expected(Expected::Parameter);
        }
    }
    p.expect_closing(TokenKind::RightParenthesis, opening);
    parameters
}
