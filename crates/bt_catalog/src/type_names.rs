//! The names of types that bpftrace itself has, and C's for numbers.

use crate::docs::column;
use crate::name_index::NameIndex;
use crate::{Lifetime, Type};

/// A type that has a name.
#[derive(Clone, Copy, Debug)]
pub struct TypeName {
    /// The name.
    pub name: &'static str,
    /// What a value of it is.
    pub value: Type,
    /// Releases in which it can be written.
    pub lifetime: Lifetime,
    /// One line about it.
    pub summary: &'static str,
}

/// What a value of the type of that name is; `None` for the types of the kernel and of the script.
pub fn type_name(name: &str) -> Option<Type> {
    find_type(name).map(|found| found.value)
}

/// The type of that name.
pub fn find_type(name: &str) -> Option<&'static TypeName> {
    INDEX.find(name).map(|place| &TYPE_NAMES[place])
}

/// Every name of a type.
pub static TYPE_NAMES: &[TypeName] = ENTRIES;
static INDEX: NameIndex<128> = NameIndex::new(&NAMES);
const NAMES: [&str; ENTRIES.len()] = column!(ENTRIES, name);

/// The release from which a variable can be declared, so that types other than numbers are written.
const LET: u16 = 22;

const fn number(name: &'static str, value: Type, summary: &'static str) -> TypeName {
    TypeName { name, value, lifetime: Lifetime::ALWAYS, summary }
}

const fn named(name: &'static str, value: Type, summary: &'static str) -> TypeName {
    TypeName { name, value, lifetime: Lifetime::since(LET), summary }
}

impl TypeName {
    const fn lives(self, lifetime: Lifetime) -> TypeName {
        TypeName { lifetime, ..self }
    }
}

const ENTRIES: &[TypeName] = &[
    number("bool", Type::Boolean, "`true` or `false`.").lives(Lifetime::since(24)),
    number("int8", Type::Signed, "8 bits with sign."),
    number("int16", Type::Signed, "16 bits with sign."),
    number("int32", Type::Signed, "32 bits with sign."),
    number("int64", Type::Signed, "64 bits with sign."),
    number("uint8", Type::Unsigned, "8 bits without sign."),
    number("uint16", Type::Unsigned, "16 bits without sign."),
    number("uint32", Type::Unsigned, "32 bits without sign."),
    number("uint64", Type::Unsigned, "64 bits without sign."),
    number("void", Type::Nothing, "What `void *` points to."),
    named("string", Type::String, "Text; `string[N]` for at most N bytes, the zero byte among them."),
    named("buffer", Type::Buffer, "Bytes; `buffer[N]` for N of them."),
    named("inet", Type::Inet, "An IP address; `inet[N]` for one of N bytes."),
    named("timestamp", Type::Timestamp, "What `strftime()` returns."),
    named("macaddr_t", Type::MacAddress, "What `macaddr()` returns."),
    named("cgroup_path_t", Type::CgroupPath, "What `cgroup_path()` returns."),
    named("username_t", Type::Username, "What `username` is."),
    named("ksym_t", Type::Ksym, "What `ksym()` returns."),
    named("usym_t", Type::Usym, "What `usym()` returns."),
    named("kstack_t", Type::Kstack, "What `kstack` is."),
    named("ustack_t", Type::Ustack, "What `ustack` is."),
    named("min_t", Type::Signed, "A value of `min()`."),
    named("max_t", Type::Signed, "A value of `max()`."),
    named("sum_t", Type::Signed, "A value of `sum()`."),
    named("count_t", Type::Signed, "A value of `count()`."),
    named("avg_t", Type::Signed, "A value of `avg()`."),
    named("stats_t", Type::Signed, "A value of `stats()`."),
    named("umin_t", Type::Unsigned, "A value of `min()` of numbers without sign."),
    named("umax_t", Type::Unsigned, "A value of `max()` of numbers without sign."),
    named("usum_t", Type::Unsigned, "A value of `sum()` of numbers without sign."),
    named("uavg_t", Type::Unsigned, "A value of `avg()` of numbers without sign."),
    named("ustats_t", Type::Unsigned, "A value of `stats()` of numbers without sign."),
    named("str_t", Type::String, "Old spelling of `string`.").lives(Lifetime::since(21).until(LET)),
    named("inet_t", Type::Inet, "Old spelling of `inet`.").lives(Lifetime::since(21).until(LET)),
    named("buf_t", Type::Buffer, "Old spelling of `buffer`.").lives(Lifetime::since(21).until(LET)),
    number("char", Type::Signed, "C's 8 bits with sign."),
    number("short", Type::Signed, "C's 16 bits with sign."),
    number("int", Type::Signed, "C's 32 bits with sign."),
    number("long", Type::Signed, "C's 64 bits with sign."),
    number("signed", Type::Signed, "C's `int`, or before a number of C."),
    number("unsigned", Type::Unsigned, "C's `unsigned int`, or before a number of C."),
    number("int8_t", Type::Signed, "8 bits with sign, as C's headers and BTF name it."),
    number("int16_t", Type::Signed, "16 bits with sign, as C's headers and BTF name it."),
    number("int32_t", Type::Signed, "32 bits with sign, as C's headers and BTF name it."),
    number("int64_t", Type::Signed, "64 bits with sign, as C's headers and BTF name it."),
    number("uint8_t", Type::Unsigned, "8 bits without sign, as C's headers and BTF name it."),
    number("uint16_t", Type::Unsigned, "16 bits without sign, as C's headers and BTF name it."),
    number("uint32_t", Type::Unsigned, "32 bits without sign, as C's headers and BTF name it."),
    number("uint64_t", Type::Unsigned, "64 bits without sign, as C's headers and BTF name it."),
    number("size_t", Type::Unsigned, "A size, 64 bits without sign."),
    number("ssize_t", Type::Signed, "A size or an error, 64 bits with sign."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_found() {
        for known in TYPE_NAMES {
            assert_eq!(type_name(known.name), Some(known.value), "{}", known.name);
            assert!(known.summary.ends_with('.'), "{}", known.name);
            assert!(known.lifetime.removed.is_none_or(|removed| removed > known.lifetime.since));
        }
        for unknown in ["uint", "STRING", "task_struct", ""] {
            assert_eq!(type_name(unknown), None, "{unknown}");
        }
    }
}
