//! The functions that a script can call. Each theme has a file; those that only a map can hold are in
//! [`crate::AGGREGATIONS`].

mod compile_time;
mod control;
mod maps;
mod memory;
mod network;
mod printing;
mod stacks;
mod strings;
mod system;
mod tasks;
mod time;

pub(crate) use tasks::NAMESPACES;
pub(crate) use time::CLOCKS;

use crate::docs::{Docs, Entry, column};
use crate::name_index::NameIndex;
use crate::parameters::argument_counts;
use crate::{Lifetime, Parameter, Type, Validity};

/// A function.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// How it is called; several ways are joined by "or", the last one names all [`Function::parameters`].
    pub signature: &'static str,
    /// What it takes.
    pub parameters: &'static [Parameter],
    /// What it returns.
    pub returns: Type,
    /// The type that it returns, as the newest release writes it.
    pub returned_type: &'static str,
    /// Releases that know it.
    pub lifetime: Lifetime,
    /// Fewest and most arguments.
    pub arguments: (u8, u8),
    /// Where it runs.
    pub mode: Mode,
    /// Whether bpftrace wants `--unsafe` for it.
    pub needs_unsafe: bool,
    /// What it does to the map that is its first argument.
    pub map_effect: MapEffect,
    /// Where it may be called.
    pub validity: Validity,
    /// What it is about.
    pub theme: Theme,
    /// One line about it.
    pub summary: &'static str,
}

/// Where a function runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// When the probe fires, in the kernel.
    Kernel,
    /// Later, in the bpftrace process.
    Later,
    /// When the script is compiled.
    Compiler,
}

/// What a function does to the map that is its first argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapEffect {
    /// It takes no map.
    None,
    /// It prints the map.
    Prints,
    /// It looks at the map.
    Reads,
    /// It removes one key.
    Deletes,
    /// It removes all keys, or sets all values to zero.
    Resets,
}

/// What a function is about. The order is that of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Theme {
    /// Prints.
    Printing,
    /// Works on maps.
    Maps,
    /// Text and bytes.
    Strings,
    /// Stacks and symbols.
    Stacks,
    /// Clocks and times.
    Time,
    /// Addresses and packets.
    Network,
    /// Threads, processes, control groups.
    Tasks,
    /// Addresses, registers, structures.
    Memory,
    /// The run of the script.
    Control,
    /// What the compiler knows.
    CompileTime,
    /// Changes the system.
    System,
}

impl Theme {
    /// A title for its functions.
    pub fn title(self) -> &'static str {
        match self {
            Theme::Printing => "Printing",
            Theme::Maps => "Maps",
            Theme::Strings => "Strings and bytes",
            Theme::Stacks => "Stacks and symbols",
            Theme::Time => "Time",
            Theme::Network => "Network",
            Theme::Tasks => "Processes and control groups",
            Theme::Memory => "Memory and registers",
            Theme::Control => "The run of the script",
            Theme::CompileTime => "While compiling",
            Theme::System => "Changing the system",
        }
    }
}

/// The function of that name.
pub fn function(name: &str) -> Option<&'static Function> {
    INDEX.find(name).map(|place| &FUNCTIONS[place])
}

impl Function {
    /// The long text about it.
    pub fn docs(&self) -> &'static Docs {
        &DOCS[INDEX.find(self.name).expect("every function stands in its own table")]
    }
}

/// Every function but the aggregations of maps; by theme, and in each by name.
pub static FUNCTIONS: &[Function] = &column!(ENTRIES, facts);
static DOCS: [Docs; ENTRIES.len()] = column!(ENTRIES, docs);
static INDEX: NameIndex<512> = NameIndex::new(&NAMES);
const NAMES: [&str; ENTRIES.len()] = column!(ENTRIES, facts.name);

const THEMES: [(Theme, &[Entry<Function>]); 11] = [
    (Theme::Printing, printing::ENTRIES),
    (Theme::Maps, maps::ENTRIES),
    (Theme::Strings, strings::ENTRIES),
    (Theme::Stacks, stacks::ENTRIES),
    (Theme::Time, time::ENTRIES),
    (Theme::Network, network::ENTRIES),
    (Theme::Tasks, tasks::ENTRIES),
    (Theme::Memory, memory::ENTRIES),
    (Theme::Control, control::ENTRIES),
    (Theme::CompileTime, compile_time::ENTRIES),
    (Theme::System, system::ENTRIES),
];

const ENTRIES: [Entry<Function>; count()] = {
    let mut entries = [printing::ENTRIES[0]; count()];
    let (mut theme, mut filled) = (0, 0);
    while theme < THEMES.len() {
        let mut row = 0;
        while row < THEMES[theme].1.len() {
            entries[filled] = THEMES[theme].1[row];
            entries[filled].facts.theme = THEMES[theme].0;
            (row, filled) = (row + 1, filled + 1);
        }
        theme += 1;
    }
    entries
};

const fn count() -> usize {
    let (mut theme, mut count) = (0, 0);
    while theme < THEMES.len() {
        count += THEMES[theme].1.len();
        theme += 1;
    }
    count
}

/// A function that runs in the kernel, was always there, and takes no map, until the methods below say otherwise.
const fn call(
    name: &'static str,
    signature: &'static str,
    parameters: &'static [Parameter],
    (returns, returned_type): (Type, &'static str),
    summary: &'static str,
) -> Function {
    Function {
        name,
        signature,
        parameters,
        returns,
        returned_type,
        lifetime: Lifetime::ALWAYS,
        arguments: argument_counts(parameters),
        mode: Mode::Kernel,
        needs_unsafe: false,
        map_effect: MapEffect::None,
        validity: Validity::ANYWHERE,
        theme: Theme::Printing,
        summary,
    }
}

/// What a function returns that returns nothing.
const NOTHING: (Type, &str) = (Type::Nothing, "void");
const BOOLEAN: (Type, &str) = (Type::Boolean, "bool");
const INT64: (Type, &str) = (Type::Signed, "int64");
const UINT32: (Type, &str) = (Type::Unsigned, "uint32");
const UINT64: (Type, &str) = (Type::Unsigned, "uint64");
const STRING: (Type, &str) = (Type::String, "string");

impl Function {
    const fn since(self, minor: u16) -> Function {
        Function { lifetime: Lifetime::since(minor), ..self }
    }

    const fn since_patch(self, minor: u16, patch: u16) -> Function {
        Function { lifetime: Lifetime::since_patch(minor, patch), ..self }
    }

    const fn until(self, minor: u16) -> Function {
        Function { lifetime: self.lifetime.until(minor), ..self }
    }

    const fn later(self) -> Function {
        Function { mode: Mode::Later, ..self }
    }

    const fn compiler(self) -> Function {
        Function { mode: Mode::Compiler, ..self }
    }

    const fn unsafely(self) -> Function {
        Function { needs_unsafe: true, ..self }
    }

    const fn on_map(self, map_effect: MapEffect) -> Function {
        Function { map_effect, ..self }
    }

    const fn only(self, validity: Validity) -> Function {
        Function { validity, ..self }
    }

    const fn texts(self, details: &'static str, example: &'static str) -> Entry<Function> {
        Entry::new(self, details, example)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Version;
    use crate::docs::check_docs;
    use crate::parameters::signature;
    use crate::validity::check_validity;

    #[test]
    fn every_function_is_found_by_its_name() {
        for known in FUNCTIONS {
            assert_eq!(function(known.name).map(|found| found.name), Some(known.name));
        }
        assert!(function("nosuch").is_none());
    }

    #[test]
    fn ordered_by_theme_and_name() {
        assert!(FUNCTIONS.is_sorted_by_key(|known| (known.theme, known.name)));
    }

    #[test]
    fn signatures_agree_with_parameters() {
        for known in FUNCTIONS {
            let forms: Vec<&str> = known.signature.split(" or ").collect();
            let made = signature(known.name, known.parameters);
            let whole = made.replace(['[', ']'], "");
            assert!(known.signature.ends_with(&made) || forms.last() == Some(&whole.as_str()), "{made}");
            assert!(known.signature.starts_with(known.name), "{made}");
        }
    }

    #[test]
    fn every_function_has_its_texts() {
        for known in FUNCTIONS {
            check_docs(known.name, known.summary, known.docs());
            check_validity(known.name, known.validity);
            let is_shown = known.docs().example.contains(known.name);
            assert_eq!(is_shown, known.lifetime.removed.is_none(), "{}", known.name);
            assert!(known.lifetime.since < known.lifetime.removed.unwrap_or(Version::new(1, 0)));
        }
    }

    #[test]
    fn what_works_on_a_map_takes_a_map_first() {
        use crate::ParameterKind as Kind;
        for known in FUNCTIONS {
            let takes_map = known.parameters.first().is_some_and(|parameter| {
                matches!(parameter.kind, Kind::Map | Kind::MapOrStack | Kind::MapOrValue)
            });
            assert_eq!(known.map_effect != MapEffect::None, takes_map, "{}", known.name);
        }
    }

    #[test]
    fn what_writes_or_executes_needs_unsafe() {
        let names: Vec<_> =
            FUNCTIONS.iter().filter(|function| function.needs_unsafe).map(|f| f.name).collect();
        assert_eq!(names, ["override", "signal", "signal_thread", "system", "write_user"]);
    }
}
