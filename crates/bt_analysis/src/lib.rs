//! Facts, diagnostics and the instrumented text of a bpftrace script.
//!
//! A bad script is data: [`analyse`] never fails and never panics.

#![forbid(unsafe_code)]

mod annotations;
mod bpftrace_errors;
mod constants;
mod control;
mod conversions;
mod definitions;
mod diagnostic;
mod diagnostics;
mod effects;
mod facts;
mod features;
mod inference;
mod instrument;
mod kinds;
mod maps;
mod outputs;
mod policy;
mod report;
mod semantic;
mod usage;

use bt_catalog::{Version, probe_type};
use bt_syntax::{Program, parse};

pub use bpftrace_errors::{BPFTRACE_TEXT, bpftrace_errors};
pub use bt_syntax::Span;
pub use control::control_diagnostics;
pub use diagnostic::{Diagnostic, Fix, Severity};
pub use diagnostics::{UNSAFE_FUNCTION, findings_to_watch};
pub use facts::{
    Annotations, EffectFact, EffectKind, Facts, KeyPart, MapFact, MapShape, OutputColumn, OutputFact,
    OutputKind, ProbeFact, VersionFact,
};
pub use instrument::instrument;
pub use kinds::{KIND_THEMES, KINDS, Kind, KindTheme, kind};
pub use policy::{MAP_KEYS, POLICY, Policy, findings_under, policy_findings};
pub use report::{
    Report, ReportAnnotations, ReportColumn, ReportDiagnostic, ReportEdit, ReportFacts, ReportFix, ReportMap,
    ReportOutput, ReportProbe, ReportUnit, ReportVersions, report, report_json,
};
pub use semantic::{SemanticKind, SemanticToken, semantic_tokens};

/// What analysis learnt, and what it found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Analysis {
    /// What the script is, as far as it could be read.
    pub facts: Facts,
    /// Findings, by position; at most [`MAX_DIAGNOSTICS`].
    pub diagnostics: Vec<Diagnostic>,
}

/// Most findings of one script; nobody reads more.
pub const MAX_DIAGNOSTICS: usize = 200;

impl Analysis {
    /// Whether a finding keeps the script from running.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Reads `source` as a script for bpftrace `target`. It takes time linear in the length of the script.
pub fn analyse(source: &str, target: Version) -> Analysis {
    let parse = parse(source);
    let comments = annotations::annotation_facts(source, &parse.comments);
    let definitions = definitions::Definitions::new(source, &parse.program);
    let usage = usage::usage(source, &parse.program, &definitions, target);
    let inference = inference::Inference::new(source, &parse.program, &usage, &definitions, target);
    let features = features::features(source, &parse.program, &usage, &definitions, target);
    let facts = Facts {
        probes: probe_facts(source, &parse.program),
        maps: maps::map_facts(&parse.program, &usage, &inference, &comments.annotations),
        outputs: outputs::output_facts(source, &parse.program, &usage, target),
        effects: effects::effect_facts(source, &parse, &usage),
        versions: VersionFact { since: features.since, before: features.before },
        annotations: comments.annotations.clone(),
    };
    let diagnostics = diagnostics::all(&diagnostics::Context {
        source,
        target,
        parse: &parse,
        usage: &usage,
        definitions: &definitions,
        inference: &inference,
        features: &features,
        comments: &comments,
        facts: &facts,
    });
    Analysis { facts, diagnostics }
}

fn probe_facts(source: &str, program: &Program) -> Vec<ProbeFact> {
    let points = program.probes().flat_map(|probe| &probe.attach_points);
    points
        .map(|point| ProbeFact {
            attach_point: point.span.text(source).to_string(),
            probe_type: probe_type(point.provider.text(source)).map(|known| known.name),
            span: point.span,
        })
        .collect()
}
