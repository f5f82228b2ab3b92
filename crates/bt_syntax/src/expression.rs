//! Expressions, in an arena: a long chain of operators nests deep without any recursion to build or to drop it.

use smallvec::SmallVec;

use crate::literal::Integer;
use crate::tree::{Block, If, TypeName};
use crate::{Span, TokenKind};

/// Names an expression of a [`crate::Program`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExpressionId(u32);

impl ExpressionId {
    /// Its place in the order of [`Expressions::iter`], for tables beside the tree.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A key, arguments, or the parts of a tuple: seldom more than four, and then without memory of their own.
pub type ExpressionList = SmallVec<[ExpressionId; 4]>;

/// Every expression of a script. Parts stand before what they are part of.
#[derive(Clone, Debug, Default)]
pub struct Expressions {
    nodes: Vec<Expression>,
    /// Levels below and including each node; bounds the recursion of whoever walks it.
    heights: Vec<u16>,
}

/// One expression.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// All of it, without parentheses around it.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExpressionKind {
    /// There should be one, but there is none.
    Missing,
    /// `42`, `1ms`; `None` if it is none.
    Integer(Option<Integer>),
    /// `"…"`
    String,
    /// `true`, `false`
    Boolean(bool),
    /// A builtin, or a constant of C.
    Identifier,
    /// `@`, `@x`, `@x[1, 2]`
    Map {
        /// With its `@`.
        name: Span,
        /// What stands between the brackets; empty without brackets.
        key: ExpressionList,
    },
    /// `$x`
    Variable,
    /// `$1`
    Positional,
    /// `$#`
    PositionalCount,
    /// `f(a, b)`
    Call {
        /// The name.
        name: Span,
        /// What stands between the parentheses.
        arguments: ExpressionList,
    },
    /// `!a`, `-a`, `*a`, `&a`, `~a`
    Unary {
        /// The sign.
        operator: TokenKind,
        /// What it stands before.
        operand: ExpressionId,
    },
    /// `a++`, `--a`
    Increment {
        /// `++` or `--`.
        operator: TokenKind,
        /// What changes.
        operand: ExpressionId,
    },
    /// `a + b`
    Binary {
        /// The sign.
        operator: TokenKind,
        /// What stands before it.
        left: ExpressionId,
        /// What stands behind it.
        right: ExpressionId,
    },
    /// `a ? b : c`, `a ?: c`
    Conditional {
        /// The condition.
        condition: ExpressionId,
        /// The value if it is true; `None` for the condition itself.
        then: Option<ExpressionId>,
        /// The value otherwise.
        otherwise: ExpressionId,
    },
    /// `(uint8)a`
    Cast {
        /// The type.
        type_name: TypeName,
        /// What is cast.
        operand: ExpressionId,
    },
    /// `a.b`, `a->b`, `a.0`
    Field {
        /// What has the field.
        base: ExpressionId,
        /// Name or number of the field.
        name: Span,
    },
    /// `a[0]`
    Index {
        /// What is indexed.
        base: ExpressionId,
        /// The index.
        index: ExpressionId,
    },
    /// `(a, b)`
    Tuple(ExpressionList),
    /// `(x = a, y = b)`
    Record(Vec<(Span, ExpressionId)>),
    /// `struct s` as an argument of `sizeof` and its like.
    Type(TypeName),
    /// `if (…) { … } else { … }` as a value.
    If(Box<If>),
    /// `{ …; value }`
    Block(Box<Block>),
}

impl Expressions {
    /// The expression of that id.
    pub fn get(&self, id: ExpressionId) -> &Expression {
        &self.nodes[id.0 as usize]
    }

    /// The expressions in order: parts before the whole.
    pub fn iter(&self) -> impl Iterator<Item = &Expression> {
        self.nodes.iter()
    }

    /// Number of expressions.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the script has no expression at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Whether the expression is a number as it stands in the script.
    pub fn is_number(&self, id: ExpressionId) -> bool {
        matches!(self.get(id).kind, ExpressionKind::Integer(Some(_)))
    }

    /// Calls `each` on the direct parts of an expression; blocks are not entered.
    pub fn for_each_part(&self, id: ExpressionId, mut each: impl FnMut(ExpressionId)) {
        for_each_part(&self.get(id).kind, &mut each);
    }

    pub(crate) fn with_capacity(count: usize) -> Expressions {
        Expressions { nodes: Vec::with_capacity(count), heights: Vec::with_capacity(count) }
    }

    pub(crate) fn push(&mut self, expression: Expression) -> ExpressionId {
        let mut height = 0;
        for_each_part(&expression.kind, &mut |part| height = height.max(self.height(part)));
        self.heights.push(height.saturating_add(1));
        self.nodes.push(expression);
        // The text is bounded, so is the number of its expressions.
        ExpressionId(self.nodes.len() as u32 - 1)
    }

    pub(crate) fn height(&self, id: ExpressionId) -> u16 {
        self.heights[id.0 as usize]
    }
}

fn for_each_part(kind: &ExpressionKind, each: &mut impl FnMut(ExpressionId)) {
    match kind {
        ExpressionKind::Map { key: parts, .. }
        | ExpressionKind::Call { arguments: parts, .. }
        | ExpressionKind::Tuple(parts) => parts.iter().copied().for_each(each),
        ExpressionKind::Record(fields) => fields.iter().for_each(|(_, value)| each(*value)),
        ExpressionKind::Unary { operand, .. }
        | ExpressionKind::Increment { operand, .. }
        | ExpressionKind::Cast { operand, .. }
        | ExpressionKind::Field { base: operand, .. } => each(*operand),
        ExpressionKind::Binary { left, right, .. } | ExpressionKind::Index { base: left, index: right } => {
            each(*left);
            each(*right);
        }
        ExpressionKind::Conditional { condition, then, otherwise } => {
            each(*condition);
            then.iter().copied().for_each(&mut *each);
            each(*otherwise);
        }
        ExpressionKind::Missing
        | ExpressionKind::Integer(_)
        | ExpressionKind::String
        | ExpressionKind::Boolean(_)
        | ExpressionKind::Identifier
        | ExpressionKind::Variable
        | ExpressionKind::Positional
        | ExpressionKind::PositionalCount
        | ExpressionKind::Type(_)
        | ExpressionKind::If(_)
        | ExpressionKind::Block(_) => {}
    }
}
