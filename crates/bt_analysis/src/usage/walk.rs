//! The walk over the tree that finds what a script uses.

use bt_catalog::{MapEffect, Version, aggregation, builtin, function};
use bt_syntax::literal::{Integer, Suffix};
use bt_syntax::tree::{Block, If, Item, Probe, Statement, StatementKind, TypeName};
use bt_syntax::{ExpressionId, ExpressionKind, Program, Span, TokenKind};
use rustc_hash::FxHashMap;

use super::scopes::Scopes;
use super::{
    Access, Call, Callee, Condition, ConditionKind, Jump, JumpKind, LoopKind, Loops, Map, MapId, MapUse,
    Name, Origin, Place, Syntax, Usage, ValueStatement, Variable, VariableId, VariableValue,
};
use crate::definitions::Definitions;

/// Most conditions that are remembered at a time; more than that around one statement say nothing more.
const MAX_GUARDS: usize = 32;

/// Walks the whole script. Recursion is bounded by the parser's bounds on depth and height.
pub(crate) fn usage<'a>(
    source: &'a str,
    program: &'a Program,
    definitions: &'a Definitions<'a>,
    target: Version,
) -> Usage<'a> {
    let mut walker = Walker {
        source,
        program,
        definitions,
        usage: Usage { places: vec![Place::None; program.expressions.len()], ..Usage::default() },
        maps: FxHashMap::default(),
        scopes: Scopes::new(target),
        probe: None,
        parameters: Vec::new(),
        guards: Vec::new(),
        loops: Loops::default(),
        in_function: false,
    };
    let mut probes = 0;
    for item in &program.items {
        match item {
            Item::Probe(probe) => {
                walker.probe = Some(probes);
                probes += 1;
                walker.probe(probe);
            }
            Item::Macro(definition) => walker.macro_body(&definition.parameters, &definition.body),
            Item::Function(function) => {
                walker.begin_definition();
                for parameter in &function.parameters {
                    walker.declare(parameter.name, Origin::Parameter(parameter.type_name.as_ref()));
                }
                walker.in_function = true;
                walker.block(&function.body);
                walker.in_function = false;
            }
            Item::MapDeclaration(declaration) => {
                walker.map_id(declaration.map);
            }
            _ => {}
        }
    }
    walker.usage.group_uses();
    walker.usage
}

struct Walker<'a> {
    source: &'a str,
    program: &'a Program,
    definitions: &'a Definitions<'a>,
    usage: Usage<'a>,
    maps: FxHashMap<&'a str, MapId>,
    scopes: Scopes<'a>,
    probe: Option<usize>,
    /// Parameters of the macro that is walked: they are no maps and names of the script.
    parameters: Vec<&'a str>,
    /// Texts of the values that a condition around says are not negative.
    guards: Vec<&'a str>,
    loops: Loops,
    in_function: bool,
}

/// Statements.
impl<'a> Walker<'a> {
    fn probe(&mut self, probe: &'a Probe) {
        self.scopes.clear();
        let Some(predicate) = probe.predicate else { return self.block(&probe.body) };
        self.condition(ConditionKind::Predicate, predicate);
        self.guarded(predicate, |walker| walker.block(&probe.body));
    }

    fn begin_definition(&mut self) {
        self.probe = None;
        self.scopes.clear();
    }

    fn macro_body(&mut self, parameters: &[Span], body: &'a Block) {
        self.begin_definition();
        for parameter in parameters {
            let text = parameter.text(self.source);
            if text.starts_with('$') {
                self.declare(*parameter, Origin::Parameter(None));
            } else {
                self.parameters.push(text);
            }
        }
        self.value_block(body);
        self.parameters.clear();
    }

    fn block(&mut self, block: &'a Block) {
        let mark = self.scopes.begin_block();
        block.statements.iter().for_each(|statement| self.statement(statement));
        self.scopes.end_block(mark);
    }

    /// A block whose last statement is its value.
    fn value_block(&mut self, block: &'a Block) {
        let Some((last, others)) = block.statements.split_last() else { return };
        let mark = self.scopes.begin_block();
        others.iter().for_each(|statement| self.statement(statement));
        match &last.kind {
            StatementKind::Expression(result) => self.value_statement(*result, true),
            // Its branches give the value.
            StatementKind::If(chain) => self.if_chain(chain, Self::value_block),
            StatementKind::Block(block) => self.value_block(block),
            _ => self.statement(last),
        }
        self.scopes.end_block(mark);
    }

    fn value_statement(&mut self, value: ExpressionId, is_result: bool) {
        self.usage.value_statements.push(ValueStatement { value, is_result });
        self.value(value);
    }

    fn statement(&mut self, statement: &'a Statement) {
        let span = statement.span;
        let mut syntax = None;
        match &statement.kind {
            StatementKind::Expression(value) => self.value_statement(*value, false),
            StatementKind::Assign { target, operator, value } => self.assign(*target, *operator, *value),
            StatementKind::Let { variable, type_name, value } => {
                syntax = Some(Syntax::Let);
                self.variable_declaration(*variable, type_name.as_ref(), *value);
            }
            StatementKind::If(chain) => self.if_chain(chain, Self::block),
            StatementKind::Unroll { count, body } => {
                self.usage.unroll_counts.push(*count);
                self.value(*count);
                self.loop_body(None, body);
            }
            StatementKind::While { condition, body } => {
                syntax = Some(Syntax::While);
                self.condition(ConditionKind::While, *condition);
                self.loop_body(Some(LoopKind::While), body);
            }
            StatementKind::For { variable, from, to, body } => {
                syntax = Some(if to.is_some() { Syntax::ForRange } else { Syntax::ForMap });
                self.map_argument(*from, Access::Inspect);
                if let Place::Map(map) = self.usage.place(*from) {
                    self.usage.iterated_maps.push((map, self.program.expressions.get(*from).span));
                }
                to.iter().for_each(|to| self.value(*to));
                let mark = self.scopes.begin_block();
                if let Some(variable) = variable {
                    self.note_repeated(*variable);
                    self.declare(*variable, Origin::Loop { is_number: to.is_some() });
                }
                self.loop_body(Some(LoopKind::For), body);
                self.scopes.end_block(mark);
            }
            StatementKind::Return(value) => {
                syntax = (value.is_some() && !self.in_function).then_some(Syntax::ReturnValue);
                self.jump(JumpKind::Return { has_value: value.is_some() }, span);
                value.iter().for_each(|value| self.value(*value));
            }
            StatementKind::Block(block) => {
                syntax = Some(Syntax::BlockStatement);
                self.block(block);
            }
            StatementKind::Break => self.jump(JumpKind::Break, span),
            StatementKind::Continue => self.jump(JumpKind::Continue, span),
            StatementKind::Import(_) => syntax = Some(Syntax::Import),
            StatementKind::Empty => self.usage.empty_statements.push(span),
        }
        self.usage.syntax.extend(syntax.map(|syntax| (syntax, span)));
    }

    /// The body of a loop; `unroll` is of no kind.
    fn loop_body(&mut self, kind: Option<LoopKind>, body: &'a Block) {
        let around = self.loops;
        if let Some(kind) = kind {
            let has_for = around.has_for || kind == LoopKind::For;
            self.loops = Loops { innermost: Some(kind), has_for };
        }
        self.block(body);
        self.loops = around;
    }

    fn jump(&mut self, kind: JumpKind, span: Span) {
        let (loops, probe, in_function) = (self.loops, self.probe, self.in_function);
        self.usage.jumps.push(Jump { kind, span, loops, probe, in_function });
    }

    fn if_chain(&mut self, chain: &'a If, walk_block: fn(&mut Self, &'a Block)) {
        for (number, (condition, body)) in chain.branches.iter().enumerate() {
            if number > 0 {
                self.usage.syntax.push((Syntax::ElseIf, self.program.expressions.get(*condition).span));
            }
            self.condition(ConditionKind::If, *condition);
            self.guarded(*condition, |walker| walk_block(walker, body));
        }
        chain.otherwise.iter().for_each(|body| walk_block(self, body));
    }

    fn condition(&mut self, kind: ConditionKind, value: ExpressionId) {
        self.usage.conditions.push(Condition { kind, value });
        self.value(value);
    }
}

/// What is assigned.
impl<'a> Walker<'a> {
    fn variable_declaration(
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

    fn assign(&mut self, target: ExpressionId, operator: TokenKind, value: ExpressionId) {
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
    fn assigned(&mut self, value: ExpressionId) -> Access {
        let ExpressionKind::Call { name, arguments } = &self.program.expressions.get(value).kind else {
            self.value(value);
            return Access::Assign(value);
        };
        let call = self.usage.calls.len() as u32;
        let callee = self.call(value, *name, arguments, true);
        let Some(known) = callee.aggregation() else { return Access::Assign(value) };
        let argument = arguments.first().copied();
        let is_guarded = argument.is_some_and(|argument| self.guards.contains(&self.text(argument)));
        Access::Aggregate { kind: known.kind, call, value: argument, is_guarded }
    }

    /// Notes a declaration of what exists already.
    fn note_repeated(&mut self, variable: Span) {
        if let Some(known) = self.scopes.find(variable.text(self.source)) {
            self.usage.repeated_variables.push((variable, known));
        }
    }

    fn declare(&mut self, variable: Span, origin: Origin<'a>) -> VariableId {
        let name = variable.text(self.source);
        let id = VariableId(self.usage.variables.len() as u32);
        self.usage.variables.push(Variable { name, span: variable, origin, is_read: false });
        self.scopes.add(name, id);
        id
    }

    fn variable_value(&mut self, variable: VariableId, span: Span, operator: TokenKind, value: ExpressionId) {
        let probe = self.probe;
        self.usage.variable_values.push(VariableValue { variable, span, operator, value, probe });
    }

    fn undefined(&mut self, variable: Span) {
        let text = variable.text(self.source);
        self.usage.undefined_variables.push(Name { text, span: variable, probe: self.probe, builtin: None });
    }
}

/// Values.
impl<'a> Walker<'a> {
    /// A value that is used.
    fn value(&mut self, id: ExpressionId) {
        let expression = self.program.expressions.get(id);
        let span = expression.span;
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
                self.guarded(*condition, |walker| then.iter().for_each(|then| walker.value(*then)));
                self.value(*otherwise);
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

    /// Notes how a field of `args` is written, which depends on the release.
    fn note_field_of_args(&mut self, base: ExpressionId, name: Span) {
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

    fn increment(&mut self, operator: TokenKind, operand: ExpressionId) {
        if matches!(self.program.expressions.get(operand).kind, ExpressionKind::Map { .. }) {
            let access = if operator == TokenKind::PlusPlus { Access::Increment } else { Access::Decrement };
            self.map_use(operand, access);
        } else {
            self.value(operand);
        }
    }

    fn call(
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
    fn argument(&mut self, id: ExpressionId, access: Access) {
        if access == Access::Passed {
            self.filled(id);
        } else {
            self.map_argument(id, access);
        }
    }

    /// An argument that may be a map as a whole.
    fn map_argument(&mut self, id: ExpressionId, access: Access) {
        match self.program.expressions.get(id).kind {
            ExpressionKind::Map { .. } => self.map_use(id, access),
            _ => self.value(id),
        }
    }

    /// An argument that may get a value by the call.
    fn filled(&mut self, id: ExpressionId) {
        let expression = self.program.expressions.get(id);
        if matches!(expression.kind, ExpressionKind::Variable)
            && self.scopes.find(expression.span.text(self.source)).is_none()
        {
            self.declare(expression.span, Origin::Filled);
        }
        self.map_argument(id, Access::Passed);
    }

    fn map_use(&mut self, id: ExpressionId, access: Access) {
        let ExpressionKind::Map { name, key } = &self.program.expressions.get(id).kind else { return };
        let map = self.map_and_key(*name, key);
        self.push_map_use(map, id, *name, key, access);
    }

    /// Walks the key of a map; `None` if the map is the parameter of a macro.
    fn map_and_key(&mut self, name: Span, key: &'a [ExpressionId]) -> Option<MapId> {
        let map = self.map_id(name);
        if let [only] = key
            && matches!(self.program.expressions.get(*only).kind, ExpressionKind::Tuple(_))
        {
            self.usage.syntax.push((Syntax::TupleKey, self.program.expressions.get(*only).span));
        }
        key.iter().for_each(|part| self.value(*part));
        map
    }

    fn push_map_use(
        &mut self,
        map: Option<MapId>,
        id: ExpressionId,
        span: Span,
        key: &'a [ExpressionId],
        access: Access,
    ) {
        let Some(map) = map else { return };
        self.usage.places[id.index()] = Place::Map(map);
        let entry = &mut self.usage.maps[map.index()];
        entry.uses.1 += 1;
        let probe = self.probe;
        self.usage.map_uses.push(MapUse { map, name: entry.name, span, key, access, probe });
    }

    /// The map of that name; `None` for the parameter of a macro.
    fn map_id(&mut self, name: Span) -> Option<MapId> {
        let text = name.text(self.source);
        if self.parameters.contains(&text) {
            return None;
        }
        let known = &mut self.usage.maps;
        let id = *self.maps.entry(text).or_insert_with(|| {
            known.push(Map { name: text, span: name, aggregation: None, uses: (0, 0) });
            MapId(known.len() as u32 - 1)
        });
        Some(id)
    }

    fn text(&self, id: ExpressionId) -> &'a str {
        self.program.expressions.get(id).span.text(self.source)
    }
}

/// What conditions say about values.
impl<'a> Walker<'a> {
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
