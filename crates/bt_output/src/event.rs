//! What a decoder reports: one event for a message or for a line that is none.

use crate::value::{Entries, Text, Value};

/// One message of bpftrace, or a line that is none. Borrows from the decoder until the next line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event<'a> {
    /// When the bytes came that ended the line, as the caller of the decoder counts time. bpftrace stamps nothing.
    pub arrived_at_millis: u64,
    /// What it is.
    pub kind: EventKind<'a>,
}

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EventKind<'a> {
    /// Probes were attached; up to 0.23 this comes before they are.
    Attached {
        /// How many.
        probes: u64,
    },
    /// A map was printed.
    Map(MapMessage<'a>),
    /// The script printed text.
    Text {
        /// By which function.
        source: TextSource,
        /// What; line ends are part of it.
        text: Text<'a>,
    },
    /// `print()` of something that is no map.
    Value(Value<'a>),
    /// Events were lost between kernel and bpftrace.
    Lost {
        /// How many since the last such message.
        count: u64,
    },
    /// Something went wrong while the script ran.
    Error(ScriptError<'a>),
    /// What a run with `--bench` or `--test` found.
    Report {
        /// Which of the two.
        kind: ReportKind,
        /// Its results by name, as they are.
        data: Value<'a>,
    },
    /// A line that is no message, or no readable one.
    Note(Note<'a>),
}

/// A printed map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapMessage<'a> {
    /// Its name with `@`.
    pub name: &'a str,
    /// The type of the message.
    pub kind: MapKind,
    /// Its value or values.
    pub value: MapValue<'a>,
    /// Whether its keys may have lost something: 0.24 and later leave out all their blanks, and parentheses around a
    /// whole key. Different keys can then look the same.
    pub keys_are_lossy: bool,
    /// Whether this belongs to the dump of all maps at the end: up to 0.23 two blank lines announce it; later ones
    /// are known by [`Decoder::expect_final_dump`](crate::Decoder::expect_final_dump) alone.
    pub is_final_dump: bool,
}

/// The type of a message about a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapKind {
    /// `map`: numbers, text, tuples, structs.
    Map,
    /// `hist`, for `hist()` and `lhist()`.
    Histogram,
    /// `stats`, for `stats()` and `avg()`.
    Stats,
    /// `tseries`: lists of `{interval_start, value}`.
    TimeSeries,
}

/// The contents of a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MapValue<'a> {
    /// A map without key.
    Single(Value<'a>),
    /// A map with keys.
    Keyed(Entries<'a>),
}

/// What a run was for that reports results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// `benchmark_result`, of 0.24 `benchmark_results`
    Benchmark,
    /// `test_result`
    Test,
}

impl ReportKind {
    /// What the run was for.
    pub fn name(self) -> &'static str {
        match self {
            ReportKind::Benchmark => "benchmark",
            ReportKind::Test => "test",
        }
    }
}

/// The function that printed a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextSource {
    /// `printf()`
    Printf,
    /// `time()`
    Time,
    /// `cat()`
    Cat,
    /// `join()`
    Join,
    /// `system()`
    Syscall,
}

impl TextSource {
    /// The type of the message.
    pub fn name(self) -> &'static str {
        match self {
            TextSource::Printf => "printf",
            TextSource::Time => "time",
            TextSource::Cat => "cat",
            TextSource::Join => "join",
            TextSource::Syscall => "syscall",
        }
    }
}

/// Something went wrong while the script ran, once or several times at the same place.
///
/// Its texts are cut at 4 KB. The first time is reported at once. Repetitions are counted, and reported by
/// [`Decoder::report_errors`](crate::Decoder::report_errors) and at the end: a full map fails
/// 100,000 times a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScriptError<'a> {
    /// What sort of error.
    pub kind: ScriptErrorKind,
    /// What bpftrace says about it, or what the script printed, the last time; empty in versions that say nothing.
    pub message: &'a str,
    /// The BPF helper that failed; empty if none did.
    pub helper: &'a str,
    /// What that helper returned: a negative errno.
    pub return_code: i64,
    /// The file, `stdin` for `-e` and `-`; empty up to 0.23.
    pub file: &'a str,
    /// Line in the script, from 1; 0 if unknown.
    pub line: u64,
    /// Column in bytes, from 1; 0 if unknown.
    pub column: u64,
    /// How often since it was last reported.
    pub count: u64,
}

/// The type of a message about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScriptErrorKind {
    /// `helper_error`
    Helper,
    /// `runtime_error`
    Runtime,
    /// `errorf`, printed by the script.
    Errorf,
    /// `warnf`, printed by the script.
    Warnf,
}

impl ScriptErrorKind {
    /// The type of the message.
    pub fn name(self) -> &'static str {
        match self {
            ScriptErrorKind::Helper => "helper_error",
            ScriptErrorKind::Runtime => "runtime_error",
            ScriptErrorKind::Errorf => "errorf",
            ScriptErrorKind::Warnf => "warnf",
        }
    }
}

/// A line that is no message, or something to say about one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note<'a> {
    /// What sort of line.
    pub kind: NoteKind,
    /// The line or its beginning; for [`NoteKind::KeysDropped`] the name of the map.
    pub text: &'a str,
    /// How much: bytes of a line that was cut or skipped, keys that were dropped; 0 otherwise.
    pub amount: u64,
}

/// What sort of line a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// An empty line: up to 0.23 two of them precede the final map dump.
    Blank,
    /// Text that is no message: warnings of bpftrace, output of a child, of `iter` probes, of `-v`.
    Foreign,
    /// What bpftrace says in a message instead of what belongs there: that there are no more watchpoints.
    Warning,
    /// A message of a type that we do not know.
    UnknownMessage,
    /// A message that could not be read: the only sort of line that counts as unexplained.
    Malformed,
    /// The stream ended within this message.
    Truncated,
    /// A line longer than the bound was skipped.
    LineTooLong,
    /// A map had more keys than the bound: the ones printed first were dropped.
    KeysDropped,
    /// A text was longer than the bound: it was cut.
    TextCut,
}

impl NoteKind {
    /// The kind in `bpflens decode`.
    pub fn name(self) -> &'static str {
        match self {
            NoteKind::Blank => "blank",
            NoteKind::Foreign => "foreign",
            NoteKind::Warning => "warning",
            NoteKind::UnknownMessage => "unknown-message",
            NoteKind::Malformed => "malformed",
            NoteKind::Truncated => "truncated",
            NoteKind::LineTooLong => "line-too-long",
            NoteKind::KeysDropped => "keys-dropped",
            NoteKind::TextCut => "text-cut",
        }
    }
}
