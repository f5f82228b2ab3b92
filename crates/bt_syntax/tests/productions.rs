//! Every production of the grammar, as text in and tree out. None of these texts has an error.

mod printer;

use bt_syntax::parse;
use expect_test::{Expect, expect};
use printer::item_text;

/// The items of a script that has no error.
fn check(source: &str, expected: Expect) {
    let parse = parse(source);
    assert_eq!(parse.errors, [], "{source}");
    let items: String = parse
        .program
        .items
        .iter()
        .map(|item| format!("{}\n", item_text(source, &parse.program, item)))
        .collect();
    expected.assert_eq(&items);
}

#[test]
fn attach_points() {
    check(
        "kprobe:f { } BEGIN,end{} kprobe:f,\n// why\nkprobe:g , uprobe:/bin/a:b /pid/ { }\n\
         kprobe:a*b?[cd] { } kprobe:f+0x1f { } uprobe:/bin/a:0x10 { } uprobe:\"/a b/c\":cpp:\"f(int, {) const\" { }\n\
         uprobe:/bin/a@dir/b.c:10:2 { } uprobe:a.zip!/lib.so:f { } kprobe:$1_x, uprobe:$1:$2 { }\n\
         interval:1s { } profile:hz:99 /* c */ { } usdt:*:a:b { } *ware:*, { } tracepoint:a:b\n/1/\n{ }",
        expect![[r#"
            kprobe:f {}
            BEGIN,end {}
            kprobe:f,kprobe:g,uprobe:/bin/a:b /pid/ {}
            kprobe:a*b?[cd] {}
            kprobe:f+0x1f {}
            uprobe:/bin/a:0x10 {}
            uprobe:"/a b/c":cpp:"f(int, {) const" {}
            uprobe:/bin/a@dir/b.c:10:2 {}
            uprobe:a.zip!/lib.so:f {}
            kprobe:$1_x,uprobe:$1:$2 {}
            interval:1s {}
            profile:hz:99 {}
            usdt:*:a:b {}
            *ware:* {}
            tracepoint:a:b /1/ {}
        "#]],
    );
}

#[test]
fn predicates() {
    check(
        "begin /1/ { } begin / 1 / { } begin /pid == 1 / 2/{ } begin /(pid / 2)/ { } begin /comm == \"/\"/ { }\n\
         begin // a\n/ 1 // b\n/ // c\n{ }",
        expect![[r#"
            begin /1/ {}
            begin /1/ {}
            begin /(Equal pid (Slash 1 2))/ {}
            begin /(Slash pid 2)/ {}
            begin /(Equal comm "/")/ {}
            begin /1/ {}
        "#]],
    );
}

#[test]
fn definitions() {
    check(
        "#!/usr/bin/bpftrace\n#include <a.h>\n  # define A 1\nstruct s { struct { int a[4]; } b; /* } */ };\n\
         union u { int a; } __attribute__((packed)) __attribute__((aligned(8)));\n\
         struct __attribute__((packed)) t { int a; }\nenum e { A = 1, B, }; enum { C }\n\
         config = { max_strlen = 1_000; STACK_MODE = perf; a = \"b\"; c = true; }\nimport \"a.bt\"; import \"b\";\n\
         let @a = hash(1e3);\nlet @ = lruhash(10)\nmacro m() { 1 } macro if(a, $b, @c) { a }\n\
         fn f() : void { } fn g($a : struct s *, $b : uint8[4]) : int64 { return $a->b }\nbegin { }",
        expect![[r##"
            preprocessor "#include <a.h>"
            preprocessor "# define A 1"
            c s
            c u
            c t
            c e
            c 
            config 4
            import "a.bt"
            import "b"
            declare @a
            declare @
            macro 0 {1}
            macro 3 {a}
            fn 0 {}
            fn 2 {return (field $a b)}
            begin {}
        "##]],
    );
}

#[test]
fn statements() {
    check(
        "begin { print(1); @a = 1; @a[1, \"b\"] += 2; $x <<= 3; _ = @a; @a++; --$x; 1; }\n\
         begin { let $x; let $y = 1; let $z : uint64; let $p : struct s ** = 0; let $a : uint8[4]; let $t : typeof($x) = 1 }\n\
         begin { if (1) { } if 1 { } else { } if !$x { } else if (2) { } else if f(1) { } else { }; { @b = 1 } { }; }\n\
         begin { unroll (3) { } unroll $1 { } while (1) { break; continue } while $x { return } }\n\
         begin { for ($kv : @m) { } for $kv : @m { } for ($i : 0..10) { } for $i : $a..(1 + 2) { } }\n\
         begin { import \"a\"; return 1; }\nbegin { return }",
        expect![[r#"
            begin {print(1); @a Assign 1; @a[1 "b"] PlusAssign 2; $x ShiftLeftAssign 3; _ Assign @a; (postfix PlusPlus @a); (prefix MinusMinus $x); 1}
            begin {let $x ; let $y 1; let $z ; let $p 0; let $a ; let $t 1}
            begin {if 1 {}; if 1 {} else {}; if (Not $x) {} if 2 {} if f(1) {} else {}; empty; {@b Assign 1}; {}; empty}
            begin {unroll 3 {}; unroll $1 {}; while 1 {break; continue}; while $x {return }}
            begin {for $kv @m {}; for $kv @m {}; for $i 0..10 {}; for $i $a..(Plus 1 2) {}}
            begin {import "a"; return 1}
            begin {return }
        "#]],
    );
}

#[test]
fn values() {
    check(
        "begin { print(0x1F, 0755, 1_000, 1e6, 5ull, 7l, 10ms, 2d, true, false, $1, $#, \"a\\n\\x41\\101\\\"\") }\n\
         begin { print((), (1,), (1, 2,), ((1)), (a = 1, if = (2, 3)), { let $x = 1; $x }, if 1 { 2 } else { 3 }) }\n\
         begin { print(@, @a, @a[1], @a[1, 2], @a[(1, 2)], $x, pid, f(), f(1, 2), comptime f(1), comptime (1)) }\n\
         begin { print($x.a, $x->b, $x.0.1, $x.if, $x[1][2], f().a, (1, 2).0, \"ab\"[0], args.count->pid) }\n\
         begin { print(-1, !$x, ~1, *$p, &$x, &@m, - -1, **$p, -$x.y, *$p++, ++@a[1], $x--) }",
        expect![[r#"
            begin {print(0x1F 0755 1_000 1e6 5ull 7l 10ms 2d true false $1 $# "a\n\x41\101\"")}
            begin {print((tuple ) (tuple 1) (tuple 1 2) 1 (record 1 (tuple 2 3)) {let $x 1; $x} (if 1 {2} else {3}))}
            begin {print(@ @a @a[1] @a[1 2] @a[(tuple 1 2)] $x pid f() f(1 2) comptime(f(1)) comptime(1))}
            begin {print((field $x a) (field $x b) (field (field $x 0) 1) (field $x if) (index (index $x 1) 2) (field f() a) (field (tuple 1 2) 0) (index "ab" 0) (field (field args count) pid))}
            begin {print((Minus 1) (Not $x) (Tilde 1) (Star $p) (And $x) (And @m) (Minus (Minus 1)) (Star (Star $p)) (Minus (field $x y)) (Star (postfix PlusPlus $p)) (prefix PlusPlus @a[1]) (postfix MinusMinus $x))}
        "#]],
    );
}

#[test]
fn types() {
    check(
        "begin { print((uint8)1, (uint8)-1, (uint8 *)$x, (struct s **)$x, (uint8[4])$x, (enum e)1, (typeof($y))1) }\n\
         begin { print((s)$x, (s)*$x, (s *)$x, ((s *)$x)->f, (s) + 1, (pid) - 1, (pid)*tid, (uint8)) }\n\
         begin { print(sizeof(uint64), sizeof(struct s *), sizeof(uint8 *), sizeof($x + 1), typeof(1), typeinfo($x)) }\n\
         begin { print(offsetof(struct s, a), offsetof(s, a.b.c), offsetof($x, a), container_of($p, struct s, a)) }",
        expect![[r#"
            begin {print((cast uint8 1) (cast uint8 (Minus 1)) (cast uint8 * $x) (cast struct s ** $x) (cast uint8[4] $x) (cast enum e 1) (cast typeof($y) 1))}
            begin {print((cast s $x) (cast s (Star $x)) (cast s * $x) (field (cast s * $x) f) (Plus s 1) (Minus pid 1) (Star pid tid) uint8)}
            begin {print(sizeof(uint64) sizeof(struct s *) sizeof(uint8 *) sizeof((Plus $x 1)) typeof(1) typeinfo($x))}
            begin {print(offsetof(struct s a) offsetof(s (field (field a b) c)) offsetof($x a) container_of($p struct s a))}
        "#]],
    );
}

#[test]
fn older_spellings() {
    check(
        "BEGIN { @start[tid] = nsecs; delete(@start[tid]); delete(@a[1], @b[2]); clear(@a); printf(\"%d\", sarg0) }\n\
         kfunc:f, kretfunc:g { print(args->x); @ = stats(arg0) } i:s:1 { 1 ? print(@) : exit() }",
        expect![[r#"
            BEGIN {@start[tid] Assign nsecs; delete(@start[tid]); delete(@a[1] @b[2]); clear(@a); printf("%d" sarg0)}
            kfunc:f,kretfunc:g {print((field args x)); @ Assign stats(arg0)}
            i:s:1 {(? 1 print(@) exit())}
        "#]],
    );
}

#[test]
fn layout() {
    check(
        "begin\r\n{\r\n\t@a\r\n\t[1]\t= 1\r\n}\r\n// the end",
        expect![[r#"
            begin {@a[1] Assign 1}
        "#]],
    );
    check(
        "begin{@=\"//\";/* \" */@b=1// '\n+2/***/;}end{@c=\"/*\";@d=\"*/\"}",
        expect![[r#"
            begin {@ Assign "//"; @b Assign (Plus 1 2)}
            end {@c Assign "/*"; @d Assign "*/"}
        "#]],
    );
    check("", expect![[""]]);
    check("// only this", expect![[""]]);
}
