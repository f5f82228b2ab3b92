//! Which releases of bpftrace have what a script uses.

use std::fmt;

use bt_catalog::{Lifetime, Presence, Version, config_key, probe_type};
use bt_syntax::tree::Item;
use bt_syntax::{Program, Span};

use crate::definitions::Definitions;
use crate::usage::{Callee, Syntax, Usage};

/// What a script needs of its bpftrace.
#[derive(Debug)]
pub(crate) struct Features<'a> {
    /// The first release that has everything that the script uses.
    pub(crate) since: Version,
    /// The first release that lacks something again.
    pub(crate) before: Option<Version>,
    /// What the target does not have.
    pub(crate) missing: Vec<Feature<'a>>,
}

/// Something that not every release has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Feature<'a> {
    pub(crate) name: FeatureName<'a>,
    pub(crate) lifetime: Lifetime,
    pub(crate) span: Span,
    /// Whether it can be nothing else: a name may also be a constant of C.
    pub(crate) is_certain: bool,
}

/// How people call it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FeatureName<'a> {
    /// As it stands here: ``a `for` loop``.
    Phrase(&'static str),
    /// A function, without its parentheses.
    Function(&'a str),
    /// A word of the script.
    Word(&'a str),
}

impl fmt::Display for FeatureName<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FeatureName::Phrase(text) | FeatureName::Word(text) => formatter.write_str(text),
            FeatureName::Function(name) => write!(formatter, "{name}()"),
        }
    }
}

/// Everything that not every release has, held against the target.
pub(crate) fn features<'a>(
    source: &'a str,
    program: &Program,
    usage: &Usage<'a>,
    definitions: &Definitions<'a>,
    target: Version,
) -> Features<'a> {
    let mut features = Features { since: Version::OLDEST, before: None, missing: Vec::new() };
    let mut add = |name, lifetime, span, is_certain| {
        features.add(target, Feature { name, lifetime, span, is_certain });
    };
    for item in &program.items {
        let (since, what) = match item {
            Item::Config(config) => {
                for setting in &config.settings {
                    let key = setting.key.text(source);
                    if let Some(known) = config_key(key) {
                        add(FeatureName::Word(key), known.lifetime, setting.key, true);
                    }
                }
                (20, "a config block")
            }
            Item::Import(_) => (25, "an import"),
            Item::Macro(_) => (24, "a macro"),
            Item::Function(_) => (21, "a function"),
            Item::MapDeclaration(_) => (24, "the declaration of a map"),
            Item::Probe(probe) => {
                for point in &probe.attach_points {
                    if let Some(known) = probe_type(point.provider.text(source)) {
                        add(FeatureName::Word(known.name), known.lifetime, point.provider, true);
                    }
                }
                let Some(name) = probe.name else { continue };
                add(FeatureName::Phrase("the name of a probe"), Lifetime::since(25), name, true);
                continue;
            }
            Item::CDefinition(_) | Item::Preprocessor(_) => continue,
        };
        add(FeatureName::Phrase(what), Lifetime::since(since), item.span(), true);
    }
    for (syntax, span) in &usage.syntax {
        let (since, what) = syntax_since(*syntax);
        add(FeatureName::Phrase(what), Lifetime::since(since), *span, true);
    }
    // An imported file can define anything.
    if definitions.has_import {
        return features;
    }
    for call in &usage.calls {
        let lifetime = match call.callee {
            Callee::Function(known) => known.lifetime,
            Callee::Aggregation(known) => known.lifetime,
            Callee::Builtin(_) | Callee::Defined | Callee::Unknown => continue,
        };
        add(FeatureName::Function(call.name), lifetime, call.name_span, true);
    }
    for name in &usage.names {
        // Inner names of bpftrace begin with `__`.
        if let Some(known) = bt_catalog::builtin(name.text)
            && !definitions.functions.contains(name.text)
        {
            add(FeatureName::Word(name.text), known.lifetime, name.span, !definitions.has_c);
        }
    }
    features
}

impl<'a> Features<'a> {
    fn add(&mut self, target: Version, feature: Feature<'a>) {
        let Lifetime { since, removed } = feature.lifetime;
        self.since = self.since.max(since);
        self.before = match (self.before, removed) {
            (Some(before), Some(removed)) => Some(before.min(removed)),
            (before, removed) => before.or(removed),
        };
        if feature.lifetime.at(target) != Presence::Known {
            self.missing.push(feature);
        }
    }
}

fn syntax_since(syntax: Syntax) -> (u16, &'static str) {
    match syntax {
        Syntax::Let => (22, "`let`"),
        Syntax::ForMap => (21, "a `for` loop"),
        Syntax::ForRange => (24, "a `for` loop over numbers"),
        Syntax::While => (11, "a `while` loop"),
        Syntax::Elvis => (26, "the operator `?:`"),
        Syntax::Record => (25, "a record"),
        Syntax::Tuple => (11, "a tuple"),
        Syntax::IfValue => (25, "`if` as a value"),
        Syntax::BlockValue => (24, "a block as a value"),
        Syntax::Duration => (24, "a number with a unit of time"),
        Syntax::Boolean => (24, "a boolean literal"),
        Syntax::AddressOf => (24, "the address of a variable"),
        Syntax::Import => (25, "an import"),
        Syntax::Discard => (25, "`_ =`"),
    }
}
