//! Which releases of bpftrace have what a script uses.

use std::fmt;

use bt_catalog::{Lifetime, Presence, Version, config_key, probe_type};
use bt_syntax::tree::Item;
use bt_syntax::{Program, Span};

use crate::definitions::Definitions;
use crate::usage::{Callee, ConditionKind, Syntax, Usage};

/// `args` was a pointer before.
pub(crate) const DOT_OF_ARGS: &str = "`.` behind `args`";

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
    let mut since = Version::OLDEST;
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
                    since = since.max(attach_point_since(point.span.text(source)));
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
        if let Some((since, what)) = syntax_since(*syntax) {
            add(FeatureName::Phrase(what), Lifetime::since(since), *span, true);
        }
    }
    for condition in &usage.conditions {
        let span = program.expressions.get(condition.value).span;
        if condition.kind != ConditionKind::Predicate && is_bare_condition(source, span) {
            add(FeatureName::Phrase("a condition without parentheses"), Lifetime::since(24), span, true);
        }
    }
    // An imported file can define anything.
    if definitions.has_import {
        features.since = features.since.max(since);
        return features;
    }
    for call in &usage.calls {
        let lifetime = match call.callee {
            Callee::Function(known) => known.lifetime,
            Callee::Aggregation(known) => known.lifetime,
            Callee::Builtin(_) | Callee::Defined | Callee::Unknown => continue,
        };
        add(FeatureName::Function(call.name), lifetime, call.name_span, true);
        since = since.max(arguments_since(call.name, call.arguments.len()));
    }
    for name in &usage.names {
        // Inner names of bpftrace begin with `__`.
        if let Some(known) = name.builtin
            && !definitions.functions.contains(name.text)
        {
            add(FeatureName::Word(name.text), known.lifetime, name.span, !definitions.has_c);
        }
    }
    // What another rule finds missing only counts here.
    features.since = features.since.max(since);
    features
}

/// The first release that takes so many arguments of a function; which rule finds more is `argument_count`.
fn arguments_since(function: &str, count: usize) -> Version {
    match (function, count) {
        ("hist", 2) => Version::new(0, 20),
        ("exit", 1) => Version::new(0, 21),
        ("delete" | "path", 2) => Version::new(0, 22),
        _ => Version::OLDEST,
    }
}

/// The first release that takes this form of an attach point; `attach_points` says what is wrong for the target.
fn attach_point_since(text: &str) -> Version {
    if text.contains('"') {
        return Version::OLDEST;
    }
    let colons = text.bytes().filter(|byte| *byte == b':').count();
    let provider = text.split(':').next().unwrap_or_default();
    match probe_type(provider).map(|known| known.name) {
        Some(name) if !provider.starts_with(name) && provider.eq_ignore_ascii_case(name) => {
            Version::new(0, 24)
        }
        Some("interval" | "profile") if colons == 1 => Version::new(0, 24),
        Some("kprobe" | "kretprobe") if colons == 2 => Version::new(0, 20),
        Some("uprobe" | "uretprobe") if text.contains('@') => Version::new(0, 26),
        Some("uprobe" | "uretprobe") if colons == 3 => Version::new(0, 19),
        Some("rawtracepoint") if colons == 2 => Version::new(0, 24),
        _ if text.contains('$') => Version::new(0, 11),
        _ => Version::OLDEST,
    }
}

/// Whether there are no parentheses around a condition.
fn is_bare_condition(source: &str, span: Span) -> bool {
    // Those of a comparison in it may be all there are; behind a comment it is not looked into.
    let before = source[..span.start as usize].trim_end();
    !span.is_empty() && !before.ends_with(['(', '/']) && !span.text(source).starts_with('(')
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

/// The first release with it, and how people call it; `None` if all have it.
fn syntax_since(syntax: Syntax) -> Option<(u16, &'static str)> {
    Some(match syntax {
        Syntax::ArrowOfArgs => return None,
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
        Syntax::BlockStatement => (24, "a block as a statement"),
        Syntax::ShortTuple => (24, "a tuple of less than two values"),
        Syntax::TupleKey => (22, "a tuple as the key of a map"),
        Syntax::Exponent => (12, "a number with an exponent"),
        Syntax::Separator => (14, "`_` in a number"),
        Syntax::Suffix => (14, "a number with a suffix"),
        Syntax::DotOfArgs => (19, DOT_OF_ARGS),
        Syntax::ElseIf => (10, "`else if`"),
        Syntax::ReturnValue => (21, "`return` with a value"),
    })
}
