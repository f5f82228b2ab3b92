//! The JSON object of `bpflens check --json`: one function for the command and for the browser.

use bt_catalog::Version;
use bt_metrics::{MetricType, Semantics, Units, ValueType};
use bt_syntax::{LineTable, Span};
use serde::Serialize;

use crate::facts::{Annotations, MapFact, OutputFact, OutputKind, ProbeFact};
use crate::{Diagnostic, Facts, KeyPart, MapShape, Severity, analyse};

/// Findings and facts of one file. Serialised, it is the object that `check --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The file's name as it was given.
    pub file: String,
    /// Findings, by position.
    pub diagnostics: Vec<ReportDiagnostic>,
    /// What the script is.
    pub facts: ReportFacts,
}

impl Report {
    /// Whether a finding keeps the script from running.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// A finding with its place in both countings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportDiagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The kind of finding.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// First byte.
    pub start: u32,
    /// Byte after the last one.
    pub end: u32,
    /// Line of `start`, from 1.
    pub line: u32,
    /// Column of `start`, from 1, in UTF-16 units.
    pub column: u32,
    /// Ways to mend it.
    pub fixes: Vec<ReportFix>,
}

/// One way to mend a finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportFix {
    /// What it does.
    pub title: String,
    /// Replacements in ascending order.
    pub edits: Vec<ReportEdit>,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportEdit {
    /// First byte that goes.
    pub start: u32,
    /// Byte after the last one that goes.
    pub end: u32,
    /// What comes in its place.
    pub insert: String,
}

/// What the script is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportFacts {
    /// Its annotations.
    pub annotations: ReportAnnotations,
    /// Its attach points.
    pub probes: Vec<ReportProbe>,
    /// Its maps.
    pub maps: Vec<ReportMap>,
    /// Calls that print text.
    pub outputs: Vec<ReportOutput>,
    /// The releases of bpftrace that have all that it uses.
    pub versions: ReportVersions,
}

/// The releases of bpftrace that have all that a script uses.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportVersions {
    /// The first one.
    pub since: String,
    /// The first one behind that lacks something again.
    pub before: Option<String>,
}

/// The annotations of a script.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportAnnotations {
    /// Component of the metric names.
    pub name: Option<String>,
    /// The only maps that are exported.
    pub include: Option<Vec<String>>,
    /// Lines of output that are kept.
    pub table_retain_lines: Option<u32>,
    /// Whether the script prints its maps itself.
    pub custom_output_block: bool,
    /// Print interval.
    pub refresh_millis: u32,
    /// Units of maps.
    pub units: Vec<ReportUnit>,
}

/// The unit of one map.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportUnit {
    /// With its `@`.
    pub map: String,
    /// As PCP spells it.
    pub units: Units,
}

/// One attach point.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportProbe {
    /// As written.
    pub attach_point: String,
    /// Name without aliases.
    pub probe_type: Option<&'static str>,
    /// First byte.
    pub start: u32,
    /// Byte after the last one.
    pub end: u32,
}

/// One map.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportMap {
    /// With its `@`.
    pub name: String,
    /// What a value of it is.
    pub shape: MapShape,
    /// `u64`, `i64` or `string`.
    pub value_type: &'static str,
    /// Counter or not.
    pub semantics: Semantics,
    /// What its key is made of.
    pub key: Vec<KeyPart>,
    /// Its component in metric names.
    pub metric: String,
    /// The label that chooses its picture.
    pub metrictype: Option<MetricType>,
    /// Units of its values.
    pub units: Units,
    /// Whether it only helps the script.
    pub scratch: bool,
    /// Whether it becomes a metric.
    pub exported: bool,
}

/// One call that prints text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportOutput {
    /// Which call.
    pub kind: OutputKind,
    /// Its format string.
    pub format: Option<String>,
    /// What the format prints.
    pub columns: Vec<ReportColumn>,
    /// First byte.
    pub start: u32,
    /// Byte after the last one.
    pub end: u32,
}

/// A conversion and what it prints, as they stand in the script.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportColumn {
    /// `%-16s`
    pub conversion: String,
    /// `comm`
    pub value: String,
}

/// Analyses `source` for bpftrace `target` and lays the result out for printing.
pub fn report(file: &str, source: &str, target: Version) -> Report {
    let analysis = analyse(source, target);
    let lines = LineTable::new(source);
    Report {
        file: file.to_string(),
        diagnostics: analysis
            .diagnostics
            .into_iter()
            .map(|diagnostic| report_diagnostic(diagnostic, source, &lines))
            .collect(),
        facts: report_facts(analysis.facts, source),
    }
}

/// [`report`] as one line of JSON, without a line end.
pub fn report_json(file: &str, source: &str, target: Version) -> String {
    // A structure of strings, numbers and lists always has a JSON form.
    serde_json::to_string(&report(file, source, target)).unwrap_or_default()
}

fn report_diagnostic(diagnostic: Diagnostic, source: &str, lines: &LineTable) -> ReportDiagnostic {
    let position = lines.line_column(source, diagnostic.span.start);
    let fixes = diagnostic.fixes.into_iter().map(|fix| ReportFix {
        title: fix.title,
        edits: fix.edits.into_iter().map(|(span, insert)| report_edit(span, insert)).collect(),
    });
    ReportDiagnostic {
        severity: diagnostic.severity,
        code: diagnostic.code,
        message: diagnostic.message,
        hint: diagnostic.hint,
        start: diagnostic.span.start,
        end: diagnostic.span.end,
        line: position.line,
        column: position.column,
        fixes: fixes.collect(),
    }
}

fn report_edit(span: Span, insert: String) -> ReportEdit {
    ReportEdit { start: span.start, end: span.end, insert }
}

fn report_facts(facts: Facts, source: &str) -> ReportFacts {
    ReportFacts {
        annotations: report_annotations(facts.annotations),
        probes: facts.probes.into_iter().map(report_probe).collect(),
        maps: facts.maps.into_iter().map(report_map).collect(),
        outputs: facts.outputs.into_iter().map(|output| report_output(output, source)).collect(),
        versions: ReportVersions {
            since: facts.versions.since.to_string(),
            before: facts.versions.before.map(|before| before.to_string()),
        },
    }
}

fn report_annotations(annotations: Annotations) -> ReportAnnotations {
    ReportAnnotations {
        name: annotations.name,
        include: annotations.include,
        table_retain_lines: annotations.table_retain_lines,
        custom_output_block: annotations.custom_output_block,
        refresh_millis: annotations.refresh_millis,
        units: annotations.units.into_iter().map(|(map, units)| ReportUnit { map, units }).collect(),
    }
}

fn report_probe(probe: ProbeFact) -> ReportProbe {
    ReportProbe {
        attach_point: probe.attach_point,
        probe_type: probe.probe_type,
        start: probe.span.start,
        end: probe.span.end,
    }
}

fn report_map(map: MapFact) -> ReportMap {
    ReportMap {
        name: map.name,
        shape: map.shape,
        value_type: value_type_name(map.value_type),
        semantics: map.semantics,
        key: map.key,
        metric: map.metric,
        metrictype: map.metric_type,
        units: map.units,
        scratch: map.scratch,
        exported: map.exported,
    }
}

fn report_output(output: OutputFact, source: &str) -> ReportOutput {
    let columns = output.columns.iter().map(|column| ReportColumn {
        conversion: column.conversion.text(source).to_string(),
        value: column.value.text(source).to_string(),
    });
    ReportOutput {
        kind: output.kind,
        format: output.format,
        columns: columns.collect(),
        start: output.span.start,
        end: output.span.end,
    }
}

fn value_type_name(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::I32 => "i32",
        ValueType::U32 => "u32",
        ValueType::I64 => "i64",
        ValueType::U64 => "u64",
        ValueType::Float => "float",
        ValueType::Double => "double",
        ValueType::Text => "string",
    }
}
