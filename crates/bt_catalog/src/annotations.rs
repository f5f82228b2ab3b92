//! The comment lines that say how a script is exported.

use crate::docs::{Docs, Entry, column};
use crate::name_index::NameIndex;

/// A comment line `// key: value`, or `// key` without a value.
#[derive(Clone, Copy, Debug)]
pub struct Annotation {
    /// Which one.
    pub kind: AnnotationKind,
    /// Its key.
    pub key: &'static str,
    /// What its value looks like; empty if it has none.
    pub example: &'static str,
    /// One line about it.
    pub summary: &'static str,
}

/// The annotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnnotationKind {
    /// `// name: runqlat`
    Name,
    /// `// include: @a, @b`
    Include,
    /// `// table-retain-lines: 10`
    TableRetainLines,
    /// `// custom-output-block`
    CustomOutputBlock,
    /// `// refresh: 250ms`
    Refresh,
    /// `// unit: @usecs us`
    Unit,
}

/// The annotation of that key.
pub fn annotation(key: &str) -> Option<&'static Annotation> {
    INDEX.find(key).map(|place| &ANNOTATIONS[place])
}

impl Annotation {
    /// The long text about it.
    pub fn docs(&self) -> &'static Docs {
        &DOCS[INDEX.find(self.key).expect("every annotation stands in its own table")]
    }
}

/// Every annotation.
pub static ANNOTATIONS: &[Annotation] = &column!(ENTRIES, facts);
static DOCS: [Docs; ENTRIES.len()] = column!(ENTRIES, docs);
static INDEX: NameIndex<16> = NameIndex::new(&KEYS);
const KEYS: [&str; ENTRIES.len()] = column!(ENTRIES, facts.key);

const fn line(
    kind: AnnotationKind,
    key: &'static str,
    example: &'static str,
    summary: &'static str,
) -> Annotation {
    Annotation { kind, key, example, summary }
}

impl Annotation {
    const fn texts(self, details: &'static str, example: &'static str) -> Entry<Annotation> {
        Entry::new(self, details, example)
    }
}

const ENTRIES: &[Entry<Annotation>] = &[
    line(AnnotationKind::Name, "name", "runqlat", "Names the script in its metrics.").texts(
        "Its metrics are then `bpftrace.scripts.runqlat.…` in the place of a random id. Two scripts that \
         run cannot have the same name.",
        "// name: reads\nkprobe:vfs_read { @ = count(); }",
    ),
    line(AnnotationKind::Include, "include", "@usecs, @calls", "Exports these maps and no others.").texts(
        "Separated by commas; `@output` is what the script prints. Without it, all maps are exported.",
        "// include: @ns\nkprobe:vfs_read { @start[tid] = nsecs; }\n\
         kretprobe:vfs_read { @ns = hist(nsecs - @start[tid]); delete(@start[tid]); }",
    ),
    line(AnnotationKind::TableRetainLines, "table-retain-lines", "10", "Keeps that many lines of output.")
        .texts(
            "Of the text that the script prints, the newest lines are kept; older ones are dropped.",
            "// table-retain-lines: 50\nkprobe:do_nanosleep { printf(\"%s\\n\", comm); }",
        ),
    line(AnnotationKind::CustomOutputBlock, "custom-output-block", "", "The script prints its maps itself.")
        .texts(
            "Otherwise a block that prints the exported maps is added to it. A script that clears them \
             behind printing wants this.",
            "// custom-output-block\nkprobe:vfs_read { @[comm] = count(); }\n\
             interval:s:1 { print(@, 10); clear(@); }",
        ),
    line(AnnotationKind::Refresh, "refresh", "250ms", "Prints the maps at this interval.").texts(
        "From 100 ms to 60 s; each second without it.",
        "// refresh: 250ms\nkprobe:vfs_read { @ = count(); }",
    ),
    line(AnnotationKind::Unit, "unit", "@usecs us", "Unit of a map's values.").texts(
        "The map, and a unit of time or of size, as PCP names them: `us`, `millisec`, `bytes`, `KiB`. \
         One line for each map.",
        "// unit: @ns ns\nprofile:hz:99 { @ns = max(elapsed); }",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::check_docs;

    #[test]
    fn every_annotation_is_found_and_has_its_texts() {
        for known in ANNOTATIONS {
            assert_eq!(annotation(known.key).map(|found| found.kind), Some(known.kind));
            check_docs(known.key, known.summary, known.docs());
            assert!(known.docs().example.contains(known.key), "{}", known.key);
        }
    }
}
