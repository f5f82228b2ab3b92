//! The names of types that bpftrace itself has.

use crate::Type;

/// What a value of the type of that name is; `None` for the types of the kernel and of the script.
pub fn type_name(name: &str) -> Option<Type> {
    let (_, found) = TYPE_NAMES.iter().find(|(known, _)| *known == name)?;
    Some(*found)
}

/// Every name of a type.
pub const TYPE_NAMES: &[(&str, Type)] = &[
    ("bool", Type::Boolean),
    ("int8", Type::Signed),
    ("int16", Type::Signed),
    ("int32", Type::Signed),
    ("int64", Type::Signed),
    ("uint8", Type::Unsigned),
    ("uint16", Type::Unsigned),
    ("uint32", Type::Unsigned),
    ("uint64", Type::Unsigned),
    ("void", Type::Nothing),
    ("string", Type::String),
    ("buffer", Type::Buffer),
    ("inet", Type::Inet),
    ("timestamp", Type::Timestamp),
    ("macaddr_t", Type::MacAddress),
    ("cgroup_path_t", Type::CgroupPath),
    ("username_t", Type::Username),
    ("ksym_t", Type::Ksym),
    ("usym_t", Type::Usym),
    ("kstack_t", Type::Kstack),
    ("ustack_t", Type::Ustack),
    ("min_t", Type::Signed),
    ("max_t", Type::Signed),
    ("sum_t", Type::Signed),
    ("count_t", Type::Signed),
    ("avg_t", Type::Signed),
    ("stats_t", Type::Signed),
    ("umin_t", Type::Unsigned),
    ("umax_t", Type::Unsigned),
    ("usum_t", Type::Unsigned),
    ("uavg_t", Type::Unsigned),
    ("ustats_t", Type::Unsigned),
    // Spellings of 0.21.
    ("str_t", Type::String),
    ("inet_t", Type::Inet),
    ("buf_t", Type::Buffer),
    // C's own and its headers' names for numbers.
    ("char", Type::Signed),
    ("short", Type::Signed),
    ("int", Type::Signed),
    ("long", Type::Signed),
    ("signed", Type::Signed),
    ("unsigned", Type::Unsigned),
    ("int8_t", Type::Signed),
    ("int16_t", Type::Signed),
    ("int32_t", Type::Signed),
    ("int64_t", Type::Signed),
    ("uint8_t", Type::Unsigned),
    ("uint16_t", Type::Unsigned),
    ("uint32_t", Type::Unsigned),
    ("uint64_t", Type::Unsigned),
    ("size_t", Type::Unsigned),
    ("ssize_t", Type::Signed),
];
