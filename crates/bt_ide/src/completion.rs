//! What can be written at the cursor, best first.

mod attach_points;
mod language;
mod place;
mod script;

use bt_catalog::Version;
use bt_syntax::sort_by_number;

use crate::ProbeIndex;
use crate::cursor::Cursor;
use crate::ranking::{Match, rank};
use place::Place;
pub(crate) use script::describe as describe_map;

/// Most proposals of one answer; nobody scrolls further, and the next letter brings others.
pub const MAX_ITEMS: usize = 100;

/// What can be written at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// First byte of what a proposal replaces.
    pub from: u32,
    /// Byte after the last one: the rest of a word in whose middle the cursor stands is replaced, too.
    pub to: u32,
    /// Proposals, best first; at most [`MAX_ITEMS`].
    pub items: Vec<CompletionItem>,
}

/// One proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletionItem {
    /// What is shown, and compared with what was typed.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words beside it: a signature, a type.
    pub detail: String,
    /// One sentence about it; empty if there is nothing to say.
    pub documentation: String,
    /// What is written, with `${1:name}` where something is to be filled in if it [is a snippet](Self::is_snippet).
    pub insert_text: String,
    /// Whether the text has places to fill in.
    pub is_snippet: bool,
}

/// What a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// A probe type or an attach point.
    Probe,
    /// A function or an aggregation.
    Function,
    /// `pid`, `comm`, …
    Builtin,
    /// A map of the script.
    Map,
    /// A variable that can be seen here.
    Variable,
    /// A comment line that says how the script is exported.
    Annotation,
    /// `if`, `let`, …
    Keyword,
    /// A key of the config block, or its value.
    Config,
    /// A type.
    Type,
    /// A name that only this place knows: a clock, a mode of stacks.
    Field,
    /// A piece of script.
    Snippet,
}

impl CompletionKind {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            CompletionKind::Probe => "probe",
            CompletionKind::Function => "function",
            CompletionKind::Builtin => "builtin",
            CompletionKind::Map => "map",
            CompletionKind::Variable => "variable",
            CompletionKind::Annotation => "annotation",
            CompletionKind::Keyword => "keyword",
            CompletionKind::Config => "config",
            CompletionKind::Type => "type",
            CompletionKind::Field => "field",
            CompletionKind::Snippet => "snippet",
        }
    }
}

impl CompletionItem {
    /// A proposal that is written as it is shown.
    fn plain(label: &str, kind: CompletionKind, detail: &str, documentation: &str) -> CompletionItem {
        CompletionItem {
            label: label.to_string(),
            kind,
            detail: detail.to_string(),
            documentation: documentation.to_string(),
            insert_text: label.to_string(),
            is_snippet: false,
        }
    }

    /// The same, written otherwise.
    fn inserting(self, insert_text: String) -> CompletionItem {
        let is_snippet = insert_text.contains("${");
        CompletionItem { insert_text, is_snippet, ..self }
    }
}

/// What can be written before the byte `offset` of `source`, for bpftrace `target`. Names of probes come from `probes`,
/// if the host's are known.
pub fn complete(source: &str, offset: u32, target: Version, probes: Option<&ProbeIndex>) -> Completion {
    let cursor = Cursor::new(source, offset);
    let place = Place::of(&cursor);
    let mut proposals = Proposals::new(&cursor, &place, source);
    match place {
        Place::Nothing => {}
        Place::AttachPoint { starts_item } => {
            attach_points::propose(&mut proposals, target, probes);
            if starts_item {
                language::propose_definitions(&mut proposals, target);
            }
        }
        Place::Annotation => language::propose_annotations(&mut proposals),
        Place::AnnotatedMap { with_output } => {
            script::propose_maps(&mut proposals, &cursor, source, target);
            if with_output {
                script::propose_output(&mut proposals);
            }
        }
        Place::ConfigKey => language::propose_config_keys(&mut proposals, target),
        Place::ConfigValue { key } => language::propose_config_values(&mut proposals, key),
        Place::Type { with_structs } => {
            if with_structs {
                script::propose_structs(&mut proposals, source);
            } else {
                language::propose_types(&mut proposals, target);
            }
        }
        Place::Map => script::propose_maps(&mut proposals, &cursor, source, target),
        Place::Variable => script::propose_variables(&mut proposals, source, offset, target),
        Place::Value { starts_statement, argument, may_aggregate, may_be_type } => {
            if !language::propose_argument_names(&mut proposals, argument, target) {
                script::propose_variables(&mut proposals, source, offset, target);
                script::propose_maps(&mut proposals, &cursor, source, target);
                language::propose_builtins(&mut proposals, place::probe_types(source, offset), target);
                language::propose_functions(&mut proposals, target, starts_statement, may_aggregate);
                language::propose_keywords(&mut proposals, target, starts_statement);
            }
            if may_be_type {
                language::propose_types(&mut proposals, target);
            }
        }
    }
    proposals.finish()
}

/// Proposals as they are found.
struct Proposals<'a> {
    typed: &'a str,
    /// Whether a parenthesis follows already.
    is_called: bool,
    from: u32,
    to: u32,
    items: Vec<(Match, CompletionItem)>,
    /// Already in their order, behind the others.
    ordered: Vec<CompletionItem>,
}

impl<'a> Proposals<'a> {
    fn new(cursor: &Cursor<'a>, place: &Place<'a>, source: &'a str) -> Proposals<'a> {
        let end = cursor.before.len();
        let typed = place.typed(cursor);
        let is_point = matches!(place, Place::AttachPoint { .. });
        let in_word = |byte: u8| {
            byte.is_ascii_alphanumeric()
                || byte == b'_'
                || is_point && matches!(byte, b':' | b'*' | b'.' | b'+')
        };
        let rest = source.as_bytes()[end..].iter().take_while(|byte| in_word(**byte)).count();
        let behind = source[end + rest..].trim_start_matches([' ', '\t']);
        Proposals {
            typed,
            is_called: behind.starts_with('('),
            from: (end - typed.len()) as u32,
            to: (end + rest) as u32,
            items: Vec::new(),
            ordered: Vec::new(),
        }
    }

    /// Takes up a proposal if it matches what was typed.
    fn add(&mut self, item: CompletionItem) {
        if let Some(how) = rank(item.label.as_bytes(), self.typed.as_bytes()) {
            self.items.push((how, item));
        }
    }

    /// By how well they match; equals as they were proposed, short ones first once something was typed.
    fn finish(mut self) -> Completion {
        let by_length = !self.typed.is_empty();
        sort_by_number(&mut self.items, |(how, item)| {
            how.number() << 32 | if by_length { item.label.len() as u64 } else { 0 }
        });
        let mut items: Vec<CompletionItem> = self.items.into_iter().map(|(_, item)| item).collect();
        items.extend(self.ordered);
        items.truncate(MAX_ITEMS);
        Completion { from: self.from, to: self.to, items }
    }
}

#[cfg(test)]
mod tests;
