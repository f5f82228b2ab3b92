//! Which `#define` stands for a value and can hide nothing else.
//!
//! bpftrace replaces a name by the tokens of its macro, joined without blanks, and reads on from there: a macro can
//! close a call, a block and a probe, and begin others. So what is not surely a value counts as something else.

use bt_catalog::{function, probe_type};
use bt_syntax::{TokenKind, tokens};

/// Words that begin a definition, which the lexer takes for names within a block.
const DEFINING_WORDS: [&str; 5] = ["config", "import", "macro", "fn", "let"];
/// Binary operators; of two that begin alike, the longer one first.
const OPERATORS: [&str; 18] =
    ["<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+", "-", "*", "/", "%", "&", "|", "^", "<", ">"];
/// Deepest parentheses of an expression; deeper ones count as something else.
const MAX_DEPTH: u32 = 20;

/// What a macro stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Definition<'a> {
    /// Nothing, a number, a string, a name or an expression of numbers and names. With the name of the macro.
    Value(&'a str),
    /// Anything else, or its name means something already.
    Other(&'a str),
}

/// Reads what follows `#define`, without comments.
pub(super) fn definition(text: &str) -> Definition<'_> {
    let text = text.trim_matches([' ', '\t']);
    let (name, body) = text.split_at(word_length(text));
    // A `(` right behind the name makes it a macro with arguments.
    let is_separate = body.is_empty() || body.starts_with([' ', '\t']);
    let body = body.trim_start_matches([' ', '\t']);
    if is_harmless_name(name) && is_separate && is_value(body) {
        Definition::Value(name)
    } else {
        Definition::Other(name)
    }
}

fn is_value(body: &str) -> bool {
    body.is_empty() || is_string(body) || expression(body, MAX_DEPTH).is_some_and(str::is_empty)
}

/// Whether it is one string, which C and bpftrace end at the same place.
fn is_string(body: &str) -> bool {
    let inner = body.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(mut rest) = inner.map(str::chars) else { return false };
    while let Some(one) = rest.next() {
        let is_fine = match one {
            '"' => false,
            '\\' => rest.next().is_some_and(|escaped| "ntr\\\"".contains(escaped)),
            one => one == ' ' || one.is_ascii_graphic(),
        };
        if !is_fine {
            return false;
        }
    }
    true
}

/// What follows the expression at the start of `text`; `None` if there is none.
fn expression(text: &str, depth: u32) -> Option<&str> {
    let mut rest = operand(text, depth)?;
    while let Some(behind) = OPERATORS.iter().find_map(|operator| rest.strip_prefix(operator)) {
        rest = operand(behind, depth)?;
    }
    Some(rest)
}

/// What follows the number, name or parentheses at the start of `text`, and the blanks behind.
fn operand(text: &str, depth: u32) -> Option<&str> {
    let text = text.trim_start_matches([' ', '\t']);
    let text = text.strip_prefix(['-', '~', '!']).unwrap_or(text).trim_start_matches([' ', '\t']);
    let rest = if let Some(inner) = text.strip_prefix('(') {
        expression(inner, depth.checked_sub(1)?)?.strip_prefix(')')?
    } else if text.starts_with(|first: char| first.is_ascii_digit()) {
        &text[text.bytes().take_while(is_word_byte).count()..]
    } else {
        let (name, rest) = text.split_at(word_length(text));
        is_harmless_name(name).then_some(rest)?
    };
    Some(rest.trim_start_matches([' ', '\t']))
}

/// Whether bpftrace takes it for a name and nothing else: not for a keyword, a function or a type of probe.
fn is_harmless_name(name: &str) -> bool {
    let is_known = function(name).is_some() || probe_type(name).is_some() || DEFINING_WORDS.contains(&name);
    let block = format!("BEGIN {{ {name} }}");
    let is_name =
        |token: &bt_syntax::Token| token.kind == TokenKind::Identifier && token.span.text(&block) == name;
    !name.is_empty() && !is_known && tokens(&block).iter().any(is_name)
}

/// Length of the name at the start of `text`, 0 if there is none.
fn word_length(text: &str) -> usize {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return 0;
    }
    text.bytes().take_while(is_word_byte).count()
}

fn is_word_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        for value in [
            " N",
            " N 10",
            "\tN\t0x10UL ",
            " N 1_000",
            " N -1",
            " N \"x\"",
            " N \"a \\\"b\\\" \\n cat()\"",
            " N M",
            " N LIMIT_2",
            " N (1 << 3)",
            " N (A | B) & ~C",
            " N 4 / 2 - 1 * (3 % K)",
            " N !A && B == 2 || C >= 7",
        ] {
            assert_eq!(definition(value), Definition::Value("N"), "{value}");
        }
    }

    #[test]
    fn everything_else() {
        let bodies = "cat|system|printf|tracepoint|BEGIN|while|if|return|import|config|struct|\
            cat(\"/etc/shadow\")|c at|x y|1 2|1 x|\"a\" \"b\"|L\"a\"|'a'|\"a\\|\"a\\\"|\"a\\137\"|\"\u{e9}\"|\u{e9}|\
            1); cat(\"/etc/shadow\"|1; } kprobe:f {|(|)|()|f(1)|f (1)|1(2)|(f)(1)|(f)1|1 +|+ 1|- - 1|a / / b|a / * b|\
            a * / b|a ## b|#a|$1|@a|a = 1|a, b|a ? b : c|a.b|a->b|a[1]|{|a\u{b}b|a\\|(cat)|1 + cat|-cat";
        for body in bodies.split('|') {
            assert_eq!(definition(&format!(" N {body}")), Definition::Other("N"), "{body}");
        }
        for other in [
            "(x) x",
            " N(x) x",
            " N() 1",
            " N\"a\"",
            " N+1",
            " printf cat",
            " interval tracepoint",
            " interval 1",
            " BEGIN END",
            " struct x",
            " if x",
            " 1 2",
            "",
        ] {
            assert!(matches!(definition(other), Definition::Other(_)), "{other}");
        }
        let deep = format!(" N {}1{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(definition(&deep), Definition::Other("N"));
    }
}
