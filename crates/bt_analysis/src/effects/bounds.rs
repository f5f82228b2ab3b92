//! Bounds of memory that a script sets itself.

use bt_catalog::config_key;
use bt_syntax::tree::{Item, MapDeclaration};
use bt_syntax::{Expression, ExpressionKind, Program};

use crate::facts::{EffectFact, EffectKind};
use crate::policy::MAP_KEYS;

/// Config keys that change what is shown, or nothing. All others take memory, or may do so in a bpftrace that is newer
/// than the catalogue.
const HARMLESS_KEYS: [&str; 23] = [
    "cpp_demangle",
    "debug_output",
    "lazy_symbolication",
    "license",
    "max_type_res_iterations",
    "missing_probes",
    "no_cpp_demangle",
    "no_user_symbols",
    "print_maps_on_exit",
    "probe_inline",
    "show_debug_info",
    "stack_mode",
    "str_trunc_trailer",
    "symbol_source",
    "unstable_addr",
    "unstable_dw_ustack",
    "unstable_import",
    "unstable_import_statement",
    "unstable_macro",
    "unstable_map_decl",
    "unstable_tseries",
    "unstable_typeinfo",
    "use_blazesym",
];

/// Adds them to `found`.
pub(super) fn bounds(source: &str, program: &Program, found: &mut Vec<EffectFact>) {
    let mut add = |what: String, span| found.push(EffectFact { kind: EffectKind::SetsBound, what, span });
    for item in &program.items {
        match item {
            Item::Config(config) => {
                for setting in &config.settings {
                    let name = setting.key.text(source);
                    let is_harmless =
                        config_key(name).is_some_and(|known| HARMLESS_KEYS.contains(&known.name));
                    if !is_harmless {
                        add(format!("the config key {name}"), setting.key);
                    }
                }
            }
            Item::MapDeclaration(declaration) if !is_bounded(program, declaration) => {
                add(format!("the declaration of {}", declaration.map.text(source)), declaration.span);
            }
            _ => {}
        }
    }
}

/// Whether a declared map has no more keys than any other.
fn is_bounded(program: &Program, declaration: &MapDeclaration) -> bool {
    let kind = |id| -> &ExpressionKind {
        let expression: &Expression = program.expressions.get(id);
        &expression.kind
    };
    let Some(ExpressionKind::Call { arguments, .. }) = declaration.value.map(kind) else { return false };
    arguments.iter().all(|argument| match kind(*argument) {
        ExpressionKind::Integer(Some(number)) => number.value <= u64::from(MAP_KEYS),
        _ => false,
    })
}
