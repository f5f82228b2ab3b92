//! What conditions say about the values that they are around.

use bt_syntax::{ExpressionId, ExpressionKind, TokenKind};

use super::Walker;

/// Most conditions that are remembered at a time; more than that around one statement say nothing more.
const MAX_GUARDS: usize = 32;

impl<'a> Walker<'a> {
    /// Walks what only happens if `condition` is true.
    pub(super) fn guarded(&mut self, condition: ExpressionId, walk: impl FnOnce(&mut Self)) {
        let guards = self.guards.len();
        self.guard(condition);
        walk(self);
        self.guards.truncate(guards);
    }

    /// Walks what only happens if `condition` is false.
    pub(super) fn guarded_otherwise(&mut self, condition: ExpressionId, walk: impl FnOnce(&mut Self)) {
        let guards = self.guards.len();
        self.guard_otherwise(condition);
        walk(self);
        self.guards.truncate(guards);
    }

    /// Whether a condition around says that a value is not negative.
    pub(super) fn is_guarded(&self, value: ExpressionId) -> bool {
        !self.guards.is_empty() && self.guards.contains(&self.text(value))
    }

    /// Remembers what `condition` says is not negative: `x > 0`, `x >= 0`, and both sides of `&&`.
    pub(super) fn guard(&mut self, condition: ExpressionId) {
        let ExpressionKind::Binary { operator, left, right } = self.program.expressions.get(condition).kind
        else {
            return;
        };
        let is_number = |id| self.program.expressions.is_number(id);
        match operator {
            TokenKind::AndAnd => {
                self.guard(left);
                self.guard(right);
            }
            TokenKind::Greater | TokenKind::GreaterEqual if is_number(right) => self.guard_value(left),
            TokenKind::Less | TokenKind::LessEqual if is_number(left) => self.guard_value(right),
            _ => {}
        }
    }

    /// Remembers what is not negative if `condition` is false: `x < 0`, `x <= 0`, and both sides of `||`.
    fn guard_otherwise(&mut self, condition: ExpressionId) {
        let ExpressionKind::Binary { operator, left, right } = self.program.expressions.get(condition).kind
        else {
            return;
        };
        let is_number = |id| self.program.expressions.is_number(id);
        match operator {
            TokenKind::OrOr => {
                self.guard_otherwise(left);
                self.guard_otherwise(right);
            }
            TokenKind::Less | TokenKind::LessEqual if is_number(right) => self.guard_value(left),
            TokenKind::Greater | TokenKind::GreaterEqual if is_number(left) => self.guard_value(right),
            _ => {}
        }
    }

    pub(super) fn guard_value(&mut self, value: ExpressionId) {
        if self.guards.len() < MAX_GUARDS {
            self.guards.push(self.text(value));
        }
    }
}
