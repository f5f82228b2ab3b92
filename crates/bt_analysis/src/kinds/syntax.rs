//! The script does not follow the grammar.

use super::Kind;

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        "syntax",
        "Something else should stand here.",
        "The script does not follow the grammar at this place, so bpftrace reads none of it. The message \
         says what could stand here. Often the cause is a sign that is missing just before, as a `;` \
         between two statements.",
    )
    .shown("BEGIN { @a = 1 @b = 2; }", "BEGIN { @a = 1; @b = 2; }"),
    Kind::new(
        "syntax-unclosed",
        "A bracket, string or comment is opened but not closed.",
        "All that follows is read as a part of it, or the script ends before it is complete. Write the \
         missing sign; the message names the line where the bracket was opened. A string ends on its own \
         line: a line break in it is written `\\n`.",
    )
    .shown("BEGIN { @a = (1 + 2; }", "BEGIN { @a = (1 + 2); }"),
    Kind::new(
        "syntax-stray-bracket",
        "A bracket closes nothing.",
        "There is one closing bracket too many, or one that should open is missing before. Remove it, or \
         open it where the block begins.",
    )
    .shown("BEGIN { @a = 1; } }", "BEGIN { @a = 1; }"),
    Kind::new(
        "syntax-integer",
        "A number is not written as a number.",
        "The number has a suffix or digit that it cannot have, or does not fit into 64 bits. Hexadecimal \
         numbers begin with `0x`, octal ones with `0`; the suffixes are those of C and, since 0.24, units \
         of time such as `ms`.",
    )
    .shown("BEGIN { @a = 12x; }", "BEGIN { @a = 12; }"),
    Kind::new(
        "syntax-escape",
        "A backslash in a string stands before a sign that gives it no meaning.",
        "The escapes are `\\n`, `\\t`, `\\r`, `\\\"`, `\\\\`, hexadecimal `\\x41` and octal `\\101`. If the \
         backslash itself is meant, write it twice.",
    )
    .shown(r#"BEGIN { printf("50\% done\n"); }"#, r#"BEGIN { printf("50%% done\n"); }"#),
    Kind::new(
        "syntax-character",
        "A character has no meaning here.",
        "Outside of strings and comments, names are made of ASCII letters, digits and `_`. Text stands \
         between double quotes, never between single ones.",
    )
    .shown("BEGIN { @a = 'text'; }", r#"BEGIN { @a = "text"; }"#),
    Kind::new(
        "syntax-parameter",
        "The parameter `$0` does not exist.",
        "Parameters of the command line count from `$1`; `$#` is their number. A dashboard gives a script \
         none at all, so write the value itself.",
    )
    .shown("BEGIN { @limit = $0; }", "BEGIN { @limit = 10; }"),
    Kind::new(
        "syntax-target",
        "A value is assigned to something that cannot hold one.",
        "Only a map such as `@count` and a variable such as `$count` can be assigned, counted up and down, \
         or have their address taken. Builtins such as `pid` belong to bpftrace. For a comparison write \
         `==`.",
    )
    .shown("BEGIN { pid = 1; @a = pid; }", "BEGIN { $pid = 1; @a = $pid; }"),
    Kind::new(
        "syntax-parentheses",
        "An operator stands in a condition or range that has no parentheses.",
        "Since 0.24 a single value needs no parentheses behind `if` and `while`, or at the ends of a range. \
         Anything with an operator still does, since its end could not be told otherwise.",
    )
    .shown("BEGIN { if pid == 1 { @a = 1; } }", "BEGIN { if (pid == 1) { @a = 1; } }"),
    Kind::new(
        "syntax-type",
        "The name of a type is not written as bpftrace wants it, or stands where a value should.",
        "A type can stand in a cast, a declaration and in functions such as `sizeof`, but it is no value. \
         Names of several words, as `unsigned int` in C, are not taken: write `uint32`.",
    )
    .shown("BEGIN { @a = (unsigned int)pid; }", "BEGIN { @a = (uint32)pid; }"),
    Kind::new(
        "syntax-reserved-name",
        "A builtin has the name of a field or parameter.",
        "Names such as `pid` and `comm` are words of the language, so that bpftrace does not read them as \
         the name of a field. Give the field another name.",
    )
    .shown(
        "BEGIN { $r = (pid = 1, count = 2); @a = $r.count; }",
        "BEGIN { $r = (process = 1, events = 2); @a = $r.events; }",
    ),
    Kind::new(
        "syntax-repeated-field",
        "Two fields of one record have the same name.",
        "Only one of them could be read by that name. Give each field a name of its own.",
    )
    .shown("BEGIN { $r = (x = 1, x = 2); @a = $r.x; }", "BEGIN { $r = (x = 1, y = 2); @a = $r.x; }"),
    Kind::new(
        "syntax-order",
        "A definition stands too late in the script.",
        "C definitions and lines of the preprocessor come first; the config block, of which there is only \
         one, and imports come before the first probe. Move it to the beginning of the script.",
    )
    .shown(
        "BEGIN { @a = 1; }\nconfig = { max_strlen = 64 }",
        "config = { max_strlen = 64 }\nBEGIN { @a = 1; }",
    ),
    Kind::new(
        "syntax-limit",
        "The script is too long, or nests too deep, to be read.",
        "No script of a person reaches these limits: they keep generated or damaged text from taking all \
         memory. Divide the expression by variables, or the script in two.",
    ),
    Kind::new(
        "empty-statement",
        "A `;` has no statement before it.",
        "A `;` ends a statement, and most releases of bpftrace do not take one without. No `;` is needed \
         behind the `}` of a block. Remove it.",
    )
    .shown("BEGIN { @a = 1;; @b = 2; }", "BEGIN { @a = 1; @b = 2; }"),
    Kind::new(
        "statement-end",
        "A statement ends before the place where it was meant to end.",
        "Since 0.26 a statement that begins with a map or variable ends at a `?`, and behind `++` and `--`; \
         the rest is then no statement. Put it in parentheses, or use `if`.",
    )
    .shown(
        "BEGIN { @a = 1; @a ? print(1) : print(2); }",
        "BEGIN { @a = 1; if (@a) { print(1); } else { print(2); } }",
    ),
];
