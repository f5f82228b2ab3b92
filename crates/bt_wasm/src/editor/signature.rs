//! The function whose arguments are being typed.

use bt_syntax::LineTable;
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use super::target_version;

/// How a function is called.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Signature {
    /// The whole call, as `lhist(n, min, max, step)`.
    pub label: String,
    /// What it does.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[tsify(optional)]
    pub documentation: String,
    /// Where each parameter stands in the label.
    pub parameters: Vec<SignatureParameter>,
    /// The parameter that is being typed.
    pub active: u32,
}

/// Where a parameter stands in the label of its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
pub struct SignatureParameter {
    /// First offset.
    pub from: u32,
    /// Offset after the last one.
    pub to: u32,
}

/// The innermost call around `offset` (UTF-16), if it is one of the language's functions.
///
/// `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
#[wasm_bindgen(js_name = signatureHelp)]
pub fn signature_help(
    source: &str,
    offset: u32,
    #[wasm_bindgen(js_name = targetVersion)] target: Option<String>,
) -> Result<Option<Ts<Signature>>, JsError> {
    let target = target_version(target.as_deref())?;
    let byte = LineTable::new(source).byte_of_utf16_offset(source, offset);
    let signature = bt_ide::signature_help(source, byte, target).map(|found| Signature {
        label: found.label,
        documentation: found.documentation,
        parameters: found.parameters.into_iter().map(|(from, to)| SignatureParameter { from, to }).collect(),
        active: found.active,
    });
    Ok(signature.map(|signature| signature.into_ts()).transpose()?)
}
