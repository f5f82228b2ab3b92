//! Values that are used: names, calls, maps with their keys.

use bt_catalog::{MapEffect, aggregation, builtin, function};
use bt_syntax::literal::{Integer, Suffix};
use bt_syntax::{ExpressionId, ExpressionKind, Span, TokenKind};

use super::Walker;
use crate::definitions::Definitions;
use crate::usage::{Access, Call, Callee, MapId, MapUse, Name, Origin, Place, Syntax};

impl<'a> Walker<'a> {
    /// A value that is used.
    pub(super) fn value(&mut self, id: ExpressionId) {
        let expression = self.program.expressions.get(id);
        let span = expression.span;
        match expression.kind {
            ExpressionKind::Unary { .. }
            | ExpressionKind::Increment { .. }
            | ExpressionKind::Binary { .. }
            | ExpressionKind::Conditional { .. }
            | ExpressionKind::Cast { .. }
            | ExpressionKind::Field { .. }
            | ExpressionKind::Index { .. }
            | ExpressionKind::Tuple(_) => self.usage.compounds.push(id),
            ExpressionKind::Positional | ExpressionKind::PositionalCount => {
                self.usage.positional.get_or_insert(span);
            }
            _ => {}
        }
        let mut syntax = None;
        match &expression.kind {
            ExpressionKind::Map { .. } => self.map_use(id, Access::Read),
            ExpressionKind::Call { name, arguments } => {
                self.call(id, *name, arguments, false);
            }
            ExpressionKind::Increment { operator, operand } => self.increment(*operator, *operand),
            ExpressionKind::Identifier => {
                let text = span.text(self.source);
                if !self.parameters.contains(&text) {
                    self.usage.places[id.index()] = Place::Name(self.usage.names.len() as u32);
                    self.usage.names.push(Name { text, span, probe: self.probe, builtin: builtin(text) });
                }
            }
            ExpressionKind::Variable => match self.scopes.find(span.text(self.source)) {
                Some(variable) => {
                    self.usage.places[id.index()] = Place::Variable(variable);
                    self.usage.variables[variable.index()].is_read = true;
                }
                None => self.undefined(span),
            },
            ExpressionKind::If(chain) => {
                syntax = Some(Syntax::IfValue);
                self.if_chain(chain, Self::value_block);
            }
            ExpressionKind::Block(block) => {
                syntax = Some(Syntax::BlockValue);
                self.value_block(block);
            }
            ExpressionKind::Conditional { condition, then, otherwise } => {
                syntax = then.is_none().then_some(Syntax::Elvis);
                self.value(*condition);
                self.guarded(*condition, |walker| then.iter().for_each(|then| walker.branch(*then)));
                self.guarded_otherwise(*condition, |walker| walker.branch(*otherwise));
            }
            ExpressionKind::Field { base, name } => {
                self.note_field_of_args(*base, *name);
                self.value(*base);
            }
            ExpressionKind::Integer(Some(number)) => syntax = integer_syntax(span.text(self.source), number),
            other => {
                syntax = value_syntax(other);
                let program = self.program;
                program.expressions.for_each_part(id, |part| self.value(part));
            }
        }
        self.usage.syntax.extend(syntax.map(|syntax| (syntax, span)));
    }

    /// A value that is taken if a condition is true, or if it is not.
    fn branch(&mut self, value: ExpressionId) {
        self.value(value);
        if self.is_guarded(value) {
            self.usage.guarded_branches.push(value);
        }
    }

    /// Notes how a field of `args` is written, which depends on the release.
    pub(super) fn note_field_of_args(&mut self, base: ExpressionId, name: Span) {
        let base = self.program.expressions.get(base);
        let is_args =
            matches!(base.kind, ExpressionKind::Identifier) && base.span.text(self.source) == "args";
        if !is_args || base.span.end > name.start {
            return;
        }
        let between = Span::new(base.span.end, name.start).text(self.source);
        let (syntax, sign) =
            if between.contains("->") { (Syntax::ArrowOfArgs, "->") } else { (Syntax::DotOfArgs, ".") };
        if let Some(position) = between.find(sign) {
            let start = base.span.end + position as u32;
            self.usage.syntax.push((syntax, Span::new(start, start + sign.len() as u32)));
        }
    }

    pub(super) fn increment(&mut self, operator: TokenKind, operand: ExpressionId) {
        if matches!(self.program.expressions.get(operand).kind, ExpressionKind::Map { .. }) {
            let access = if operator == TokenKind::PlusPlus { Access::Increment } else { Access::Decrement };
            self.map_use(operand, access);
        } else {
            self.value(operand);
        }
    }

    pub(super) fn call(
        &mut self,
        id: ExpressionId,
        name: Span,
        arguments: &'a [ExpressionId],
        is_map_value: bool,
    ) -> Callee {
        let text = name.text(self.source);
        let span = self.program.expressions.get(id).span;
        let callee = callee(text, self.definitions);
        self.usage.places[id.index()] = Place::Call(self.usage.calls.len() as u32);
        self.usage.calls.push(Call {
            name: text,
            callee,
            name_span: name,
            span,
            arguments,
            is_map_value,
            probe: self.probe,
            loops: self.loops,
        });
        let access = map_access(callee);
        for (position, argument) in arguments.iter().enumerate() {
            match access {
                // A macro can take maps anywhere, a function only first.
                Some(access) if position == 0 || access == Access::Passed => {
                    self.argument(*argument, access);
                }
                _ if position == 2 && text == "find" => self.filled(*argument),
                _ => self.value(*argument),
            }
        }
        callee
    }

    /// An argument of a function that takes a map, or of a macro, which may fill a variable.
    pub(super) fn argument(&mut self, id: ExpressionId, access: Access) {
        if access == Access::Passed {
            self.filled(id);
        } else {
            self.map_argument(id, access);
        }
    }

    /// An argument that may be a map as a whole.
    pub(super) fn map_argument(&mut self, id: ExpressionId, access: Access) {
        match self.program.expressions.get(id).kind {
            ExpressionKind::Map { .. } => self.map_use(id, access),
            _ => self.value(id),
        }
    }

    /// An argument that may get a value by the call.
    pub(super) fn filled(&mut self, id: ExpressionId) {
        let expression = self.program.expressions.get(id);
        if matches!(expression.kind, ExpressionKind::Variable)
            && self.scopes.find(expression.span.text(self.source)).is_none()
        {
            self.declare(expression.span, Origin::Filled);
        }
        self.map_argument(id, Access::Passed);
    }

    pub(super) fn map_use(&mut self, id: ExpressionId, access: Access) {
        let ExpressionKind::Map { name, key } = &self.program.expressions.get(id).kind else { return };
        let map = self.map_and_key(*name, key);
        self.push_map_use(map, id, *name, key, access);
    }

    /// Walks the key of a map; `None` if the map is the parameter of a macro.
    pub(super) fn map_and_key(&mut self, name: Span, key: &'a [ExpressionId]) -> Option<MapId> {
        let map = self.map_id(name);
        if let [only] = key
            && matches!(self.program.expressions.get(*only).kind, ExpressionKind::Tuple(_))
        {
            self.usage.syntax.push((Syntax::TupleKey, self.program.expressions.get(*only).span));
        }
        key.iter().for_each(|part| self.value(*part));
        map
    }

    pub(super) fn push_map_use(
        &mut self,
        map: Option<MapId>,
        id: ExpressionId,
        span: Span,
        key: &'a [ExpressionId],
        access: Access,
    ) {
        if !key.is_empty() {
            self.usage.compounds.push(id);
        }
        let Some(map) = map else { return };
        self.usage.places[id.index()] = Place::Map(map);
        let entry = &mut self.usage.maps[map.index()];
        entry.uses.1 += 1;
        let probe = self.probe;
        self.usage.map_uses.push(MapUse { map, name: entry.name, span, key, access, probe });
    }

    /// The map of that name; `None` for the parameter of a macro.
    pub(super) fn map_id(&mut self, name: Span) -> Option<MapId> {
        let text = name.text(self.source);
        if self.parameters.contains(&text) {
            return None;
        }
        Some(self.maps.id(&mut self.usage.maps, text, name))
    }

    pub(super) fn text(&self, id: ExpressionId) -> &'a str {
        self.program.expressions.get(id).span.text(self.source)
    }
}

fn callee(name: &str, definitions: &Definitions<'_>) -> Callee {
    if definitions.functions.contains(name) {
        Callee::Defined
    } else if let Some(known) = function(name) {
        Callee::Function(known)
    } else if let Some(known) = aggregation(name) {
        Callee::Aggregation(known)
    } else if let Some(known) = builtin(name) {
        Callee::Builtin(known)
    } else {
        Callee::Unknown
    }
}

fn value_syntax(kind: &ExpressionKind) -> Option<Syntax> {
    Some(match kind {
        ExpressionKind::Record(_) => Syntax::Record,
        ExpressionKind::Tuple(parts) if parts.len() < 2 => Syntax::ShortTuple,
        ExpressionKind::Tuple(_) => Syntax::Tuple,
        ExpressionKind::Boolean(_) => Syntax::Boolean,
        ExpressionKind::Unary { operator: TokenKind::And, .. } => Syntax::AddressOf,
        _ => return None,
    })
}

fn integer_syntax(text: &str, number: &Integer) -> Option<Syntax> {
    let is_hex = text.starts_with("0x") || text.starts_with("0X");
    match number.suffix {
        Suffix::Duration => Some(Syntax::Duration),
        Suffix::Unsigned | Suffix::Long => Some(Syntax::Suffix),
        Suffix::None if text.contains('_') => Some(Syntax::Separator),
        Suffix::None => (!is_hex && text.contains(['e', 'E'])).then_some(Syntax::Exponent),
    }
}

/// What a call does to the map that is its first argument; `None` if it takes values only.
fn map_access(callee: Callee) -> Option<Access> {
    match callee {
        Callee::Function(known) => match known.map_effect {
            MapEffect::None => None,
            MapEffect::Prints => Some(Access::Print),
            MapEffect::Reads => Some(Access::Inspect),
            MapEffect::Deletes => Some(Access::Delete),
            MapEffect::Resets => Some(Access::Reset),
        },
        Callee::Aggregation(_) | Callee::Builtin(_) => None,
        // A macro of the script, or of a file that it imports.
        Callee::Defined | Callee::Unknown => Some(Access::Passed),
    }
}
