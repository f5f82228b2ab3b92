//! The operators, and how strongly they bind.

use crate::Lifetime;

/// An operator.
#[derive(Clone, Copy, Debug)]
pub struct Operator {
    /// How it is written; the form for those that stand around something, as `[]`.
    pub symbol: &'static str,
    /// Where it stands.
    pub fixity: Fixity,
    /// How strongly it binds: 1 is weakest. Those of one strength group from the left, but 1 and 12 from the right.
    pub strength: u8,
    /// Releases that know it.
    pub lifetime: Lifetime,
    /// One line about it.
    pub summary: &'static str,
}

/// Where an operator stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixity {
    /// Before its operand.
    Prefix,
    /// Between two.
    Infix,
    /// Behind its operand.
    Postfix,
    /// Among three.
    Ternary,
}

use Fixity::{Infix, Postfix, Prefix, Ternary};

/// Every operator of expressions, the weakest first.
pub const OPERATORS: &[Operator] = &[
    operator("? :", Ternary, 1, "`c ? a : b`: a if c is true, otherwise b; only one of them is computed."),
    operator("?:", Infix, 1, "`a ?: b`: a if it is true, otherwise b.").since(26),
    operator("||", Infix, 2, "Or; the right side is computed only if the left one is false."),
    operator("&&", Infix, 3, "And; the right side is computed only if the left one is true."),
    operator("|", Infix, 4, "Or, bit by bit."),
    operator("^", Infix, 5, "Either-or, bit by bit."),
    operator("&", Infix, 6, "And, bit by bit."),
    operator("==", Infix, 7, "Equal; also for strings, and for tuples and arrays of the same type."),
    operator("!=", Infix, 7, "Not equal."),
    operator("<", Infix, 8, "Less; for numbers only."),
    operator(">", Infix, 8, "Greater; for numbers only."),
    operator("<=", Infix, 8, "Less or equal; for numbers only."),
    operator(">=", Infix, 8, "Greater or equal; for numbers only."),
    operator("<<", Infix, 9, "Shifts bits to the left."),
    operator(">>", Infix, 9, "Shifts bits to the right."),
    operator("+", Infix, 10, "Sum; of a pointer and a number it counts in elements."),
    operator("-", Infix, 10, "Difference; with a sign since 0.26, whatever the operands are."),
    operator("*", Infix, 11, "Product."),
    operator("/", Infix, 11, "Quotient, cut to an integer; by zero it gives 0."),
    operator("%", Infix, 11, "Rest of a division."),
    operator("!", Prefix, 12, "Not."),
    operator("~", Prefix, 12, "All bits turned."),
    operator("-", Prefix, 12, "Turns the sign."),
    operator("*", Prefix, 12, "Reads what a pointer points to."),
    operator("&", Prefix, 12, "Address of a variable or a map; stable since 0.26.").since(24),
    operator("++", Prefix, 12, "Adds 1 to a variable or map, and gives the new value."),
    operator("--", Prefix, 12, "Takes 1 from a variable or map, and gives the new value."),
    operator("(type)", Prefix, 12, "Makes a value one of that type."),
    operator("[]", Postfix, 13, "An element of an array, a value of a map; of a tuple or string since 0.25."),
    operator(
        ".",
        Postfix,
        13,
        "A field of a structure or record, a part of a tuple; through pointers since 0.25.",
    ),
    operator("->", Postfix, 13, "A field of the structure that a pointer points to."),
    operator("++", Postfix, 13, "Adds 1 to a variable or map, and gives the value before."),
    operator("--", Postfix, 13, "Takes 1 from a variable or map, and gives the value before."),
];

/// The operators of assignments. An assignment is a statement: it has no value.
pub const ASSIGNMENTS: &[&str] = &["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="];

const fn operator(symbol: &'static str, fixity: Fixity, strength: u8, summary: &'static str) -> Operator {
    Operator { symbol, fixity, strength, lifetime: Lifetime::ALWAYS, summary }
}

impl Operator {
    const fn since(self, minor: u16) -> Operator {
        Operator { lifetime: Lifetime::since(minor), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weakest_first_and_each_once() {
        assert!(OPERATORS.is_sorted_by_key(|operator| operator.strength));
        for (position, operator) in OPERATORS.iter().enumerate() {
            assert!(operator.summary.ends_with('.'), "{}", operator.symbol);
            let before = &OPERATORS[..position];
            assert!(
                before.iter().all(|other| (other.symbol, other.fixity) != (operator.symbol, operator.fixity))
            );
        }
        let strengths = OPERATORS.iter().map(|operator| operator.strength);
        assert_eq!(strengths.max(), Some(13));
    }
}
