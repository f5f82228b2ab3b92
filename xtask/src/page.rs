//! A page of Markdown with a table of contents.

use std::fmt::Write;

/// A page that is being written.
#[derive(Default)]
pub(crate) struct Page {
    body: String,
    contents: String,
    section: String,
    /// Whether the line of the contents has an entry already.
    has_entries: bool,
}

impl Page {
    /// Begins a section.
    pub(crate) fn section(&mut self, title: &str, about: &str) {
        self.section = anchor(title);
        let id = &self.section;
        write!(self.body, "\n## <a id=\"{id}\"></a>{title}\n\n{about}\n").expect("a string takes all");
        write!(self.contents, "\n- [{title}](#{id})").expect("a string takes all");
        self.has_entries = false;
    }

    /// Begins a group in the section.
    pub(crate) fn group(&mut self, title: &str) {
        let id = format!("{}--{}", self.section, anchor(title));
        write!(self.body, "\n### <a id=\"{id}\"></a>{title}\n").expect("a string takes all");
        write!(self.contents, "\n  - [{title}](#{id})").expect("a string takes all");
        self.has_entries = false;
    }

    /// Begins an entry.
    pub(crate) fn entry(&mut self, name: &str) {
        let id = format!("{}-{}", self.section, anchor(name));
        self.entry_at(&id, name);
    }

    /// Begins an entry with a name of the page's own, for links from elsewhere.
    pub(crate) fn entry_at(&mut self, id: &str, name: &str) {
        write!(self.body, "\n#### <a id=\"{id}\"></a>`{name}`\n").expect("a string takes all");
        let separator = if self.has_entries { " ·" } else { ":" };
        write!(self.contents, "{separator} [`{name}`](#{id})").expect("a string takes all");
        self.has_entries = true;
    }

    /// Adds a paragraph.
    pub(crate) fn paragraph(&mut self, text: &str) {
        write!(self.body, "\n{text}\n").expect("a string takes all");
    }

    /// Adds a list.
    pub(crate) fn list(&mut self, items: &[String]) {
        if !items.is_empty() {
            write!(self.body, "\n- {}\n", items.join("\n- ")).expect("a string takes all");
        }
    }

    /// Adds a script.
    pub(crate) fn script(&mut self, text: &str) {
        self.fenced("bpftrace", text);
    }

    /// Adds what a program prints.
    pub(crate) fn output(&mut self, text: &str) {
        self.fenced("text", text);
    }

    fn fenced(&mut self, language: &str, text: &str) {
        write!(self.body, "\n```{language}\n{text}\n```\n").expect("a string takes all");
    }

    /// Adds a table.
    pub(crate) fn table<const N: usize>(&mut self, head: [&str; N], rows: impl Iterator<Item = [String; N]>) {
        let head = head.map(String::from);
        let rule = std::array::from_fn(|_| "---".to_string());
        self.body.push('\n');
        for row in [head, rule].into_iter().chain(rows) {
            let cells = row.map(|cell| cell.replace('|', "\\|"));
            writeln!(self.body, "| {} |", cells.join(" | ")).expect("a string takes all");
        }
    }

    /// The whole page, with this beginning.
    pub(crate) fn finish(self, head: &str) -> String {
        format!("{head}{}\n{}", self.contents, self.body)
    }
}

/// A name for links to a heading: letters, digits, and for any other character its number.
fn anchor(title: &str) -> String {
    let mut anchor = String::new();
    for character in title.to_lowercase().chars() {
        match character {
            'a'..='z' | '0'..='9' | '_' | '-' => anchor.push(character),
            ' ' => anchor.push('-'),
            other => write!(anchor, "x{:x}", u32::from(other)).expect("a string takes all"),
        }
    }
    anchor
}

/// Panics if a link of a page has no heading, or several; how many links there are.
#[cfg(test)]
pub(crate) fn checked_links(page: &str) -> usize {
    let links = page.split("](#").skip(1).filter_map(|rest| rest.split(')').next());
    links
        .inspect(|link| assert_eq!(page.matches(&format!("<a id=\"{link}\"></a>")).count(), 1, "{link}"))
        .count()
}
