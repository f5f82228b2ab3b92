//! Writes C that is valid only if the headers agree with a declaration.

use std::fmt::Write;

use crate::declarations::{Declaration, split};

/// Declared only to have a pointer to it: the bindings have no fields of these.
const OPAQUE: &[&str] = &["pmdaIndom", "pmdaMetric"];

/// Fields that are bit fields in C: struct and field. Their types cannot be compared.
const BIT_FIELDS: &[(&str, &str)] = &[
    ("pmUnits", "bits"),
    ("pmValueBlock", "bits"),
    ("pmLabel", "name_bits"),
    ("pmLabel", "value_bits"),
    ("pmLabelSet", "json_bits"),
    ("pmdaInterface", "comm"),
];

/// Types without a name in C: where they are.
const UNNAMED: &[(&str, &str)] = &[
    ("pmValue_value", "__typeof__(((pmValue *)0)->value)"),
    ("pmdaInterface_seven", "__typeof__(((pmdaInterface *)0)->version.seven)"),
];

/// Fields with another place in C: struct, field and place.
const ELSEWHERE: &[(&str, &str, &str)] = &[("pmdaInterface", "version", "version.seven")];

/// The C for a declaration.
pub(crate) fn assertions(declaration: &Declaration) -> String {
    match declaration {
        Declaration::Constant { name, value } => format!("_Static_assert({name} == {value}, \"{name}\");\n"),
        Declaration::Type { name, meaning } => same_type(name, name, &c_type(meaning, "")),
        Declaration::Function { name, arguments, answer } => {
            let pointer = function(arguments, answer.as_deref(), "");
            same_type(name, &format!("__typeof__(&{name})"), &pointer)
        }
        Declaration::Record { name, .. } if OPAQUE.contains(&name.as_str()) => String::new(),
        Declaration::Record { keyword, name, fields } => record(keyword, name, fields),
    }
}

/// Compares a struct or union with one of the fields that Rust has: C lays it out as Rust does (`repr(C)`).
fn record(keyword: &str, name: &str, fields: &[(String, String)]) -> String {
    let ours = format!("{keyword} our_{name}");
    let theirs = UNNAMED.iter().find(|(unnamed, _)| *unnamed == name).map_or(name, |(_, place)| place);
    let mut text = format!("{ours} {{\n");
    for (field, kind) in fields {
        writeln!(text, "    {};", c_type(kind, field)).expect("text grows");
    }
    writeln!(text, "}};\n_Static_assert(sizeof({ours}) == sizeof({theirs}), \"size of {name}\");")
        .expect("text grows");
    for (field, kind) in fields {
        if BIT_FIELDS.contains(&(name, field)) {
            continue;
        }
        let place = ELSEWHERE.iter().find(|(owner, moved, _)| *owner == name && moved == field);
        let place = place.map_or_else(|| field.trim_end_matches('_'), |(.., place)| place);
        writeln!(
            text,
            "_Static_assert(offsetof({ours}, {field}) == offsetof({theirs}, {place}), \"place of {name}.{field}\");"
        )
        .expect("text grows");
        // A type without a name equals no other; it is compared where it is declared.
        if !UNNAMED.iter().any(|(unnamed, _)| unnamed == kind) {
            let their_type = format!("__typeof__((({theirs} *)0)->{place})");
            text.push_str(&same_type(&format!("{name}.{field}"), &their_type, &c_type(kind, "")));
        }
    }
    text
}

fn same_type(what: &str, one: &str, other: &str) -> String {
    format!("_Static_assert(__builtin_types_compatible_p({one}, {other}), \"type of {what}\");\n")
}

/// The declaration of `name` in C; the type alone if `name` is empty.
fn c_type(rust: &str, name: &str) -> String {
    let rust = rust.trim();
    if let Some(inner) = rust.strip_prefix("*mut ") {
        return c_type(inner, &format!("*{name}"));
    }
    if let Some(inner) = rust.strip_prefix("*const ") {
        return c_type(inner, &format!("const *{name}"));
    }
    if let Some(array) = rust.strip_prefix('[').and_then(|array| array.strip_suffix(']')) {
        let (inner, length) = array.split_once(';').expect("a length");
        return c_type(inner, &format!("{name}[{}]", length.trim()));
    }
    if let Some(pointer) = rust.strip_prefix("Option<unsafe extern \"C\" fn(") {
        let pointer = pointer.strip_suffix('>').expect("an end");
        let (arguments, answer) = pointer.rsplit_once(')').expect("an end of the arguments");
        let answer = answer.trim().strip_prefix("->").map(str::trim);
        return function(&split(arguments), answer, name);
    }
    let plain = match rust {
        "c_int" => "int",
        "c_uint" => "unsigned int",
        "c_char" => "char",
        "c_void" => "void",
        "i32" => "__int32_t",
        "u32" => "__uint32_t",
        "i64" => "__int64_t",
        "u64" => "__uint64_t",
        "f32" => "float",
        "f64" => "double",
        "timeval" => "struct timeval",
        "..." => "...",
        other => UNNAMED.iter().find(|(unnamed, _)| *unnamed == other).map_or(other, |(_, place)| place),
    };
    format!("{plain} {name}")
}

/// The pointer `name` to a function.
fn function(arguments: &[String], answer: Option<&str>, name: &str) -> String {
    let arguments: Vec<String> = arguments.iter().map(|argument| c_type(argument, "")).collect();
    let arguments = if arguments.is_empty() { "void".into() } else { arguments.join(", ") };
    c_type(answer.unwrap_or("c_void"), &format!("(*{name})({arguments})"))
}
