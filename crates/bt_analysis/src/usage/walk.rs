//! The walk over the tree that finds what a script uses.

use bt_catalog::{MapEffect, aggregation, function};
use bt_syntax::literal::{Integer, Suffix};
use bt_syntax::tree::{Block, If, Item, Probe, Statement, StatementKind};
use bt_syntax::{ExpressionId, ExpressionKind, Program, Span, TokenKind};

use super::{Access, Call, MapUse, Name, Syntax, Usage, VariableValue};

/// Most conditions that are remembered at a time; more than that around one statement say nothing more.
const MAX_GUARDS: usize = 32;

/// Walks the whole script. Recursion is bounded by the parser's bounds on depth and height.
pub(crate) fn usage<'a>(source: &'a str, program: &'a Program) -> Usage<'a> {
    let mut walker = Walker {
        source,
        program,
        usage: Usage::default(),
        probe: None,
        parameters: Vec::new(),
        guards: Vec::new(),
    };
    let mut probes = 0;
    for item in &program.items {
        match item {
            Item::Probe(probe) => {
                walker.probe = Some(probes);
                probes += 1;
                walker.probe(probe);
            }
            Item::Macro(definition) => walker.definition(&definition.parameters, &definition.body),
            Item::Function(function) => walker.definition(&[], &function.body),
            _ => {}
        }
    }
    walker.usage
}

struct Walker<'a> {
    source: &'a str,
    program: &'a Program,
    usage: Usage<'a>,
    probe: Option<usize>,
    /// Parameters of the macro that is walked: they are no maps and names of the script.
    parameters: Vec<&'a str>,
    /// Texts of the values that a condition around says are not negative.
    guards: Vec<&'a str>,
}

impl<'a> Walker<'a> {
    fn probe(&mut self, probe: &'a Probe) {
        let Some(predicate) = probe.predicate else { return self.block(&probe.body) };
        self.value(predicate);
        self.guarded(predicate, |walker| walker.block(&probe.body));
    }

    fn definition(&mut self, parameters: &[Span], body: &'a Block) {
        self.probe = None;
        self.parameters = parameters.iter().map(|span| span.text(self.source)).collect();
        self.block(body);
        self.parameters.clear();
    }

    fn block(&mut self, block: &'a Block) {
        for statement in &block.statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a Statement) {
        let syntax = match &statement.kind {
            StatementKind::Let { .. } => Some(Syntax::Let),
            StatementKind::For { to: None, .. } => Some(Syntax::ForMap),
            StatementKind::For { to: Some(_), .. } => Some(Syntax::ForRange),
            StatementKind::Import(_) => Some(Syntax::Import),
            _ => None,
        };
        self.usage.syntax.extend(syntax.map(|syntax| (syntax, statement.span)));
        match &statement.kind {
            StatementKind::Expression(value) => self.value(*value),
            StatementKind::Assign { target, operator, value } => self.assign(*target, *operator, *value),
            StatementKind::Let { variable, value, .. } => self.variable_declaration(*variable, *value),
            StatementKind::If(chain) => self.if_chain(chain),
            StatementKind::Unroll { count: head, body } | StatementKind::While { condition: head, body } => {
                self.value(*head);
                self.block(body);
            }
            StatementKind::For { variable, from, to, body } => {
                self.usage.declared.extend(variable.map(|variable| variable.text(self.source)));
                self.map_argument(*from, Access::Inspect);
                to.iter().for_each(|to| self.value(*to));
                self.block(body);
            }
            StatementKind::Return(value) => value.iter().for_each(|value| self.value(*value)),
            StatementKind::Block(block) => self.block(block),
            StatementKind::Break | StatementKind::Continue | StatementKind::Import(_) => {}
            StatementKind::Empty => self.usage.empty_statements.push(statement.span),
        }
    }

    fn variable_declaration(&mut self, variable: Option<Span>, value: Option<ExpressionId>) {
        value.iter().for_each(|value| self.value(*value));
        let Some(variable) = variable else { return };
        match value {
            Some(value) => self.variable_value(variable, value),
            None => self.usage.declared.push(variable.text(self.source)),
        }
    }

    fn if_chain(&mut self, chain: &'a If) {
        for (condition, body) in &chain.branches {
            self.value(*condition);
            self.guarded(*condition, |walker| walker.block(body));
        }
        chain.otherwise.iter().for_each(|body| self.block(body));
    }

    fn assign(&mut self, target: ExpressionId, operator: TokenKind, value: ExpressionId) {
        match &self.program.expressions.get(target).kind {
            ExpressionKind::Map { .. } if operator == TokenKind::Assign => {
                let access = self.assigned(value);
                self.map_use(target, access);
            }
            ExpressionKind::Map { .. } => {
                self.value(value);
                self.map_use(target, Access::Compound(operator, value));
            }
            ExpressionKind::Variable => {
                self.value(value);
                self.variable_value(self.program.expressions.get(target).span, value);
            }
            ExpressionKind::Identifier => self.value(value),
            _ => {
                self.value(target);
                self.value(value);
            }
        }
    }

    /// What a map is assigned; walks the value.
    fn assigned(&mut self, value: ExpressionId) -> Access {
        let ExpressionKind::Call { name, arguments } = &self.program.expressions.get(value).kind else {
            self.value(value);
            return Access::Assign(value);
        };
        self.call(value, *name, arguments, true);
        let Some(known) = aggregation(name.text(self.source)) else { return Access::Assign(value) };
        let argument = arguments.first().copied();
        let is_guarded = argument.is_some_and(|argument| self.guards.contains(&self.text(argument)));
        Access::Aggregate { kind: known.kind, value: argument, is_guarded }
    }

    /// A value that is used.
    fn value(&mut self, id: ExpressionId) {
        let expression = self.program.expressions.get(id);
        self.usage.syntax.extend(value_syntax(&expression.kind).map(|syntax| (syntax, expression.span)));
        match &expression.kind {
            ExpressionKind::Map { .. } => self.map_use(id, Access::Read),
            ExpressionKind::Call { name, arguments } => self.call(id, *name, arguments, false),
            ExpressionKind::Increment { operator, operand } => self.increment(*operator, *operand),
            ExpressionKind::Identifier => {
                let text = expression.span.text(self.source);
                if !self.parameters.contains(&text) {
                    self.usage.names.push(Name { text, span: expression.span });
                }
            }
            ExpressionKind::Variable => {
                let text = expression.span.text(self.source);
                self.usage.variable_reads.push(Name { text, span: expression.span });
            }
            ExpressionKind::If(chain) => self.if_chain(chain),
            ExpressionKind::Block(block) => self.block(block),
            ExpressionKind::Conditional { condition, then, otherwise } => {
                self.value(*condition);
                self.guarded(*condition, |walker| then.iter().for_each(|then| walker.value(*then)));
                self.value(*otherwise);
            }
            _ => {
                let program = self.program;
                program.expressions.for_each_part(id, |part| self.value(part));
            }
        }
    }

    fn increment(&mut self, operator: TokenKind, operand: ExpressionId) {
        if matches!(self.program.expressions.get(operand).kind, ExpressionKind::Map { .. }) {
            let access = if operator == TokenKind::PlusPlus { Access::Increment } else { Access::Decrement };
            self.map_use(operand, access);
        } else {
            self.value(operand);
        }
    }

    fn call(&mut self, id: ExpressionId, name: Span, arguments: &'a [ExpressionId], is_map_value: bool) {
        let text = name.text(self.source);
        let span = self.program.expressions.get(id).span;
        self.usage.calls.push(Call { name: text, name_span: name, span, arguments, is_map_value });
        let access = map_access(text);
        for (position, argument) in arguments.iter().enumerate() {
            match access {
                // A macro can take maps anywhere, a function only first.
                Some(access) if position == 0 || access == Access::Passed => {
                    self.map_argument(*argument, access)
                }
                _ => self.value(*argument),
            }
        }
        if text == "find"
            && let Some(out) = arguments.get(2)
        {
            self.usage.declared.push(self.text(*out));
        }
    }

    /// An argument that may be a map as a whole.
    fn map_argument(&mut self, id: ExpressionId, access: Access) {
        match self.program.expressions.get(id).kind {
            ExpressionKind::Map { .. } => self.map_use(id, access),
            _ => self.value(id),
        }
    }

    fn map_use(&mut self, id: ExpressionId, access: Access) {
        let ExpressionKind::Map { name, key } = &self.program.expressions.get(id).kind else { return };
        key.iter().for_each(|part| self.value(*part));
        let text = name.text(self.source);
        if !self.parameters.contains(&text) {
            self.usage.maps.push(MapUse { name: text, span: *name, key, access, probe: self.probe });
        }
    }

    fn variable_value(&mut self, variable: Span, value: ExpressionId) {
        let name = variable.text(self.source);
        self.usage.variables.push(VariableValue { name, value, probe: self.probe });
    }

    /// Walks what only happens if `condition` is true.
    fn guarded(&mut self, condition: ExpressionId, walk: impl FnOnce(&mut Self)) {
        let guards = self.guards.len();
        self.guard(condition);
        walk(self);
        self.guards.truncate(guards);
    }

    /// Remembers what `condition` says is not negative: `x > 0`, `x >= 0`, and both sides of `&&`.
    fn guard(&mut self, condition: ExpressionId) {
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

    fn guard_value(&mut self, value: ExpressionId) {
        if self.guards.len() < MAX_GUARDS {
            self.guards.push(self.text(value));
        }
    }

    fn text(&self, id: ExpressionId) -> &'a str {
        self.program.expressions.get(id).span.text(self.source)
    }
}

fn value_syntax(kind: &ExpressionKind) -> Option<Syntax> {
    Some(match kind {
        ExpressionKind::Conditional { then: None, .. } => Syntax::Elvis,
        ExpressionKind::Record(_) => Syntax::Record,
        ExpressionKind::If(_) => Syntax::IfValue,
        ExpressionKind::Block(_) => Syntax::BlockValue,
        ExpressionKind::Integer(Some(Integer { suffix: Suffix::Duration, .. })) => Syntax::Duration,
        _ => return None,
    })
}

/// What a function does to a map that is its first argument; `None` if it takes values only.
fn map_access(name: &str) -> Option<Access> {
    match function(name) {
        Some(known) => match known.map_effect {
            MapEffect::None => None,
            MapEffect::Prints => Some(Access::Print),
            MapEffect::Reads => Some(Access::Inspect),
            MapEffect::Deletes => Some(Access::Delete),
            MapEffect::Resets => Some(Access::Reset),
        },
        None if aggregation(name).is_some() => None,
        // A macro of the script.
        None => Some(Access::Passed),
    }
}
