//! A probe that is there already: a second `BEGIN`, which older releases refuse, or the same text twice.

use bt_catalog::Version;
use bt_syntax::Span;
use bt_syntax::tree::Probe;
use rustc_hash::FxHashSet;

use super::{Context, Findings};
use crate::Diagnostic;

const CODE: &str = "duplicate-probe";
/// The release that takes several `BEGIN`s and `END`s.
const SEVERAL_ALLOWED: Version = Version::new(0, 25);

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    if context.target < SEVERAL_ALLOWED {
        check_begin_and_end(context, found);
    }
    if context.facts.probes.len() < 2 {
        return;
    }
    let mut seen = Seen::default();
    let mut tests = Seen::default();
    for probe in context.parse.program.probes() {
        let mut points = Seen::default();
        for point in &probe.attach_points {
            let text = point.span.text(context.source);
            if is_test(text) && !tests.insert(text) {
                found.push(
                    Diagnostic::error(CODE, point.span, "there is a probe of this name before")
                        .with_hint("give it another name"),
                );
            } else if probe.attach_points.len() > 1 && !points.insert(text) {
                found.push(
                    Diagnostic::warning(CODE, point.span, "the probe is attached here already")
                        .with_hint("remove it: each event would count twice"),
                );
            }
        }
        if !seen.insert(whole_text(context, probe)) {
            let span = probe.attach_points.first().map_or(probe.span, |point| point.span);
            found.push(
                Diagnostic::warning(CODE, span, "the same probe stands before, word for word")
                    .with_hint("remove it: each event would count twice"),
            );
        }
    }
}

fn check_begin_and_end(context: &Context<'_>, found: &mut Findings) {
    for name in ["BEGIN", "END"] {
        let repeated = context.facts.probes.iter().filter(|probe| probe.probe_type == Some(name)).skip(1);
        found.extend(repeated.map(|probe| {
            Diagnostic::error(CODE, probe.span, format!("there is another {name} before"))
                .with_hint("put both blocks into one; bpftrace takes several since 0.25")
        }));
    }
}

fn is_test(attach_point: &str) -> bool {
    attach_point.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("test:"))
}

/// Texts that were there already.
#[derive(Default)]
struct Seen<'a> {
    few: [&'a str; FEW],
    count: usize,
    many: FxHashSet<&'a str>,
}

/// So many texts are compared one by one.
const FEW: usize = 8;

impl<'a> Seen<'a> {
    /// Whether it is new.
    fn insert(&mut self, text: &'a str) -> bool {
        if self.few[..self.count].contains(&text) {
            false
        } else if self.count < FEW {
            self.few[self.count] = text;
            self.count += 1;
            true
        } else {
            self.many.insert(text)
        }
    }
}

/// Head and block.
fn whole_text<'a>(context: &Context<'a>, probe: &Probe) -> &'a str {
    let start = probe.attach_points.first().map_or(probe.span.start, |point| point.span.start);
    Span::new(start, probe.span.end).text(context.source)
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::{check, check_old};
    use expect_test::expect;

    #[test]
    fn a_second_begin() {
        let script = "BEGIN { @a = 1; } BEGIN { @b = 1; } END { clear(@a); }";
        check(script, expect![[""]]);
        check_old(
            script,
            expect![[r#"
                error[duplicate-probe] `BEGIN`: there is another BEGIN before
                  hint: put both blocks into one; bpftrace takes several since 0.25
            "#]],
        );
    }

    #[test]
    fn the_same_again() {
        check(
            "kprobe:f { @a = count(); } kprobe:f { @b = count(); } kprobe:f { @a = count(); }\n\
             kprobe:g, kprobe:g { @c = count(); } test:a { @d = 1; } test:a { @e = 1; }",
            expect![[r#"
                warning[duplicate-probe] `kprobe:f`: the same probe stands before, word for word
                  hint: remove it: each event would count twice
                warning[duplicate-probe] `kprobe:g`: the probe is attached here already
                  hint: remove it: each event would count twice
                error[duplicate-probe] `test:a`: there is a probe of this name before
                  hint: give it another name
            "#]],
        );
    }
}
