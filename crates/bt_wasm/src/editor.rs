//! Questions about a script's text: text in, plain data out, no state.

mod analyse;
mod check;
mod completion;
mod folding;
mod hover;
mod instrument;
mod probe_index;
mod semantic_tokens;
mod signature;

pub use analyse::{
    Analysis, EditorDiagnostic, EditorEdit, EditorFix, EditorSeverity, MapInfo, MapSemantics, ScriptFacts,
    analyse, analysis,
};
pub use check::check_json;
pub use completion::{CompletionItem, CompletionKind, CompletionList, complete_language, completion_list};
pub use folding::{FoldingRange, folding_ranges};
pub use hover::{Hover, hover};
pub use instrument::instrument;
pub use probe_index::ProbeIndex;
pub use semantic_tokens::{semantic_token_kinds, semantic_tokens};
pub use signature::{Signature, SignatureParameter, signature_help};

use bt_catalog::Version;
use wasm_bindgen::JsError;

/// The version that a caller names; the newest one if it names none.
fn target_version(text: Option<&str>) -> Result<Version, JsError> {
    match text {
        None => Ok(Version::NEWEST),
        Some(text) => {
            text.parse().map_err(|error| JsError::new(&format!("bpftrace version \"{text}\": {error}")))
        }
    }
}
