//! The script uses syntax that came only after the target.

use bt_catalog::Lifetime;
use bt_syntax::Span;
use bt_syntax::tree::Item;

use super::{Context, Findings, not_in_target};
use crate::usage::Syntax;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let mut newer = |since: u16, what: &str, span: Span| {
        found.extend(not_in_target(context.target, Lifetime::since(since), what, span));
    };
    for item in &context.parse.program.items {
        match item {
            Item::Config(config) => newer(20, "a config block", config.span),
            Item::Import(import) => newer(25, "an import", import.span),
            Item::Macro(definition) => newer(24, "a macro", definition.span),
            Item::Function(function) => newer(21, "a function", function.span),
            Item::MapDeclaration(declaration) => newer(24, "the declaration of a map", declaration.span),
            Item::Probe(probe) => probe.name.iter().for_each(|name| newer(25, "the name of a probe", *name)),
            Item::CDefinition(_) | Item::Preprocessor(_) => {}
        }
    }
    for (syntax, span) in &context.usage.syntax {
        let (since, what) = match syntax {
            Syntax::Let => (22, "`let`"),
            Syntax::ForMap => (21, "a `for` loop"),
            Syntax::ForRange => (24, "a `for` loop over numbers"),
            Syntax::Elvis => (26, "the operator `?:`"),
            Syntax::Record => (25, "a record"),
            Syntax::IfValue => (25, "`if` as a value"),
            Syntax::BlockValue => (24, "a block as a value"),
            Syntax::Duration => (24, "a number with a unit of time"),
            Syntax::Import => (25, "an import"),
        };
        newer(since, what, *span);
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn known_by_its_release() {
        let script = "config = { max_strlen = 64 }\nlet @a = hash(10);\n\
                      BEGIN { let $x = 1ms; @a[$x] = 1; for ($kv : @a) { @b = $kv.0 ?: 1; } }";
        check(script, expect![[""]]);
        check_old(
            script,
            expect![[r#"
                error[newer-feature] `config = { max_strlen = 64 }`: a config block does not exist in bpftrace 0.17
                  hint: it came with 0.20
                error[newer-feature] `max_strlen`: max_strlen does not exist in bpftrace 0.17
                  hint: it came with 0.20
                error[newer-feature] `let @a = hash(10);`: the declaration of a map does not exist in bpftrace 0.17
                  hint: it came with 0.24
                error[newer-feature] `let $x = 1ms`: `let` does not exist in bpftrace 0.17
                  hint: it came with 0.22
                error[newer-feature] `1ms`: a number with a unit of time does not exist in bpftrace 0.17
                  hint: it came with 0.24
                error[newer-feature] `for ($kv : @a) { @b = $kv.0 ?: 1; }`: a `for` loop does not exist in bpftrace 0.17
                  hint: it came with 0.21
                error[newer-feature] `$kv.0 ?: 1`: the operator `?:` does not exist in bpftrace 0.17
                  hint: it came with 0.26
            "#]],
        );
    }
}
