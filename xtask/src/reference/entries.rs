//! An entry of the page: a name, how it is written, badges, texts and an example.

use bt_catalog::{
    Aggregation, Annotation, Builtin, ConfigKey, ConfigState, ConfigValue, Docs, Function, Lifetime, Mode,
    Occurrence, Parameter, ParameterKind, ProbeType, Side, Syntax, Validity, Version,
};

use crate::page::Page;

/// An entry.
pub(crate) struct Entry<'a> {
    name: &'a str,
    /// How it is written, and what it is.
    form: String,
    badges: Vec<String>,
    summary: &'a str,
    arguments: Vec<String>,
    docs: &'a Docs,
}

impl<'a> Entry<'a> {
    pub(crate) fn of_syntax(known: &'a Syntax) -> Self {
        let form = code(known.form).replace(" or ", "` or `");
        Entry::new(known.name, form, known.summary, known.docs()).life(known.lifetime)
    }

    pub(crate) fn of_probe_type(known: &'a ProbeType) -> Self {
        let aliases = known.aliases.iter().map(|alias| format!(", {}", code(alias)));
        let form = code(known.form) + &aliases.collect::<String>();
        let side = match known.side {
            Side::Script => "the script itself",
            Side::Kernel => "the kernel",
            Side::User => "programs",
            Side::Both => "the kernel and programs",
        };
        Entry::new(known.name, form, known.summary, known.docs())
            .life(known.lifetime)
            .badge(format!("watches {side}"))
    }

    pub(crate) fn of_builtin(known: &'a Builtin) -> Self {
        let form = format!("`{}` : {}", known.name, known.value_type);
        Entry::new(known.name, form, known.summary, known.docs())
            .life(known.lifetime)
            .validity(known.validity)
    }

    pub(crate) fn of_function(known: &'a Function) -> Self {
        let form = code(known.signature).replace(") or ", ")` or `") + " : " + known.returned_type;
        let entry = Entry::new(known.name, form, known.summary, known.docs());
        let entry = entry.life(known.lifetime).validity(known.validity).arguments(known.parameters);
        let entry = match known.mode {
            Mode::Kernel => entry,
            Mode::Later => entry.badge("runs later".into()),
            Mode::Compiler => entry.badge("while compiling".into()),
        };
        if known.needs_unsafe { entry.badge("needs `--unsafe`".into()) } else { entry }
    }

    pub(crate) fn of_aggregation(known: &'a Aggregation) -> Self {
        let form = format!("`@ = {}` : {}", known.signature, known.value_types.join(", without sign "));
        let kind = if known.is_number { "a number" } else { "no number" };
        Entry::new(known.name, form, known.summary, known.docs())
            .life(known.lifetime)
            .badge(kind.into())
            .arguments(known.parameters)
    }

    pub(crate) fn of_config_key(known: &'a ConfigKey) -> Self {
        let value = match known.value {
            ConfigValue::Boolean => "true or false".into(),
            ConfigValue::Number => "a number".into(),
            ConfigValue::Text => "text".into(),
            ConfigValue::OneOf(values) => one_of(values),
        };
        let default = if known.default.is_empty() { "" } else { " = " };
        let form = format!("`{}{default}{}` : {value}", known.name, known.default);
        let entry = Entry::new(known.name, form, known.summary, known.docs()).life(known.lifetime);
        match known.state {
            ConfigState::Current => entry,
            ConfigState::Renamed(new) => entry.badge(format!("now `{new}`")),
            ConfigState::Dead => entry.badge("no effect".into()),
            ConfigState::EnvironmentOnly => entry.badge("environment variable only".into()),
        }
    }

    pub(crate) fn of_annotation(known: &'a Annotation) -> Self {
        let value = if known.example.is_empty() { String::new() } else { format!(": {}", known.example) };
        Entry::new(known.key, format!("`// {}{value}`", known.key), known.summary, known.docs())
    }

    fn new(name: &'a str, form: String, summary: &'a str, docs: &'a Docs) -> Self {
        Entry { name, form, badges: Vec::new(), summary, arguments: Vec::new(), docs }
    }

    fn badge(mut self, badge: String) -> Self {
        self.badges.push(badge);
        self
    }

    fn life(self, lifetime: Lifetime) -> Self {
        let life = life(lifetime);
        if life.is_empty() { self } else { self.badge(format!("**{life}**")) }
    }

    fn validity(self, validity: Validity) -> Self {
        let types = match validity.probe_types {
            [] => self,
            types => self.badge(format!("in {}", one_of(types))),
        };
        if validity.condition.is_empty() {
            types
        } else {
            types.badge(format!("only {}", validity.condition))
        }
    }

    fn arguments(mut self, parameters: &[Parameter]) -> Self {
        let named = parameters.iter().filter(|parameter| parameter.kind != ParameterKind::Any);
        self.arguments = named.map(argument).collect();
        self
    }

    /// Adds it to the page.
    pub(crate) fn write(&self, page: &mut Page) {
        page.entry(self.name);
        let badges: String = self.badges.iter().map(|badge| format!(" · {badge}")).collect();
        page.paragraph(&format!("{}{badges}", self.form));
        page.paragraph(&format!("{} {}", self.summary, self.docs.details));
        page.list(&self.arguments);
        let changes = self.docs.changes.iter().map(|(minor, change)| format!("since 0.{minor}: {change}"));
        page.list(&changes.collect::<Vec<_>>());
        if !self.docs.example.is_empty() {
            page.script(self.docs.example);
        }
    }
}

/// `since 0.24, removed 0.25`; nothing for what was always there.
pub(crate) fn life(lifetime: Lifetime) -> String {
    let since = (lifetime.since > Version::OLDEST).then(|| format!("since {}", short(lifetime.since)));
    let removed = lifetime.removed.map(|removed| format!("removed {}", short(removed)));
    since.into_iter().chain(removed).collect::<Vec<_>>().join(", ")
}

/// `0.24`, or `0.9.4`.
pub(crate) fn short(version: Version) -> String {
    let patch = if version.patch == 0 { String::new() } else { format!(".{}", version.patch) };
    format!("{}.{}{patch}", version.major, version.minor)
}

pub(crate) fn code(text: &str) -> String {
    format!("`{text}`")
}

/// A name, and its alias if it has one.
pub(crate) fn names(name: &str, alias: &str) -> String {
    if alias.is_empty() { code(name) } else { format!("`{name}`, `{alias}`") }
}

fn one_of(names: &[&str]) -> String {
    names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ")
}

fn argument(parameter: &Parameter) -> String {
    let kind = match parameter.kind {
        ParameterKind::Any => "a value".into(),
        ParameterKind::Condition => "a value that is true or false".into(),
        ParameterKind::Integer => "a number".into(),
        ParameterKind::IntegerLiteral => "a literal number".into(),
        ParameterKind::String => "a string".into(),
        ParameterKind::StringLiteral => "text in quotes".into(),
        ParameterKind::Format => "a format in quotes; its values follow".into(),
        ParameterKind::Literal => "a literal".into(),
        ParameterKind::NumberOrName => "a number, or a name in quotes".into(),
        ParameterKind::Pointer => "an address".into(),
        ParameterKind::Array => "an array, or an address".into(),
        ParameterKind::Map => "a whole map".into(),
        ParameterKind::MapOrStack => "a whole map, or a stack".into(),
        ParameterKind::MapOrValue => "a whole map, or any value".into(),
        ParameterKind::Key => "a key of the map".into(),
        ParameterKind::Variable => "a variable".into(),
        ParameterKind::Stack => "a stack".into(),
        ParameterKind::Name(names) => one_of(names),
        ParameterKind::Type => "a type".into(),
        ParameterKind::TypeOrValue => "a type, or a value of it".into(),
        ParameterKind::Field => "a field of it".into(),
    };
    let optional = match parameter.occurrence {
        Occurrence::Required | Occurrence::Repeated => "",
        Occurrence::Optional | Occurrence::Skippable => ", optional",
    };
    let since = if parameter.since > Version::OLDEST {
        format!(", since {}", short(parameter.since))
    } else {
        String::new()
    };
    format!("`{}`: {kind}{optional}{since}", parameter.name)
}
