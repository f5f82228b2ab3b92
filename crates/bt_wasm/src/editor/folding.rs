//! What an editor can fold.

use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// Lines that can be folded into the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct FoldingRange {
    /// The line that stays, from 1.
    pub start_line: u32,
    /// The last line that goes.
    pub end_line: u32,
}

/// Blocks, definitions and comments of several lines, by their first line.
#[wasm_bindgen(js_name = foldingRanges)]
pub fn folding_ranges(source: &str) -> Result<Vec<Ts<FoldingRange>>, JsError> {
    let folds = bt_ide::folding_ranges(source).into_iter();
    let ranges = folds.map(|fold| FoldingRange { start_line: fold.start_line, end_line: fold.end_line });
    Ok(ranges.map(|range| range.into_ts()).collect::<Result<_, _>>()?)
}
