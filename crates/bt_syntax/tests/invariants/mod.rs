//! What holds for every text. The property tests and the fuzzer ask the same.

use bt_syntax::tree::{Block, If, Item, Probe, Statement, StatementKind, TypeName};
use bt_syntax::{ExpressionId, ExpressionKind, MAX_ERRORS, Parse, Program, Span, parse, tokens};

/// Parses `text`; panics if the result breaks a promise.
pub(crate) fn check(text: &str) -> Parse {
    check_tokens(text);
    let parse = parse(text);
    check_errors(text, &parse);
    let mut items = Siblings::within(Span::new(0, text.len() as u32));
    for item in &parse.program.items {
        items.next(item.span());
        Checker { program: &parse.program }.item(item);
    }
    parse
}

fn check_tokens(text: &str) {
    let mut end = 0;
    for token in tokens(text) {
        assert_eq!(token.span.start, end, "tokens tile the text");
        assert!(token.span.end > end, "no token is empty");
        end = token.span.end;
        assert!(text.is_char_boundary(end as usize), "tokens end between characters");
    }
    assert_eq!(end as usize, text.len(), "tokens tile the text");
}

fn check_errors(text: &str, parse: &Parse) {
    assert!(parse.errors.len() <= MAX_ERRORS);
    assert!(parse.errors.is_sorted_by_key(|error| error.span.start), "errors stand in order");
    for error in &parse.errors {
        let mut spans = vec![error.span];
        spans.extend(error.opening());
        spans.extend(error.fix().into_iter().flat_map(|fix| fix.edits).map(|(span, _)| span));
        for span in spans {
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{error:?} at {span:?}");
        }
        assert!(!error.to_string().is_empty());
    }
}

/// Spans that stand one behind the other in their parent.
struct Siblings {
    parent: Span,
    end: u32,
}

impl Siblings {
    fn within(parent: Span) -> Siblings {
        Siblings { parent, end: parent.start }
    }

    fn next(&mut self, child: Span) {
        assert!(self.parent.contains(child), "{child:?} lies within {:?}", self.parent);
        assert!(self.end <= child.start, "{child:?} stands behind {}", self.end);
        self.end = child.end;
    }
}

/// Walks the tree; its recursion is as deep as the tree, which is bounded.
struct Checker<'a> {
    program: &'a Program,
}

impl Checker<'_> {
    fn item(&self, item: &Item) {
        let mut parts = Siblings::within(item.span());
        match item {
            Item::Preprocessor(_) => {}
            Item::CDefinition(definition) => {
                definition.name.into_iter().chain(definition.body).for_each(|span| parts.next(span));
            }
            Item::Config(config) => {
                for setting in &config.settings {
                    parts.next(setting.key);
                    setting.value.into_iter().for_each(|span| parts.next(span));
                }
            }
            Item::Import(import) => import.path.into_iter().for_each(|span| parts.next(span)),
            Item::Macro(definition) => {
                definition.name.iter().chain(&definition.parameters).for_each(|span| parts.next(*span));
                self.block(&mut parts, &definition.body);
            }
            Item::Function(function) => {
                function.name.into_iter().for_each(|span| parts.next(span));
                for parameter in &function.parameters {
                    parts.next(parameter.name);
                    parameter.type_name.iter().for_each(|name| type_name(&mut parts, name));
                }
                function.result.iter().for_each(|name| type_name(&mut parts, name));
                self.block(&mut parts, &function.body);
            }
            Item::MapDeclaration(declaration) => {
                parts.next(declaration.map);
                self.expressions(&mut parts, declaration.value);
            }
            Item::Probe(probe) => self.probe(&mut parts, probe),
        }
    }

    fn probe(&self, parts: &mut Siblings, probe: &Probe) {
        assert!(!probe.attach_points.is_empty(), "a probe has an attach point");
        probe.name.into_iter().for_each(|span| parts.next(span));
        for point in &probe.attach_points {
            parts.next(point.span);
            assert!(point.span.contains(point.provider));
        }
        self.expressions(parts, probe.predicate);
        self.block(parts, &probe.body);
    }

    fn block(&self, parts: &mut Siblings, block: &Block) {
        if block.span.is_empty() {
            assert!(block.statements.is_empty(), "no statements stand outside of a block");
            return;
        }
        parts.next(block.span);
        let mut statements = Siblings::within(block.span);
        for statement in &block.statements {
            statements.next(statement.span);
            self.statement(statement);
        }
    }

    fn statement(&self, statement: &Statement) {
        let parts = &mut Siblings::within(statement.span);
        match &statement.kind {
            StatementKind::Expression(value) => self.expression(parts, *value),
            StatementKind::Assign { target, value, .. } => {
                self.expressions(parts, [*target, *value]);
            }
            StatementKind::Let { variable, type_name: name, value } => {
                variable.iter().for_each(|span| parts.next(*span));
                name.iter().for_each(|name| type_name(parts, name));
                self.expressions(parts, *value);
            }
            StatementKind::If(chain) => self.if_chain(parts, chain),
            StatementKind::Unroll { count: head, body } | StatementKind::While { condition: head, body } => {
                self.expression(parts, *head);
                self.block(parts, body);
            }
            StatementKind::For { variable, from, to, body } => {
                variable.iter().for_each(|span| parts.next(*span));
                self.expressions(parts, [Some(*from), *to].into_iter().flatten());
                self.block(parts, body);
            }
            StatementKind::Return(value) => self.expressions(parts, *value),
            StatementKind::Import(import) => import.path.iter().for_each(|span| parts.next(*span)),
            StatementKind::Block(block) => self.block(parts, block),
            StatementKind::Break | StatementKind::Continue | StatementKind::Empty => {}
        }
    }

    fn if_chain(&self, parts: &mut Siblings, chain: &If) {
        assert!(!chain.branches.is_empty(), "an `if` has a condition");
        for (condition, body) in &chain.branches {
            self.expression(parts, *condition);
            self.block(parts, body);
        }
        chain.otherwise.iter().for_each(|body| self.block(parts, body));
    }

    fn expressions(&self, parts: &mut Siblings, ids: impl IntoIterator<Item = ExpressionId>) {
        ids.into_iter().for_each(|id| self.expression(parts, id));
    }

    fn expression(&self, siblings: &mut Siblings, id: ExpressionId) {
        let expression = self.program.expressions.get(id);
        siblings.next(expression.span);
        let mut parts = Siblings::within(expression.span);
        match &expression.kind {
            ExpressionKind::Map { name, .. } | ExpressionKind::Call { name, .. } => parts.next(*name),
            ExpressionKind::Cast { type_name: name, .. } | ExpressionKind::Type(name) => {
                type_name(&mut parts, name);
            }
            ExpressionKind::If(chain) => self.if_chain(&mut parts, chain),
            ExpressionKind::Block(block) => self.block(&mut parts, block),
            _ => {}
        }
        self.program.expressions.for_each_part(id, |part| self.expression(&mut parts, part));
    }
}

fn type_name(parts: &mut Siblings, name: &TypeName) {
    parts.next(name.span);
    assert!(name.span.contains(name.name), "the name of a type lies within the type");
}
