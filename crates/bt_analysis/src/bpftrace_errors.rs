//! What bpftrace wrote on stderr, as findings in the script.
//!
//! A finding of bpftrace is a line `FILE:LINE:COLUMN-COLUMN: SEVERITY: message` (columns count bytes from 1), or
//! `FILE:LINE-LINE: SEVERITY: message`, or `SEVERITY: message`; often the source line and a line of `~~~` follow it.

use bt_syntax::{LineTable, Span};

use crate::{Diagnostic, MAX_DIAGNOSTICS, Severity};

/// Code of everything that bpftrace itself found.
const CODE: &str = "bpftrace";
/// Code of what bpftrace, or a library of its, said without a severity.
pub const BPFTRACE_TEXT: &str = "bpftrace-text";
/// Longest message that is kept, in bytes.
const MAX_MESSAGE_BYTES: usize = 4096;
/// It means that a limit could not be raised, and nothing follows from it.
const HARMLESS: &str = "couldn't set RLIMIT_MEMLOCK";
/// What the kernel answers when a probe has its 64 programs (`BPF_TRACE_MAX_PROGS`), E2BIG, in the words of libraries.
const TOO_MANY_PROGRAMS: [&str; 2] = ["Argument list too long", "E2BIG"];
/// Stand in what is said when a program could not be attached.
const ATTACHING: [&str; 2] = ["PERF_EVENT_IOC_SET_BPF", "attach"];
/// Points to the use of a macro in which the error before lies.
const EXPANDED_FROM: &str = "expanded from";
/// Files that bpftrace brings along.
const STANDARD_LIBRARY: &str = "stdlib/";

/// The findings that `stderr` of a bpftrace run reports about `source`, without repetitions.
///
/// What has no position, or one behind the end of `source` (in the appended block), concerns the whole script: its
/// span is empty and at the start.
pub fn bpftrace_errors(stderr: &str, source: &str) -> Vec<Diagnostic> {
    let lines = LineTable::new(source);
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut input = stderr.lines().peekable();
    while let Some(line) = input.next() {
        let repeats_source = input.peek().is_some_and(|next| is_marker(next));
        if line.trim().is_empty()
            || is_marker(line)
            || line.contains(HARMLESS)
            || found.len() >= MAX_DIAGNOSTICS
        {
            continue;
        }
        match Message::parse(line) {
            Some(message) => message.add_to(&mut found, source, &lines),
            None if repeats_source => {}
            None => push(&mut found, Diagnostic::warning(BPFTRACE_TEXT, Span::empty(0), shortened(line))),
        }
    }
    explain_too_many_programs(&mut found);
    found
}

/// Says what it means that a program could not be attached because of "Argument list too long".
fn explain_too_many_programs(found: &mut [Diagnostic]) {
    let has = |message: &str, words: &[&str]| words.iter().any(|word| message.contains(word));
    let is_cause =
        |finding: &Diagnostic| has(&finding.message, &TOO_MANY_PROGRAMS) && has(&finding.message, &ATTACHING);
    if !found.iter().any(is_cause) {
        return;
    }
    for finding in found {
        if finding.severity == Severity::Error && has(&finding.message, &ATTACHING) {
            finding.message += ": the kernel runs at most 64 programs on one probe, and all are taken";
            finding.hint = Some("stop other scripts or tools that use this probe".into());
        }
    }
}

/// Whether a line marks a place in the line above it.
fn is_marker(line: &str) -> bool {
    line.contains('~') && line.bytes().all(|byte| byte == b' ' || byte == b'~')
}

/// One line of the form `… SEVERITY: message`.
struct Message<'a> {
    place: Option<Place<'a>>,
    severity: MessageSeverity,
    text: &'a str,
}

/// The severities of bpftrace.
#[derive(Clone, Copy, PartialEq, Eq)]
enum MessageSeverity {
    Finding(Severity),
    /// Advice that belongs to the finding before.
    Hint,
}

const SEVERITIES: [(&str, MessageSeverity); 7] = [
    ("ERROR", MessageSeverity::Finding(Severity::Error)),
    ("FATAL", MessageSeverity::Finding(Severity::Error)),
    ("BUG", MessageSeverity::Finding(Severity::Error)),
    ("WARNING", MessageSeverity::Finding(Severity::Warning)),
    ("INFO", MessageSeverity::Finding(Severity::Info)),
    ("DEBUG", MessageSeverity::Finding(Severity::Info)),
    ("HINT", MessageSeverity::Hint),
];

/// Where a message points to; lines and columns from 1.
struct Place<'a> {
    file: &'a str,
    first_line: u32,
    last_line: u32,
    /// First byte, and the byte behind the last one; `None` for whole lines.
    columns: Option<(u32, u32)>,
}

impl<'a> Message<'a> {
    fn parse(line: &'a str) -> Option<Message<'a>> {
        SEVERITIES.iter().find_map(|(word, severity)| {
            let (place, text) = match line.strip_prefix(word).and_then(|rest| rest.strip_prefix(": ")) {
                Some(text) => (None, text),
                None => {
                    let (place, rest) = line.split_once(": ")?;
                    let text = rest.strip_prefix(word)?.strip_prefix(": ")?;
                    (Some(Place::parse(place)?), text)
                }
            };
            Some(Message { place, severity: *severity, text })
        })
    }

    fn add_to(self, found: &mut Vec<Diagnostic>, source: &str, lines: &LineTable) {
        let span = self.place.as_ref().and_then(|place| place.span(source, lines));
        match (self.severity, found.last_mut()) {
            (MessageSeverity::Hint, Some(before)) => before.hint = Some(shortened(self.text).to_string()),
            (MessageSeverity::Hint, None) => {}
            (_, Some(before)) if self.text == EXPANDED_FROM => before.span = span.unwrap_or(before.span),
            (MessageSeverity::Finding(severity), _) => {
                let make = match severity {
                    Severity::Error => Diagnostic::error,
                    Severity::Warning => Diagnostic::warning,
                    Severity::Info => Diagnostic::info,
                };
                push(found, make(CODE, span.unwrap_or(Span::empty(0)), shortened(self.text)));
            }
        }
    }
}

impl<'a> Place<'a> {
    /// Reads `FILE:LINE:COLUMN-COLUMN` or `FILE:LINE-LINE`.
    fn parse(text: &'a str) -> Option<Place<'a>> {
        let (rest, range) = text.rsplit_once(':')?;
        let (first, last) = range.split_once('-')?;
        let (first, last) = (first.parse().ok()?, last.parse().ok()?);
        Some(match rest.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?))) {
            Some((file, line)) => {
                Place { file, first_line: line, last_line: line, columns: Some((first, last)) }
            }
            None => Place { file: rest, first_line: first, last_line: last, columns: None },
        })
    }

    /// Its place in the script; `None` if it is elsewhere.
    fn span(&self, source: &str, lines: &LineTable) -> Option<Span> {
        if self.file.starts_with(STANDARD_LIBRARY) {
            return None;
        }
        let first = line_span(source, lines, self.first_line)?;
        let last = line_span(source, lines, self.last_line).unwrap_or(first);
        let Some((start, end)) = self.columns else { return Some(first.to(last)) };
        let byte = |column: u32| {
            let byte = first.start.saturating_add(column.saturating_sub(1)).min(first.end);
            source.floor_char_boundary(byte as usize) as u32
        };
        Some(Span::new(byte(start), byte(end.max(start))))
    }
}

/// A line of the script without its line end.
fn line_span(source: &str, lines: &LineTable, line: u32) -> Option<Span> {
    let start = lines.line_start(line)?;
    let rest = source.get(start as usize..)?;
    let length = rest.lines().next().map_or(0, str::len);
    Some(Span::new(start, start + length as u32))
}

/// Newer releases report some errors twice.
fn push(found: &mut Vec<Diagnostic>, diagnostic: Diagnostic) {
    if !found.contains(&diagnostic) {
        found.push(diagnostic);
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
                Error 0 "// é\nBEGIN { @é = @zero; }": unexpected end of file, expected {
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
