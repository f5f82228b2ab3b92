//! The keys of the `config` block, and of the environment variables that do the same.

use crate::docs::{Docs, Entry, column};
use crate::name_index::NameIndex;
use crate::{Lifetime, Version};

/// A key of the `config` block.
#[derive(Clone, Copy, Debug)]
pub struct ConfigKey {
    /// Its name in lower case; `BPFTRACE_NAME` and `NAME` mean the same.
    pub name: &'static str,
    /// Releases that know it.
    pub lifetime: Lifetime,
    /// What can be given.
    pub value: ConfigValue,
    /// The value without the key, in the newest release; empty if bpftrace decides by other things.
    pub default: &'static str,
    /// How the key stands.
    pub state: ConfigState,
    /// One line about it.
    pub summary: &'static str,
}

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigValue {
    /// `true` or `false`; as an environment variable 1 or 0.
    Boolean,
    /// A number that is not negative.
    Number,
    /// Any text.
    Text,
    /// One of these, with or without quotes.
    OneOf(&'static [&'static str]),
}

/// How a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigState {
    /// It is to be used.
    Current,
    /// It still works, under this other name.
    Renamed(&'static str),
    /// It is taken, and has no effect.
    Dead,
    /// It is an error in the block: only the environment variable works.
    EnvironmentOnly,
}

/// The release that brought the `config` block. Before, there are the environment variables only.
pub const CONFIG_BLOCK: Version = Version::new(0, 20);

/// The key of that name, in any of its spellings.
pub fn config_key(name: &str) -> Option<&'static ConfigKey> {
    const PREFIX: &str = "bpftrace_";
    let bare = match name.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
        _ => name,
    };
    INDEX.find_ignoring_case(bare).map(|place| &CONFIG_KEYS[place])
}

impl ConfigKey {
    /// The long text about it.
    pub fn docs(&self) -> &'static Docs {
        &DOCS[INDEX.find(self.name).expect("every key stands in its own table")]
    }
}

/// Every key, by name. The block itself came with [`CONFIG_BLOCK`].
pub static CONFIG_KEYS: &[ConfigKey] = &column!(ENTRIES, facts);
static DOCS: [Docs; ENTRIES.len()] = column!(ENTRIES, docs);
static INDEX: NameIndex<128> = NameIndex::new(&NAMES);
const NAMES: [&str; ENTRIES.len()] = column!(ENTRIES, facts.name);

const STACK_MODES: ConfigValue = ConfigValue::OneOf(&["bpftrace", "perf", "raw", "build_id"]);
/// What can be said about a feature that may still change.
const UNSTABLE: ConfigValue = ConfigValue::OneOf(&["error", "warn", "enable"]);

const fn key(
    name: &'static str,
    since: u16,
    value: ConfigValue,
    default: &'static str,
    summary: &'static str,
) -> ConfigKey {
    ConfigKey { name, lifetime: Lifetime::since(since), value, default, state: ConfigState::Current, summary }
}

impl ConfigKey {
    const fn until(self, minor: u16) -> ConfigKey {
        ConfigKey { lifetime: self.lifetime.until(minor), ..self }
    }

    const fn state(self, state: ConfigState) -> ConfigKey {
        ConfigKey { state, ..self }
    }

    const fn texts(self, details: &'static str) -> Entry<ConfigKey> {
        Entry::new(self, details, "")
    }
}

const ENTRIES: &[Entry<ConfigKey>] = &[
    key("btf", 20, ConfigValue::Text, "", "File with the types of the kernel.")
        .state(ConfigState::EnvironmentOnly)
        .texts("`BPFTRACE_BTF` names a BTF file that is used in the place of `/sys/kernel/btf/vmlinux`."),
    key(
        "cache_user_symbols",
        20,
        ConfigValue::OneOf(&["PER_PROGRAM", "PER_PID", "NONE"]),
        "",
        "How symbols of programs are kept.",
    )
    .texts(
        "PER_PROGRAM reads the symbols once for each binary, PER_PID for each process, NONE each time. \
         The default is PER_PID where addresses are random (ASLR) and bpftrace was not given one process, \
         PER_PROGRAM otherwise. With a cache, symbols of a process that has ended are still found.",
    ),
    key("cat_bytes_max", 20, ConfigValue::Number, "10240", "Old name of max_cat_bytes.")
        .state(ConfigState::Renamed("max_cat_bytes"))
        .texts("Still taken."),
    key("cpp_demangle", 20, ConfigValue::Boolean, "true", "Whether C++ names are made readable.")
        .texts("In stacks of programs and in the names of attach points."),
    key("debug_output", 20, ConfigValue::Boolean, "false", "Whether bpftrace prints its own debug messages.")
        .state(ConfigState::EnvironmentOnly)
        .until(22)
        .texts("For work on bpftrace itself; the option `-d` took its place."),
    key("kernel_build", 20, ConfigValue::Text, "", "Folder of the kernel's build.")
        .state(ConfigState::EnvironmentOnly)
        .texts("`BPFTRACE_KERNEL_BUILD`, for the headers where the kernel has no BTF."),
    key("kernel_source", 20, ConfigValue::Text, "", "Folder of the kernel's headers.")
        .state(ConfigState::EnvironmentOnly)
        .texts("`BPFTRACE_KERNEL_SOURCE`, for the headers where the kernel has no BTF."),
    key(
        "lazy_symbolication",
        21,
        ConfigValue::Boolean,
        "false",
        "Whether symbols are looked up only when printed.",
    )
    .texts(
        "Otherwise symbols of programs are looked up when a probe is attached or a stack first \
         comes, which also finds those of processes that end soon.",
    ),
    key(
        "license",
        24,
        ConfigValue::OneOf(&[
            "GPL",
            "GPL v2",
            "GPL and additional rights",
            "Dual BSD/GPL",
            "Dual MIT/GPL",
            "Dual MPL/GPL",
        ]),
        "GPL",
        "Licence of the loaded programs.",
    )
    .texts(
        "The kernel gives many helper functions to programs under the GPL only. Those with blanks want \
         quotes.",
    ),
    key("log_size", 20, ConfigValue::Number, "1000000", "Bytes for the kernel's verifier log.")
        .texts("To be raised if bpftrace says that the log did not fit."),
    key("map_keys_max", 20, ConfigValue::Number, "4096", "Old name of max_map_keys.")
        .state(ConfigState::Renamed("max_map_keys"))
        .texts("Still taken."),
    key("max_ast_nodes", 20, ConfigValue::Number, "0", "Largest program, in nodes of its tree.")
        .state(ConfigState::EnvironmentOnly)
        .until(26)
        .texts("0 is no limit. A guard against fuzzed scripts."),
    key("max_bpf_progs", 20, ConfigValue::Number, "1024", "Most programs that are loaded.")
        .texts("Most attach points share one program; those that differ in `probe`, for example, do not."),
    key("max_cat_bytes", 20, ConfigValue::Number, "10240", "Most bytes that cat() prints.")
        .texts("What a file has beyond is left out."),
    key("max_map_keys", 20, ConfigValue::Number, "4096", "Most keys of a map.").texts(
        "A key that does not fit is dropped, and newer releases say so. It holds for every map \
         without a declaration of its own; the kernel takes memory as keys come.",
    ),
    key("max_probes", 20, ConfigValue::Number, "1024", "Most attach points.")
        .texts("A wildcard that matches more is an error. Attaching and detaching take long for many.")
        .changes(&[(23, "1024, before 512")]),
    key("max_strlen", 20, ConfigValue::Number, "1024", "Longest string, in bytes.")
        .texts(
            "Of `str()` and `buf()`, with the zero byte. Before 0.23 strings lay on the stack, so that \
             not more than about 200 bytes worked.",
        )
        .changes(&[(23, "1024, before 64")]),
    key("max_type_res_iterations", 20, ConfigValue::Number, "0", "Has no effect.")
        .state(ConfigState::Dead)
        .texts("It bounded how often structures were looked up."),
    key(
        "missing_probes",
        21,
        ConfigValue::OneOf(&["error", "warn", "ignore"]),
        "error",
        "What a missing attach point does.",
    )
    .texts("If none of a script's attach points is there, it is an error in any case.")
    .changes(&[(24, "error, before warn")]),
    key("no_cpp_demangle", 20, ConfigValue::Boolean, "false", "Old, opposite name of cpp_demangle.")
        .state(ConfigState::Renamed("cpp_demangle"))
        .texts("Still taken; its value is turned around."),
    key("no_user_symbols", 20, ConfigValue::Boolean, "false", "Whether symbols of programs are left out.")
        .until(24)
        .texts("`cache_user_symbols = NONE` and the stack mode `raw` are near to it."),
    key("node_max", 20, ConfigValue::Number, "0", "Largest program, in nodes of its tree.")
        .until(24)
        .texts("An older name of `max_ast_nodes`."),
    key(
        "on_stack_limit",
        22,
        ConfigValue::Number,
        "32",
        "Largest value that is kept on the stack, in bytes.",
    )
    .texts("The stack of a program has 512 bytes. What is larger goes to a buffer of the CPU."),
    key("perf_rb_pages", 20, ConfigValue::Number, "", "Pages of the buffer that events pass through.").texts(
        "A power of two, for each CPU. To be raised when events are lost. The default comes from the \
         memory of the machine, 64 to 4096 pages.",
    ),
    key("print_maps_on_exit", 22, ConfigValue::Boolean, "true", "Whether the maps are printed at the end.")
        .texts("Of a script that prints its maps itself, `false` keeps them from being printed twice."),
    key("probe_inline", 21, ConfigValue::Boolean, "false", "Whether inlined functions are traced.")
        .until(24)
        .texts("For `uprobe`, with debug information."),
    key("show_debug_info", 24, ConfigValue::Boolean, "true", "Whether stacks show source lines.")
        .texts("Needs a bpftrace that was built with Blazesym, and debug information."),
    key("stack_mode", 20, STACK_MODES, "bpftrace", "How stacks are printed.")
        .texts(
            "`bpftrace` as symbols with offsets, `perf` with addresses in front, `raw` as addresses, \
             `build_id` with build id and offset, for stacks of programs only. A mode in `kstack()` or \
             `ustack()` goes first.",
        )
        .changes(&[(25, "build_id")]),
    key("str_trunc_trailer", 20, ConfigValue::Text, "..", "What stands at the end of a string that was cut.")
        .texts("Empty text marks nothing."),
    key("strlen", 20, ConfigValue::Number, "1024", "Old name of max_strlen.")
        .state(ConfigState::Renamed("max_strlen"))
        .texts("Still taken."),
    key("symbol_source", 20, ConfigValue::Text, "", "Has no effect.")
        .state(ConfigState::Dead)
        .texts("It chose between the symbol table and debug information."),
    key("unstable_addr", 24, UNSTABLE, "", "Has no effect.")
        .state(ConfigState::Dead)
        .texts("The operator `&` is stable since 0.26."),
    key("unstable_dw_ustack", 26, UNSTABLE, "warn", "Whether dw_ustack() may be used.")
        .texts("`warn` takes it with a warning, `enable` without, `error` refuses it."),
    key("unstable_import", 24, UNSTABLE, "", "Has no effect.")
        .state(ConfigState::Dead)
        .texts("Imports are stable since 0.26."),
    key("unstable_import_statement", 26, UNSTABLE, "warn", "Whether import may stand in a block.")
        .texts("`warn` takes it with a warning, `enable` without, `error` refuses it."),
    key("unstable_macro", 24, UNSTABLE, "", "Has no effect.")
        .state(ConfigState::Dead)
        .texts("Macros are stable since 0.25; in 0.24 it allows them."),
    key("unstable_map_decl", 24, UNSTABLE, "", "Has no effect.")
        .state(ConfigState::Dead)
        .texts("Declarations of maps are stable since 0.25; in 0.24 it allows them."),
    key("unstable_tseries", 24, UNSTABLE, "warn", "Whether tseries() may be used.")
        .texts("`warn` takes it with a warning, `enable` without, `error` refuses it."),
    key("unstable_typeinfo", 25, UNSTABLE, "warn", "Whether typeinfo() may be used.")
        .texts("`warn` takes it with a warning, `enable` without, `error` refuses it."),
    key("use_blazesym", 23, ConfigValue::Boolean, "true", "Whether Blazesym looks symbols up.")
        .texts("Undocumented. Needs a bpftrace that was built with Blazesym."),
    key("verify_llvm_ir", 20, ConfigValue::Boolean, "false", "Whether the compiler's output is checked.")
        .state(ConfigState::EnvironmentOnly)
        .until(24)
        .texts("For work on bpftrace itself."),
    key("vmlinux", 20, ConfigValue::Text, "", "File with the kernel's symbols.")
        .state(ConfigState::EnvironmentOnly)
        .texts("`BPFTRACE_VMLINUX`, for offsets in kernel functions."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::check_docs;

    #[test]
    fn keys_have_three_spellings() {
        for spelling in ["max_strlen", "MAX_STRLEN", "BPFTRACE_MAX_STRLEN"] {
            assert_eq!(config_key(spelling).map(|key| key.name), Some("max_strlen"));
        }
        for unknown in ["nosuch", "bpftrace_", "", "BPFTRACE_\u{e4}"] {
            assert!(config_key(unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn ordered_and_documented() {
        assert!(CONFIG_KEYS.is_sorted_by_key(|key| key.name));
        for key in CONFIG_KEYS {
            check_docs(key.name, key.summary, key.docs());
            assert!(key.lifetime.since >= CONFIG_BLOCK, "{}", key.name);
            assert!(key.lifetime.removed.is_none_or(|removed| removed > key.lifetime.since), "{}", key.name);
            if let ConfigState::Renamed(new) = key.state {
                assert_eq!(config_key(new).map(|known| known.state), Some(ConfigState::Current));
            }
        }
    }

    #[test]
    fn defaults_are_values() {
        for key in CONFIG_KEYS.iter().filter(|key| !key.default.is_empty()) {
            let fits = match key.value {
                ConfigValue::Boolean => ["true", "false"].contains(&key.default),
                ConfigValue::Number => key.default.parse::<u32>().is_ok(),
                ConfigValue::Text => true,
                ConfigValue::OneOf(values) => values.contains(&key.default),
            };
            assert!(fits, "{}", key.name);
        }
    }
}
