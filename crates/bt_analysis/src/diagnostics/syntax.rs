//! The script does not follow the grammar. The codes of what the parser finds begin with `syntax`.

use bt_catalog::Version;
use bt_syntax::{Expected, SyntaxErrorKind};

use super::{Context, Findings};
use crate::Diagnostic;

/// The release with a parser written by hand.
const RECURSIVE_DESCENT: Version = Version::new(0, 26);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for error in &context.parse.errors {
        let make =
            if is_read_over(&error.kind, context.target) { Diagnostic::warning } else { Diagnostic::error };
        let mut diagnostic = make(code(&error.kind), error.span, error.to_string());
        diagnostic.hint = error.hint().map(str::to_string);
        if let Some(fix) = error.fix() {
            let edits = fix.edits.into_iter().map(|(span, text)| (span, text.to_string())).collect();
            diagnostic = diagnostic.with_fix(fix.title, edits);
        }
        found.push(diagnostic);
    }
}

/// Whether the target takes it without a word: to its parser a comment that is not closed ends with the script.
fn is_read_over(kind: &SyntaxErrorKind, target: Version) -> bool {
    matches!(kind, SyntaxErrorKind::UnterminatedComment) && target >= RECURSIVE_DESCENT
}

/// The code of a kind of error: of its own where there is something to read about it.
fn code(kind: &SyntaxErrorKind) -> &'static str {
    match kind {
        SyntaxErrorKind::Expected { expected: Expected::Closing { .. }, .. }
        | SyntaxErrorKind::Unclosed { .. }
        | SyntaxErrorKind::UnterminatedString
        | SyntaxErrorKind::UnterminatedComment => "syntax-unclosed",
        SyntaxErrorKind::StrayClosing => "syntax-stray-bracket",
        SyntaxErrorKind::Integer(_) => "syntax-integer",
        SyntaxErrorKind::InvalidEscape => "syntax-escape",
        SyntaxErrorKind::InvalidCharacter | SyntaxErrorKind::SingleQuotes => "syntax-character",
        SyntaxErrorKind::PositionalZero => "syntax-parameter",
        SyntaxErrorKind::NotAssignable | SyntaxErrorKind::NotCountable | SyntaxErrorKind::NoAddress => {
            "syntax-target"
        }
        SyntaxErrorKind::NeedsParentheses => "syntax-parentheses",
        SyntaxErrorKind::TypeAsValue | SyntaxErrorKind::TypeOfSeveralWords => "syntax-type",
        SyntaxErrorKind::ReservedName => "syntax-reserved-name",
        SyntaxErrorKind::DuplicateField => "syntax-repeated-field",
        SyntaxErrorKind::EmptyStatement => "empty-statement",
        SyntaxErrorKind::OutOfOrder(_) => "syntax-order",
        SyntaxErrorKind::TooDeep | SyntaxErrorKind::TooLong => "syntax-limit",
        _ => "syntax",
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn codes() {
        check(
            "BEGIN { @a = (1; @b = 12x; @c = \"\\q\"; 1 = 2; @d = $0; @e = 'x'; @f = ; }} config = { a = 1 }",
            expect![[r#"
                error[syntax-unclosed] `;`: expected `)` to close the `(` of line 1, found `;`
                  Insert `)`: "BEGIN { @a = (1); @b = 12x; @c = \"\\q\"; 1 = 2; @d = $0; @e = 'x'; @f = ; }} config = { a = 1 }"
                error[syntax-integer] `12x`: the number has an unknown suffix
                  hint: the suffixes are u, l, ul, ll, ull and ns, us, ms, s, m, h, d
                error[syntax-escape] `\q`: invalid escape in a string
                  hint: the escapes are \n, \t, \r, \", \\, \x41 and \101 (to \377); a backslash is written \\
                error[syntax-target] `1`: this cannot be assigned
                  hint: a value can be assigned to a map (@x) or a variable ($x)
                error[syntax-parameter] `$0`: $0 does not exist
                  hint: parameters count from $1
                info[positional-parameter] `$0`: $0 has no value: the script gets no parameters
                  hint: it is 0, and as text it is empty: write the value itself
                error[syntax-character] `'x'`: a string stands between double quotes
                  Use double quotes: "BEGIN { @a = (1; @b = 12x; @c = \"\\q\"; 1 = 2; @d = $0; @e = \"x\"; @f = ; }} config = { a = 1 }"
                error[empty-statement] `;`: there is no statement before this `;`
                  hint: leave it out
                  Remove it: "BEGIN { @a = (1; @b = 12x; @c = \"\\q\"; 1 = 2; @d = $0; @e = 'x' @f = ; }} config = { a = 1 }"
                error[syntax] `;`: expected a value, found `;`
                error[syntax-stray-bracket] `}`: this closes nothing
                  hint: remove it, or open it before
                  Remove it: "BEGIN { @a = (1; @b = 12x; @c = \"\\q\"; 1 = 2; @d = $0; @e = 'x'; @f = ; } config = { a = 1 }"
                error[syntax-order] `config`: a config block cannot stand behind probes
                  hint: put it before the first probe
                error[unknown-config-key] `a`: there is no config key `a`
            "#]],
        );
    }
}
