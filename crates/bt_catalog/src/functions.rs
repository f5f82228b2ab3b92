//! The functions that a script can call.

use crate::{Lifetime, Type};

/// A function.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// How it is called.
    pub signature: &'static str,
    /// What it returns.
    pub returns: Type,
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

/// The function of that name.
pub fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// Most arguments of the functions that take a format.
const FORMAT_ARGUMENTS: (u8, u8) = (1, 128);

const fn call(
    name: &'static str,
    signature: &'static str,
    arguments: (u8, u8),
    returns: Type,
    summary: &'static str,
) -> Function {
    Function {
        name,
        signature,
        returns,
        lifetime: Lifetime::ALWAYS,
        arguments,
        mode: Mode::Kernel,
        needs_unsafe: false,
        map_effect: MapEffect::None,
        summary,
    }
}

impl Function {
    const fn since(self, minor: u16) -> Function {
        Function { lifetime: Lifetime::since(minor), ..self }
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
}

/// Every function but the aggregations of maps.
pub const FUNCTIONS: &[Function] = &[
    call("printf", "printf(format, ...)", FORMAT_ARGUMENTS, Type::Nothing, "Prints formatted text.").later(),
    call(
        "print",
        "print(value) or print(@map[, top[, divisor]])",
        (1, 3),
        Type::Nothing,
        "Prints a value or a map.",
    )
    .later()
    .on_map(MapEffect::Prints),
    call("clear", "clear(@map)", (1, 1), Type::Nothing, "Removes all keys of a map.")
        .later()
        .on_map(MapEffect::Resets),
    call("zero", "zero(@map)", (1, 1), Type::Nothing, "Sets all values of a map to zero.")
        .later()
        .on_map(MapEffect::Resets),
    call(
        "delete",
        "delete(@map[key]) or delete(@map, key)",
        (1, 2),
        Type::Boolean,
        "Removes a key of a map.",
    )
    .on_map(MapEffect::Deletes),
    call("has_key", "has_key(@map, key)", (2, 2), Type::Boolean, "Whether a map has a key.")
        .since(22)
        .on_map(MapEffect::Reads),
    call("find", "find(@map, key, $out)", (3, 3), Type::Boolean, "Looks a key up and stores its value.")
        .since(25)
        .on_map(MapEffect::Reads),
    call("len", "len(@map)", (1, 1), Type::Signed, "Number of keys of a map, or of frames of a stack.")
        .since(20)
        .on_map(MapEffect::Reads),
    call("exit", "exit([code])", (0, 1), Type::Nothing, "Ends the script.").later(),
    call("time", "time([format])", (0, 1), Type::Nothing, "Prints the time of day.").later(),
    call("strftime", "strftime(format, nsecs)", (2, 2), Type::Timestamp, "A time as text.").since(12).later(),
    call("cat", "cat(path, ...)", FORMAT_ARGUMENTS, Type::Nothing, "Prints a file.").later(),
    call("join", "join(strings[, separator])", (1, 2), Type::Nothing, "Prints an array of strings.").later(),
    call("system", "system(command, ...)", FORMAT_ARGUMENTS, Type::Nothing, "Runs a shell command as root.")
        .later()
        .unsafely(),
    call("errorf", "errorf(format, ...)", FORMAT_ARGUMENTS, Type::Nothing, "Prints an error.")
        .since(24)
        .later(),
    call("warnf", "warnf(format, ...)", FORMAT_ARGUMENTS, Type::Nothing, "Prints a warning.")
        .since(25)
        .later(),
    call(
        "debugf",
        "debugf(format, ...)",
        FORMAT_ARGUMENTS,
        Type::Nothing,
        "Writes to the kernel's trace pipe.",
    )
    .since(16),
    call("fail", "fail(format, ...)", FORMAT_ARGUMENTS, Type::Nothing, "Refuses to compile.")
        .since(25)
        .compiler(),
    call("str", "str(address[, length])", (1, 2), Type::String, "Reads a string."),
    call("buf", "buf(address[, length])", (1, 2), Type::Buffer, "Reads bytes.").since(11),
    call("path", "path(address[, size])", (1, 2), Type::String, "Path of a file of the kernel.").since(12),
    call("strerror", "strerror(number)", (1, 1), Type::String, "Text of an error number.").since(16),
    call("strlen", "strlen(text)", (1, 1), Type::Unsigned, "Length of a string.").since(25),
    call("strcap", "strcap(text)", (1, 1), Type::Signed, "Room for a string.").since(25),
    call("strncmp", "strncmp(a, b, length)", (3, 3), Type::Signed, "0 if two strings begin alike."),
    call("strcontains", "strcontains(text, part)", (2, 2), Type::Boolean, "Whether a string holds another.")
        .since(17),
    call("strstr", "strstr(text, part)", (2, 2), Type::Signed, "Where a string holds another.").since(25),
    call("str_concat", "str_concat(a, b)", (2, 2), Type::String, "Two strings joined.").since(27),
    call("memcmp", "memcmp(a, b, length)", (3, 3), Type::Signed, "0 if two pieces of memory are alike.")
        .since(25),
    call("signal_name", "signal_name(number)", (1, 1), Type::String, "Name of a signal.").since(26),
    call("syscall_name", "syscall_name(number)", (1, 1), Type::String, "Name of a system call.").since(25),
    call("ksym", "ksym(address)", (1, 1), Type::Ksym, "Symbol of a kernel address.").later(),
    call("usym", "usym(address)", (1, 1), Type::Usym, "Symbol of a program's address.").later(),
    call("kaddr", "kaddr(name)", (1, 1), Type::Unsigned, "Address of a kernel symbol.").compiler(),
    call("uaddr", "uaddr(name)", (1, 1), Type::Pointer, "Address of a program's symbol.").compiler(),
    call(
        "percpu_kaddr",
        "percpu_kaddr(name[, cpu])",
        (1, 2),
        Type::Pointer,
        "Address of a variable of a CPU.",
    )
    .since(22),
    call("kptr", "kptr(address)", (1, 1), Type::Pointer, "Marks an address as the kernel's.").since(12),
    call("uptr", "uptr(address)", (1, 1), Type::Pointer, "Marks an address as the program's.").since(12),
    call("reg", "reg(name)", (1, 1), Type::Unsigned, "Value of a register."),
    call("kstack", "kstack([mode, ][limit])", (0, 2), Type::Kstack, "Stack of the kernel."),
    call("ustack", "ustack([mode, ][limit])", (0, 2), Type::Ustack, "Stack of the program."),
    call(
        "dw_ustack",
        "dw_ustack([mode, ][limit])",
        (0, 2),
        Type::Ustack,
        "Stack of the program by debug information.",
    )
    .since(26),
    call("stack_len", "stack_len(stack)", (1, 1), Type::Unsigned, "Frames of a stack.").since(25),
    call("ntop", "ntop([family, ]address)", (1, 2), Type::Inet, "An IP address as text."),
    call("pton", "pton(text)", (1, 1), Type::Array, "Text to an IP address.").since(16).compiler(),
    call("macaddr", "macaddr(bytes)", (1, 1), Type::MacAddress, "A hardware address as text.").since(12),
    call("bswap", "bswap(number)", (1, 1), Type::Unsigned, "Turns the bytes of a number around.").since(15),
    call("cgroupid", "cgroupid(path)", (1, 1), Type::Unsigned, "Id of a control group.").compiler(),
    call("cgroup_path", "cgroup_path(id[, filter])", (1, 2), Type::CgroupPath, "Path of a control group.")
        .since(15),
    call("nsecs", "nsecs([clock])", (0, 1), Type::Unsigned, "Nanoseconds of a clock.").since(19),
    call("pid", "pid([namespace])", (0, 1), Type::Unsigned, "Process id.").since(24),
    call("tid", "tid([namespace])", (0, 1), Type::Unsigned, "Thread id.").since(24),
    call("comm", "comm([pid])", (0, 1), Type::String, "Name of a thread.").since(25),
    call("pcomm", "pcomm([task])", (0, 1), Type::String, "Name of the parent process.").since(25),
    call("ppid", "ppid([task])", (0, 1), Type::Unsigned, "Process id of the parent process.").since(24),
    call("leader_comm", "leader_comm([task])", (0, 1), Type::String, "Name of the thread group's leader.")
        .since(26),
    call(
        "leader_tid",
        "leader_tid([task])",
        (0, 1),
        Type::Unsigned,
        "Thread id of the thread group's leader.",
    )
    .since(26),
    call("signal", "signal(signal)", (1, 1), Type::Nothing, "Sends a signal to the process.").unsafely(),
    call("signal_thread", "signal_thread(signal)", (1, 1), Type::Nothing, "Sends a signal to the thread.")
        .since(25)
        .unsafely(),
    call("override", "override(result)", (1, 1), Type::Nothing, "Makes a kernel function return at once.")
        .unsafely(),
    call(
        "write_user",
        "write_user(to, from, length)",
        (3, 3),
        Type::Boolean,
        "Writes into the program's memory.",
    )
    .since(26)
    .unsafely(),
    call(
        "skboutput",
        "skboutput(path, packet, length, offset)",
        (4, 4),
        Type::Unsigned,
        "Writes a packet to a file.",
    )
    .since(15),
    call("socket_cookie", "socket_cookie(socket)", (1, 1), Type::Unsigned, "Number of a socket.").since(24),
    call("unwatch", "unwatch(address)", (1, 1), Type::Nothing, "Removes a watchpoint.").since(12).later(),
    call(
        "getopt",
        "getopt(name[, default[, text]])",
        (1, 3),
        Type::Unknown,
        "A named parameter of the script.",
    )
    .since(24)
    .compiler(),
    call(
        "assert",
        "assert(condition, message)",
        (2, 2),
        Type::Nothing,
        "Ends the script if a condition fails.",
    )
    .since(24),
    call(
        "static_assert",
        "static_assert(condition, message)",
        (2, 2),
        Type::Nothing,
        "Checks when compiling.",
    )
    .since(25)
    .compiler(),
    call("assert_str", "assert_str(value)", (1, 1), Type::Nothing, "Checks that a value is a string.")
        .since(25)
        .compiler(),
    call("is_array", "is_array(value)", (1, 1), Type::Boolean, "Whether a value is an array.")
        .since(25)
        .compiler(),
    call("is_err", "is_err(address)", (1, 1), Type::Boolean, "Whether an address is an error of the kernel.")
        .since(26),
    call("is_integer", "is_integer(value)", (1, 1), Type::Boolean, "Whether a value is a number.")
        .since(25)
        .compiler(),
    call("is_literal", "is_literal(value)", (1, 1), Type::Boolean, "Whether a value is a literal.")
        .since(25)
        .compiler(),
    call("is_ptr", "is_ptr(value)", (1, 1), Type::Boolean, "Whether a value is an address.")
        .since(25)
        .compiler(),
    call("is_str", "is_str(value)", (1, 1), Type::Boolean, "Whether a value is a string.")
        .since(25)
        .compiler(),
    call(
        "is_unsigned_integer",
        "is_unsigned_integer(value)",
        (1, 1),
        Type::Boolean,
        "Whether a number is unsigned.",
    )
    .since(25)
    .compiler(),
    call("default_str_length", "default_str_length()", (0, 0), Type::Unsigned, "Longest string.")
        .since(25)
        .compiler(),
    call(
        "kfunc_allowed",
        "kfunc_allowed(name)",
        (1, 1),
        Type::Boolean,
        "Whether a kernel function may be called.",
    )
    .since(25)
    .compiler(),
    call("kfunc_exist", "kfunc_exist(name)", (1, 1), Type::Boolean, "Whether a kernel function exists.")
        .since(25)
        .compiler(),
    call(
        "container_of",
        "container_of(address, type, member)",
        (3, 3),
        Type::Pointer,
        "The structure around a member.",
    )
    .since(27)
    .compiler(),
    call("sizeof", "sizeof(type or value)", (1, 1), Type::Unsigned, "Size in bytes.").since(11).compiler(),
    call("offsetof", "offsetof(type or value, field)", (2, 2), Type::Unsigned, "Offset of a field in bytes.")
        .since(18)
        .compiler(),
    call("typeof", "typeof(type or value)", (1, 1), Type::Unknown, "A type.").since(25).compiler(),
    call("typeinfo", "typeinfo(value)", (1, 1), Type::Record, "What a type is.").since(25).compiler(),
    call("comptime", "comptime(value)", (1, 1), Type::Unknown, "A value computed when compiling.")
        .since(25)
        .compiler(),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_twice_and_signatures_begin_with_it() {
        for (position, function) in FUNCTIONS.iter().enumerate() {
            assert!(function.signature.starts_with(function.name), "{}", function.name);
            assert!(function.arguments.0 <= function.arguments.1, "{}", function.name);
            assert!(
                FUNCTIONS[..position].iter().all(|other| other.name != function.name),
                "{}",
                function.name
            );
        }
    }

    #[test]
    fn what_writes_or_executes_needs_unsafe() {
        let names: Vec<_> =
            FUNCTIONS.iter().filter(|function| function.needs_unsafe).map(|f| f.name).collect();
        assert_eq!(names, ["system", "signal", "signal_thread", "override", "write_user"]);
    }
}
