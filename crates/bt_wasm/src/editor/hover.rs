//! What is known of the name under the mouse.

use bt_syntax::LineTable;
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use super::target_version;

/// What is known of a name.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Hover {
    /// First UTF-16 offset of the name.
    pub from: u32,
    /// UTF-16 offset after the last one.
    pub to: u32,
    /// A line of code, and sentences.
    pub markdown: String,
}

/// What is known of the name at `offset` (UTF-16).
///
/// `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
#[wasm_bindgen]
pub fn hover(
    source: &str,
    offset: u32,
    #[wasm_bindgen(js_name = targetVersion)] target: Option<String>,
) -> Result<Option<Ts<Hover>>, JsError> {
    let target = target_version(target.as_deref())?;
    let lines = LineTable::new(source);
    let found = bt_ide::hover(source, lines.byte_of_utf16_offset(source, offset), target);
    let hover = found.map(|found| Hover {
        from: lines.utf16_offset(source, found.span.start),
        to: lines.utf16_offset(source, found.span.end),
        markdown: found.markdown,
    });
    Ok(hover.map(|hover| hover.into_ts()).transpose()?)
}
