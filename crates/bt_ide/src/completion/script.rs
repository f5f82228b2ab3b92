//! What the script itself has: maps, variables that can be seen, structures.

use bt_analysis::{MapFact, analyse};
use bt_catalog::Version;
use bt_metrics::Semantics;
use bt_syntax::tree::{Block, If, Item, Program, Statement, StatementKind};
use bt_syntax::{Expression, ExpressionKind, Span, Token, TokenKind, parse, tokens};

use super::{CompletionItem, CompletionKind, Proposals};
use crate::cursor::Cursor;

/// The release whose variables end with their block; before, they end with their probe.
const BLOCK_SCOPES: Version = Version::new(0, 22);

/// The maps of the script, without the one that is being typed.
pub(super) fn propose_maps(
    proposals: &mut Proposals<'_>,
    cursor: &Cursor<'_>,
    source: &str,
    target: Version,
) {
    let facts = analyse(source, target).facts;
    let tokens = tokens(source);
    let mentions = |map: &MapFact| {
        let is_it = |token: &&Token| token.kind == TokenKind::Map && token.span.text(source) == map.name;
        tokens.iter().filter(is_it).count()
    };
    let begins_here = |map: &&MapFact| map.span.start == cursor.word.span.start && mentions(map) == 1;
    for map in facts.maps.iter().filter(|map| !begins_here(map)) {
        let item = CompletionItem::plain(&map.name, CompletionKind::Map, &describe(map), "");
        proposals.add(item);
    }
}

/// What the script prints, in an annotation that lists maps.
pub(super) fn propose_output(proposals: &mut Proposals<'_>) {
    let name = format!("@{}", bt_metrics::OUTPUT_METRIC);
    proposals.add(CompletionItem::plain(&name, CompletionKind::Map, "text", "What the script prints."));
}

/// A map in a few words.
pub(crate) fn describe(map: &MapFact) -> String {
    let shape = shape_in_words(map);
    let semantics = match map.semantics {
        Semantics::Counter => "counter",
        Semantics::Instant | Semantics::Discrete => "instant",
    };
    let units = map.units.0.to_string();
    if units == "none" { format!("{shape}, {semantics}") } else { format!("{shape}, {semantics}, {units}") }
}

fn shape_in_words(map: &MapFact) -> &'static str {
    use bt_analysis::MapShape::{
        Histogram, Keyed, KeyedHistogram, KeyedStats, KeyedTseries, Stats, Tseries, Value,
    };
    match map.shape {
        Value => "a value",
        Keyed => "a value per key",
        Histogram => "a histogram",
        KeyedHistogram => "a histogram per key",
        Stats => "count, average and total",
        KeyedStats => "count, average and total per key",
        Tseries => "a time series",
        KeyedTseries => "a time series per key",
    }
}

/// The variables that can be seen at `offset`.
pub(super) fn propose_variables(proposals: &mut Proposals<'_>, source: &str, offset: u32, target: Version) {
    let program = parse(source).program;
    let mut scope =
        Scope { source, offset, program: &program, with_block: target >= BLOCK_SCOPES, names: Vec::new() };
    let item = program.items.iter().find(|item| item.span().start <= offset && offset <= item.span().end);
    match item {
        Some(Item::Probe(probe)) => scope.block(&probe.body),
        Some(Item::Macro(definition)) => {
            definition.parameters.iter().for_each(|parameter| scope.name(*parameter));
            scope.block(&definition.body);
        }
        Some(Item::Function(definition)) => {
            definition.parameters.iter().for_each(|parameter| scope.name(parameter.name));
            scope.block(&definition.body);
        }
        _ => {}
    }
    scope.values();
    // The nearest comes first.
    for name in scope.names.iter().rev() {
        proposals.add(CompletionItem::plain(name, CompletionKind::Variable, "variable", ""));
    }
}

/// The names of the structures that the script defines.
pub(super) fn propose_structs(proposals: &mut Proposals<'_>, source: &str) {
    for item in &parse(source).program.items {
        if let Item::CDefinition(definition) = item
            && let Some(name) = definition.name
        {
            proposals.add(CompletionItem::plain(name.text(source), CompletionKind::Type, "defined here", ""));
        }
    }
}

/// The variables that can be seen at one place.
struct Scope<'a> {
    source: &'a str,
    offset: u32,
    program: &'a Program,
    /// Whether variables end with their block.
    with_block: bool,
    names: Vec<&'a str>,
}

impl<'a> Scope<'a> {
    fn name(&mut self, span: Span) {
        let name = span.text(self.source);
        if span.end < self.offset && name.starts_with('$') && !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    /// Enters a block if the cursor is in it, or if what it declares outlives it.
    fn block(&mut self, block: &Block) {
        let is_around = block.span.start <= self.offset && self.offset <= block.span.end;
        if is_around || !self.with_block {
            block.statements.iter().for_each(|statement| self.statement(statement));
        }
    }

    fn statement(&mut self, statement: &Statement) {
        if statement.span.start >= self.offset {
            return;
        }
        match &statement.kind {
            StatementKind::Assign { target, .. } => {
                let target = self.program.expressions.get(*target);
                if matches!(target.kind, ExpressionKind::Variable) {
                    self.name(target.span);
                }
            }
            StatementKind::Let { variable: Some(variable), .. } => self.name(*variable),
            StatementKind::If(branches) => self.branches(branches),
            StatementKind::Unroll { body, .. } | StatementKind::While { body, .. } => self.block(body),
            StatementKind::For { variable, body, .. } => {
                if let Some(variable) = variable
                    && body.span.start <= self.offset
                    && self.offset <= body.span.end
                {
                    self.name(*variable);
                }
                self.block(body);
            }
            StatementKind::Block(block) => self.block(block),
            _ => {}
        }
    }

    /// Blocks around the cursor that are values.
    fn values(&mut self) {
        let program = self.program;
        let is_around =
            |value: &&Expression| value.span.start <= self.offset && self.offset <= value.span.end;
        let around: Vec<&Expression> = program.expressions.iter().filter(is_around).collect();
        for value in around {
            match &value.kind {
                ExpressionKind::Block(block) => self.block(block),
                ExpressionKind::If(branches) => self.branches(branches),
                _ => {}
            }
        }
    }

    fn branches(&mut self, branches: &If) {
        branches.branches.iter().for_each(|(_, block)| self.block(block));
        if let Some(otherwise) = &branches.otherwise {
            self.block(otherwise);
        }
    }
}
