//! How tight operators bind: every pair of them.

mod printer;

use bt_syntax::{ExpressionKind, parse};

/// The operators of two values, from the one that binds least; those on one line bind equally, from the left.
const LEVELS: &[&[&str]] = &[
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<", "<=", ">", ">="],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];
const PREFIXES: &[&str] = &["!", "~", "-", "*", "(uint8)"];

/// A probe with only this statement, as nested lists.
fn tree(expression: &str) -> String {
    let source = format!("begin {{ {expression} }}");
    let parse = parse(&source);
    assert_eq!(parse.errors, [], "{expression}");
    printer::item_text(&source, &parse.program, &parse.program.items[0])
}

#[test]
fn every_pair_of_operators() {
    let operators =
        || LEVELS.iter().enumerate().flat_map(|(level, signs)| signs.iter().map(move |sign| (level, sign)));
    for (first_level, first) in operators() {
        for (second_level, second) in operators() {
            let expected = if second_level > first_level {
                format!("1 {first} (2 {second} 3)")
            } else {
                format!("(1 {first} 2) {second} 3")
            };
            let expression = format!("1 {first} 2 {second} 3");
            assert_eq!(tree(&expression), tree(&expected), "{expression}");
        }
    }
}

#[test]
fn a_prefix_binds_tighter_than_any_operator_and_less_than_what_stands_behind_a_value() {
    for prefix in PREFIXES {
        for operator in LEVELS.iter().copied().flatten() {
            let expected = format!("({prefix}$a) {operator} $b");
            assert_eq!(tree(&format!("{prefix}$a {operator} $b")), tree(&expected));
        }
        for behind in [".x", "->x", ".0", "[1]"] {
            assert_eq!(tree(&format!("{prefix}$a{behind}")), tree(&format!("{prefix}($a{behind})")));
        }
        assert_eq!(tree(&format!("{prefix}$a++")), tree(&format!("{prefix}($a++)")));
    }
}

#[test]
fn a_conditional_binds_least_and_from_the_right() {
    for operator in LEVELS.iter().copied().flatten() {
        let expression = format!("1 {operator} 2 ? 3 {operator} 4 : 5 {operator} 6");
        let expected = format!("(1 {operator} 2) ? (3 {operator} 4) : (5 {operator} 6)");
        assert_eq!(tree(&expression), tree(&expected));
    }
    assert_eq!(tree("1 ? 2 : 3 ? 4 : 5"), tree("1 ? 2 : (3 ? 4 : 5)"));
    assert_eq!(tree("1 ? 2 ? 3 : 4 : 5"), tree("1 ? (2 ? 3 : 4) : 5"));
    assert_eq!(tree("1 ?: 2 ?: 3"), tree("1 ?: (2 ?: 3)"));
}

#[test]
fn parentheses_leave_no_node() {
    let parse = parse("begin { ((1)) }");
    let kinds: Vec<_> = parse.program.expressions.iter().map(|expression| &expression.kind).collect();
    assert!(matches!(kinds[..], [ExpressionKind::Integer(Some(_))]), "{kinds:?}");
}
