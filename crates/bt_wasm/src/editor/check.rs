//! The same bytes as the command `bpflens check --json`.

use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use super::target_version;

/// The JSON object that `bpflens check --json` prints for `file`. Positions count bytes, as there.
///
/// `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
#[wasm_bindgen(js_name = checkJson)]
pub fn check_json(
    file: &str,
    source: &str,
    #[wasm_bindgen(js_name = targetVersion)] target: Option<String>,
) -> Result<String, JsError> {
    Ok(bt_analysis::report_json(file, source, target_version(target.as_deref())?))
}
