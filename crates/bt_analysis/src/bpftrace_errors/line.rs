//! What one line of bpftrace's stderr is, by its form alone.

use crate::Severity;

/// A line of stderr.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// `PLACE: SEVERITY: text`, or the same without a place.
    Finding { place: Option<Place<'a>>, severity: Severity, text: &'a str },
    /// Points to the use of a macro in which the finding before lies.
    ExpandedFrom(Place<'a>),
    /// Advice that belongs to the finding before.
    Hint(&'a str),
    /// The C text of the script follows, that many bytes; `first` is the part of it on this line.
    Input { bytes: usize, first: &'a str },
    /// bpftrace died of a fault of its own.
    Crash(&'a str),
    /// Why it died, behind a line that says that it did.
    Reason(&'a str),
    /// Says in other words what the finding before is about.
    Summary(&'a str),
    /// Says nothing about the script.
    Noise,
    /// Everything else.
    Text(&'a str),
}

/// Where a message points to; lines and columns from 1, columns in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) first_line: u32,
    pub(super) last_line: u32,
    pub(super) columns: Columns,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Columns {
    /// Whole lines.
    All,
    /// The first byte, and the byte behind the last one.
    Range(u32, u32),
    /// The first byte of something: clang does not say where it ends.
    From(u32),
}

/// The severities of bpftrace, and of clang, which reads the C parts of a script.
const SEVERITIES: [(&str, Severity); 11] = [
    ("ERROR", Severity::Error),
    ("FATAL", Severity::Error),
    ("BUG", Severity::Error),
    ("WARNING", Severity::Warning),
    ("Warning", Severity::Warning),
    ("INFO", Severity::Info),
    ("DEBUG", Severity::Info),
    ("error", Severity::Error),
    ("fatal error", Severity::Error),
    ("warning", Severity::Warning),
    ("note", Severity::Info),
];
const EXPANDED_FROM: &str = "expanded from";

/// Parts of lines that only tell of the machine: a limit that could not be raised, lists that could not be read (what
/// that means for a probe is said again where the probe is).
const OF_THE_MACHINE: [&str; 5] = [
    "couldn't set RLIMIT_MEMLOCK",
    "Could not read functions from",
    "BTF: failed to find BTF data",
    "Could not find kernel headers in",
    "modprobe kheaders && ",
];
/// A line that 0.17 does not end, so that the next one follows it directly.
const UNENDED: &str = "Error while reading traceable functions from ";
/// Repeats that clang has found an error.
const CLANG_FAILED: &str = "Clang parse error";
/// Advice of releases without `HINT:`.
const ADVICE: [&str; 2] =
    ["Include headers with missing type definitions", "You can increase the limit through"];
/// Newer releases call errors what only leads to the other part of one.
const NOTES: [&str; 5] = [
    "This is the initial ",
    "This is the argument in the ",
    "The closest definition of ",
    "left (",
    "right (",
];
/// Stand behind an error that names no number, as `stoull`.
const SUMMARIES: [&str; 2] = ["Invalid rate of ", "Invalid count for "];
/// Errors of 0.11 that stand there without a severity.
const PLAIN_ERRORS: [&str; 4] =
    [FAILED_TO_COMPILE, "Error attaching probe: ", "Error loading program: ", "Can't attach to "];
/// Stands before the reason for which a program could not be made.
const FAILED_TO_COMPILE: &str = "Failed to compile: ";

impl<'a> Line<'a> {
    pub(super) fn parse(line: &'a str) -> Line<'a> {
        if let Some((_, rest)) = line.strip_prefix(UNENDED).and_then(|rest| rest.split_once("ERROR: ")) {
            return Line::error(rest);
        }
        let is_noise = OF_THE_MACHINE.iter().any(|part| line.contains(part)) || line.starts_with(UNENDED);
        if line.trim().is_empty() || is_marker(line) || is_noise || line == CLANG_FAILED {
            return Line::Noise;
        }
        let bare = line.strip_prefix("ERROR: ").unwrap_or(line);
        if ADVICE.iter().any(|start| bare.starts_with(start)) {
            return Line::Hint(bare);
        }
        Line::input(line)
            .or_else(|| Line::message(line))
            .or_else(|| Line::crash(line))
            .unwrap_or_else(|| Line::plain(line))
    }

    fn error(text: &'a str) -> Line<'a> {
        let text = text.strip_prefix(FAILED_TO_COMPILE).unwrap_or(text);
        Line::Finding { place: None, severity: Severity::Error, text }
    }

    /// `Input (BYTES): …`
    fn input(line: &'a str) -> Option<Line<'a>> {
        let line = line.strip_prefix("ERROR: ").unwrap_or(line);
        let (bytes, first) = line.strip_prefix("Input (")?.split_once("): ")?;
        Some(Line::Input { bytes: bytes.parse().ok()?, first })
    }

    /// `PLACE: SEVERITY: text` or `SEVERITY: text`.
    fn message(line: &'a str) -> Option<Line<'a>> {
        if let Some(text) = line.strip_prefix("HINT: ") {
            return Some(Line::Hint(text));
        }
        let with_severity = |text: &'a str| {
            SEVERITIES
                .iter()
                .find_map(|(word, severity)| Some((*severity, text.strip_prefix(word)?.strip_prefix(": ")?)))
        };
        if let Some((severity, text)) = with_severity(line) {
            return Some(match severity {
                Severity::Error => Line::error(text),
                _ => Line::Finding { place: None, severity, text },
            });
        }
        // A file's name may hold what looks like the end of a place.
        let ends = line.match_indices(": ").map(|(end, _)| end);
        ends.take(8).find_map(|end| {
            let place = Place::parse(&line[..end])?;
            let (severity, text) = with_severity(&line[end + 2..])?;
            Some(match text {
                EXPANDED_FROM => Line::ExpandedFrom(place),
                _ if NOTES.iter().any(|start| text.starts_with(start)) => {
                    Line::Finding { place: Some(place), severity: Severity::Info, text }
                }
                _ => Line::Finding { place: Some(place), severity, text },
            })
        })
    }

    fn crash(line: &'a str) -> Option<Line<'a>> {
        if let Some(reason) = line.trim_start().strip_prefix("what():") {
            return Some(Line::Reason(reason.trim()));
        }
        let assertion = line.find("Assertion `").filter(|_| line.ends_with("' failed."));
        let start = assertion.or(line.starts_with("terminate called").then_some(0))?;
        Some(Line::Crash(&line[start..]))
    }

    fn plain(line: &'a str) -> Line<'a> {
        let starts_with = |start: &&str| line.starts_with(*start);
        if SUMMARIES.iter().any(starts_with) {
            Line::Summary(line)
        } else if PLAIN_ERRORS.iter().any(starts_with) {
            Line::error(line)
        } else {
            Line::Text(line)
        }
    }
}

/// Whether a line marks a place in the line above it.
pub(super) fn is_marker(line: &str) -> bool {
    line.contains('~') && line.bytes().all(|byte| byte == b' ' || byte == b'~')
}

impl<'a> Place<'a> {
    /// Reads `FILE:LINE:COLUMN-COLUMN` and `FILE:LINE-LINE` of bpftrace, `FILE:LINE:COLUMN` of clang.
    fn parse(text: &'a str) -> Option<Place<'a>> {
        let (rest, last) = text.rsplit_once(':')?;
        let with_line = rest.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?)));
        if let Some((file, line)) = with_line {
            let columns = match last.split_once('-') {
                Some((start, end)) => Columns::Range(start.parse().ok()?, end.parse().ok()?),
                None => Columns::From(last.parse().ok()?),
            };
            return Some(Place { file, first_line: line, last_line: line, columns });
        }
        let (first_line, last_line) = last.split_once('-')?;
        let (first_line, last_line) = (first_line.parse().ok()?, last_line.parse().ok()?);
        Some(Place { file: rest, first_line, last_line, columns: Columns::All })
    }
}
