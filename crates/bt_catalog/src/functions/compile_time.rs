//! Functions that the compiler answers: they cost nothing when the probe fires.

use super::{BOOLEAN, Function, NOTHING, UINT64, call};
use crate::docs::Entry;
use crate::parameters::{FORMATTED, Parameter, ParameterKind as Kind};
use crate::{Type, Validity};

const VALUE: Parameter = Parameter::new("value", Kind::Any);
const NAME: Parameter = Parameter::new("name", Kind::StringLiteral);
const TYPE_OR_VALUE: Parameter = Parameter::new("type or value", Kind::TypeOrValue);

const fn is(name: &'static str, signature: &'static str, summary: &'static str) -> Function {
    call(name, signature, &[VALUE], BOOLEAN, summary).since(25).compiler()
}

pub(super) const ENTRIES: &[Entry<Function>] = &[
    call("assert_str", "assert_str(value)", &[VALUE], NOTHING, "Refuses a value that is no string.")
        .since(25)
        .compiler()
        .texts(
            "For macros: an argument of the wrong type is then reported as such.",
            "BEGIN { assert_str(comm); print(comm); }",
        ),
    call(
        "comptime",
        "comptime(value)",
        &[VALUE],
        (Type::Unknown, "as the value"),
        "A value that must be computed while compiling.",
    )
    .since(25)
    .compiler()
    .texts(
        "Undocumented. A value that the compiler cannot compute is an error.",
        "BEGIN { print(comptime(1 + 2)); }",
    ),
    call("default_str_length", "default_str_length()", &[], UINT64, "Longest string, in bytes.")
        .since(25)
        .compiler()
        .texts("The value of the config key `max_strlen`.", "BEGIN { print(default_str_length()); }"),
    call("fail", "fail(format, ...)", FORMATTED, NOTHING, "Refuses to compile.").since(25).compiler().texts(
        "The text is the message of the error. A call in a branch that is left out while compiling \
         does nothing, so that a macro can refuse arguments.",
        r#"BEGIN { if (is_str(1)) { fail("a number is a string"); } print(1); }"#,
    ),
    is("is_array", "is_array(value)", "Whether a value is an array.").texts(
        "The compiler leaves out the branch that is not taken, so that a macro can treat each type in \
         its way.",
        "BEGIN { print(is_array(pid)); }",
    ),
    is("is_integer", "is_integer(value)", "Whether a value is a number.")
        .texts("True for every size, with and without sign.", "BEGIN { print(is_integer(pid)); }"),
    is("is_literal", "is_literal(value)", "Whether a value is a literal.")
        .texts("True for what is written as a number, string or bool.", "BEGIN { print(is_literal(5)); }"),
    is("is_ptr", "is_ptr(value)", "Whether a value is a pointer.")
        .texts("A number that holds an address is none.", "BEGIN { print(is_ptr(curtask)); }"),
    is("is_str", "is_str(value)", "Whether a value is a string.")
        .texts("An address of text is none: `str()` makes one of it.", "BEGIN { print(is_str(comm)); }"),
    is("is_unsigned_integer", "is_unsigned_integer(value)", "Whether a value is a number without sign.")
        .texts("True for every size.", "BEGIN { print(is_unsigned_integer(pid)); }"),
    call("kfunc_allowed", "kfunc_allowed(name)", &[NAME], BOOLEAN, "Whether a kfunc may be called here.")
        .since(25)
        .compiler()
        .texts(
            "A kfunc is a function of the kernel that BPF programs can call. Each is for some types of \
             probes only.",
            r#"BEGIN { print(kfunc_allowed("bpf_strlen")); }"#,
        ),
    call("kfunc_exist", "kfunc_exist(name)", &[NAME], BOOLEAN, "Whether the kernel has a kfunc.")
        .since(25)
        .compiler()
        .texts(
            "A kfunc is a function of the kernel that BPF programs can call. A script can so use another \
             way on an older kernel.",
            r#"BEGIN { print(kfunc_exist("bpf_strlen")); }"#,
        ),
    call(
        "offsetof",
        "offsetof(type or value, field)",
        &[TYPE_OR_VALUE, Parameter::new("field", Kind::Field)],
        UINT64,
        "Offset of a field in its structure, in bytes.",
    )
    .since(18)
    .compiler()
    .texts(
        "The type comes from the script, from headers, or from the kernel's BTF.",
        "struct pair { int a; int b; } BEGIN { print(offsetof(struct pair, b)); }",
    )
    .changes(&[(23, "takes a field of a field, `a.b`")]),
    call("sizeof", "sizeof(type or value)", &[TYPE_OR_VALUE], UINT64, "Size in bytes.")
        .since(11)
        .compiler()
        .texts(
            "The value is not computed, only its type counts. Of a string it is the room for it, not its \
             length.",
            "BEGIN { print(sizeof(uint64)); print(sizeof(comm)); }",
        ),
    call(
        "static_assert",
        "static_assert(condition, message)",
        &[Parameter::new("condition", Kind::Condition), Parameter::new("message", Kind::StringLiteral)],
        NOTHING,
        "Refuses to compile if a condition fails.",
    )
    .since(25)
    .compiler()
    .texts(
        "The condition must be one that the compiler can compute.",
        r#"BEGIN { static_assert(sizeof(int64) == 8, "odd machine"); print(1); }"#,
    ),
    call(
        "typeinfo",
        "typeinfo(value)",
        &[Parameter::new("value", Kind::TypeOrValue)],
        (Type::Record, "record"),
        "What a type is.",
    )
    .since(25)
    .compiler()
    .only(Validity::ANYWHERE.only("with `unstable_typeinfo`"))
    .texts(
        "Gives name and kind of the type, for macros that treat types differently. It is unstable: \
         its fields may still change.",
        "config = { unstable_typeinfo = enable } BEGIN { print(typeinfo(pid)); }",
    ),
    call(
        "typeof",
        "typeof(type or value)",
        &[TYPE_OR_VALUE],
        (Type::Unknown, "a type"),
        "The type of a value.",
    )
    .since(25)
    .compiler()
    .texts(
        "Stands where a type can stand: in a cast, behind `let $x :`, in `sizeof()`. The value is \
         not computed.",
        "BEGIN { let $x : typeof(pid) = 0; print($x); }",
    )
    .changes(&[(27, "can be the argument of a macro")]),
];
