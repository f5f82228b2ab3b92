//! JSON that every reader takes for one line: some end lines at more characters than JSON escapes.

use std::io;

use serde_json::ser::Formatter;

/// What else ends a line, in Python's `splitlines` for one.
const LINE_ENDS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];

/// Compact JSON in which these are escaped.
pub(super) struct OneLine;

impl Formatter for OneLine {
    fn write_string_fragment<W: io::Write + ?Sized>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        let mut written = 0;
        for (at, end) in text.match_indices(LINE_ENDS) {
            writer.write_all(&text.as_bytes()[written..at])?;
            end.chars().try_for_each(|end| write!(writer, "\\u{:04x}", u32::from(end)))?;
            written = at + end.len();
        }
        writer.write_all(&text.as_bytes()[written..])
    }
}
