//! The script as bpftrace gets it.

use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use super::target_version;

/// The script with the block that prints its maps, as the host will run it.
///
/// `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
#[wasm_bindgen]
pub fn instrument(
    source: &str,
    #[wasm_bindgen(js_name = targetVersion)] target: Option<String>,
) -> Result<String, JsError> {
    let target = target_version(target.as_deref())?;
    let facts = bt_analysis::analyse(source, target).facts;
    Ok(bt_analysis::instrument(source, &facts))
}
