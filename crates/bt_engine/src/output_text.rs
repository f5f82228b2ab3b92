//! The text that a script prints: the newest of it.

use bt_metrics::Atom;

/// Keeps the newest lines of a text.
#[derive(Debug)]
pub(crate) struct OutputText {
    /// The first line of a table, which PCP's PMDA keeps in addition to the last ones: its column names.
    header: String,
    text: String,
    max_bytes: usize,
    max_lines: Option<usize>,
}

impl OutputText {
    /// At most `max_bytes`; if the script says how many lines it retains, that many and the first one.
    pub(crate) fn new(max_bytes: usize, max_lines: Option<u32>) -> OutputText {
        let max_lines = max_lines.map(|lines| lines as usize);
        OutputText { header: String::new(), text: String::new(), max_bytes, max_lines }
    }

    /// Appends a text as it was printed.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        if self.max_lines.is_some() && self.header.is_empty() {
            self.take_header();
        }
        // Moving the kept half costs as much as appending it did.
        if self.text.len() > 2 * self.max_bytes {
            let start = self.start();
            self.text.drain(..start);
        }
    }

    /// Appends what is a line of its own.
    pub(crate) fn push_line(&mut self, text: &str) {
        self.push(text);
        self.push("\n");
    }

    /// The kept text; `None` if there is none.
    pub(crate) fn atom(&self) -> Option<Atom> {
        let kept = &self.text[self.start()..];
        match (self.header.as_str(), kept) {
            ("", "") => None,
            ("", kept) => Some(Atom::Text(kept.into())),
            (header, kept) => Some(Atom::Text(format!("{header}{kept}").into())),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.header.clear();
        self.text.clear();
    }

    /// A first line of more than half of the bound is no header.
    fn take_header(&mut self) {
        let end = self.text.find('\n').map_or(0, |end| end + 1);
        if end <= self.max_bytes / 2 {
            self.header = self.text.drain(..end).collect();
        }
    }

    /// Where the kept text begins: at a line, unless its last line alone is beyond the bound.
    fn start(&self) -> usize {
        let by_bytes = match self.text.len().checked_sub(self.max_bytes - self.header.len()) {
            None | Some(0) => 0,
            Some(excess) => {
                let start = self.text.ceil_char_boundary(excess);
                let at_line = self.text[..start].ends_with('\n');
                let next_line = self.text[start..].find('\n').map(|end| start + end + 1);
                match next_line {
                    Some(line) if !at_line && line < self.text.len() => line,
                    _ => start,
                }
            }
        };
        by_bytes.max(self.max_lines.map_or(0, |lines| self.start_of_last(lines)))
    }

    fn start_of_last(&self, lines: usize) -> usize {
        let ended = self.text.strip_suffix('\n').unwrap_or(&self.text);
        match lines.checked_sub(1) {
            None => self.text.len(),
            Some(before) => ended.rmatch_indices('\n').nth(before).map_or(0, |(end, _)| end + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(max_bytes: usize, max_lines: Option<u32>, pushes: &[&str]) -> String {
        let mut output = OutputText::new(max_bytes, max_lines);
        pushes.iter().for_each(|text| output.push(text));
        output.atom().map(|atom| atom.to_text().into_owned()).unwrap_or_default()
    }

    #[test]
    fn the_newest_whole_lines_stay() {
        assert_eq!(kept(100, None, &["a\n", "b", "c\n"]), "a\nbc\n");
        assert_eq!(kept(6, None, &["one\n", "two\n", "end\n"]), "end\n");
        assert_eq!(kept(8, None, &["one\n", "two\n", "end\n"]), "two\nend\n");
        assert_eq!(kept(4, None, &["a long line"]), "line");
        assert_eq!(kept(5, None, &["ééééé"]), "éé");
    }

    #[test]
    fn a_table_keeps_its_first_line_and_its_last_ones() {
        assert_eq!(kept(100, Some(2), &["a"]), "a");
        assert_eq!(kept(100, Some(2), &["a,b\n", "1,2\n", "3,", "4\n", "5,6\n"]), "a,b\n3,4\n5,6\n");
        assert_eq!(kept(100, Some(2), &["a\nb\nc\nd"]), "a\nc\nd");
        assert_eq!(kept(100, Some(0), &["a\nb\n"]), "a\n");
        assert_eq!(kept(10, Some(9), &["a,b\n", "1,2\n", "3,4\n"]), "a,b\n3,4\n");
        assert_eq!(kept(6, Some(9), &["a long line\n", "b\n"]), "b\n");
    }

    #[test]
    fn memory_is_bounded() {
        let mut output = OutputText::new(10, None);
        for _ in 0..10_000 {
            output.push("line\n");
        }
        assert!(output.text.capacity() < 100);
    }
}
