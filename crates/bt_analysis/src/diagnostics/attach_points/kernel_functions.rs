//! Functions of the kernel: `kprobe`, `kretprobe`, `fentry`, `fexit`.

use bt_catalog::Version;
use bt_syntax::Span;

use super::point::{Number, Part, Point};
use crate::Diagnostic;

/// The release whose kprobes take a module before the function.
const KPROBE_MODULES: Version = Version::new(0, 20);
/// The release whose fentry probes, then called kfunc, take a module before the function.
const FENTRY_MODULES: Version = Version::new(0, 12);
/// The release that traces functions of BPF programs.
const BPF_PROGRAMS: Version = Version::new(0, 24);

pub(super) fn check_kprobe(point: &Point<'_>) -> Option<Diagnostic> {
    let function = match *point.parts() {
        [function] => function,
        [module, _] if point.target < KPROBE_MODULES => {
            return Some(point.not_yet(module.span, "module", KPROBE_MODULES));
        }
        [_, function] => function,
        [] => return Some(needs_function(point)),
        _ => return Some(point.too_many(2)),
    };
    if function.is_empty() {
        return Some(needs_function(point));
    }
    offset(point, function, point.known.name == "kprobe")
}

pub(super) fn check_fentry(point: &Point<'_>) -> Option<Diagnostic> {
    let has_programs = point.target >= BPF_PROGRAMS;
    let function = match *point.parts() {
        [program] if program.text == "bpf" && has_programs => return Some(needs_program(point)),
        [function] => function,
        [module, _] if point.target < FENTRY_MODULES => {
            return Some(point.not_yet(module.span, "module", FENTRY_MODULES));
        }
        [_, function] => function,
        [] => return Some(needs_function(point)),
        [bpf, id, program] if has_programs => return bpf_program(point, bpf, id, program),
        [_, _, _] => return Some(point.too_many(2)),
        _ => return Some(point.too_many(if has_programs { 3 } else { 2 })),
    };
    if function.is_empty() {
        return Some(needs_function(point));
    }
    offset(point, function, false)
}

fn needs_function(point: &Point<'_>) -> Diagnostic {
    point.wrong_whole(format!("{} needs a function", point.known.name))
}

fn needs_program(point: &Point<'_>) -> Diagnostic {
    let name = point.known.name;
    point
        .wrong_whole("it is not said which BPF program")
        .with_hint(format!("write it as `{name}:bpf:program` or `{name}:bpf:id:program`"))
}

/// `fentry:bpf:id:program`
fn bpf_program(point: &Point<'_>, bpf: Part<'_>, id: Part<'_>, program: Part<'_>) -> Option<Diagnostic> {
    if bpf.text != "bpf" {
        return Some(point.too_many(2));
    }
    if program.is_empty() {
        return Some(needs_program(point));
    }
    let is_id = id.text == "*" || !matches!(point.number(id), Number::Invalid | Number::Negative);
    (!is_id).then(|| {
        let message = format!("`{}` is no id of a BPF program", id.text);
        point.wrong(id.span, message).with_hint("it is a number, or `*` for every program of that name")
    })
}

/// What is wrong behind the `+` of a function.
pub(super) fn offset(point: &Point<'_>, function: Part<'_>, is_allowed: bool) -> Option<Diagnostic> {
    if function.is_quoted() {
        return None;
    }
    let (name, offset) = function.text.split_once('+')?;
    let plus = function.span.start + name.len() as u32;
    let behind = Span::new(plus, function.span.end);
    if !is_allowed {
        return Some(
            point
                .wrong(behind, format!("{} takes no offset", point.known.name))
                .with_fix("Remove it", vec![(behind, String::new())]),
        );
    }
    if name.is_empty() {
        return Some(point.wrong(function.span, "an offset needs the function before it"));
    }
    let part = Part { text: offset, span: Span::new(plus + 1, function.span.end) };
    match point.number(part) {
        _ if offset.is_empty() => Some(point.wrong(behind, "the offset is missing")),
        _ if offset.contains('+') => Some(point.wrong(behind, "there is more than one offset")),
        Number::Invalid => Some(point.wrong(part.span, format!("`{offset}` is no number of bytes"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn good_ones() {
        check(
            "kprobe:vfs_read, kprobe:vfs_read+0x10, kprobe:xfs:xfs_file_read, kprobe:*:vfs_*, kprobe:\"a+b\" { @ = 1; }\n\
             kretprobe:xfs:xfs_file_read, kprobe:0xffffffff81000000, kprobe:vfs_[rw]* { @ = 1; }\n\
             fentry:vfs_read, fexit:xfs:xfs_file_read, fentry:bpf:p, fexit:bpf:*:p, fentry:bpf:12:p { @ = 1; }",
            expect![[""]],
        );
    }

    #[test]
    fn functions_and_modules() {
        check(
            "kprobe: { @ = 1; } kprobe:xfs: { @ = 1; } kprobe:a:b:c { @ = 1; } fentry:a:b:c { @ = 1; }\n\
             fexit: { @ = 1; } fentry:bpf { @ = 1; } fentry:bpf:x:p { @ = 1; } fentry:bpf:1:p:q { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `kprobe:`: kprobe needs a function
                  hint: it is written as `kprobe:[module:]function[+offset]`
                error[invalid-attach-point] `kprobe:xfs:`: kprobe needs a function
                  hint: it is written as `kprobe:[module:]function[+offset]`
                error[invalid-attach-point] `:c`: kprobe has no place for this part
                  hint: it is written as `kprobe:[module:]function[+offset]`
                  Remove it: "kprobe: { @ = 1; } kprobe:xfs: { @ = 1; } kprobe:a:b { @ = 1; } fentry:a:b:c { @ = 1; }\nfexit: { @ = 1; } fentry:bpf { @ = 1; } fentry:bpf:x:p { @ = 1; } fentry:bpf:1:p:q { @ = 1; }"
                error[invalid-attach-point] `:c`: fentry has no place for this part
                  hint: it is written as `fentry:[module:]function`
                  Remove it: "kprobe: { @ = 1; } kprobe:xfs: { @ = 1; } kprobe:a:b:c { @ = 1; } fentry:a:b { @ = 1; }\nfexit: { @ = 1; } fentry:bpf { @ = 1; } fentry:bpf:x:p { @ = 1; } fentry:bpf:1:p:q { @ = 1; }"
                error[invalid-attach-point] `fexit:`: fexit needs a function
                  hint: it is written as `fexit:[module:]function`
                error[invalid-attach-point] `fentry:bpf`: it is not said which BPF program
                  hint: write it as `fentry:bpf:program` or `fentry:bpf:id:program`
                error[invalid-attach-point] `x`: `x` is no id of a BPF program
                  hint: it is a number, or `*` for every program of that name
                error[invalid-attach-point] `:q`: fentry has no place for this part
                  hint: it is written as `fentry:[module:]function`
                  Remove it: "kprobe: { @ = 1; } kprobe:xfs: { @ = 1; } kprobe:a:b:c { @ = 1; } fentry:a:b:c { @ = 1; }\nfexit: { @ = 1; } fentry:bpf { @ = 1; } fentry:bpf:x:p { @ = 1; } fentry:bpf:1:p { @ = 1; }"
            "#]],
        );
        check_old(
            "kprobe:xfs:xfs_file_read { @ = 1; } kfunc:xfs:xfs_file_read { @ = 1; } kfunc:bpf:1:p { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `xfs`: kprobe takes no module in bpftrace 0.17
                  hint: it came with 0.20
                error[invalid-attach-point] `:p`: fentry has no place for this part
                  hint: it is written as `fentry:[module:]function`
                  Remove it: "kprobe:xfs:xfs_file_read { @ = 1; } kfunc:xfs:xfs_file_read { @ = 1; } kfunc:bpf:1 { @ = 1; }"
            "#]],
        );
    }

    #[test]
    fn offsets() {
        check(
            "kretprobe:vfs_read+4 { @ = 1; } fentry:vfs_read+4 { @ = 1; } kprobe:vfs_read+ { @ = 1; }\n\
             kprobe:+4 { @ = 1; } kprobe:vfs_read+x { @ = 1; } kprobe:vfs_read+1+2 { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `+4`: kretprobe takes no offset
                  hint: it is written as `kretprobe:[module:]function`
                  Remove it: "kretprobe:vfs_read { @ = 1; } fentry:vfs_read+4 { @ = 1; } kprobe:vfs_read+ { @ = 1; }\nkprobe:+4 { @ = 1; } kprobe:vfs_read+x { @ = 1; } kprobe:vfs_read+1+2 { @ = 1; }"
                error[invalid-attach-point] `+4`: fentry takes no offset
                  hint: it is written as `fentry:[module:]function`
                  Remove it: "kretprobe:vfs_read+4 { @ = 1; } fentry:vfs_read { @ = 1; } kprobe:vfs_read+ { @ = 1; }\nkprobe:+4 { @ = 1; } kprobe:vfs_read+x { @ = 1; } kprobe:vfs_read+1+2 { @ = 1; }"
                error[invalid-attach-point] `+`: the offset is missing
                  hint: it is written as `kprobe:[module:]function[+offset]`
                error[invalid-attach-point] `+4`: an offset needs the function before it
                  hint: it is written as `kprobe:[module:]function[+offset]`
                error[invalid-attach-point] `x`: `x` is no number of bytes
                  hint: it is written as `kprobe:[module:]function[+offset]`
                error[invalid-attach-point] `+1+2`: there is more than one offset
                  hint: it is written as `kprobe:[module:]function[+offset]`
            "#]],
        );
    }
}
