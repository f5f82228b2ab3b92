//! Comma separated values as RFC 4180 has them, read from what a script prints.

/// The records of `text` if it is CSV: at least two columns, the same number in every record, the first record being
/// a header. `None` otherwise.
pub(crate) fn parse(text: &str) -> Option<Vec<Vec<String>>> {
    let mut reader = Reader { rest: text, records: Vec::new() };
    while !reader.rest.is_empty() {
        let record = reader.record()?;
        // A blank line parts nothing in CSV; scripts print them at the end.
        if record != [""] {
            reader.records.push(record);
        }
    }
    let columns = reader.records.first()?.len();
    let even = columns > 1 && reader.records.iter().all(|record| record.len() == columns);
    even.then_some(reader.records)
}

struct Reader<'a> {
    rest: &'a str,
    records: Vec<Vec<String>>,
}

impl Reader<'_> {
    fn record(&mut self) -> Option<Vec<String>> {
        let mut fields = vec![self.field()?];
        loop {
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
                fields.push(self.field()?);
            } else {
                let end = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix('\n'));
                self.rest = end.unwrap_or_default();
                return Some(fields);
            }
        }
    }

    fn field(&mut self) -> Option<String> {
        match self.rest.strip_prefix('"') {
            Some(quoted) => self.quoted_field(quoted),
            None => Some(self.plain_field()),
        }
    }

    fn plain_field(&mut self) -> String {
        let end = self.rest.find([',', '\n']).unwrap_or(self.rest.len());
        let (field, rest) = self.rest.split_at(end);
        self.rest = rest;
        field.trim_end_matches('\r').to_string()
    }

    /// `rest` begins after the opening quote. `None` if the quote is never closed or something follows it.
    fn quoted_field(&mut self, mut rest: &str) -> Option<String> {
        let mut field = String::new();
        loop {
            let (before, after) = rest.split_once('"')?;
            field.push_str(before);
            match after.strip_prefix('"') {
                Some(next) => {
                    field.push('"');
                    rest = next;
                }
                None if ends_field(after) => {
                    let consumed = self.rest.len() - after.len();
                    self.rest = &self.rest[consumed..];
                    return Some(field);
                }
                None => return None,
            }
        }
    }
}

/// Whether a field ends before `rest`. A carriage return alone ends none, unless the rest of its line is still to come.
fn ends_field(rest: &str) -> bool {
    rest.is_empty() || rest == "\r" || rest.starts_with([',', '\n']) || rest.starts_with("\r\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: Option<&[&[&str]]>) {
        let read = parse(text);
        let read: Option<Vec<Vec<&str>>> = read.as_ref().map(|records| {
            records.iter().map(|record| record.iter().map(String::as_str).collect()).collect()
        });
        assert_eq!(
            read,
            expected.map(|records| records.iter().map(|record| record.to_vec()).collect()),
            "{text:?}"
        );
    }

    #[test]
    fn the_rules_of_rfc_4180() {
        check("pid,comm\n1,init\n", Some(&[&["pid", "comm"], &["1", "init"]]));
        check("a,b\r\n1,2\r\n", Some(&[&["a", "b"], &["1", "2"]]));
        check("a,b\n\"x,y\",\"he said \"\"no\"\"\"\n", Some(&[&["a", "b"], &["x,y", "he said \"no\""]]));
        check("a,b\n\"two\nlines\",\n", Some(&[&["a", "b"], &["two\nlines", ""]]));
        check("a,b\r\n\"two\r\nlines\",\"\"\r\n", Some(&[&["a", "b"], &["two\r\nlines", ""]]));
        check("a,b\n1,\"2\"", Some(&[&["a", "b"], &["1", "2"]]));
    }

    #[test]
    fn odd_characters_are_characters() {
        check("a,b\n 1 ,\t2", Some(&[&["a", "b"], &[" 1 ", "\t2"]]));
        check("a,b\n5\",x\"y", Some(&[&["a", "b"], &["5\"", "x\"y"]]));
        check("a,b\n\0,\"\0\"", Some(&[&["a", "b"], &["\0", "\0"]]));
        check("ключ,😀\n\u{fffd},\"é,é\"", Some(&[&["ключ", "😀"], &["\u{fffd}", "é,é"]]));
        check("a,b\n1\r2,3\r\n", Some(&[&["a", "b"], &["1\r2", "3"]]));
    }

    #[test]
    fn a_line_that_is_still_being_printed_is_read_as_far_as_it_is_there() {
        check("a,b\n1,", Some(&[&["a", "b"], &["1", ""]]));
        check("a,b\n1,2\r", Some(&[&["a", "b"], &["1", "2"]]));
        check("a,b\n1,\"2\"\r", Some(&[&["a", "b"], &["1", "2"]]));
        check("a,b\n1", None);
        check("a,b\n1,\"2", None);
    }

    proptest! {
        #[test]
        fn what_is_written_as_csv_is_read_as_it_was(
            records in prop::collection::vec(prop::collection::vec("[a,\"\n é]{0,5}", 3), 1..6)
        ) {
            let quote = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
            let line = |record: &Vec<String>| record.iter().map(quote).collect::<Vec<_>>().join(",") + "\r\n";
            let text: String = records.iter().map(line).collect();
            prop_assert_eq!(parse(&text), Some(records));
        }

        #[test]
        fn any_text_is_read_as_a_whole_or_refused(text in "[aé,\"\r\n\0]{0,40}") {
            if let Some(records) = parse(&text) {
                prop_assert!(records.iter().all(|record| record.len() == records[0].len()));
                let letters = |text: &str| text.chars().filter(|letter| matches!(letter, 'a' | 'é' | '\0')).count();
                let read: usize = records.iter().flatten().map(|field| letters(field)).sum();
                prop_assert_eq!(read, letters(&text));
            }
        }
    }

    #[test]
    fn prose_is_not_csv() {
        for text in ["", "\n", "hello\nworld\n", "a,b\n1,2,3\n", "a,b\n\"open,2\n", "a,b\n\"x\"y,2\n"] {
            check(text, None);
        }
        for text in ["\"", "a,\"", "a,b\n1\n", "a,b\n\"1\"\r2,3\n4,5\n", ",\n,,\n"] {
            check(text, None);
        }
    }
}
