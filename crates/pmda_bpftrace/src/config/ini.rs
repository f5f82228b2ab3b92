//! Reads an INI file as Python's `configparser` does, but keeps the line of everything, so that a mistake can be found.
//!
//! A comment is a line of its own that begins with `#` or `;`. A line that is indented deeper than the key above it
//! continues that key's value.

use super::Finding;

/// A key with its value, and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// From 1.
    pub(super) line: usize,
    /// As written.
    pub(super) section: String,
    /// In lower case: keys are the same in upper and lower case, as for `configparser`.
    pub(super) key: String,
    /// Without blanks around it. The lines of a continued value are joined by line feeds.
    pub(super) value: String,
}

/// The keys in the order of the file, and the lines that are none.
pub(super) fn read(text: &str) -> (Vec<Entry>, Vec<Finding>) {
    let mut entries: Vec<Entry> = Vec::new();
    let mut findings = Vec::new();
    let mut section: Option<String> = None;
    // How deep the key is indented whose value may go on in the next line.
    let mut open_key: Option<usize> = None;
    for (line, content) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let trimmed = content.trim();
        let indent = content.len() - content.trim_start().len();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let (Some(depth), Some(entry)) = (open_key, entries.last_mut())
            && indent > depth
        {
            entry.value.push('\n');
            entry.value.push_str(trimmed);
            continue;
        }
        open_key = None;
        if let Some(name) = trimmed.strip_prefix('[') {
            section = name.strip_suffix(']').map(|name| name.trim().to_string());
            if section.is_none() {
                findings.push(Finding::new(line, "this section has no `]` at its end; its keys are ignored"));
            }
            continue;
        }
        let Some((key, value)) = trimmed.split_once(['=', ':']) else {
            findings.push(Finding::new(line, "this is neither `key = value` nor `[section]`; it is ignored"));
            continue;
        };
        match &section {
            Some(section) => {
                entries.push(Entry {
                    line,
                    section: section.clone(),
                    key: key.trim().to_lowercase(),
                    value: value.trim().to_string(),
                });
                open_key = Some(indent);
            }
            None => {
                let message = format!("`{}` stands in no section; it is ignored", key.trim());
                findings.push(Finding::new(line, message));
            }
        }
    }
    (entries, findings)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::*;

    fn check(text: &str, expected: Expect) {
        let (entries, findings) = read(text);
        let mut actual = String::new();
        for Entry { line, section, key, value } in entries {
            writeln!(actual, "{line} [{section}] {key} = {value:?}").unwrap();
        }
        for Finding { line, message } in findings {
            writeln!(actual, "{line}: {message}").unwrap();
        }
        expected.assert_eq(&actual);
    }

    #[test]
    fn keys_comments_and_both_separators() {
        check(
            "\u{feff}# first\n[bpftrace]\nbpftrace_path = /a b\n; more\n\nScript_Expiry_Time:60\nempty =\n[ x ]\na=b=c",
            expect![[r#"
                3 [bpftrace] bpftrace_path = "/a b"
                6 [bpftrace] script_expiry_time = "60"
                7 [bpftrace] empty = ""
                9 [x] a = "b=c"
            "#]],
        );
    }

    #[test]
    fn values_go_on_in_deeper_lines() {
        check(
            "[a]\n  users = root,\n    # all of them\n    pcp\n  next = 1\n",
            expect![[r#"
                2 [a] users = "root,\npcp"
                5 [a] next = "1"
            "#]],
        );
    }

    #[test]
    fn rubbish_is_reported_with_its_line() {
        check(
            "key = 1\n[open\nlost = 1\n[a]\nwhat is this\nb = 1",
            expect![[r#"
                6 [a] b = "1"
                1: `key` stands in no section; it is ignored
                2: this section has no `]` at its end; its keys are ignored
                3: `lost` stands in no section; it is ignored
                5: this is neither `key = value` nor `[section]`; it is ignored
            "#]],
        );
    }
}
