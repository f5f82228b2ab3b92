//! Keywords, statements, and ways to write things that some releases do not know.

use crate::Lifetime;
use crate::docs::{Docs, Entry, column};
use crate::name_index::NameIndex;

/// A part of the syntax.
#[derive(Clone, Copy, Debug)]
pub struct Syntax {
    /// Its keyword; for what has none, a name for it, with a blank or a sign in it.
    pub name: &'static str,
    /// What it is.
    pub kind: SyntaxKind,
    /// How it is written.
    pub form: &'static str,
    /// Releases that know it.
    pub lifetime: Lifetime,
    /// One line about it.
    pub summary: &'static str,
}

/// What a part of the syntax is. The order is that of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SyntaxKind {
    /// It stands at the top level of a script.
    Definition,
    /// It stands in a block.
    Statement,
    /// It is a value.
    Value,
}

impl SyntaxKind {
    /// A title for its parts.
    pub fn title(self) -> &'static str {
        match self {
            SyntaxKind::Definition => "Top level of a script",
            SyntaxKind::Statement => "Statements",
            SyntaxKind::Value => "Values",
        }
    }
}

/// The part of the syntax of that keyword or name.
pub fn syntax(name: &str) -> Option<&'static Syntax> {
    INDEX.find(name).map(|place| &SYNTAX[place])
}

impl Syntax {
    /// The long text about it.
    pub fn docs(&self) -> &'static Docs {
        &DOCS[INDEX.find(self.name).expect("every part of the syntax stands in its own table")]
    }

    /// Whether its name is a keyword.
    pub fn is_keyword(&self) -> bool {
        self.name.bytes().all(|byte| byte.is_ascii_lowercase())
    }
}

/// Every part of the syntax, by kind.
pub static SYNTAX: &[Syntax] = &column!(ENTRIES, facts);
static DOCS: [Docs; ENTRIES.len()] = column!(ENTRIES, docs);
static INDEX: NameIndex<128> = NameIndex::new(&NAMES);
const NAMES: [&str; ENTRIES.len()] = column!(ENTRIES, facts.name);

use SyntaxKind::{Definition, Statement, Value};

const fn part(kind: SyntaxKind, name: &'static str, form: &'static str, summary: &'static str) -> Syntax {
    Syntax { name, kind, form, lifetime: Lifetime::ALWAYS, summary }
}

impl Syntax {
    const fn since(self, minor: u16) -> Syntax {
        Syntax { lifetime: Lifetime::since(minor), ..self }
    }

    const fn texts(self, details: &'static str, example: &'static str) -> Entry<Syntax> {
        Entry::new(self, details, example)
    }
}

const ENTRIES: &[Entry<Syntax>] = &[
    part(Definition, "C definition", "#include <file>, struct NAME { … };", "Types and constants, in C.")
        .texts(
            "Preprocessor lines, `struct`, `union` and `enum` stand before everything else and are read by \
             clang. Where the kernel has BTF, its types are known without them.",
            "#define LIMIT 100\nstruct pair { int a; int b; };\n\
             BEGIN { print(sizeof(struct pair) + LIMIT); }",
        )
        .changes(&[(26, "`__attribute__` behind a type")]),
    part(Definition, "config", "config = { key = value; }", "Sets config keys.")
        .since(20)
        .texts(
            "At most one block, behind C definitions and before the probes. An environment variable \
             BPFTRACE_… wins over it.",
            "config = { max_strlen = 200; missing_probes = warn }\n\
             kprobe:do_nanosleep { @[comm] = count(); }",
        )
        .changes(&[(21, "the last `;` may be left out")]),
    part(Definition, "import", "import \"path\";", "Takes in another script, header or BPF program.")
        .since(25)
        .texts(
            "A path from the folder of the script: a `.bt` file, a `.h` header, a `.bpf.c` program, or a \
             folder of them. The script that is taken in has no config block. In a block, it is unstable.",
            "",
        )
        .changes(&[(26, "stable at the top level")]),
    part(Definition, "macro", "macro name($a, @m, x) { … }", "A piece of script with a name.")
        .since(24)
        .texts(
            "A call puts the piece in its place. A parameter is a variable, a map, or a name for any value; \
             those of the caller can so be changed. The last value is that of the call. A macro cannot call \
             itself.",
            "macro add_one($x) { $x + 1 } BEGIN { let $n = 1; print(add_one($n)); }",
        )
        .changes(&[(25, "stable")]),
    part(Definition, "fn", "fn name($a : type) : type { … }", "A function of the script.").since(21).texts(
        "Undocumented and unfinished: write a macro.",
        "fn two() : int64 { return 2; } BEGIN { print(1); }",
    ),
    part(Definition, "map declaration", "let @map = type(size);", "The type and size of a map.")
        .since(24)
        .texts(
            "For a map that needs more or fewer keys than `max_map_keys`, or that shall forget old ones: \
             `lruhash`.",
            "let @last = lruhash(100); kprobe:vfs_read { @last[tid] = nsecs; }",
        )
        .changes(&[(25, "stable")]),
    part(Definition, "probe block", "attach_point, … /condition/ { … }", "What is done when a probe fires.")
        .texts(
            "Several attach points are separated by commas. The condition, called predicate, may be left \
             out; with it, the block is run only if it is true. Put a blank before its `/`.",
            "kprobe:vfs_read, kprobe:vfs_write /pid > 1/ { @[probe] = count(); }",
        ),
    part(Definition, "probe name", "name=attach_point { … }", "A name for a probe.").since(25).texts(
        "For messages about it. No blanks stand around its `=`.",
        "reads=kprobe:vfs_read { @ = count(); }",
    ),
    part(Statement, "let", "let $x [: type] [= value];", "Makes a variable for the present block.")
        .since(22)
        .texts(
            "Without `let`, the first assignment makes it. With a type, values are changed to it. A name \
             that an outer block has cannot be used again.",
            "BEGIN { let $x : uint64 = 1; { let $y = 2; print($x + $y); } }",
        ),
    part(Statement, "assignment =", "$x = value; @map[key] = value;", "Stores a value in a variable or map.")
        .texts(
            "Also with an operator, `+=` and so on. The first assignment fixes the type. A variable ends \
             with its block; before 0.22 it lived for the whole probe. Fields of tuples and records \
             cannot be assigned.",
            "BEGIN { $x = 1; $x += 2; @sums[\"a\", 1] = $x; }",
        )
        .changes(&[(22, "variables end with their block"), (23, "a variable may be read before, and is 0")]),
    part(Statement, "discard _ =", "_ = value;", "Computes a value and drops it.").since(25).texts(
        "Says that the result of a call is left unused on purpose.",
        "BEGIN { @a[1] = 1; _ = delete(@a, 1); print(1); }",
    ),
    part(Statement, "if", "if condition { … } else { … }", "Runs one of two blocks.")
        .texts(
            "As a value, both blocks end with the value that it has.",
            "kprobe:vfs_read { if (arg2 > 4096) { @big = count(); } else { @small = count(); } }",
        )
        .changes(&[(10, "`else if`"), (24, "without parentheses"), (25, "can be a value")]),
    part(Statement, "else", "if condition { … } else { … }", "What is run if the condition is false.").texts(
        "Another `if` may follow at once.",
        "BEGIN { if (rand % 2 == 0) { print(0); } else if (cpu == 0) { print(1); }\n\
         else { print(2); } }",
    ),
    part(
        Statement,
        "for",
        "for ($kv : @map) { … } or for ($i : 0..10) { … }",
        "Runs a block for each key or number.",
    )
    .since(21)
    .texts(
        "For a map, the variable is a tuple of key and value; the order is any, and keys that come \
         meanwhile may be missed. For numbers, the last one is not reached.",
        "BEGIN { @a[1] = 2; for ($kv : @a) { print($kv.0 + $kv.1); }\n\
         for ($i : 0..3) { print($i); } }",
    )
    .changes(&[(24, "for numbers; `break` and `continue`; without parentheses")]),
    part(Statement, "while", "while (condition) { … }", "Runs a block as long as a condition holds.")
        .since(11)
        .texts(
            "The kernel must see that it ends, from Linux 5.3 on. Deprecated since 0.25: a `for` over \
             numbers with `break` does the same.",
            "BEGIN { $i = 0; while ($i < 3) { print($i); $i++; } }",
        )
        .changes(&[(25, "deprecated")]),
    part(Statement, "unroll", "unroll (count) { … }", "Writes a block several times.").texts(
        "The count, 1 to 100, is a literal or a parameter of the script. For kernels before 5.3, which \
         take no loop.",
        "BEGIN { $i = 1; unroll (3) { print($i); $i++; } }",
    ),
    part(Statement, "break", "break;", "Ends the loop.").since(11).texts(
        "In `while`, and in `for` since 0.24.",
        "BEGIN { for ($i : 0..9) { if ($i == 3) { break; } print($i); } }",
    ),
    part(Statement, "continue", "continue;", "Goes on with the next round of the loop.").since(11).texts(
        "In `while`, and in `for` since 0.24.",
        "BEGIN { for ($i : 0..9) { if ($i == 3) { continue; } print($i); } }",
    ),
    part(Statement, "return", "return;", "Ends the probe.")
        .since(11)
        .texts(
            "In a function of the script it gives its result.",
            "kprobe:vfs_read { if (pid == 1) { return; } @ = count(); }",
        )
        .changes(&[(21, "with a value, in functions"), (24, "in `for`")]),
    part(Value, "integer", "42, 0x2a, 052, 1_000, 1e6, 10ms", "A number.")
        .texts(
            "Decimal, hex or octal; there are no fractions. `1e6` is a million. A unit of time (`ns us ms s \
             m h d`) gives nanoseconds. What does not fit into 64 bits is an error.",
            "BEGIN { print(0x10 + 1_000 + 1e6 + 10ms); }",
        )
        .changes(&[
            (12, "exponents, 1e6"),
            (14, "`_` between digits; C's suffixes, 1ul"),
            (24, "units of time"),
            (26, "the type is the smallest that fits, before int64"),
        ]),
    part(Value, "true", "true", "A bool.").since(24).texts("Before, 1 is written.", "BEGIN { @on = true; }"),
    part(Value, "false", "false", "A bool.")
        .since(24)
        .texts("Before, 0 is written.", "BEGIN { @on = false; }"),
    part(Value, "string literal", "\"text\\n\"", "Text.").texts(
        "On one line, with the escapes `\\n \\t \\r \\\" \\\\`, octal `\\101` and hex `\\x41`. Two \
         strings in a row are not joined.",
        r#"BEGIN { print("a \x41\t\"quoted\""); }"#,
    ),
    part(Value, "$name", "$name", "A variable of the block.").texts(
        "Only the present run of the probe sees it. What shall last stands in a map.",
        "kprobe:vfs_read { $size = arg2; @ = hist($size); }",
    ),
    part(Value, "@name[]", "@name, @name[key, …]", "A map, or one value of it.").texts(
        "Maps are shared by all probes and CPUs, and printed at the end. `@` alone is a map without a \
         name. Key and value types are fixed by the first use. A key that is not there reads as zero. \
         Several parts make one key, as a tuple does.",
        "kprobe:vfs_read { @bytes[comm, pid] = sum(arg2); }",
    ),
    part(Value, "$1", "$1, $#", "A parameter of the script, and how many there are.")
        .texts(
            "From the command line behind the script; numbers as they are, text by `str($1)`. One that was \
             not given is 0, or empty text. It can stand in an attach point.",
            "BEGIN { print($#); print(str($1)); }",
        )
        .changes(&[(11, "in attach points"), (24, "anywhere in an attach point")]),
    part(Value, "(a, b)", "(a, b), $t.0", "A tuple: several values in order.")
        .since(11)
        .texts(
            "Parts are read by number from 0, and cannot be assigned. A tuple is a value and a key of maps.",
            "BEGIN { $t = (1, \"one\"); print($t.1); @[$t] = 1; }",
        )
        .changes(&[(22, "as a key of a map"), (25, "`$t[0]`")]),
    part(Value, "(a = 1)", "(a = 1, b = 2), $r.a", "A record: several values by name.").since(25).texts(
        "Fields are read by name, and cannot be assigned.",
        "BEGIN { $r = (number = 1, name = \"one\"); print($r.name); }",
    ),
    part(Value, "{ a; b }", "{ statement; value }", "A block as a value: the last value in it.")
        .since(24)
        .texts("For a value that takes several steps.", "BEGIN { $x = { let $y = 2; $y * $y }; print($x); }"),
    part(Value, "text[n]", "$text[0]", "A character of a string.")
        .since(25)
        .texts("As a number; counted from 0.", "BEGIN { $s = \"abc\"; print($s[0]); }"),
    part(Value, "(type)value", "(uint8)value", "A value as one of another type.")
        .texts(
            "Numbers are cut or filled up, with their sign. A number becomes a pointer by `(struct \
             task_struct *)x`, and an array of bytes of the same size by `(uint8[8])x`.",
            "kretprobe:vfs_read { @ = min((int64)retval); }",
        )
        .changes(&[(14, "pointers to pointers, `**`")]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::check_docs;

    #[test]
    fn every_part_is_found_and_has_its_texts() {
        assert!(SYNTAX.is_sorted_by_key(|part| part.kind));
        for known in SYNTAX {
            assert_eq!(syntax(known.name).map(|found| found.form), Some(known.form));
            check_docs(known.name, known.summary, known.docs());
            assert!(known.lifetime.removed.is_none_or(|removed| removed > known.lifetime.since));
        }
    }

    #[test]
    fn keywords_are_told_from_names_of_things() {
        let keywords: Vec<_> = SYNTAX.iter().filter(|part| part.is_keyword()).map(|part| part.name).collect();
        assert!(keywords.contains(&"unroll") && keywords.contains(&"true"));
        assert!(syntax("probe block").is_some_and(|part| !part.is_keyword()));
    }
}
