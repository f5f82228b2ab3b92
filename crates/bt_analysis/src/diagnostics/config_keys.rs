//! A config block has a key that bpftrace does not know.

use bt_catalog::{CONFIG_KEYS, ConfigState, config_key, did_you_mean};
use bt_syntax::tree::{Item, Setting};

use super::{Context, Findings};
use crate::Diagnostic;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let settings = context.parse.program.items.iter().flat_map(|item| match item {
        Item::Config(config) => &config.settings[..],
        _ => &[],
    });
    found.extend(settings.filter_map(|setting| diagnostic(context, setting)));
}

fn diagnostic(context: &Context<'_>, setting: &Setting) -> Option<Diagnostic> {
    let name = setting.key.text(context.source);
    if let Some(known) = config_key(name) {
        if known.state == ConfigState::EnvironmentOnly {
            let message = format!("`{name}` cannot be set in a script");
            return Some(
                Diagnostic::error("environment-only", setting.key, message)
                    .with_hint("it is an environment variable of bpftrace"),
            );
        }
        return None;
    }
    Some(
        Diagnostic::warning("unknown-config-key", setting.key, format!("there is no config key `{name}`"))
            .with_meant(did_you_mean(name, CONFIG_KEYS.iter().map(|key| key.name))),
    )
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn of_the_environment_only() {
        check(
            "config = { vmlinux = \"x\" } BEGIN { @ = 1; }",
            expect![[r#"
                error[environment-only] `vmlinux`: `vmlinux` cannot be set in a script
                  hint: it is an environment variable of bpftrace
            "#]],
        );
    }

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
