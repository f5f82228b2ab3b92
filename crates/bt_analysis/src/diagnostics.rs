//! Every kind of finding, one file each.
//!
//! A finding is an error only where bpftrace would refuse the script, too.

mod aggregation_arguments;
mod aggregation_reads;
mod annotation_problems;
mod argument_count;
mod argument_kinds;
mod argument_names;
mod attach_points;
mod casts;
mod condition_types;
mod config_keys;
mod config_values;
mod constant_arithmetic;
mod constant_conditions;
mod custom_output;
mod delete_forms;
mod deprecated;
mod duplicate_probes;
mod empty_statements;
mod families;
mod fast_prints;
mod formats;
mod jumps;
mod key_parts;
mod literal_arguments;
mod macro_calls;
mod macro_definitions;
mod map_arguments;
mod map_conflicts;
mod map_declarations;
mod map_keys;
mod map_loops;
mod misplaced_aggregation;
mod misplaced_builtins;
mod missing_deletes;
mod missing_features;
mod missing_values;
mod name_clash;
mod no_effect;
mod nothing_to_export;
mod operand_types;
mod positional_parameters;
mod printf_arguments;
mod printf_conversions;
mod probe_names;
mod repeated_variables;
mod scratch_maps;
mod stack_limits;
mod statement_ends;
mod string_length;
mod syntax;
mod undefined_maps;
mod undefined_variables;
mod unknown_functions;
mod unknown_maps;
mod unknown_names;
mod unroll_counts;
mod unsafe_functions;
mod unused_maps;
mod unused_variables;
mod value_parts;
mod variable_types;
mod wide_wildcards;

use bt_catalog::{Version, did_you_mean};
use bt_syntax::{Expression, ExpressionId, Parse, Span, sort_by_number};
use rustc_hash::FxHashSet;

use crate::annotations::AnnotationFacts;
use crate::definitions::Definitions;
use crate::features::Features;
use crate::inference::Inference;
use crate::usage::{Call, Usage};
use crate::{Diagnostic, Facts, MAX_DIAGNOSTICS};

/// What a finding is made from.
pub(crate) struct Context<'a> {
    pub(crate) source: &'a str,
    pub(crate) target: Version,
    pub(crate) parse: &'a Parse,
    pub(crate) usage: &'a Usage<'a>,
    pub(crate) definitions: &'a Definitions<'a>,
    pub(crate) inference: &'a Inference,
    pub(crate) features: &'a Features<'a>,
    pub(crate) comments: &'a AnnotationFacts<'a>,
    pub(crate) facts: &'a Facts,
}

impl<'a> Context<'a> {
    /// Calls of what the catalogue knows; none if an imported file may define it otherwise.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &'a Call<'a>> {
        let calls = if self.definitions.has_import { &[] } else { &self.usage.calls[..] };
        calls.iter()
    }
}

impl<'a> Context<'a> {
    /// Expressions that are made of others, each with its id.
    pub(crate) fn compounds(&self) -> impl Iterator<Item = (ExpressionId, &'a Expression)> {
        let expressions = &self.parse.program.expressions;
        self.usage.compounds.iter().map(|id| (*id, expressions.get(*id)))
    }
}

/// The findings so far. Of each rule it takes [`MAX_DIAGNOSTICS`]; what `extend` has no room for is not even made.
#[derive(Default)]
pub(crate) struct Findings {
    found: Vec<Diagnostic>,
    /// How many more the present rule may add.
    room: usize,
}

impl Findings {
    fn push(&mut self, diagnostic: Diagnostic) {
        self.extend([diagnostic]);
    }

    fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        let before = self.found.len();
        self.found.extend(diagnostics.into_iter().take(self.room));
        self.room -= self.found.len() - before;
    }
}

pub use nothing_to_export::findings_to_watch;
pub use unsafe_functions::UNSAFE_FUNCTION;

/// One kind of finding.
type Rule = fn(&Context<'_>, &mut Findings);

const RULES: &[Rule] = &[
    syntax::check,
    aggregation_arguments::check,
    aggregation_reads::check,
    annotation_problems::check,
    argument_count::check,
    argument_kinds::check,
    argument_names::check,
    attach_points::check,
    casts::check,
    condition_types::check,
    config_keys::check,
    config_values::check,
    constant_arithmetic::check,
    constant_conditions::check,
    custom_output::check,
    delete_forms::check,
    deprecated::check,
    duplicate_probes::check,
    empty_statements::check,
    fast_prints::check,
    formats::check,
    jumps::check,
    key_parts::check,
    literal_arguments::check,
    macro_calls::check,
    macro_definitions::check,
    map_arguments::check,
    map_conflicts::check,
    map_declarations::check,
    map_keys::check,
    map_loops::check,
    misplaced_aggregation::check,
    misplaced_builtins::check,
    missing_deletes::check,
    missing_features::check,
    missing_values::check,
    name_clash::check,
    no_effect::check,
    nothing_to_export::check,
    operand_types::check,
    positional_parameters::check,
    probe_names::check,
    repeated_variables::check,
    scratch_maps::check,
    stack_limits::check,
    statement_ends::check,
    string_length::check,
    undefined_maps::check,
    undefined_variables::check,
    unknown_functions::check,
    unknown_maps::check,
    unknown_names::check,
    unroll_counts::check,
    unsafe_functions::check,
    unused_maps::check,
    unused_variables::check,
    value_parts::check,
    variable_types::check,
    wide_wildcards::check,
];

/// All findings, by position; at one position the worst first.
pub(crate) fn all(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut findings = Findings::default();
    for rule in RULES {
        findings.room = MAX_DIAGNOSTICS;
        rule(context, &mut findings);
    }
    let mut found = findings.found;
    sort_by_number(&mut found, Diagnostic::rank);
    found.truncate(MAX_DIAGNOSTICS);
    found
}

/// Says that the map or variable `name` is used at `span`, but is none of the `assigned` ones.
fn never_assigned(code: &'static str, name: &str, span: Span, assigned: &FxHashSet<&str>) -> Diagnostic {
    // A name of one letter is near to every other one.
    let candidates = assigned.iter().copied().filter(|name| name.len() > 2);
    Diagnostic::error(code, span, format!("{name} never gets a value"))
        .with_meant(did_you_mean(name, candidates))
}

/// `0.17`: people seldom name the third number.
fn short(version: Version) -> String {
    format!("{}.{}", version.major, version.minor)
}

#[cfg(test)]
mod testing {
    //! Text in, findings out.

    use std::fmt::Write;

    use bt_catalog::Version;
    use expect_test::Expect;

    use crate::analyse;

    /// The findings of `source` for the newest bpftrace.
    pub(crate) fn check(source: &str, expected: Expect) {
        check_for(Version::NEWEST, source, expected);
    }

    /// The findings of `source` for bpftrace 0.17.
    pub(crate) fn check_old(source: &str, expected: Expect) {
        check_for(Version::new(0, 17), source, expected);
    }

    /// The findings of `source` for a release.
    pub(crate) fn check_for(target: Version, source: &str, expected: Expect) {
        let mut listing = String::new();
        for found in analyse(source, target).diagnostics {
            let text = found.span.text(source);
            let severity = format!("{:?}", found.severity).to_lowercase();
            writeln!(listing, "{severity}[{}] `{text}`: {}", found.code, found.message).unwrap();
            if let Some(hint) = &found.hint {
                writeln!(listing, "  hint: {hint}").unwrap();
            }
            for fix in &found.fixes {
                let mut fixed = source.to_string();
                for (span, insert) in fix.edits.iter().rev() {
                    fixed.replace_range(span.start as usize..span.end as usize, insert);
                }
                writeln!(listing, "  {}: {fixed:?}", fix.title).unwrap();
            }
        }
        expected.assert_eq(&listing);
    }
}
