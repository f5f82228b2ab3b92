//! What the language knows at a place, as far as the version knows it.

use bt_catalog::{
    AGGREGATIONS, ANNOTATIONS, BUILTINS, CONFIG_BLOCK, CONFIG_KEYS, ConfigState, ConfigValue, FUNCTIONS,
    Lifetime, Occurrence, Parameter, ParameterKind, Presence, SYNTAX, SyntaxKind, TYPE_NAMES, Version,
    aggregation, config_key, function,
};

use super::{CompletionItem, CompletionKind, Proposals};

/// What stands at the top level beside probes.
pub(super) fn propose_definitions(proposals: &mut Proposals<'_>, target: Version) {
    propose_syntax(proposals, target, &[SyntaxKind::Definition]);
}

/// The comment lines that say how a script is exported.
pub(super) fn propose_annotations(proposals: &mut Proposals<'_>) {
    for known in ANNOTATIONS {
        let insert =
            if known.example.is_empty() { known.key.to_string() } else { format!("{}: ", known.key) };
        let form = if known.example.is_empty() {
            String::new()
        } else {
            format!("{}: {}", known.key, known.example)
        };
        let item = CompletionItem::plain(known.key, CompletionKind::Annotation, &form, known.summary);
        proposals.add(item.inserting(insert));
    }
}

/// Keys that the block takes.
pub(super) fn propose_config_keys(proposals: &mut Proposals<'_>, target: Version) {
    let usable = CONFIG_KEYS.iter().filter(|key| {
        target >= CONFIG_BLOCK && key.state == ConfigState::Current && is_known(key.lifetime, target)
    });
    for key in usable {
        let item = CompletionItem::plain(key.name, CompletionKind::Config, key.default, key.summary);
        proposals.add(item.inserting(format!("{} = ", key.name)));
    }
}

/// The values that a key takes, if they are few.
pub(super) fn propose_config_values(proposals: &mut Proposals<'_>, key: &str) {
    let Some(key) = config_key(key) else { return };
    let values = match key.value {
        ConfigValue::Boolean => &["true", "false"],
        ConfigValue::OneOf(values) => values,
        ConfigValue::Number | ConfigValue::Text => &[] as &[&str],
    };
    for value in values {
        let detail = if *value == key.default { "default" } else { "" };
        proposals.add(CompletionItem::plain(value, CompletionKind::Config, detail, key.summary));
    }
}

/// Types that can be written.
pub(super) fn propose_types(proposals: &mut Proposals<'_>, target: Version) {
    for known in TYPE_NAMES.iter().filter(|known| is_known(known.lifetime, target)) {
        proposals.add(CompletionItem::plain(known.name, CompletionKind::Type, "", known.summary));
    }
    proposals.add(
        CompletionItem::plain("struct", CompletionKind::Keyword, "struct NAME", "")
            .inserting("struct ".into()),
    );
}

/// Values that every probe of these types has.
pub(super) fn propose_builtins(proposals: &mut Proposals<'_>, probe_types: Vec<&str>, target: Version) {
    let fits = |known: &&bt_catalog::Builtin| {
        is_known(known.lifetime, target)
            && probe_types.iter().all(|probe_type| known.validity.allows(probe_type))
    };
    for known in BUILTINS.iter().filter(fits) {
        proposals.add(CompletionItem::plain(
            known.name,
            CompletionKind::Builtin,
            known.value_type,
            known.summary,
        ));
    }
}

/// Functions; aggregations only where they can stand.
pub(super) fn propose_functions(
    proposals: &mut Proposals<'_>,
    target: Version,
    starts_statement: bool,
    may_aggregate: bool,
) {
    if may_aggregate {
        for known in AGGREGATIONS.iter().filter(|known| is_known(known.lifetime, target)) {
            add_function(proposals, known.name, known.signature, known.parameters, known.summary);
        }
    }
    let returns = |known: &bt_catalog::Function| known.returns != bt_catalog::Type::Nothing;
    for known in FUNCTIONS.iter().filter(|known| is_known(known.lifetime, target)) {
        if starts_statement || returns(known) {
            add_function(proposals, known.name, known.signature, known.parameters, known.summary);
        }
    }
}

/// Keywords that can begin a statement or a value.
pub(super) fn propose_keywords(proposals: &mut Proposals<'_>, target: Version, starts_statement: bool) {
    let kinds: &[SyntaxKind] = if starts_statement { &[SyntaxKind::Statement] } else { &[SyntaxKind::Value] };
    propose_syntax(proposals, target, kinds);
}

/// The names that this argument takes and nothing else does; `false` if it takes values.
pub(super) fn propose_argument_names(
    proposals: &mut Proposals<'_>,
    argument: Option<(&str, u32)>,
    target: Version,
) -> bool {
    let Some((name, place)) = argument else { return false };
    let parameters = function(name)
        .filter(|known| is_known(known.lifetime, target))
        .map(|known| known.parameters)
        .or_else(|| aggregation(name).map(|known| known.parameters))
        .unwrap_or_default();
    match parameters.get(place as usize).map(|parameter| parameter.kind) {
        Some(ParameterKind::Name(names)) => {
            for known in names {
                proposals.add(CompletionItem::plain(
                    known,
                    CompletionKind::Field,
                    parameters[place as usize].name,
                    "",
                ));
            }
            // What may be left out leaves its place to a value.
            parameters[place as usize].occurrence == Occurrence::Required
        }
        Some(ParameterKind::Type) => {
            propose_types(proposals, target);
            true
        }
        Some(ParameterKind::TypeOrValue) => {
            propose_types(proposals, target);
            false
        }
        Some(
            ParameterKind::Format
            | ParameterKind::StringLiteral
            | ParameterKind::IntegerLiteral
            | ParameterKind::Field
            | ParameterKind::Literal,
        ) => true,
        _ => false,
    }
}

fn propose_syntax(proposals: &mut Proposals<'_>, target: Version, kinds: &[SyntaxKind]) {
    let keywords = SYNTAX.iter().filter(|known| {
        known.is_keyword() && kinds.contains(&known.kind) && is_known(known.lifetime, target)
    });
    for known in keywords {
        proposals.add(CompletionItem::plain(known.name, CompletionKind::Keyword, known.form, known.summary));
    }
}

fn is_known(lifetime: Lifetime, target: Version) -> bool {
    lifetime.at(target) == Presence::Known
}

fn add_function(
    proposals: &mut Proposals<'_>,
    name: &str,
    signature: &str,
    parameters: &[Parameter],
    summary: &str,
) {
    let insert = if proposals.is_called { name.to_string() } else { call(name, parameters) };
    let item = CompletionItem::plain(name, CompletionKind::Function, signature, summary);
    proposals.add(item.inserting(insert));
}

/// A call with a place to fill in for each argument that must be there.
fn call(name: &str, parameters: &[Parameter]) -> String {
    let required = parameters.iter().filter(|parameter| parameter.occurrence == Occurrence::Required);
    let places = required.enumerate().map(|(place, parameter)| {
        let number = place + 1;
        // A `$` would be read as another place.
        let shown = parameter.name.trim_start_matches('$');
        match parameter.kind {
            ParameterKind::Format | ParameterKind::StringLiteral => format!("\"${{{number}:{shown}}}\""),
            _ => format!("${{{number}:{shown}}}"),
        }
    });
    format!("{name}({})", places.collect::<Vec<_>>().join(", "))
}
