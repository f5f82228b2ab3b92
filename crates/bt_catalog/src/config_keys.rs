//! The keys of the `config` block.

use crate::Lifetime;

/// A key of the `config` block.
#[derive(Clone, Copy, Debug)]
pub struct ConfigKey {
    /// Its name in lower case; `BPFTRACE_NAME` and `NAME` mean the same.
    pub name: &'static str,
    /// Releases that know it.
    pub lifetime: Lifetime,
    /// One line about it.
    pub summary: &'static str,
}

/// The key of that name, in any of its spellings.
pub fn config_key(name: &str) -> Option<&'static ConfigKey> {
    let lower = name.to_ascii_lowercase();
    let bare = lower.strip_prefix("bpftrace_").unwrap_or(&lower);
    CONFIG_KEYS.iter().find(|key| key.name == bare)
}

const fn key(name: &'static str, since: u16, summary: &'static str) -> ConfigKey {
    ConfigKey { name, lifetime: Lifetime::since(since), summary }
}

impl ConfigKey {
    const fn until(self, minor: u16) -> ConfigKey {
        ConfigKey { lifetime: self.lifetime.until(minor), ..self }
    }
}

/// Every key. The block itself came with 0.20.
pub const CONFIG_KEYS: &[ConfigKey] = &[
    key("cache_user_symbols", 20, "How symbols of programs are kept: PER_PROGRAM, PER_PID or NONE."),
    key("cpp_demangle", 20, "Whether C++ names are made readable."),
    key("debug_output", 20, "Whether bpftrace prints its own debug messages.").until(22),
    key("lazy_symbolication", 21, "Whether symbols are looked up only when they are printed."),
    key("license", 24, "Licence of the loaded programs."),
    key("log_size", 20, "Bytes for the kernel's verifier log."),
    key("map_keys_max", 20, "Old name of max_map_keys."),
    key("max_ast_nodes", 20, "Largest program.").until(26),
    key("max_bpf_progs", 20, "Most programs that are loaded."),
    key("max_cat_bytes", 20, "Most bytes that cat() prints."),
    key("cat_bytes_max", 20, "Old name of max_cat_bytes."),
    key("max_map_keys", 20, "Most keys of a map."),
    key("max_probes", 20, "Most attach points."),
    key("max_strlen", 20, "Longest string."),
    key("strlen", 20, "Old name of max_strlen."),
    key("max_type_res_iterations", 20, "Has no effect."),
    key("missing_probes", 21, "What a missing attach point does: error, warn or ignore."),
    key("no_cpp_demangle", 20, "Old, opposite name of cpp_demangle."),
    key("node_max", 20, "Largest program.").until(24),
    key("no_user_symbols", 20, "Whether symbols of programs are left out.").until(24),
    key("on_stack_limit", 22, "Largest value on the stack, in bytes."),
    key("perf_rb_pages", 20, "Pages of the buffer that events pass through."),
    key("print_maps_on_exit", 22, "Whether the maps are printed at the end."),
    key("probe_inline", 21, "Whether inlined functions are traced.").until(24),
    key("show_debug_info", 24, "Whether stacks show source lines."),
    key("stack_mode", 20, "How stacks are printed: bpftrace, perf, raw or build_id."),
    key("str_trunc_trailer", 20, "What stands at the end of a string that was cut."),
    key("symbol_source", 20, "Has no effect."),
    key("unstable_addr", 24, "Has no effect."),
    key("unstable_dw_ustack", 26, "Whether dw_ustack() may be used: error, warn or enable."),
    key("unstable_import", 24, "Has no effect."),
    key("unstable_import_statement", 26, "Whether import may stand in a block: error, warn or enable."),
    key("unstable_macro", 24, "Has no effect."),
    key("unstable_map_decl", 24, "Has no effect."),
    key("unstable_tseries", 24, "Whether tseries() may be used: error, warn or enable."),
    key("unstable_typeinfo", 25, "Whether typeinfo() may be used: error, warn or enable."),
    key("use_blazesym", 23, "Whether Blazesym looks symbols up."),
    key("verify_llvm_ir", 20, "Whether the compiler's output is checked.").until(24),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_three_spellings() {
        for spelling in ["max_strlen", "MAX_STRLEN", "BPFTRACE_MAX_STRLEN"] {
            assert_eq!(config_key(spelling).map(|key| key.name), Some("max_strlen"));
        }
        assert!(config_key("nosuch").is_none());
    }
}
