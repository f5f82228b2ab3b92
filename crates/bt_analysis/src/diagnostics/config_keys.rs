//! A key of the config block that bpftrace does not know, does not heed, or that is set twice.

use bt_catalog::{CONFIG_KEYS, ConfigKey, ConfigState, Presence, Version, config_key, did_you_mean};
use bt_syntax::Span;
use bt_syntax::tree::{Item, Setting};
use rustc_hash::FxHashSet;

use super::{Context, Findings, short};
use crate::Diagnostic;

/// The release that takes old names of keys, with a warning.
const OLD_NAMES: Version = Version::new(0, 24);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let mut seen = FxHashSet::default();
    for setting in settings(context) {
        let known = config_key(setting.key.text(context.source));
        let is_repeated = known.is_some_and(|known| !seen.insert(known.name));
        found.extend(key_problem(context, setting, known));
        found.extend(is_repeated.then(|| repeated(setting, context.source)));
    }
}

/// What the config block sets.
pub(super) fn settings<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Setting> + use<'a> {
    context.parse.program.items.iter().flat_map(|item| match item {
        Item::Config(config) => &config.settings[..],
        _ => &[],
    })
}

fn key_problem(context: &Context<'_>, setting: &Setting, known: Option<&ConfigKey>) -> Option<Diagnostic> {
    let name = setting.key.text(context.source);
    let Some(known) = known else {
        let found =
            Diagnostic::error("unknown-config-key", setting.key, format!("there is no config key `{name}`"));
        return Some(found.with_meant(did_you_mean(name, CONFIG_KEYS.iter().map(|key| key.name))));
    };
    if known.lifetime.at(context.target) != Presence::Known {
        return None;
    }
    match known.state {
        ConfigState::Current => None,
        ConfigState::EnvironmentOnly => {
            let message = format!("`{name}` cannot be set in a script");
            Some(
                Diagnostic::error("environment-only", setting.key, message)
                    .with_hint("it is an environment variable of bpftrace"),
            )
        }
        ConfigState::Renamed(new) => Some(renamed(setting, name, new, context.target)),
        ConfigState::Dead => dead(known, setting, context.target),
    }
}

fn renamed(setting: &Setting, name: &str, new: &str, target: Version) -> Diagnostic {
    let found = if target < OLD_NAMES {
        let message = format!("bpftrace {} has no config key `{name}`", short(target));
        Diagnostic::error("unknown-config-key", setting.key, message)
    } else {
        Diagnostic::warning("renamed-config-key", setting.key, format!("`{name}` is an old name of `{new}`"))
    };
    // The value of this one is turned around.
    if new == "cpp_demangle" {
        return found.with_hint(format!("set `{new}`, which means the opposite"));
    }
    found.with_replacement(new)
}

fn dead(known: &ConfigKey, setting: &Setting, target: Version) -> Option<Diagnostic> {
    // Some were alive in the releases before.
    let since = match known.name {
        "unstable_macro" | "unstable_map_decl" => Version::new(0, 25),
        "unstable_addr" | "unstable_import" => Version::new(0, 26),
        _ => Version::new(0, 24),
    };
    (target >= since).then(|| {
        Diagnostic::warning("dead-config-key", setting.key, format!("`{}` has no effect", known.name))
            .with_hint(format!("since {} bpftrace only warns of it: remove it", short(since)))
    })
}

fn repeated(setting: &Setting, source: &str) -> Diagnostic {
    let name = setting.key.text(source);
    let span = Span::new(setting.key.start, setting.value.map_or(setting.key.end, |value| value.end));
    Diagnostic::warning("repeated-config-key", span, format!("`{name}` is set before"))
        .with_hint("remove one of them")
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_for};
    use bt_catalog::Version;
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
            "config = { MAX_STRLEN = 20; max_map_key = 5; license = \"GPL\"; max_strlen = 30 } BEGIN { @ = 1; }",
            expect![[r#"
                error[unknown-config-key] `max_map_key`: there is no config key `max_map_key`
                  hint: did you mean `max_map_keys`?
                  Change it to `max_map_keys`: "config = { MAX_STRLEN = 20; max_map_keys = 5; license = \"GPL\"; max_strlen = 30 } BEGIN { @ = 1; }"
                warning[repeated-config-key] `max_strlen = 30`: `max_strlen` is set before
                  hint: remove one of them
            "#]],
        );
    }

    #[test]
    fn old_names_and_dead_ones() {
        let script =
            "config = { strlen = 64; no_cpp_demangle = 1; symbol_source = \"dwarf\" } BEGIN { @ = 1; }";
        check(
            script,
            expect![[r#"
                warning[renamed-config-key] `strlen`: `strlen` is an old name of `max_strlen`
                  Change it to `max_strlen`: "config = { max_strlen = 64; no_cpp_demangle = 1; symbol_source = \"dwarf\" } BEGIN { @ = 1; }"
                warning[renamed-config-key] `no_cpp_demangle`: `no_cpp_demangle` is an old name of `cpp_demangle`
                  hint: set `cpp_demangle`, which means the opposite
                warning[dead-config-key] `symbol_source`: `symbol_source` has no effect
                  hint: since 0.24 bpftrace only warns of it: remove it
            "#]],
        );
        check_for(
            Version::new(0, 23),
            script,
            expect![[r#"
                error[unknown-config-key] `strlen`: bpftrace 0.23 has no config key `strlen`
                  Change it to `max_strlen`: "config = { max_strlen = 64; no_cpp_demangle = 1; symbol_source = \"dwarf\" } BEGIN { @ = 1; }"
                error[unknown-config-key] `no_cpp_demangle`: bpftrace 0.23 has no config key `no_cpp_demangle`
                  hint: set `cpp_demangle`, which means the opposite
            "#]],
        );
        check_for(
            Version::new(0, 24),
            "config = { unstable_macro = \"enable\" } BEGIN { @ = 1; }",
            expect![[""]],
        );
    }
}
