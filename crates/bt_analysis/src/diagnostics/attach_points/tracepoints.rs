//! Static probes of the kernel: `tracepoint` and `rawtracepoint`.

use bt_catalog::Version;
use bt_syntax::Span;

use super::point::{Part, Point};
use crate::Diagnostic;

/// The release whose categories may be wildcards.
const WILDCARD_CATEGORIES: Version = Version::new(0, 12);
/// The release whose raw tracepoints take a module.
const RAW_MODULES: Version = Version::new(0, 24);

pub(super) fn check(point: &Point<'_>) -> Option<Diagnostic> {
    let takes_wildcards = point.target >= WILDCARD_CATEGORIES;
    match *point.parts() {
        // All of them.
        [both] if both.is_wildcard() && takes_wildcards => None,
        [] => Some(point.wrong_whole("tracepoint needs a category and an event")),
        [event] => Some(needs_category(point, event)),
        [category, event] if category.is_empty() || event.is_empty() => {
            Some(point.wrong_whole("tracepoint needs a category and an event"))
        }
        [category, _] if category.is_wildcard() && !takes_wildcards => {
            Some(point.not_yet(category.span, "wildcard in the category", WILDCARD_CATEGORIES))
        }
        [_, _] => None,
        _ => Some(point.too_many(2)),
    }
}

pub(super) fn check_raw(point: &Point<'_>) -> Option<Diagnostic> {
    let event = match *point.parts() {
        [event] => event,
        [module, event] if point.target < RAW_MODULES => {
            let surplus = Span::new(module.span.start, event.span.start);
            let found = point.wrong(module.span, "rawtracepoint takes the name of an event alone");
            return Some(found.with_fix("Remove the category", vec![(surplus, String::new())]));
        }
        [_, event] => event,
        [] => return Some(point.wrong_whole("rawtracepoint needs an event")),
        _ => return Some(point.too_many(if point.target < RAW_MODULES { 1 } else { 2 })),
    };
    event.is_empty().then(|| point.wrong_whole("rawtracepoint needs an event"))
}

/// `tracepoint:sys_enter_openat`
fn needs_category(point: &Point<'_>, event: Part<'_>) -> Diagnostic {
    let found = point.wrong_whole("tracepoint needs a category and an event");
    let is_syscall = ["sys_enter_", "sys_exit_"].iter().any(|prefix| event.text.starts_with(prefix));
    if !is_syscall {
        return found;
    }
    found.with_fix("Insert `syscalls:`", vec![(Span::empty(event.span.start), "syscalls:".to_string())])
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_for};
    use bt_catalog::Version;
    use expect_test::expect;

    #[test]
    fn good_ones() {
        check(
            "tracepoint:sched:sched_switch, tracepoint:sched:sched_*, t:*:sched_switch { @ = 1; }\n\
             rawtracepoint:sched_switch, rt:vmlinux:sched_switch, rawtracepoint:sched_* { @ = 1; }",
            expect![[""]],
        );
    }

    #[test]
    fn parts() {
        check(
            "tracepoint:sys_enter_openat { @ = 1; } tracepoint:sched: { @ = 1; } tracepoint::f { @ = 1; }\n\
             tracepoint:a:b:c { @ = 1; } rawtracepoint: { @ = 1; } rawtracepoint:a:b:c { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `tracepoint:sys_enter_openat`: tracepoint needs a category and an event
                  hint: it is written as `tracepoint:category:event`
                  Insert `syscalls:`: "tracepoint:syscalls:sys_enter_openat { @ = 1; } tracepoint:sched: { @ = 1; } tracepoint::f { @ = 1; }\ntracepoint:a:b:c { @ = 1; } rawtracepoint: { @ = 1; } rawtracepoint:a:b:c { @ = 1; }"
                error[invalid-attach-point] `tracepoint:sched:`: tracepoint needs a category and an event
                  hint: it is written as `tracepoint:category:event`
                error[invalid-attach-point] `tracepoint::f`: tracepoint needs a category and an event
                  hint: it is written as `tracepoint:category:event`
                error[invalid-attach-point] `:c`: tracepoint has no place for this part
                  hint: it is written as `tracepoint:category:event`
                  Remove it: "tracepoint:sys_enter_openat { @ = 1; } tracepoint:sched: { @ = 1; } tracepoint::f { @ = 1; }\ntracepoint:a:b { @ = 1; } rawtracepoint: { @ = 1; } rawtracepoint:a:b:c { @ = 1; }"
                error[invalid-attach-point] `rawtracepoint:`: rawtracepoint needs an event
                  hint: it is written as `rawtracepoint:[module:]event`
                error[invalid-attach-point] `:c`: rawtracepoint has no place for this part
                  hint: it is written as `rawtracepoint:[module:]event`
                  Remove it: "tracepoint:sys_enter_openat { @ = 1; } tracepoint:sched: { @ = 1; } tracepoint::f { @ = 1; }\ntracepoint:a:b:c { @ = 1; } rawtracepoint: { @ = 1; } rawtracepoint:a:b { @ = 1; }"
            "#]],
        );
        check_for(
            Version::new(0, 23),
            "rawtracepoint:sched:sched_switch { @ = 1; }",
            expect![[r#"
                error[invalid-attach-point] `sched`: rawtracepoint takes the name of an event alone
                  hint: it is written as `rawtracepoint:[module:]event`
                  Remove the category: "rawtracepoint:sched_switch { @ = 1; }"
            "#]],
        );
    }
}
