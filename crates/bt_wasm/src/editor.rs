//! Questions about a script's text: text in, plain data out, no state.

mod analyse;
mod check;
mod instrument;
mod semantic_tokens;

pub use analyse::{
    Analysis, EditorDiagnostic, EditorEdit, EditorFix, EditorSeverity, MapInfo, MapSemantics, ScriptFacts,
    analyse, analysis,
};
pub use check::check_json;
pub use instrument::instrument;
pub use semantic_tokens::{semantic_token_kinds, semantic_tokens};

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
