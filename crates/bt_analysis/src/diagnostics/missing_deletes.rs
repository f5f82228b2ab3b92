//! A map keeps something for each thread from one probe to another, and never lets it go: it grows until it is full.

use bt_syntax::tree::{Probe, StatementKind};
use bt_syntax::{ExpressionId, ExpressionKind, Span};

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::{Access, MapId, MapUse, Place};

/// Names of which a thread has its own value.
const OF_THREADS: [&str; 2] = ["tid", "pid"];

/// Clocks: a map of their values holds starting times.
const CLOCKS: [&str; 2] = ["nsecs", "elapsed"];

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    if !context.parse.errors.is_empty() || context.definitions.has_import {
        return;
    }
    found.extend(context.usage.map_ids().filter_map(|(map, _)| diagnostic(context, map)));
}

fn diagnostic(context: &Context<'_>, map: MapId) -> Option<Diagnostic> {
    let mut store: Option<&MapUse<'_>> = None;
    let mut read: Option<&MapUse<'_>> = None;
    let mut is_read_in_one_probe = true;
    for used in context.usage.uses(map) {
        match used.access {
            Access::Assign(value) if is_clock(context, value) && is_of_thread(context, used.key) => {
                store = Some(used);
            }
            Access::Read => {
                is_read_in_one_probe &= read.is_none_or(|before| before.probe == used.probe);
                read = Some(used);
            }
            // Someone deletes it, or it is no map of starting times.
            _ => return None,
        }
    }
    let (store, read) = (store?, read?);
    if store.probe == read.probe || read.probe.is_none() {
        return None;
    }
    let key = read.key.iter().map(|part| context.parse.program.expressions.get(*part).span);
    let key = key.reduce(Span::to)?.text(context.source);
    let delete = format!("delete({}[{key}]);", read.name);
    let message = format!("{} keeps a time for each thread and never deletes it", store.name);
    let diagnostic = Diagnostic::warning("missing-delete", store.span, message).with_hint(format!(
        "when the time is used, `{delete}`: the map is full one day, and takes no new key"
    ));
    let reader = context.parse.program.probes().nth(read.probe?).filter(|_| is_read_in_one_probe);
    Some(match reader.and_then(|reader| insertion(context, reader, &delete)) {
        Some(edit) => diagnostic.with_fix(format!("Insert `{delete}`"), vec![edit]),
        None => diagnostic,
    })
}

fn is_clock(context: &Context<'_>, value: ExpressionId) -> bool {
    let expression = context.parse.program.expressions.get(value);
    matches!(expression.kind, ExpressionKind::Identifier)
        && CLOCKS.contains(&expression.span.text(context.source))
}

fn is_of_thread(context: &Context<'_>, key: &[ExpressionId]) -> bool {
    key.iter().any(|part| match context.usage.place(*part) {
        Place::Name(number) => OF_THREADS.contains(&context.usage.names[number as usize].text),
        _ => false,
    })
}

/// At the end of a probe; `None` if nothing behind its last statement is done.
fn insertion(context: &Context<'_>, probe: &Probe, statement: &str) -> Option<(Span, String)> {
    let body = &probe.body;
    let Some(last) = body.statements.last() else {
        return Some((Span::empty(body.span.start + 1), format!(" {statement} ")));
    };
    let ends_with_block = match last.kind {
        StatementKind::Return(_) | StatementKind::Break | StatementKind::Continue => return None,
        StatementKind::If(_)
        | StatementKind::Unroll { .. }
        | StatementKind::While { .. }
        | StatementKind::For { .. }
        | StatementKind::Block(_) => true,
        _ => false,
    };
    let behind = Span { start: last.span.end, end: body.span.end }.text(context.source);
    let blank = behind.len() - behind.trim_start().len();
    // Behind the semicolon that is there.
    let (skipped, semicolon) = match behind.trim_start().starts_with(';') {
        true => (blank + 1, ""),
        false => (0, if ends_with_block { "" } else { ";" }),
    };
    let line = context.source[..last.span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let indent = &context.source[line..last.span.start as usize];
    let has_own_line = indent.trim().is_empty() && line > body.span.start as usize;
    let separator = if has_own_line { format!("\n{indent}") } else { " ".to_string() };
    Some((Span::empty(last.span.end + skipped as u32), format!("{semicolon}{separator}{statement}")))
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn starting_times_stay() {
        check(
            "kprobe:f { @start[tid] = nsecs; } kretprobe:f /@start[tid]/ { @ns = hist(nsecs - @start[tid]) }",
            expect![[r#"
                warning[missing-delete] `@start`: @start keeps a time for each thread and never deletes it
                  hint: when the time is used, `delete(@start[tid]);`: the map is full one day, and takes no new key
                  Insert `delete(@start[tid]);`: "kprobe:f { @start[tid] = nsecs; } kretprobe:f /@start[tid]/ { @ns = hist(nsecs - @start[tid]); delete(@start[tid]); }"
            "#]],
        );
        check(
            "kprobe:f\n{\n\t@start[tid, 1] = nsecs;\n}\nkretprobe:f /@start[tid, 1]/\n{\n\t@ns = hist(nsecs - @start[tid, 1]);\n\tif (1 == pid) {\n\t\t@++;\n\t}\n}\n",
            expect![[r#"
                warning[missing-delete] `@start`: @start keeps a time for each thread and never deletes it
                  hint: when the time is used, `delete(@start[tid, 1]);`: the map is full one day, and takes no new key
                  Insert `delete(@start[tid, 1]);`: "kprobe:f\n{\n\t@start[tid, 1] = nsecs;\n}\nkretprobe:f /@start[tid, 1]/\n{\n\t@ns = hist(nsecs - @start[tid, 1]);\n\tif (1 == pid) {\n\t\t@++;\n\t}\n\tdelete(@start[tid, 1]);\n}\n"
            "#]],
        );
    }

    #[test]
    fn what_is_deleted_or_no_time() {
        check(
            "kprobe:f { @start[tid] = nsecs; } kretprobe:f { @ns = nsecs - @start[tid]; delete(@start[tid]); } END { clear(@start); }",
            expect![[r#"
            info[scratch-map] `@start`: @start only helps the script, but is exported
              hint: an `// include:` line says which maps are exported
              Export only @ns: "// include: @ns\nkprobe:f { @start[tid] = nsecs; } kretprobe:f { @ns = nsecs - @start[tid]; delete(@start[tid]); } END { clear(@start); }"
        "#]],
        );
        check(
            "kprobe:f { @last[pid] = nsecs; @ns = nsecs - @last[pid]; } kprobe:g { @name[pid] = comm; } kretprobe:g { @x[@name[pid]]++; }",
            expect![[""]],
        );
    }
}
