//! A builtin or function in a probe that does not have it, as `retval` in a `kprobe`.
//!
//! bpftrace looks at each attach point of a probe: one that lacks the name is enough.

use bt_catalog::{Builtin, ProbeType, Validity, Version, probe_type};
use bt_syntax::tree::Probe;

use super::{Context, Findings};
use crate::Diagnostic;
use crate::usage::{Call, Name};

const CODE: &str = "misplaced-builtin";
/// The release whose `BEGIN` and `END` are no functions of bpftrace any more, with arguments and registers.
const PLAIN_BEGIN: Version = Version::new(0, 12);
/// The release whose raw tracepoints have named arguments.
const RAW_ARGUMENTS: Version = Version::new(0, 24);
/// The release whose uprobes have named arguments.
const UPROBE_ARGUMENTS: Version = Version::new(0, 12);
/// The release whose `cpid` is 0 without a command.
const ALWAYS_CPID: Version = Version::new(0, 25);
/// Probe types that run in bpftrace's own process, without a context of the kernel.
const WITHOUT_CONTEXT: [&str; 5] = ["BEGIN", "END", "self", "bench", "test"];

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let mut probes = Probes::new(context);
    found.extend(context.usage.names.iter().filter_map(|name| {
        let known = limited(context, name)?;
        misplaced_name(context, name, known, probes.find(name.probe?)?)
    }));
    let limited = context.calls().filter_map(|call| {
        let known = call.callee.function()?;
        (!known.validity.probe_types.is_empty()).then_some((call, known.validity))
    });
    let mut probes = Probes::new(context);
    found.extend(
        limited.filter_map(|(call, validity)| {
            misplaced_call(context, call, validity, probes.find(call.probe?)?)
        }),
    );
}

/// The builtin, if only some probe types have it.
fn limited(context: &Context<'_>, name: &Name<'_>) -> Option<&'static Builtin> {
    let known = name.builtin?;
    let is_limited = !known.validity.probe_types.is_empty()
        || known.name == "ctx"
        || known.name == "cpid" && context.target < ALWAYS_CPID;
    (is_limited && !context.definitions.functions.contains(name.text)).then_some(known)
}

fn misplaced_name(
    context: &Context<'_>,
    name: &Name<'_>,
    known: &Builtin,
    probe: &Probe,
) -> Option<Diagnostic> {
    if known.name == "arg0" && name.text.strip_prefix("arg").is_none_or(|number| number.len() > 1) {
        return Some(
            Diagnostic::error(CODE, name.span, format!("there is no `{}`", name.text))
                .with_hint("arguments are counted from `arg0` to `arg9`"),
        );
    }
    if known.name == "cpid" {
        return Some(
            Diagnostic::warning(
                CODE,
                name.span,
                "`cpid` is there only if bpftrace starts a command, by `-c`",
            )
            .with_hint(
                "without one the script is refused: compare `pid` with a number, or `comm` with a name",
            ),
        );
    }
    let lacking = attached_types(context, probe)
        .find(|found| lacks(known.name, known.validity, found.name, context.target))?;
    let message = format!("{} probes have no `{}`", lacking.name, name.text);
    let found = Diagnostic::error(CODE, name.span, message);
    Some(found.with_hint(hint(known.name, known.validity, lacking)))
}

fn misplaced_call(
    context: &Context<'_>,
    call: &Call<'_>,
    validity: Validity,
    probe: &Probe,
) -> Option<Diagnostic> {
    let lacking = attached_types(context, probe)
        .find(|found| lacks(call.name, validity, found.name, context.target))?;
    let message = format!("{}() cannot be called in {} probes", call.name, lacking.name);
    let found = Diagnostic::error(CODE, call.name_span, message);
    Some(found.with_hint(format!("it can in {}", list(validity))))
}

/// The types of the attach points, as far as they can be told.
fn attached_types<'a>(
    context: &'a Context<'_>,
    probe: &'a Probe,
) -> impl Iterator<Item = &'static ProbeType> + 'a {
    probe.attach_points.iter().filter_map(|point| probe_type(point.provider.text(context.source)))
}

/// Whether `target` refuses the name in probes of that type.
fn lacks(name: &str, validity: Validity, probe_type: &str, target: Version) -> bool {
    let is_begin = probe_type == "BEGIN" || probe_type == "END";
    match name {
        // Newer releases take them anywhere.
        "usermode" | "unwatch" => false,
        "ctx" => WITHOUT_CONTEXT.contains(&probe_type) || probe_type == "tracepoint",
        "args" if probe_type == "rawtracepoint" => target < RAW_ARGUMENTS,
        "args" if probe_type == "uprobe" => target < UPROBE_ARGUMENTS,
        "arg0" | "sarg0" | "func" | "reg" if is_begin && target < PLAIN_BEGIN => false,
        _ => !validity.allows(probe_type),
    }
}

fn hint(name: &str, validity: Validity, lacking: &ProbeType) -> String {
    match (name, lacking.name) {
        ("ctx", "tracepoint") => "the arguments of a tracepoint are in `args`".into(),
        ("ctx", _) => "these probes have no context of the kernel".into(),
        ("arg0", "tracepoint" | "fentry" | "fexit") => {
            format!("its arguments have names: `args.NAME`; `bpftrace -lv` lists those of a {}", lacking.name)
        }
        ("arg0" | "args", "kretprobe" | "uretprobe") => {
            "when a function returns its arguments are gone: keep them by `tid` in a probe of its entry"
                .into()
        }
        ("args", "kprobe") => "its arguments are `arg0`, `arg1` and so on; `fentry` has them by name".into(),
        ("args", "rawtracepoint") => {
            "raw tracepoints have them by name since 0.24, before as `arg0`, `arg1` and so on".into()
        }
        ("args", "usdt") => "its arguments are `arg0`, `arg1` and so on".into(),
        ("retval", "kprobe" | "uprobe" | "fentry") => {
            let other = match lacking.name {
                "kprobe" => "kretprobe",
                "uprobe" => "uretprobe",
                _ => "fexit",
            };
            format!("the result is there when the function returns: attach to `{other}`")
        }
        ("retval", "tracepoint") => "the result of a call is in its `sys_exit` tracepoint: `args.ret`".into(),
        _ => format!("it is there in {}", list(validity)),
    }
}

fn list(validity: Validity) -> String {
    validity.probe_types.join(", ")
}

/// The probes by number, asked for in ascending order.
struct Probes<'a, I: Iterator<Item = (usize, &'a Probe)>> {
    rest: I,
    current: Option<(usize, &'a Probe)>,
}

impl<'a> Probes<'a, std::iter::Empty<(usize, &'a Probe)>> {
    fn new(context: &Context<'a>) -> Probes<'a, impl Iterator<Item = (usize, &'a Probe)>> {
        Probes { rest: context.parse.program.probes().enumerate(), current: None }
    }
}

impl<'a, I: Iterator<Item = (usize, &'a Probe)>> Probes<'a, I> {
    fn find(&mut self, number: usize) -> Option<&'a Probe> {
        while self.current.is_none_or(|(at, _)| at < number) {
            self.current = Some(self.rest.next()?);
        }
        self.current.filter(|(at, _)| *at == number).map(|(_, probe)| probe)
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_for, check_old};
    use bt_catalog::Version;
    use expect_test::expect;

    #[test]
    fn at_home() {
        check(
            "kprobe:f { @a = arg0; @b = reg(\"ip\"); @c = func; } kretprobe:f { @d = retval; }\n\
             tracepoint:a:b { @e = args.x; } uprobe:/a:f { @f = uaddr(\"g\"); } profile:hz:9 { @g = ctx; }",
            expect![[""]],
        );
    }

    #[test]
    fn elsewhere() {
        check(
            "tracepoint:a:b { @a = arg1; @b = retval; } kretprobe:f { @c = arg0; } kprobe:f { @d = retval; @e = args.x; }\n\
             BEGIN { @f = func; @g = ctx; @h = reg(\"ip\"); } kprobe:f { @i = uaddr(\"g\"); } usdt:/a:b { @j = args.x; }",
            expect![[r#"
                error[misplaced-builtin] `arg1`: tracepoint probes have no `arg1`
                  hint: its arguments have names: `args.NAME`; `bpftrace -lv` lists those of a tracepoint
                error[misplaced-builtin] `retval`: tracepoint probes have no `retval`
                  hint: the result of a call is in its `sys_exit` tracepoint: `args.ret`
                error[misplaced-builtin] `arg0`: kretprobe probes have no `arg0`
                  hint: when a function returns its arguments are gone: keep them by `tid` in a probe of its entry
                error[misplaced-builtin] `retval`: kprobe probes have no `retval`
                  hint: the result is there when the function returns: attach to `kretprobe`
                error[misplaced-builtin] `args`: kprobe probes have no `args`
                  hint: its arguments are `arg0`, `arg1` and so on; `fentry` has them by name
                error[misplaced-builtin] `func`: BEGIN probes have no `func`
                  hint: it is there in kprobe, kretprobe, uprobe, uretprobe, fentry, fexit
                error[misplaced-builtin] `ctx`: BEGIN probes have no `ctx`
                  hint: these probes have no context of the kernel
                error[misplaced-builtin] `reg`: reg() cannot be called in BEGIN probes
                  hint: it can in kprobe, kretprobe, uprobe, uretprobe, usdt, profile, interval, software, hardware, watchpoint, asyncwatchpoint
                error[misplaced-builtin] `uaddr`: uaddr() cannot be called in kprobe probes
                  hint: it can in uprobe, uretprobe, usdt
                error[misplaced-builtin] `args`: usdt probes have no `args`
                  hint: its arguments are `arg0`, `arg1` and so on
            "#]],
        );
    }

    #[test]
    fn the_last_argument() {
        check(
            "kprobe:f { @a = arg9; @b = arg10; }",
            expect![[r#"
                error[misplaced-builtin] `arg10`: there is no `arg10`
                  hint: arguments are counted from `arg0` to `arg9`
            "#]],
        );
    }

    #[test]
    fn one_attach_point_is_enough() {
        check(
            "kretprobe:f, kprobe:f { @a = retval; } k*probe:f { @b = retval; }",
            expect![[r#"
                error[misplaced-builtin] `retval`: kprobe probes have no `retval`
                  hint: the result is there when the function returns: attach to `kretprobe`
            "#]],
        );
    }

    #[test]
    fn by_release() {
        let script = "rawtracepoint:sched_switch { @ = args.prev; }";
        check(script, expect![[""]]);
        check_for(
            Version::new(0, 23),
            script,
            expect![[r#"
                error[misplaced-builtin] `args`: rawtracepoint probes have no `args`
                  hint: raw tracepoints have them by name since 0.24, before as `arg0`, `arg1` and so on
            "#]],
        );
        check_for(Version::new(0, 11), "BEGIN { @ = arg0; }", expect![[""]]);
        check_old(
            "kprobe:f { @[cpid] = count(); }",
            expect![[r#"
                warning[misplaced-builtin] `cpid`: `cpid` is there only if bpftrace starts a command, by `-c`
                  hint: without one the script is refused: compare `pid` with a number, or `comm` with a name
            "#]],
        );
        check_old(
            "BEGIN { @ = arg0; }",
            expect![[r#"
                error[misplaced-builtin] `arg0`: BEGIN probes have no `arg0`
                  hint: it is there in kprobe, uprobe, usdt, rawtracepoint
            "#]],
        );
    }
}
