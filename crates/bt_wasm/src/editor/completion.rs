//! What can be written at the cursor.

use bt_catalog::Version;
use bt_ide::CompletionKind as Kind;
use bt_syntax::LineTable;
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use super::target_version;

/// What can be written at the cursor.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct CompletionList {
    /// First UTF-16 offset of what a proposal replaces.
    pub from: u32,
    /// UTF-16 offset after the last one.
    pub to: u32,
    /// Proposals, best first; at most 100. The next letter may bring others.
    pub items: Vec<CompletionItem>,
}

/// One proposal.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CompletionItem {
    /// What is shown.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words beside it: a signature, a type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// One sentence about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documentation: Option<String>,
    /// What is written.
    pub insert_text: String,
    /// Whether that has places to fill in, as `${1:name}`.
    pub is_snippet: bool,
}

/// What a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
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
    /// A name that only this place knows.
    Field,
    /// A piece of script.
    Snippet,
}

/// What can be written at `offset` (UTF-16), without names of the host's probes: see `ProbeIndex.complete`.
///
/// `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
#[wasm_bindgen(js_name = completeLanguage)]
pub fn complete_language(
    source: &str,
    offset: u32,
    #[wasm_bindgen(js_name = targetVersion)] target: Option<String>,
) -> Result<Ts<CompletionList>, JsError> {
    Ok(completion_list(source, offset, target_version(target.as_deref())?, None).into_ts()?)
}

/// [`complete_language`] without the boundary, with the host's probes.
pub fn completion_list(
    source: &str,
    offset: u32,
    target: Version,
    probes: Option<&bt_ide::ProbeIndex>,
) -> CompletionList {
    let lines = LineTable::new(source);
    let byte = lines.byte_of_utf16_offset(source, offset);
    let found = bt_ide::complete(source, byte, target, probes);
    CompletionList {
        from: lines.utf16_offset(source, found.from),
        to: lines.utf16_offset(source, found.to),
        items: found.items.into_iter().map(item).collect(),
    }
}

fn item(item: bt_ide::CompletionItem) -> CompletionItem {
    let said = |text: String| (!text.is_empty()).then_some(text);
    CompletionItem {
        label: item.label,
        kind: match item.kind {
            Kind::Probe => CompletionKind::Probe,
            Kind::Function => CompletionKind::Function,
            Kind::Builtin => CompletionKind::Builtin,
            Kind::Map => CompletionKind::Map,
            Kind::Variable => CompletionKind::Variable,
            Kind::Annotation => CompletionKind::Annotation,
            Kind::Keyword => CompletionKind::Keyword,
            Kind::Config => CompletionKind::Config,
            Kind::Type => CompletionKind::Type,
            Kind::Field => CompletionKind::Field,
            Kind::Snippet => CompletionKind::Snippet,
        },
        detail: said(item.detail),
        documentation: said(item.documentation),
        insert_text: item.insert_text,
        is_snippet: item.is_snippet,
    }
}
