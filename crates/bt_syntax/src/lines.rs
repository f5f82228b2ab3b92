//! Bytes to lines, columns and UTF-16 offsets, and back: what an editor counts in.

/// A position as people and editors count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineColumn {
    /// From 1.
    pub line: u32,
    /// From 1, in UTF-16 units.
    pub column: u32,
}

/// Where the lines of a text begin. A conversion costs O(log lines) and a walk along one line.
#[derive(Clone, Debug)]
pub struct LineTable {
    lines: Vec<LineStart>,
    length: LineStart,
}

#[derive(Clone, Copy, Debug)]
struct LineStart {
    byte: u32,
    utf16: u32,
}

impl LineTable {
    /// The lines of `text`; a line ends after `\n`.
    pub fn new(text: &str) -> LineTable {
        let mut lines = vec![LineStart { byte: 0, utf16: 0 }];
        let mut here = LineStart { byte: 0, utf16: 0 };
        for line in text.split_inclusive('\n') {
            here.byte += line.len() as u32;
            here.utf16 += utf16_length(line);
            if line.ends_with('\n') {
                lines.push(here);
            }
        }
        LineTable { lines, length: here }
    }

    /// Number of lines, at least 1.
    pub fn line_count(&self) -> u32 {
        self.lines.len() as u32
    }

    /// Line and column of a byte. Past the end it is the end; inside a character its start.
    pub fn line_column(&self, text: &str, byte: u32) -> LineColumn {
        let line = self.line_of(|start| start.byte <= byte);
        let column = utf16_length(self.prefix_of_line(text, line, byte));
        LineColumn { line: line as u32 + 1, column: column + 1 }
    }

    /// The byte of a line and column. Past the end of a line it is the line's end (before its `\n`); past the
    /// last line it is the end of the text.
    pub fn byte(&self, text: &str, position: LineColumn) -> u32 {
        let line = position.line.saturating_sub(1) as usize;
        let Some(start) = self.lines.get(line) else { return self.length.byte };
        let content = self.line_text(text, line).trim_end_matches(['\n', '\r']);
        start.byte + byte_of_utf16(content, position.column.saturating_sub(1))
    }

    /// UTF-16 offset of a byte from the start of the text.
    pub fn utf16_offset(&self, text: &str, byte: u32) -> u32 {
        let line = self.line_of(|start| start.byte <= byte);
        self.lines[line].utf16 + utf16_length(self.prefix_of_line(text, line, byte))
    }

    /// The byte of a UTF-16 offset from the start of the text; between surrogates it is the character's start.
    pub fn byte_of_utf16_offset(&self, text: &str, offset: u32) -> u32 {
        let line = self.line_of(|start| start.utf16 <= offset);
        let start = self.lines[line];
        start.byte + byte_of_utf16(self.line_text(text, line), offset - start.utf16)
    }

    /// Byte of the start of a line counted from 1; `None` if there is no such line.
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.lines.get((line as usize).checked_sub(1)?).map(|start| start.byte)
    }

    fn line_of(&self, before: impl Fn(&LineStart) -> bool) -> usize {
        self.lines.partition_point(before).saturating_sub(1)
    }

    fn line_text<'a>(&self, text: &'a str, line: usize) -> &'a str {
        let start = self.lines[line].byte as usize;
        let end = self.lines.get(line + 1).map_or(self.length.byte, |next| next.byte) as usize;
        text.get(start..end).unwrap_or_default()
    }

    fn prefix_of_line<'a>(&self, text: &'a str, line: usize, byte: u32) -> &'a str {
        let content = self.line_text(text, line);
        let wanted = (byte.saturating_sub(self.lines[line].byte) as usize).min(content.len());
        &content[..content.floor_char_boundary(wanted)]
    }
}

fn utf16_length(text: &str) -> u32 {
    if text.is_ascii() { text.len() as u32 } else { text.chars().map(|c| c.len_utf16() as u32).sum() }
}

fn byte_of_utf16(text: &str, units: u32) -> u32 {
    if text.is_ascii() {
        return units.min(text.len() as u32);
    }
    let mut remaining = units;
    for (byte, character) in text.char_indices() {
        let length = character.len_utf16() as u32;
        if remaining < length {
            return byte as u32;
        }
        remaining -= length;
    }
    text.len() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\né😀x\r\n\nend";

    #[test]
    fn every_character_goes_there_and_back() {
        let table = LineTable::new(TEXT);
        assert_eq!(table.line_count(), 4);
        for (byte, _) in TEXT.char_indices() {
            let byte = byte as u32;
            let offset = table.utf16_offset(TEXT, byte);
            assert_eq!(offset as usize, TEXT[..byte as usize].encode_utf16().count());
            assert_eq!(table.byte_of_utf16_offset(TEXT, offset), byte);
            let position = table.line_column(TEXT, byte);
            if !TEXT[byte as usize..].starts_with('\n') {
                assert_eq!(table.byte(TEXT, position), byte, "{position:?}");
            }
        }
    }

    #[test]
    fn columns_count_utf16_units_from_one() {
        let table = LineTable::new(TEXT);
        let x = TEXT.find('x').unwrap() as u32;
        assert_eq!(table.line_column(TEXT, x), LineColumn { line: 2, column: 4 });
        // Inside a character: its start. Past the end: the end.
        assert_eq!(table.line_column(TEXT, x - 1), LineColumn { line: 2, column: 2 });
        assert_eq!(table.line_column(TEXT, 1000), LineColumn { line: 4, column: 4 });
        assert_eq!(table.byte(TEXT, LineColumn { line: 2, column: 99 }), x + 1);
        assert_eq!(table.byte(TEXT, LineColumn { line: 99, column: 1 }), TEXT.len() as u32);
        assert_eq!(table.byte_of_utf16_offset(TEXT, 99), TEXT.len() as u32);
        assert_eq!(table.line_start(3), Some(x + 3));
        assert_eq!(table.line_start(0), None);
    }

    #[test]
    fn an_empty_text_has_one_line() {
        let table = LineTable::new("");
        assert_eq!(table.line_count(), 1);
        assert_eq!(table.line_column("", 0), LineColumn { line: 1, column: 1 });
    }
}
