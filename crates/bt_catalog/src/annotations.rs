//! The comment lines that say how a script is exported.

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
    ANNOTATIONS.iter().find(|annotation| annotation.key == key)
}

const fn line(
    kind: AnnotationKind,
    key: &'static str,
    example: &'static str,
    summary: &'static str,
) -> Annotation {
    Annotation { kind, key, example, summary }
}

/// Every annotation.
pub const ANNOTATIONS: &[Annotation] = &[
    line(AnnotationKind::Name, "name", "runqlat", "Names the script in its metrics."),
    line(AnnotationKind::Include, "include", "@usecs, @calls", "Exports these maps and no others."),
    line(AnnotationKind::TableRetainLines, "table-retain-lines", "10", "Keeps that many lines of output."),
    line(AnnotationKind::CustomOutputBlock, "custom-output-block", "", "The script prints its maps itself."),
    line(AnnotationKind::Refresh, "refresh", "250ms", "Prints the maps at this interval."),
    line(AnnotationKind::Unit, "unit", "@usecs us", "Unit of a map's values."),
];
