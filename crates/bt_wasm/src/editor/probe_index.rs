//! The probes of a host, searched at each keystroke.

use tsify::{Ts, Tsify};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use super::completion::{CompletionList, completion_list};
use super::target_version;

/// The probes of a host. It holds its own copy of the names, about 32 bytes each; `free()` gives the memory back.
#[wasm_bindgen]
#[derive(Debug)]
pub struct ProbeIndex(bt_ide::ProbeIndex);

#[wasm_bindgen]
impl ProbeIndex {
    /// The index of `names`, separated by commas or line ends. Names beyond 500,000 are left out and counted.
    #[wasm_bindgen(constructor)]
    pub fn new(names: &str) -> ProbeIndex {
        ProbeIndex(bt_ide::ProbeIndex::new(names))
    }

    /// Number of probes.
    #[wasm_bindgen(getter)]
    pub fn size(&self) -> usize {
        self.0.len()
    }

    /// Number of names that were left out.
    #[wasm_bindgen(getter)]
    pub fn omitted(&self) -> usize {
        self.0.omitted()
    }

    /// Bytes of memory that it takes.
    #[wasm_bindgen(getter, js_name = memoryBytes)]
    pub fn memory_bytes(&self) -> usize {
        self.0.memory_bytes()
    }

    /// The probes that match, best first, at most `limit`: by beginning, by beginning of a word, inside, letter by letter.
    pub fn search(&self, query: &str, limit: usize) -> Vec<String> {
        self.0.search(query, limit)
    }

    /// What can be written at `offset` (UTF-16) of `source`; these probes are among it where an attach point stands.
    ///
    /// `targetVersion` is a bpftrace version such as `0.17`; the newest known one by default.
    pub fn complete(
        &self,
        source: &str,
        offset: u32,
        #[wasm_bindgen(js_name = targetVersion)] target: Option<String>,
    ) -> Result<Ts<CompletionList>, JsError> {
        let target = target_version(target.as_deref())?;
        Ok(completion_list(source, offset, target, Some(&self.0)).into_ts()?)
    }
}
