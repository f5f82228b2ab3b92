//! Findings and facts of a script while it is typed, with positions as editors count them.

use bt_analysis::{Diagnostic, Facts, MapFact, MapShape, Severity, findings_to_watch};
use bt_catalog::Version;
use bt_metrics::{Semantics, ValueType};
use bt_syntax::{LineTable, Span};
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use super::target_version;
use crate::format::Format;

/// What is wrong with a script, and what it is.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Analysis {
    /// Findings, by position.
    pub diagnostics: Vec<EditorDiagnostic>,
    /// What the script is, as far as it could be read.
    pub facts: ScriptFacts,
    /// Whether a finding keeps the script from running.
    pub has_errors: bool,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum EditorSeverity {
    /// The script is not sent.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Worth knowing.
    Info,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct EditorDiagnostic {
    /// How bad it is.
    pub severity: EditorSeverity,
    /// The kind of finding, in kebab case.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// First UTF-16 offset.
    pub from: u32,
    /// UTF-16 offset after the last one.
    pub to: u32,
    /// Line of `from`, from 1.
    pub line: u32,
    /// Column of `from`, from 1, in UTF-16 units.
    pub column: u32,
    /// Ways to mend it.
    pub fixes: Vec<EditorFix>,
}

/// One way to mend a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct EditorFix {
    /// What it does, as an order.
    pub title: String,
    /// Replacements in ascending order, without overlap.
    pub edits: Vec<EditorEdit>,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct EditorEdit {
    /// First UTF-16 offset that goes.
    pub from: u32,
    /// UTF-16 offset after the last one that goes.
    pub to: u32,
    /// What comes in its place.
    pub insert: String,
}

/// What a script is.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ScriptFacts {
    /// Its annotation `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its attach points as written.
    pub probes: Vec<String>,
    /// Its maps.
    pub maps: Vec<MapInfo>,
    /// Whether it prints text.
    pub has_output: bool,
    /// Whether it prints its maps itself.
    pub custom_output_block: bool,
    /// The first release of bpftrace that has all that it uses, as `0.24.0`.
    pub since_version: String,
    /// The first release behind that lacks something again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_version: Option<String>,
}

/// Whether a value only grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum MapSemantics {
    /// Grows, except when it restarts; shown as a rate.
    Counter,
    /// A value of this moment.
    Instant,
}

/// One map and the metric it becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct MapInfo {
    /// With its `@`.
    pub name: String,
    /// Its component in metric names.
    pub metric: String,
    /// What a value of it is.
    #[tsify(
        type = "\"value\" | \"keyed\" | \"histogram\" | \"keyed_histogram\" | \"stats\" | \"keyed_stats\" | \"tseries\" | \"keyed_tseries\""
    )]
    pub shape: MapShape,
    /// Whether it only grows.
    pub semantics: MapSemantics,
    /// Unit as PCP spells it: `none`, `microsec`, `byte`, …
    pub units: String,
    /// The label that chooses its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(type = "\"histogram\" | \"stacks\" | \"output\"")]
    pub metrictype: Option<bt_metrics::MetricType>,
    /// Whether it only helps the script.
    pub scratch: bool,
    /// Whether it becomes a metric.
    pub exported: bool,
    /// The picture to draw if nobody chose one.
    pub default_format: Format,
    /// The pictures that make sense, the default first.
    pub formats: Vec<Format>,
}

/// Findings and facts of a script. Throws only if `targetVersion` is no version.
///
/// `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
#[wasm_bindgen]
pub fn analyse(
    source: &str,
    #[wasm_bindgen(js_name = targetVersion)] target: Option<String>,
) -> Result<Ts<Analysis>, JsError> {
    Ok(analysis(source, target_version(target.as_deref())?).into_ts()?)
}

/// [`analyse`] without the boundary.
pub fn analysis(source: &str, target: Version) -> Analysis {
    let found = bt_analysis::analyse(source, target);
    let places = Places { source, lines: LineTable::new(source) };
    let findings = findings_to_watch(found.diagnostics);
    Analysis {
        has_errors: findings.iter().any(|finding| finding.severity == Severity::Error),
        diagnostics: findings.iter().map(|diagnostic| places.diagnostic(diagnostic)).collect(),
        facts: script_facts(&found.facts),
    }
}

/// Converts byte spans of one text.
struct Places<'a> {
    source: &'a str,
    lines: LineTable,
}

impl Places<'_> {
    fn diagnostic(&self, diagnostic: &Diagnostic) -> EditorDiagnostic {
        let (from, to) = self.range(diagnostic.span);
        let start = self.lines.line_column(self.source, diagnostic.span.start);
        EditorDiagnostic {
            severity: match diagnostic.severity {
                Severity::Error => EditorSeverity::Error,
                Severity::Warning => EditorSeverity::Warning,
                Severity::Info => EditorSeverity::Info,
            },
            code: diagnostic.code.to_string(),
            message: diagnostic.message.clone(),
            hint: diagnostic.hint.clone(),
            from,
            to,
            line: start.line,
            column: start.column,
            fixes: diagnostic.fixes.iter().map(|fix| self.fix(fix)).collect(),
        }
    }

    fn fix(&self, fix: &bt_analysis::Fix) -> EditorFix {
        let edit = |(span, insert): &(Span, String)| {
            let (from, to) = self.range(*span);
            EditorEdit { from, to, insert: insert.clone() }
        };
        EditorFix { title: fix.title.clone(), edits: fix.edits.iter().map(edit).collect() }
    }

    fn range(&self, span: Span) -> (u32, u32) {
        let offset = |byte| self.lines.utf16_offset(self.source, byte);
        (offset(span.start), offset(span.end))
    }
}

fn script_facts(facts: &Facts) -> ScriptFacts {
    ScriptFacts {
        name: facts.annotations.name.clone(),
        probes: facts.probes.iter().map(|probe| probe.attach_point.clone()).collect(),
        maps: facts.maps.iter().map(map_info).collect(),
        has_output: facts.exports_output(),
        custom_output_block: facts.annotations.custom_output_block,
        since_version: facts.versions.since.to_string(),
        before_version: facts.versions.before.map(|before| before.to_string()),
    }
}

fn map_info(map: &MapFact) -> MapInfo {
    let formats = Format::choices(map.metric_type, map.value_type == ValueType::Text);
    MapInfo {
        name: map.name.clone(),
        metric: map.metric.clone(),
        shape: map.shape,
        semantics: match map.semantics {
            Semantics::Counter => MapSemantics::Counter,
            Semantics::Instant | Semantics::Discrete => MapSemantics::Instant,
        },
        units: map.units.0.to_string(),
        metrictype: map.metric_type,
        scratch: map.scratch,
        exported: map.exported,
        default_format: formats[0],
        formats,
    }
}
