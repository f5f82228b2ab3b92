//! What is assigned, and to what.

use bt_syntax::tree::TypeName;
use bt_syntax::{ExpressionId, ExpressionKind, Span, TokenKind};

use super::Walker;
use crate::usage::{Access, Name, Origin, Place, Syntax, Variable, VariableId, VariableValue};

impl<'a> Walker<'a> {
    pub(super) fn variable_declaration(
        &mut self,
        variable: Option<Span>,
        type_name: Option<&'a TypeName>,
        value: Option<ExpressionId>,
    ) {
        value.iter().for_each(|value| self.value(*value));
        let Some(variable) = variable else { return };
        self.note_repeated(variable);
        let id = self.declare(variable, Origin::Let(type_name));
        if let Some(value) = value {
            self.variable_value(id, variable, TokenKind::Assign, value);
        }
    }

    pub(super) fn assign(&mut self, target: ExpressionId, operator: TokenKind, value: ExpressionId) {
        let expression = self.program.expressions.get(target);
        match &expression.kind {
            ExpressionKind::Map { name, key } => {
                let map = self.map_and_key(*name, key);
                let access = if operator == TokenKind::Assign {
                    self.assigned(value)
                } else {
                    self.value(value);
                    Access::Compound(operator, value)
                };
                self.push_map_use(map, target, *name, key, access);
            }
            ExpressionKind::Variable => {
                self.value(value);
                let id = match self.scopes.find(expression.span.text(self.source)) {
                    Some(known) => known,
                    None if operator == TokenKind::Assign => self.declare(expression.span, Origin::Assigned),
                    None => return self.undefined(expression.span),
                };
                self.usage.places[target.index()] = Place::Variable(id);
                self.variable_value(id, expression.span, operator, value);
            }
            ExpressionKind::Identifier => {
                if expression.span.text(self.source) == "_" {
                    self.usage.syntax.push((Syntax::Discard, expression.span));
                }
                self.value(value);
            }
            _ => {
                self.value(target);
                self.value(value);
            }
        }
    }

    /// What a map is assigned; walks the value.
    pub(super) fn assigned(&mut self, value: ExpressionId) -> Access {
        let ExpressionKind::Call { name, arguments } = &self.program.expressions.get(value).kind else {
            self.value(value);
            return Access::Assign(value);
        };
        let call = self.usage.calls.len() as u32;
        let callee = self.call(value, *name, arguments, true);
        let Some(known) = callee.aggregation() else { return Access::Assign(value) };
        let argument = arguments.first().copied();
        let is_guarded = argument.is_some_and(|argument| self.is_guarded(argument));
        Access::Aggregate { kind: known.kind, call, value: argument, is_guarded }
    }

    /// Notes a declaration of what exists already.
    pub(super) fn note_repeated(&mut self, variable: Span) {
        if let Some(known) = self.scopes.find(variable.text(self.source)) {
            self.usage.repeated_variables.push((variable, known));
        }
    }

    pub(super) fn declare(&mut self, variable: Span, origin: Origin<'a>) -> VariableId {
        let name = variable.text(self.source);
        let id = VariableId(self.usage.variables.len() as u32);
        self.usage.variables.push(Variable { name, span: variable, origin, is_read: false });
        self.scopes.add(name, id);
        id
    }

    pub(super) fn variable_value(
        &mut self,
        variable: VariableId,
        span: Span,
        operator: TokenKind,
        value: ExpressionId,
    ) {
        let probe = self.probe;
        self.usage.variable_values.push(VariableValue { variable, span, operator, value, probe });
    }

    pub(super) fn undefined(&mut self, variable: Span) {
        let text = variable.text(self.source);
        self.usage.undefined_variables.push(Name { text, span: variable, probe: self.probe, builtin: None });
    }
}
