//! The text that a script prints: the newest of it.

use bt_metrics::Atom;

/// Keeps the newest lines of a text.
#[derive(Debug)]
pub(crate) struct OutputText {
    text: String,
    max_bytes: usize,
    max_lines: Option<usize>,
}

impl OutputText {
    /// At most `max_bytes`, and at most `max_lines` if the script says so.
    pub(crate) fn new(max_bytes: usize, max_lines: Option<u32>) -> OutputText {
        OutputText { text: String::new(), max_bytes, max_lines: max_lines.map(|lines| lines as usize) }
    }

    /// Appends a text as it was printed.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
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
        (!self.text.is_empty()).then(|| Atom::Text(self.text[self.start()..].into()))
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
    }

    /// Where the kept text begins: at a line, unless its last line alone is beyond the bound.
    fn start(&self) -> usize {
        let by_bytes = match self.text.len().checked_sub(self.max_bytes) {
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
        assert_eq!(kept(100, Some(2), &["a\n", "b\n", "c\n"]), "b\nc\n");
        assert_eq!(kept(100, Some(2), &["a\nb\nc\nd"]), "c\nd");
        assert_eq!(kept(100, Some(0), &["a\n"]), "");
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
