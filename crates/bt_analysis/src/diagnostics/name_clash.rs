//! Two maps would have the same metric name, as `@` and `@root` have.

use bt_metrics::map_metric_names;

use super::{Context, Findings};
use crate::Diagnostic;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let maps = &context.facts.maps;
    for map in maps {
        // What gave way has got a number.
        if !map.metric.ends_with(|last: char| last.is_ascii_digit()) {
            continue;
        }
        let alone = map_metric_names([map.name.as_str()]).pop().unwrap_or_default();
        if alone == map.metric {
            continue;
        }
        let Some(other) = maps.iter().find(|other| other.metric == alone) else { continue };
        found.push(
            Diagnostic::warning(
                "name-clash",
                map.span,
                format!(
                    "{} and {} would both be the metric `{alone}`: this one becomes `{}`",
                    other.name, map.name, map.metric
                ),
            )
            .with_hint("give one of them another name"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn the_anonymous_map_is_called_root() {
        check(
            "BEGIN { @ = 1; @root = 2; @_x = 1; @m_x = 2; @output = 1; }",
            expect![[r#"
                warning[name-clash] `@root`: @ and @root would both be the metric `root`: this one becomes `root_1`
                  hint: give one of them another name
                warning[name-clash] `@m_x`: @_x and @m_x would both be the metric `m_x`: this one becomes `m_x_1`
                  hint: give one of them another name
            "#]],
        );
    }
}
