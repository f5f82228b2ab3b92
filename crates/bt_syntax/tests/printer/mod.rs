//! The tree as text: nested lists, in which it is plain what binds to what.

use bt_syntax::tree::{Block, If, Item, Statement, StatementKind};
use bt_syntax::{ExpressionId, ExpressionKind, Program};

/// An item on one line.
pub(crate) fn item_text(source: &str, program: &Program, item: &Item) -> String {
    match item {
        Item::Probe(probe) => {
            let points: Vec<_> = probe.attach_points.iter().map(|point| point.span.text(source)).collect();
            let predicate = probe.predicate.map(|id| format!(" /{}/", expression(source, program, id)));
            let name = probe.name.map(|name| format!("{} = ", name.text(source))).unwrap_or_default();
            let body = block(source, program, &probe.body);
            format!("{name}{}{} {body}", points.join(","), predicate.unwrap_or_default())
        }
        Item::Macro(definition) => {
            format!("macro {} {}", definition.parameters.len(), block(source, program, &definition.body))
        }
        Item::Function(function) => {
            format!("fn {} {}", function.parameters.len(), block(source, program, &function.body))
        }
        Item::Config(config) => format!("config {}", config.settings.len()),
        Item::MapDeclaration(declaration) => format!("declare {}", declaration.map.text(source)),
        Item::CDefinition(definition) => format!("c {}", definition.name.unwrap_or_default().text(source)),
        Item::Import(import) => format!("import {}", import.path.unwrap_or_default().text(source)),
        Item::Preprocessor(span) => format!("preprocessor {:?}", span.text(source)),
    }
}

/// `{statement; statement}`
pub(crate) fn block(source: &str, program: &Program, block: &Block) -> String {
    let statements: Vec<_> =
        block.statements.iter().map(|statement| statement_text(source, program, statement)).collect();
    format!("{{{}}}", statements.join("; "))
}

/// A statement on one line.
pub(crate) fn statement_text(source: &str, program: &Program, statement: &Statement) -> String {
    let value = |id: ExpressionId| expression(source, program, id);
    match &statement.kind {
        StatementKind::Expression(id) => value(*id),
        StatementKind::Assign { target, operator, value: id } => {
            format!("{} {operator:?} {}", value(*target), value(*id))
        }
        StatementKind::Let { variable, value: id, .. } => {
            format!("let {} {}", variable.unwrap_or_default().text(source), id.map(value).unwrap_or_default())
        }
        StatementKind::If(chain) => if_text(source, program, chain),
        StatementKind::Unroll { count, body } => {
            format!("unroll {} {}", value(*count), block(source, program, body))
        }
        StatementKind::While { condition, body } => {
            format!("while {} {}", value(*condition), block(source, program, body))
        }
        StatementKind::For { variable, from, to, body } => {
            let to = to.map(|to| format!("..{}", value(to))).unwrap_or_default();
            let variable = variable.unwrap_or_default().text(source);
            format!("for {variable} {}{to} {}", value(*from), block(source, program, body))
        }
        StatementKind::Break => "break".into(),
        StatementKind::Continue => "continue".into(),
        StatementKind::Return(id) => format!("return {}", id.map(value).unwrap_or_default()),
        StatementKind::Import(import) => format!("import {}", import.path.unwrap_or_default().text(source)),
        StatementKind::Block(inner) => block(source, program, inner),
        StatementKind::Empty => "empty".into(),
    }
}

fn if_text(source: &str, program: &Program, chain: &If) -> String {
    let mut text = String::new();
    for (condition, body) in &chain.branches {
        text += &format!("if {} {} ", expression(source, program, *condition), block(source, program, body));
    }
    if let Some(otherwise) = &chain.otherwise {
        text += &format!("else {}", block(source, program, otherwise));
    }
    text.trim_end().into()
}

fn expression(source: &str, program: &Program, id: ExpressionId) -> String {
    let node = program.expressions.get(id);
    let mut parts = Vec::new();
    program.expressions.for_each_part(id, |part| parts.push(expression(source, program, part)));
    let parts = parts.join(" ");
    match &node.kind {
        ExpressionKind::Missing => "?".into(),
        ExpressionKind::Map { name, key } if !key.is_empty() => format!("{}[{parts}]", name.text(source)),
        ExpressionKind::Call { name, .. } => format!("{}({parts})", name.text(source)),
        ExpressionKind::Unary { operator, .. } | ExpressionKind::Binary { operator, .. } => {
            format!("({operator:?} {parts})")
        }
        ExpressionKind::Increment { operator, operand } => {
            let is_prefix = program.expressions.get(*operand).span.start > node.span.start;
            format!("({} {operator:?} {parts})", if is_prefix { "prefix" } else { "postfix" })
        }
        ExpressionKind::Conditional { .. } => format!("(? {parts})"),
        ExpressionKind::Cast { type_name, .. } => format!("(cast {} {parts})", type_name.span.text(source)),
        ExpressionKind::Field { name, .. } => format!("(field {parts} {})", name.text(source)),
        ExpressionKind::Index { .. } => format!("(index {parts})"),
        ExpressionKind::Tuple(_) => format!("(tuple {parts})"),
        ExpressionKind::Record(_) => format!("(record {parts})"),
        ExpressionKind::If(chain) => format!("({})", if_text(source, program, chain)),
        ExpressionKind::Block(inner) => block(source, program, inner),
        _ => node.span.text(source).into(),
    }
}
