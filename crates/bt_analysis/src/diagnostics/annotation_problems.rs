//! A comment line that was meant as an annotation and cannot be read as one.

use bt_catalog::{ANNOTATIONS, annotation, did_you_mean};

use super::{Context, Findings};
use crate::Diagnostic;
use crate::annotations::{AnnotationProblem, AnnotationProblemKind};

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    found.extend(context.comments.problems.iter().map(|problem| diagnostic(context.source, problem)));
}

fn diagnostic(source: &str, problem: &AnnotationProblem<'_>) -> Diagnostic {
    let (key, value) = (problem.key, problem.value_span.text(source));
    let invalid = |message: String, hint: &str| {
        Diagnostic::warning("invalid-annotation", problem.value_span, message).with_hint(hint)
    };
    match problem.kind {
        AnnotationProblemKind::UnknownKey => {
            let message = format!("there is no annotation `{key}`: this is a plain comment");
            Diagnostic::warning("unknown-annotation", problem.key_span, message)
                .with_meant(did_you_mean(key, ANNOTATIONS.iter().map(|annotation| annotation.key)))
        }
        AnnotationProblemKind::Empty => {
            let example = annotation(key).map_or("", |known| known.example);
            Diagnostic::warning(
                "empty-annotation",
                problem.key_span,
                format!("the annotation `{key}` has no value"),
            )
            .with_hint(format!("write it as `// {key}: {example}`, or remove it"))
        }
        AnnotationProblemKind::InvalidName => invalid(
            format!("`{value}` cannot be the name of a script"),
            "a name is a letter, then letters, digits and `_`",
        ),
        AnnotationProblemKind::InvalidMap => {
            invalid(format!("`{value}` is no map"), "write the maps as `@a, @b`, with commas between")
        }
        AnnotationProblemKind::InvalidLines => {
            invalid(format!("`{value}` is no number of lines"), "write a number from 1 to 100000")
        }
        AnnotationProblemKind::InvalidInterval => {
            invalid(format!("`{value}` is no interval"), "write it as `250ms`, `2s` or `1m`")
        }
        AnnotationProblemKind::IntervalOutOfRange => invalid(
            format!("`{value}` is out of range"),
            "the interval is 100ms to 60s; the nearest one is taken",
        ),
        AnnotationProblemKind::InvalidUnit => invalid(
            format!("`{value}` is not a map and its unit"),
            "write it as `@usecs us`; units are ns, us, ms, s, byte, Kbyte, Mbyte, Gbyte, count, none",
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn blanks_do_not_matter_and_prose_is_no_annotation() {
        check(
            "// name: a\n//include:@a,@b ,  @c\n  // table-retain-lines :10\n// custom-output-block\n// refresh: 2s\n\
             // unit: @a us\n// todo: more\n// name\n// https://example.org\n\
             BEGIN { @a = 1; @b = 2; @c = 3; print(@a); /* name: */ } // name: of the rose\n",
            expect![[""]],
        );
    }

    #[test]
    fn what_cannot_be_read_is_ignored_with_a_warning() {
        check(
            "// name:\n// names: x\n// name: 2nd\n// include: @a b, @a\n// table-retain-lines: 0\n// refresh: 1ms\n\
             // refresh: fast\n// unit: @a parsec\nBEGIN { @a = 1; }",
            expect![[r#"
                warning[empty-annotation] `name`: the annotation `name` has no value
                  hint: write it as `// name: runqlat`, or remove it
                warning[unknown-annotation] `names`: there is no annotation `names`: this is a plain comment
                  hint: did you mean `name`?
                  Change it to `name`: "// name:\n// name: x\n// name: 2nd\n// include: @a b, @a\n// table-retain-lines: 0\n// refresh: 1ms\n// refresh: fast\n// unit: @a parsec\nBEGIN { @a = 1; }"
                warning[invalid-annotation] `2nd`: `2nd` cannot be the name of a script
                  hint: a name is a letter, then letters, digits and `_`
                warning[invalid-annotation] `@a b`: `@a b` is no map
                  hint: write the maps as `@a, @b`, with commas between
                warning[invalid-annotation] `0`: `0` is no number of lines
                  hint: write a number from 1 to 100000
                warning[invalid-annotation] `1ms`: `1ms` is out of range
                  hint: the interval is 100ms to 60s; the nearest one is taken
                warning[invalid-annotation] `fast`: `fast` is no interval
                  hint: write it as `250ms`, `2s` or `1m`
                warning[invalid-annotation] `@a parsec`: `@a parsec` is not a map and its unit
                  hint: write it as `@usecs us`; units are ns, us, ms, s, byte, Kbyte, Mbyte, Gbyte, count, none
            "#]],
        );
    }
}
