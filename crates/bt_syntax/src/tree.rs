//! The tree of a script: definitions, probes, blocks and statements.
//!
//! Names are spans of the text. Expressions stand in an arena of their own, see [`crate::expression`].

use crate::expression::{ExpressionId, Expressions};
use crate::{Span, TokenKind};

/// A whole script.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Definitions and probes in the order of the text.
    pub items: Vec<Item>,
    /// Every expression of the script.
    pub expressions: Expressions,
}

impl Program {
    /// The probes, in the order of the text.
    pub fn probes(&self) -> impl Iterator<Item = &Probe> {
        self.items.iter().filter_map(|item| match item {
            Item::Probe(probe) => Some(probe),
            _ => None,
        })
    }
}

/// Something at the top level.
#[derive(Clone, Debug)]
pub enum Item {
    /// A line that begins with `#`.
    Preprocessor(Span),
    /// `struct s { … };`
    CDefinition(CDefinition),
    /// `config = { … }`
    Config(Config),
    /// `import "path";`
    Import(Import),
    /// `macro name(…) { … }`
    Macro(Macro),
    /// `fn name(…) : type { … }`
    Function(Function),
    /// `let @map = hash(10);`
    MapDeclaration(MapDeclaration),
    /// `kprobe:f /…/ { … }`
    Probe(Probe),
}

impl Item {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Item::Preprocessor(span) => *span,
            Item::CDefinition(definition) => definition.span,
            Item::Config(config) => config.span,
            Item::Import(import) => import.span,
            Item::Macro(definition) => definition.span,
            Item::Function(function) => function.span,
            Item::MapDeclaration(declaration) => declaration.span,
            Item::Probe(probe) => probe.span,
        }
    }
}

/// `struct s { … };`, opaque but for its name.
#[derive(Clone, Debug)]
pub struct CDefinition {
    /// `struct`, `union` or `enum`.
    pub keyword: TokenKind,
    /// Its name; an enum may have none.
    pub name: Option<Span>,
    /// Its body with the braces.
    pub body: Option<Span>,
    /// All of it.
    pub span: Span,
}

/// `config = { key = value; }`
#[derive(Clone, Debug)]
pub struct Config {
    /// Its assignments.
    pub settings: Vec<Setting>,
    /// All of it.
    pub span: Span,
}

/// `key = value` of a config block.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The key.
    pub key: Span,
    /// The value; `None` if it is missing.
    pub value: Option<Span>,
}

/// `import "path";`
#[derive(Clone, Debug)]
pub struct Import {
    /// The path with its quotes.
    pub path: Option<Span>,
    /// All of it.
    pub span: Span,
}

/// `macro name($a, @b, c) { … }`
#[derive(Clone, Debug)]
pub struct Macro {
    /// Its name.
    pub name: Option<Span>,
    /// Its parameters with their `$` and `@`.
    pub parameters: Vec<Span>,
    /// What it expands to.
    pub body: Block,
    /// All of it.
    pub span: Span,
}

/// `fn name($a : type) : type { … }`
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: Option<Span>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Type of its result.
    pub result: Option<TypeName>,
    /// What it does.
    pub body: Block,
    /// All of it.
    pub span: Span,
}

/// `$a : type`
#[derive(Clone, Debug)]
pub struct Parameter {
    /// With its `$`.
    pub name: Span,
    /// Its type.
    pub type_name: Option<TypeName>,
}

/// `let @map = hash(10);`
#[derive(Clone, Debug)]
pub struct MapDeclaration {
    /// With its `@`.
    pub map: Span,
    /// `hash(10)`
    pub value: Option<ExpressionId>,
    /// All of it.
    pub span: Span,
}

/// `name = kprobe:f, kprobe:g /predicate/ { … }`
#[derive(Clone, Debug)]
pub struct Probe {
    /// The name before `=`.
    pub name: Option<Span>,
    /// Where it attaches; at least one.
    pub attach_points: Vec<AttachPoint>,
    /// The condition between the slashes.
    pub predicate: Option<ExpressionId>,
    /// What it does.
    pub body: Block,
    /// All of it.
    pub span: Span,
}

/// `kprobe:f`, as raw text.
#[derive(Clone, Copy, Debug)]
pub struct AttachPoint {
    /// All of it.
    pub span: Span,
    /// What stands before the first colon.
    pub provider: Span,
}

/// `{ … }`
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Its statements.
    pub statements: Vec<Statement>,
    /// With the braces; empty if there is no block.
    pub span: Span,
}

/// One statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// All of it, without a semicolon.
    pub span: Span,
}

/// What a statement is.
#[derive(Clone, Debug)]
pub enum StatementKind {
    /// A value that is not used further: a call, `@x++`.
    Expression(ExpressionId),
    /// `target = value`, `target += value`
    Assign {
        /// A map or variable; `_` discards the value.
        target: ExpressionId,
        /// `=`, `+=`, …
        operator: TokenKind,
        /// What is assigned.
        value: ExpressionId,
    },
    /// `let $x : type = value`
    Let {
        /// With its `$`.
        variable: Option<Span>,
        /// Its type.
        type_name: Option<TypeName>,
        /// Its first value.
        value: Option<ExpressionId>,
    },
    /// `if (…) { … } else { … }`
    If(If),
    /// `unroll (3) { … }`
    Unroll {
        /// How often.
        count: ExpressionId,
        /// What is repeated.
        body: Block,
    },
    /// `while (…) { … }`
    While {
        /// As long as this is true.
        condition: ExpressionId,
        /// What is repeated.
        body: Block,
    },
    /// `for ($kv : @map) { … }`, `for ($i : 0..10) { … }`
    For {
        /// The variable of the loop.
        variable: Option<Span>,
        /// A map, or the first number.
        from: ExpressionId,
        /// The number behind the last one.
        to: Option<ExpressionId>,
        /// What is repeated.
        body: Block,
    },
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `return`, `return value`
    Return(Option<ExpressionId>),
    /// `import "path"` in a block
    Import(Import),
    /// `{ … }`
    Block(Block),
    /// A `;` behind the block of an `if` or a block; elsewhere it is an error.
    Empty,
}

/// `if (…) { … } else if (…) { … } else { … }`; also as a value.
#[derive(Clone, Debug)]
pub struct If {
    /// Conditions and what is done on them; at least one.
    pub branches: Vec<(ExpressionId, Block)>,
    /// What is done otherwise.
    pub otherwise: Option<Block>,
}

/// The name of a type: `uint64`, `struct s *`, `uint8[4]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeName {
    /// All of it.
    pub span: Span,
    /// The name without `struct`, stars and brackets.
    pub name: Span,
    /// Number of stars behind it.
    pub pointers: u8,
    /// Whether brackets stand behind it.
    pub is_array: bool,
}
