//! A config block has a key that bpftrace does not know.

use bt_catalog::{CONFIG_KEYS, config_key, did_you_mean};
use bt_syntax::tree::Item;

use super::{Context, not_in_target};
use crate::Diagnostic;

pub(super) fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for item in &context.parse.program.items {
        let Item::Config(config) = item else { continue };
        for setting in &config.settings {
            let name = setting.key.text(context.source);
            match config_key(name) {
                Some(known) => found.extend(not_in_target(context.target, known.lifetime, name, setting.key)),
                None => {
                    let meant = did_you_mean(name, CONFIG_KEYS.iter().map(|key| key.name));
                    let mut diagnostic = Diagnostic::warning(
                        "unknown-config-key",
                        setting.key,
                        format!("there is no config key `{name}`"),
                    );
                    if let Some(meant) = meant {
                        diagnostic = diagnostic.with_hint(format!("did you mean `{meant}`?")).with_fix(
                            format!("Change it to `{meant}`"),
                            vec![(setting.key, meant.to_string())],
                        );
                    }
                    found.push(diagnostic);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn keys() {
        check(
            "config = { MAX_STRLEN = 20; max_map_key = 5; license = \"GPL\" } BEGIN { @ = 1; }",
            expect![[r#"
                warning[unknown-config-key] `max_map_key`: there is no config key `max_map_key`
                  hint: did you mean `max_map_keys`?
                  Change it to `max_map_keys`: "config = { MAX_STRLEN = 20; max_map_keys = 5; license = \"GPL\" } BEGIN { @ = 1; }"
            "#]],
        );
    }
}
