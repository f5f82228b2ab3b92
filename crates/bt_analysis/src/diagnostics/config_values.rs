//! A key of the config block gets a value of the wrong kind, or none of those that it takes.

use bt_catalog::{ConfigState, ConfigValue, Version, config_key, did_you_mean};
use bt_syntax::literal::integer;
use bt_syntax::tree::Setting;

use super::config_keys::settings;
use super::{Context, Findings, short};
use crate::{Diagnostic, Severity};

const CODE: &str = "invalid-config-value";
/// The release that takes booleans, and numbers and words with and without quotes.
const LENIENT: Version = Version::new(0, 24);

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
    Boolean,
    Word,
}

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    found.extend(settings(context).filter_map(|setting| diagnostic(context, setting)));
}

fn diagnostic(context: &Context<'_>, setting: &Setting) -> Option<Diagnostic> {
    let name = setting.key.text(context.source);
    let value = setting.value?;
    let known = config_key(name).filter(|known| known.state == ConfigState::Current)?;
    let text = value.text(context.source);
    let kind = kind(text);
    let wanted = if context.target < LENIENT {
        strict(known.value, known.name, text, kind)
    } else {
        lenient(known.value, known.name, text, kind)
    }?;
    let severity = if wanted == ONE_OR_ZERO { Severity::Warning } else { Severity::Error };
    let found = Diagnostic::error(CODE, value, format!("{text} is no value of `{name}`"));
    let found = Diagnostic { severity, ..found };
    Some(match known.value {
        ConfigValue::OneOf(values) => {
            let bare = text.trim_matches('"');
            let hint = format!("{wanted}: {}", values.join(", "));
            let meant = values.iter().find(|value| value.eq_ignore_ascii_case(bare)).copied();
            let meant = meant.or_else(|| did_you_mean(bare, values.iter().copied()));
            let quoted =
                |meant: &str| if known.name == "stack_mode" { meant.into() } else { format!("\"{meant}\"") };
            let found = found.with_hint(hint);
            meant
                .map(quoted)
                .filter(|meant| meant != text)
                .map_or(found.clone(), |meant| found.with_replacement(&meant))
        }
        ConfigValue::Boolean if context.target < LENIENT && kind == Kind::Boolean => found
            .with_hint(format!("bpftrace {} wants 1 or 0", short(context.target)))
            .with_replacement(if text == "true" { "1" } else { "0" }),
        _ => found.with_hint(wanted),
    })
}

const ONE_OR_ZERO: &str = "it is 1 or 0";

fn kind(text: &str) -> Kind {
    match text.as_bytes().first() {
        Some(b'"') => Kind::Text,
        Some(b'0'..=b'9') => Kind::Number,
        _ if text == "true" || text == "false" => Kind::Boolean,
        _ => Kind::Word,
    }
}

/// What is wanted instead, before [`LENIENT`].
fn strict(value: ConfigValue, name: &str, text: &str, kind: Kind) -> Option<&'static str> {
    match value {
        ConfigValue::Boolean if kind == Kind::Number => {
            (!matches!(integer(text).map(|read| read.value), Ok(0 | 1))).then_some(ONE_OR_ZERO)
        }
        ConfigValue::Boolean => Some("it is 1 or 0, without quotes"),
        ConfigValue::Number => (kind != Kind::Number).then_some("it is a number, without quotes"),
        ConfigValue::Text => (kind != Kind::Text).then_some("it is a text in quotes"),
        ConfigValue::OneOf(values) if name == "stack_mode" => {
            let is_mode = kind == Kind::Word && values.contains(&text) && text != "build_id";
            (!is_mode).then_some("it is one of these, without quotes")
        }
        ConfigValue::OneOf(_) if kind != Kind::Text => Some("it is one of these, in quotes"),
        ConfigValue::OneOf(values) => {
            let is_value = name != "missing_probes" || values.contains(&text.trim_matches('"'));
            (!is_value).then_some("it is one of these")
        }
    }
}

/// What is wanted instead, since [`LENIENT`].
fn lenient(value: ConfigValue, name: &str, text: &str, kind: Kind) -> Option<&'static str> {
    let bare = text.trim_matches('"');
    match value {
        ConfigValue::Number if kind == Kind::Word => Some("it is a number"),
        ConfigValue::OneOf(values) => {
            let is_strict = name == "stack_mode" || name == "license";
            let is_value = if is_strict {
                values.contains(&bare)
            } else {
                // A number or boolean counts as one of them.
                matches!(kind, Kind::Number | Kind::Boolean)
                    || values.iter().any(|value| value.eq_ignore_ascii_case(bare))
            };
            (!is_value).then_some("it is one of these")
        }
        ConfigValue::Boolean | ConfigValue::Number | ConfigValue::Text => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_for};
    use bt_catalog::Version;
    use expect_test::expect;

    #[test]
    fn good_ones() {
        check(
            "config = { max_strlen = 64; max_map_keys = \"64\"; cpp_demangle = false; stack_mode = perf;\n\
             missing_probes = WARN; license = \"Dual BSD/GPL\"; cache_user_symbols = none; str_trunc_trailer = \"\" }\n\
             BEGIN { @ = 1; }",
            expect![[""]],
        );
        check_for(
            Version::new(0, 23),
            "config = { max_strlen = 64; cpp_demangle = 0; stack_mode = perf; missing_probes = \"warn\" } BEGIN { @ = 1; }",
            expect![[""]],
        );
    }

    #[test]
    fn bad_ones() {
        check(
            "config = { max_strlen = abc; stack_mode = PERF; missing_probes = \"wann\"; license = \"MIT\" } BEGIN { @ = 1; }",
            expect![[r#"
                error[invalid-config-value] `abc`: abc is no value of `max_strlen`
                  hint: it is a number
                error[invalid-config-value] `PERF`: PERF is no value of `stack_mode`
                  hint: it is one of these: bpftrace, perf, raw, build_id
                  Change it to `perf`: "config = { max_strlen = abc; stack_mode = perf; missing_probes = \"wann\"; license = \"MIT\" } BEGIN { @ = 1; }"
                error[invalid-config-value] `"wann"`: "wann" is no value of `missing_probes`
                  hint: it is one of these: error, warn, ignore
                  Change it to `"warn"`: "config = { max_strlen = abc; stack_mode = PERF; missing_probes = \"warn\"; license = \"MIT\" } BEGIN { @ = 1; }"
                error[invalid-config-value] `"MIT"`: "MIT" is no value of `license`
                  hint: it is one of these: GPL, GPL v2, GPL and additional rights, Dual BSD/GPL, Dual MIT/GPL, Dual MPL/GPL
            "#]],
        );
        check_for(
            Version::new(0, 23),
            "config = { max_strlen = \"64\"; cpp_demangle = true; lazy_symbolication = 2; stack_mode = \"perf\";\n\
             missing_probes = warn; str_trunc_trailer = 1 } BEGIN { @ = 1; }",
            expect![[r#"
                error[invalid-config-value] `"64"`: "64" is no value of `max_strlen`
                  hint: it is a number, without quotes
                error[invalid-config-value] `true`: true is no value of `cpp_demangle`
                  hint: bpftrace 0.23 wants 1 or 0
                  Change it to `1`: "config = { max_strlen = \"64\"; cpp_demangle = 1; lazy_symbolication = 2; stack_mode = \"perf\";\nmissing_probes = warn; str_trunc_trailer = 1 } BEGIN { @ = 1; }"
                warning[invalid-config-value] `2`: 2 is no value of `lazy_symbolication`
                  hint: it is 1 or 0
                error[invalid-config-value] `"perf"`: "perf" is no value of `stack_mode`
                  hint: it is one of these, without quotes: bpftrace, perf, raw, build_id
                  Change it to `perf`: "config = { max_strlen = \"64\"; cpp_demangle = true; lazy_symbolication = 2; stack_mode = perf;\nmissing_probes = warn; str_trunc_trailer = 1 } BEGIN { @ = 1; }"
                error[invalid-config-value] `warn`: warn is no value of `missing_probes`
                  hint: it is one of these, in quotes: error, warn, ignore
                  Change it to `"warn"`: "config = { max_strlen = \"64\"; cpp_demangle = true; lazy_symbolication = 2; stack_mode = \"perf\";\nmissing_probes = \"warn\"; str_trunc_trailer = 1 } BEGIN { @ = 1; }"
                error[invalid-config-value] `1`: 1 is no value of `str_trunc_trailer`
                  hint: it is a text in quotes
            "#]],
        );
    }
}
