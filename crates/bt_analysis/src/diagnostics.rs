//! Every kind of finding, one file each.

mod syntax;

use bt_catalog::Version;
use bt_syntax::Parse;

use crate::annotations::AnnotationFacts;
use crate::usage::Usage;
use crate::{Diagnostic, Facts, MAX_DIAGNOSTICS};

/// What a finding is made from.
pub(crate) struct Context<'a> {
    pub(crate) source: &'a str,
    pub(crate) target: Version,
    pub(crate) parse: &'a Parse,
    pub(crate) usage: &'a Usage<'a>,
    pub(crate) comments: &'a AnnotationFacts<'a>,
    pub(crate) facts: &'a Facts,
}

/// One kind of finding.
type Rule = fn(&Context<'_>, &mut Vec<Diagnostic>);

const RULES: &[Rule] = &[syntax::check];

/// All findings, by position.
pub(crate) fn all(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in RULES {
        rule(context, &mut found);
    }
    found.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity as u8));
    found.truncate(MAX_DIAGNOSTICS);
    found
}
