//! Highlighting: every meaningful piece of a text as three numbers.

use bt_analysis::SemanticKind;
use bt_syntax::LineTable;
use wasm_bindgen::prelude::wasm_bindgen;

/// The meaningful pieces of `source` in order: triples of start, end (UTF-16 offsets) and an index into
/// `semanticTokenKinds()`.
#[wasm_bindgen(js_name = semanticTokens)]
pub fn semantic_tokens(source: &str) -> Vec<u32> {
    let lines = LineTable::new(source);
    bt_analysis::semantic_tokens(source)
        .into_iter()
        .flat_map(|token| {
            let offset = |byte| lines.utf16_offset(source, byte);
            [offset(token.span.start), offset(token.span.end), token.kind as u32]
        })
        .collect()
}

/// The names of the kinds, to be used as style names: `keyword`, `probe`, `map`, …
#[wasm_bindgen(js_name = semanticTokenKinds)]
pub fn semantic_token_kinds() -> Vec<String> {
    SemanticKind::ALL.iter().map(|kind| kind.name().to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_in_order_and_cover_no_surrogate_halves() {
        let source = "// 😀 greeting\nBEGIN { @é = 1; @x[comm] = count(); }";
        let units: Vec<u16> = source.encode_utf16().collect();
        let kinds = semantic_token_kinds();
        let mut previous_end = 0;
        for triple in semantic_tokens(source).chunks(3) {
            let [from, to, kind] = triple else { unreachable!("triples") };
            assert!(previous_end <= *from && from < to && (*kind as usize) < kinds.len());
            assert!(String::from_utf16(&units[*from as usize..*to as usize]).is_ok());
            previous_end = *to;
        }
    }

    #[test]
    fn a_kinds_number_is_its_place_in_the_list() {
        for (place, kind) in SemanticKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place);
        }
    }
}
