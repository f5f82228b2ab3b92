//! The long text about a name, apart from its facts: a program that never shows it does not contain it.

/// What there is to say about a name beside its one line.
#[derive(Clone, Copy, Debug)]
pub struct Docs {
    /// A few plain sentences: units, bounds, traps.
    pub details: &'static str,
    /// What changed in which release, 0.N, oldest first.
    pub changes: &'static [(u16, &'static str)],
    /// A script that shows its use, for the newest release; empty if there is none.
    pub example: &'static str,
}

/// An entry of a table as it is written down. The compiler splits the table into its facts and its texts.
#[derive(Clone, Copy)]
pub(crate) struct Entry<T> {
    pub(crate) facts: T,
    pub(crate) docs: Docs,
}

impl<T: Copy> Entry<T> {
    pub(crate) const fn new(facts: T, details: &'static str, example: &'static str) -> Self {
        Entry { facts, docs: Docs { details, changes: &[], example } }
    }

    pub(crate) const fn changes(self, changes: &'static [(u16, &'static str)]) -> Self {
        Entry { facts: self.facts, docs: Docs { changes, ..self.docs } }
    }
}

/// One field of every entry of a constant table, as an array.
macro_rules! column {
    ($table:ident, $($field:ident).+) => {{
        let mut column = [$table[0].$($field).+; $table.len()];
        let mut row = 1;
        while row < $table.len() {
            column[row] = $table[row].$($field).+;
            row += 1;
        }
        column
    }};
}
pub(crate) use column;

/// What every text of a table keeps to.
#[cfg(test)]
pub(crate) fn check_docs(name: &str, summary: &str, docs: &Docs) {
    assert!(summary.ends_with('.') && summary.len() <= 90 && !summary.contains('\n'), "{name}: {summary}");
    assert!(docs.details.ends_with('.') && docs.details.len() <= 600, "{name}: {}", docs.details);
    assert!(!docs.details.contains("  "), "{name}: a line break in the source left blanks");
    assert!(docs.changes.is_sorted_by_key(|(version, _)| *version), "{name}: oldest first");
    assert!(docs.changes.iter().all(|(_, change)| !change.ends_with('.')), "{name}: no sentence");
}
