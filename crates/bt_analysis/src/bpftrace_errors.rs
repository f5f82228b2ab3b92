//! What bpftrace wrote on stderr, as findings in the script.
//!
//! A finding of bpftrace is a line `FILE:LINE:COLUMN-COLUMN: SEVERITY: message` (columns count bytes from 1), or
//! `FILE:LINE-LINE: SEVERITY: message`, or `SEVERITY: message`; often the source line and a line of `~~~` follow it. clang,
//! to which it hands the C parts, writes `FILE:LINE:COLUMN: severity: message`. `tests/verdicts/stderr` has recordings.

mod attaching;
mod line;
mod script;

use bt_syntax::Span;

use self::line::{Columns, Line, Place};
use self::script::Script;
use crate::{Diagnostic, MAX_DIAGNOSTICS, Severity};

/// Code of everything that bpftrace itself found.
const CODE: &str = "bpftrace";
/// Code of what bpftrace, or a library of its, said without a severity.
pub const BPFTRACE_TEXT: &str = "bpftrace-text";
/// What it means that an assertion failed, or that an exception was not caught.
const DIED: &str = "bpftrace died of a fault of its own: ";
/// Stands before the C parts of a script.
const GENERATED_HEADER: &str = "#include <__btf_generated_header.h>";
/// Longest message that is kept, in bytes.
const MAX_MESSAGE_BYTES: usize = 4096;

/// The findings that `stderr` of a bpftrace run reports about `source`, without repetitions.
///
/// What has no position, or one behind the end of `source` (in the appended block), concerns the whole script: its
/// span is empty and at the start. What could not be attached is found at its attach point. There are at most
/// [`MAX_DIAGNOSTICS`].
pub fn bpftrace_errors(stderr: &str, source: &str) -> Vec<Diagnostic> {
    let script = Script::new(source, lines_before_c(stderr));
    let mut reader = Reader { script, found: Vec::new(), last: None };
    let mut rest = stderr;
    while let Some((line, behind)) = split_line(rest).filter(|_| reader.found.len() < MAX_DIAGNOSTICS) {
        rest = reader.read(line, behind);
    }
    attaching::explain_too_many_programs(&mut reader.found);
    reader.found
}

/// Newer releases put `#include <__btf_generated_header.h>` before the C parts of a script. What repeats them follows the
/// errors in them.
fn lines_before_c(stderr: &str) -> u32 {
    let mut inputs = stderr.lines().filter_map(|line| match Line::parse(line) {
        Line::Input { first, .. } => Some(first),
        _ => None,
    });
    inputs.next().map_or(1, |first| u32::from(first.starts_with(GENERATED_HEADER)))
}

/// The first line of a text without its end, and what follows it; `None` at the end.
fn split_line(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() {
        return None;
    }
    let (line, behind) = text.split_once('\n').unwrap_or((text, ""));
    Some((line.strip_suffix('\r').unwrap_or(line), behind))
}

struct Reader<'a> {
    script: Script<'a>,
    found: Vec<Diagnostic>,
    /// Where the last message pointed to, of which lines may follow.
    last: Option<Last<'a>>,
}

/// The place of a message, and whether it is in the script.
struct Last<'a> {
    place: Place<'a>,
    is_in_script: bool,
    /// Lines of another file that may follow.
    lines_to_come: u32,
}

impl<'a> Last<'a> {
    fn new(place: Place<'a>, is_in_script: bool) -> Last<'a> {
        let lines_to_come = place.last_line.saturating_sub(place.first_line).saturating_add(1);
        Last { place, is_in_script, lines_to_come }
    }
}

impl<'a> Reader<'a> {
    /// Reads `line` and returns what is to be read next: `behind`, or a later part of it.
    fn read(&mut self, line: &'a str, behind: &'a str) -> &'a str {
        match Line::parse(line) {
            Line::Noise => {}
            Line::Input { bytes, first } => return Reader::skip_c_parts(bytes, first, behind),
            Line::Hint(text) => self.add_hint(text),
            Line::ExpandedFrom(place) => self.add_use(place),
            Line::Finding { place, severity, text } => self.add_finding(place, severity, text),
            Line::Crash(text) => {
                self.push(Diagnostic::error(CODE, Span::empty(0), format!("{DIED}{}", shortened(text))))
            }
            Line::Reason(text) => self.set_reason(text),
            Line::Summary(text) => self.add_summary(text),
            Line::Text(text) => {
                let is_marked = split_line(behind).is_some_and(|(next, _)| line::is_marker(next));
                if !is_marked && !self.is_repeated_source(text) {
                    self.push(Diagnostic::warning(BPFTRACE_TEXT, Span::empty(0), shortened(text)));
                }
            }
        }
        behind
    }

    /// The rest of the C parts that bpftrace repeats.
    fn skip_c_parts(bytes: usize, first: &str, behind: &'a str) -> &'a str {
        let rest = bytes.saturating_sub(first.len() + 1).min(behind.len());
        &behind[behind.ceil_char_boundary(rest)..]
    }

    fn add_finding(&mut self, place: Option<Place<'a>>, severity: Severity, text: &str) {
        let span = place.and_then(|place| self.script.span(&place));
        self.last = place.map(|place| Last::new(place, span.is_some()));
        let is_elsewhere = place.is_some() && span.is_none();
        let is_of_clang = place.is_some_and(|place| matches!(place.columns, Columns::From(_)));
        // Notes, and what clang only dislikes, of files that are not the script's own.
        if is_elsewhere && (severity == Severity::Info || (is_of_clang && severity == Severity::Warning)) {
            return;
        }
        let make = match severity {
            Severity::Error => Diagnostic::error,
            Severity::Warning => Diagnostic::warning,
            Severity::Info => Diagnostic::info,
        };
        let message = match place {
            Some(Place { file, first_line, .. }) if is_elsewhere && is_of_clang => {
                format!("{file}:{first_line}: {}", shortened(text))
            }
            _ => shortened(text).to_string(),
        };
        let span = span.or_else(|| attaching::attach_point(text, &self.script));
        self.push(make(CODE, span.unwrap_or(Span::empty(0)), message));
    }

    fn add_hint(&mut self, text: &str) {
        if let Some(before) = self.found.last_mut() {
            before.hint = Some(shortened(text).to_string());
        }
    }

    /// An exception that was not caught says more than that it was not.
    fn set_reason(&mut self, text: &str) {
        if let Some(before) = self.found.last_mut().filter(|before| before.message.starts_with(DIED)) {
            before.message = shortened(text).to_string();
        }
    }

    fn add_summary(&mut self, text: &str) {
        match self.found.last_mut() {
            Some(before) if self.last.is_some() => {
                before.message = format!("{}: {}", shortened(text), before.message)
            }
            _ => self.push(Diagnostic::error(CODE, Span::empty(0), shortened(text))),
        }
    }

    /// The innermost place in the script is the most exact one.
    fn add_use(&mut self, place: Place<'a>) {
        let span = self.script.span(&place);
        let is_known = self.last.as_ref().is_some_and(|last| last.is_in_script);
        if let (Some(finding), Some(span), false) = (self.found.last_mut(), span, is_known) {
            finding.span = span;
        }
        self.last = Some(Last::new(place, is_known || span.is_some()));
    }

    /// Lines that a message is about follow it, not always with a mark below them.
    fn is_repeated_source(&mut self, text: &str) -> bool {
        match &mut self.last {
            Some(Last { place, is_in_script: false, lines_to_come }) if place.columns == Columns::All => {
                let is_one = *lines_to_come > 0;
                *lines_to_come = lines_to_come.saturating_sub(1);
                is_one
            }
            Some(last) => self.script.repeats(text, &last.place),
            None => false,
        }
    }

    /// Newer releases report some errors twice.
    fn push(&mut self, diagnostic: Diagnostic) {
        if !self.found.contains(&diagnostic) {
            self.found.push(diagnostic);
        }
    }
}

fn shortened(message: &str) -> &str {
    &message[..message.floor_char_boundary(MAX_MESSAGE_BYTES.min(message.len()))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use std::fmt::Write;

    fn check(stderr: &str, source: &str, expected: Expect) {
        let mut listing = String::new();
        for found in bpftrace_errors(stderr, source) {
            let place = found.span.text(source);
            write!(listing, "{:?} {:?} {place:?}: {}", found.severity, found.span.start, found.message)
                .unwrap();
            let hint = found.hint.map(|hint| format!(" (hint: {hint})")).unwrap_or_default();
            writeln!(listing, "{hint}").unwrap();
        }
        expected.assert_eq(&listing);
    }

    #[test]
    fn positions_of_0_17() {
        check(
            "ERROR: Unknown error -1: couldn't set RLIMIT_MEMLOCK for bpftrace. If your program is not loading, try\n\
             stdin:2:14-20: ERROR: Undefined map: @zero\n\
             BEGIN { @é = @zero; }\n             ~~~~~~\n\
             stdin:1-2: ERROR: unexpected end of file, expected {\n",
            "// é\nBEGIN { @é = @zero; }\n",
            expect![[r#"
                Error 19 " @zero": Undefined map: @zero
                Error 6 "BEGIN { @é = @zero; }": unexpected end of file, expected {
            "#]],
        );
    }

    #[test]
    fn what_has_no_place_concerns_the_whole_script() {
        check(
            "FATAL: Invalid probe type made it to attachpoint parser\n\
             create_probe_event: open(/sys/kernel/debug): No such file\n\
             stdin:9:1-5: ERROR: in the appended block\n\n\
             /tmp/a b:c.bt:1:1-6: WARNING: a file with colons\n",
            "BEGIN { }",
            expect![[r#"
                Error 0 "": Invalid probe type made it to attachpoint parser
                Warning 0 "": create_probe_event: open(/sys/kernel/debug): No such file
                Error 0 "": in the appended block
                Warning 0 "BEGIN": a file with colons
            "#]],
        );
    }

    #[test]
    fn what_cannot_be_attached_is_found_at_its_attach_point() {
        let script = "BEGIN { }\nk:vfs_*, kprobe:vfs_read, uprobe:/bin/bash:nothing { @ = 1; }";
        check(
            "create_probe_event: open(/sys/kernel/debug/tracing/kprobe_events): No such file or directory\n\
             ERROR: Error attaching probe: 'kprobe:vfs_read'\n\
             WARNING: could not attach probe kprobe:vfs_writev, skipping.\n\
             ERROR: Could not resolve symbol: /bin/bash:nothing, cannot attach probe.\n\
             ERROR: Error loading BPF program for begin_1. Error code: -13 (Permission denied). Use -v for more.\n\
             Can't attach to 720 probes because it exceeds the current limit of 512 probes.\n\
             You can increase the limit through the BPFTRACE_MAX_PROBES environment variable\n",
            script,
            expect![[r#"
                Warning 0 "": create_probe_event: open(/sys/kernel/debug/tracing/kprobe_events): No such file or directory
                Error 19 "kprobe:vfs_read": Error attaching probe: 'kprobe:vfs_read'
                Warning 10 "k:vfs_*": could not attach probe kprobe:vfs_writev, skipping.
                Error 36 "uprobe:/bin/bash:nothing": Could not resolve symbol: /bin/bash:nothing, cannot attach probe.
                Error 0 "BEGIN": Error loading BPF program for begin_1. Error code: -13 (Permission denied). Use -v for more.
                Error 10 "k:vfs_*": Can't attach to 720 probes because it exceeds the current limit of 512 probes. (hint: You can increase the limit through the BPFTRACE_MAX_PROBES environment variable)
            "#]],
        );
    }

    #[test]
    fn clang_counts_the_lines_of_the_c_parts_alone() {
        let script = "// é\n#define A 1\n\nstruct s {\n\tint a;\n\tbad b;\n};\nBEGIN { }\n";
        let expected = || {
            expect![[r#"
                Error 39 "bad": unknown type name 'bad' (hint: Include headers with missing type definitions or install BTF information to your system.)
            "#]]
        };
        let advice = "ERROR: Include headers with missing type definitions or install BTF information to your system.\n";
        check(&format!("definitions.h:5:2: error: unknown type name 'bad'\n{advice}"), script, expected());
        // 0.11 counts from the first line of the script's own, and repeats them all.
        let input = "Input (43): #define A 1\nstruct s {\n\tint a;\n\tbad b;\n};;\n";
        check(
            &format!("definitions.h:4:2: error: unknown type name 'bad'\n{input}{advice}"),
            script,
            expected(),
        );
    }

    #[test]
    fn a_death_is_an_error() {
        check(
            "bpftrace: ./src/types.cpp:197: f(): Assertion `bits == 0' failed.\n\
             terminate called after throwing an instance of 'std::runtime_error'\n  what():  too bad\n",
            "BEGIN { }",
            expect![[r#"
                Error 0 "": bpftrace died of a fault of its own: Assertion `bits == 0' failed.
                Error 0 "": too bad
            "#]],
        );
    }

    #[test]
    fn what_other_files_say_is_found_where_the_script_names_them() {
        check(
            "helpers.bt:1:2-3: ERROR: in the import\nLIMIT:1:1-19: ERROR: in the definition\n\
             stdin:3:9-14: ERROR: expanded from\nheader.h:1:1: warning: odd\n\
             header.h:2:1: error: unknown type name 'u9'\n",
            "#define LIMIT f(1)\nimport \"helpers.bt\";\nBEGIN { LIMIT }",
            expect![[r#"
                Error 19 "import \"helpers.bt\";": in the import
                Error 48 "LIMIT": in the definition
                Error 0 "": header.h:2: unknown type name 'u9'
            "#]],
        );
    }

    #[test]
    fn a_probe_with_all_its_programs_is_explained() {
        check(
            "ioctl(PERF_EVENT_IOC_SET_BPF): Argument list too long\n\
             ERROR: Error attaching probe: tracepoint:syscalls:sys_enter_getppid\n",
            "BEGIN { }",
            expect![[r#"
                Warning 0 "": ioctl(PERF_EVENT_IOC_SET_BPF): Argument list too long
                Error 0 "": Error attaching probe: tracepoint:syscalls:sys_enter_getppid: the kernel runs at most 64 programs on one probe, and all are taken (hint: stop other scripts or tools that use this probe)
            "#]],
        );
    }

    #[test]
    fn newer_releases_hint_repeat_and_expand() {
        check(
            "stdlib/base.bt:1205:3-24: ERROR: too bad\nstdin:1:9-12: ERROR: expanded from\n\
             HINT: do better\nstdin:1:1-6: ERROR: twice\nstdin:1:1-6: ERROR: twice\n",
            "BEGIN { f() }",
            expect![[r#"
                Error 8 "f()": too bad (hint: do better)
                Error 0 "BEGIN": twice
            "#]],
        );
    }
}
