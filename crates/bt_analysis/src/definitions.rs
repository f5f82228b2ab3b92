//! What a script defines itself, or takes from elsewhere: names that the catalogue cannot know.

use bt_syntax::Program;
use bt_syntax::tree::{Item, StatementKind};
use rustc_hash::FxHashSet;

/// The names that a script brings along.
#[derive(Debug, Default)]
pub(crate) struct Definitions<'a> {
    /// Macros and functions.
    pub(crate) functions: FxHashSet<&'a str>,
    /// Whether it imports other files: they can define anything.
    pub(crate) has_import: bool,
    /// Whether it has C definitions or includes: they can define any constant.
    pub(crate) has_c: bool,
}

impl<'a> Definitions<'a> {
    pub(crate) fn new(source: &'a str, program: &Program) -> Definitions<'a> {
        let mut definitions = Definitions::default();
        for item in &program.items {
            match item {
                Item::Macro(definition) => definitions.define(definition.name.map(|name| name.text(source))),
                Item::Function(function) => definitions.define(function.name.map(|name| name.text(source))),
                Item::Import(_) => definitions.has_import = true,
                Item::Preprocessor(_) | Item::CDefinition(_) => definitions.has_c = true,
                Item::Probe(probe) => {
                    let statements = &probe.body.statements;
                    definitions.has_import |=
                        statements.iter().any(|statement| matches!(statement.kind, StatementKind::Import(_)));
                }
                Item::Config(_) | Item::MapDeclaration(_) => {}
            }
        }
        definitions
    }

    fn define(&mut self, name: Option<&'a str>) {
        self.functions.extend(name);
    }
}
