//! What is said about a script that is wrong: where, what, what to do, and the edit that does it.

use bt_syntax::{SyntaxError, parse};
use expect_test::{Expect, expect};

/// Each error with its place, the bracket that it speaks of, its hint and the mended script.
fn check(source: &str, expected: Expect) {
    let text: String = parse(source).errors.iter().map(|error| error_text(source, error)).collect();
    expected.assert_eq(&text);
}

fn error_text(source: &str, error: &SyntaxError) -> String {
    let mut text = format!("`{}`: {error}\n", error.span.text(source));
    if let Some(opening) = error.opening().filter(|opening| *opening != error.span) {
        text += &format!("  opened at {}\n", opening.start);
    }
    if let Some(hint) = error.hint() {
        text += &format!("  hint: {hint}\n");
    }
    if let Some(fix) = error.fix() {
        let mut mended = source.to_string();
        for (span, replacement) in fix.edits.iter().rev() {
            mended.replace_range(span.start as usize..span.end as usize, replacement);
        }
        text += &format!("  {}: {mended}\n", fix.title);
    }
    text
}

#[test]
fn brackets() {
    check(
        "begin {\n  print((1 + 2;\n}",
        expect![[r#"
            `;`: expected `)` to close the `(` of line 2, found `;`
              opened at 16
              Insert `)`: begin {
              print((1 + 2);
            }
        "#]],
    );
    check(
        "begin { @a[1, 2 = 3 }",
        expect![[r#"
            `=`: expected `]` to close the `[` of line 1, found `=`
              opened at 10
              Insert `]`: begin { @a[1, 2] = 3 }
        "#]],
    );
    check(
        "begin { print(1",
        expect![[r#"
            `(`: this is never closed: `)` is missing
              Insert `)`: begin { print(1)
        "#]],
    );
    check(
        "begin { } }",
        expect![[r#"
            `}`: this closes nothing
              hint: remove it, or open it before
              Remove it: begin { } 
        "#]],
    );
}

#[test]
fn separators() {
    check(
        "begin { @a = 1 @b = 2 }",
        expect![[r#"
            `@b`: expected `;`, found `@b`
              hint: statements are separated by `;`
              Insert `;`: begin { @a = 1; @b = 2 }
        "#]],
    );
    check(
        "begin { print(1 2) }",
        expect![[r#"
            `2`: expected `,`, found `2`
              Insert `,`: begin { print(1, 2) }
        "#]],
    );
    check(
        "begin { print(, 1); @a[] = 1 }",
        expect![[r#"
            `,`: expected a value, found `,`
            `]`: expected a value, found `]`
        "#]],
    );
}

#[test]
fn heads() {
    check(
        "kprobe:f @a = 1",
        expect![[r#"
            `@a`: expected `{`, found `@a`
              hint: an attach point is followed by `{ ... }`, `/predicate/ { ... }`, or `,` and another one
        "#]],
    );
    check("kprobe:f, { }", expect![[""]]);
    check(
        "kprobe:f /pid == 1 { }",
        expect![[r#"
            `{`: expected `/` to close the `/` of line 1, found `{`
              opened at 9
              Insert `/`: kprobe:f /pid == 1/ { }
        "#]],
    );
    check(
        "@a = 1;",
        expect![[r#"
            `@a`: expected a probe, found `@a`
              hint: a probe is written as `kprobe:vfs_read { ... }`
        "#]],
    );
    check(
        "begin { if pid == 1 { } while (pid) < 2 { } for ($i : 0..pid+1) { } }",
        expect![[r#"
            `pid == 1`: this needs parentheses
              hint: put all of it in parentheses
              Put it in parentheses: begin { if (pid == 1) { } while (pid) < 2 { } for ($i : 0..pid+1) { } }
            `(pid) < 2`: this needs parentheses
              hint: put all of it in parentheses
              Put it in parentheses: begin { if pid == 1 { } while ((pid) < 2) { } for ($i : 0..pid+1) { } }
            `pid+1`: this needs parentheses
              hint: put all of it in parentheses
              Put it in parentheses: begin { if pid == 1 { } while (pid) < 2 { } for ($i : 0..(pid+1)) { } }
        "#]],
    );
    check(
        "begin { for ($x : $y) { } for (x : @a) { } if () { } }",
        expect![[r#"
            `$y`: a loop goes over a map or over a range of numbers
              hint: a loop is written as `for ($kv : @map) { ... }` or `for ($i : 0..10) { ... }`
            `x`: expected a variable, found `x`
              hint: variables begin with `$`
            `)`: expected a value, found `)`
        "#]],
    );
}

#[test]
fn places() {
    check(
        "begin { pid = 1; x += 1; $a.b = 1; (@a) = 1; }",
        expect![[r#"
            `pid`: this cannot be assigned
              hint: a value can be assigned to a map (@x) or a variable ($x)
            `x`: this cannot be assigned
              hint: a value can be assigned to a map (@x) or a variable ($x)
            `$a.b`: this cannot be assigned
              hint: a value can be assigned to a map (@x) or a variable ($x)
            `@a`: this cannot be assigned
              hint: a value can be assigned to a map (@x) or a variable ($x)
        "#]],
    );
    check(
        "begin { pid++; ++1; $a.b--; }",
        expect![[r#"
            `pid`: this cannot be counted up or down
              hint: `++` and `--` change a map (@x) or a variable ($x)
            `1`: this cannot be counted up or down
              hint: `++` and `--` change a map (@x) or a variable ($x)
            `$a.b`: this cannot be counted up or down
              hint: `++` and `--` change a map (@x) or a variable ($x)
        "#]],
    );
    check(
        "begin { print(&1, &@a[1], &$x.y, +1); }",
        expect![[r#"
            `1`: this has no address
              hint: `&` takes the address of a variable ($x) or of a map (@x)
            `@a[1]`: this has no address
              hint: `&` takes the address of a variable ($x) or of a map (@x)
            `$x.y`: this has no address
              hint: `&` takes the address of a variable ($x) or of a map (@x)
            `+`: there is no sign `+` for numbers
              hint: leave it out
              Remove it: begin { print(&1, &@a[1], &$x.y, 1); }
        "#]],
    );
}

#[test]
fn types_and_names() {
    check(
        "begin { f(struct s *); let $x : unsigned int; print(sizeof(), offsetof(struct s, 1)); }",
        expect![[r#"
            `struct`: a type is no value
              hint: only sizeof, offsetof, typeof and typeinfo take a type
            `unsigned int`: the name of a type is one word
              hint: the types of numbers are int8 to int64 and uint8 to uint64
            `sizeof`: this takes one argument
            `1`: this is no field
              hint: it is written as `offsetof(struct s, field.part)`
        "#]],
    );
    check(
        "begin { $x = (a = 1, a = 2, pid = 3, ); $x->0 }",
        expect![[r#"
            `a`: the record has a field of this name already
            `pid`: this name is a builtin
              hint: take another name
            `)`: expected a field, `name = value`, found `)`
            `0`: expected the name of a field, found `0`
        "#]],
    );
    check(
        "macro m(pid, 1) { 1 } fn f($a) { } let @m = 1;",
        expect![[r#"
            `pid`: this name is a builtin
              hint: take another name
            `1`: expected a parameter, found `1`
            `)`: expected `:`, found `)`
            `{`: expected `:`, found `{`
            `1`: this is no kind of map with a number of keys
              hint: it is written as `let @x = hash(1024);`
        "#]],
    );
}

#[test]
fn literals() {
    check(
        "begin { print(1_, 0x, 12e4, 09, 5min, 0x1s, 99999999999999999999, $0); }",
        expect![[r#"
            `1_`: a number cannot end with `_`
            `0x`: the number has an unknown suffix
              hint: the suffixes are u, l, ul, ll, ull and ns, us, ms, s, m, h, d
            `12e4`: one digit from 1 to 9 stands before the `e`
            `09`: an octal number has no digit 8 or 9
            `5min`: the number has an unknown suffix
              hint: the suffixes are u, l, ul, ll, ull and ns, us, ms, s, m, h, d
            `0x1s`: the number has an unknown suffix
              hint: the suffixes are u, l, ul, ll, ull and ns, us, ms, s, m, h, d
            `99999999999999999999`: the number does not fit 64 bits
              hint: the largest number is 18446744073709551615
            `$0`: $0 does not exist
              hint: parameters count from $1
        "#]],
    );
    check(
        "begin { print(\"\\q\\400\"); }",
        expect![[r#"
            `\q`: invalid escape in a string
              hint: the escapes are \n, \t, \r, \", \\, \x41 and \101 (to \377); a backslash is written \\
        "#]],
    );
    check(
        "begin { print(\"a); }\nend { }",
        expect![[r#"
            `"a); }`: the string is not closed
              hint: close it with `"` on the same line; a line end is written `\n`
              Insert `"`: begin { print("a); }"
            end { }
        "#]],
    );
    check(
        "begin { 'a' }",
        expect![[r#"
            `'a'`: a string stands between double quotes
              Use double quotes: begin { "a" }
        "#]],
    );
    check(
        "begin { /* a\n}",
        expect![[r#"
            `/* a`: the comment is not closed
              hint: close it with `*/`
              Insert `*/`: begin { /* a*/
            }
        "#]],
    );
}

#[test]
fn order() {
    check(
        "config = { a = 1 }\nconfig = { a = 1 }\n#define A\nbegin { }\nimport \"a\";\nstruct s { int a; };",
        expect![[r#"
            `config`: there can be only one config block
              hint: put all settings into the first one
            `#define A`: a C definition cannot stand behind a config block, imports, or probes
              hint: put it at the top of the script
            `import`: an import cannot stand behind probes
              hint: put it before the first probe
            `struct`: a C definition cannot stand behind a config block, imports, or probes
              hint: put it at the top of the script
        "#]],
    );
    check(
        "#define A \\\n  1\nbegin { }",
        expect![[r#"
            `#define A \`: bpftrace joins no lines of the preprocessor
              hint: write it on one line
        "#]],
    );
    check(
        "config = { a 1; = 2; c = ; d = \"\\q\" } import x; struct s; begin { }",
        expect![[r#"
            `1`: expected `=`, found `1`
            `=`: expected a name, found `=`
            `;`: expected a value, found `;`
            `\q`: invalid escape in a string
              hint: the escapes are \n, \t, \r, \", \\, \x41 and \101 (to \377); a backslash is written \\
            `x`: expected a string, found `x`
            `struct`: a C definition cannot stand behind a config block, imports, or probes
              hint: put it at the top of the script
            `;`: expected `{ ... }`, found `;`
        "#]],
    );
}
