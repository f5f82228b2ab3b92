//! The walk over the tree that finds what a script uses.

mod assignments;
mod guards;
mod values;

use bt_catalog::Version;
use bt_syntax::tree::{Block, If, Item, Probe, Statement, StatementKind};
use bt_syntax::{ExpressionId, Program, Span, sort_by_number};

use super::map_names::MapNames;
use super::scopes::Scopes;
use super::{
    Access, Condition, ConditionKind, Jump, JumpKind, LoopKind, Loops, Origin, Place, Syntax, Usage,
    ValueStatement,
};
use crate::definitions::Definitions;

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
        usage: Usage::with_room(program.expressions.len()),
        maps: MapNames::default(),
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
    sort_by_number(&mut walker.usage.guarded_branches, |branch| branch.index() as u64);
    walker.usage
}

struct Walker<'a> {
    source: &'a str,
    program: &'a Program,
    definitions: &'a Definitions<'a>,
    usage: Usage<'a>,
    maps: MapNames<'a>,
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
