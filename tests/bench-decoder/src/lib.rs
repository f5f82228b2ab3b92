//! What is measured, for the native benchmark and, exported to JavaScript, for the same one in WebAssembly.

#![forbid(unsafe_code)]

mod streams;

use bt_output::{Decoder, EventKind, Limits, MapValue, Release};
use wasm_bindgen::prelude::wasm_bindgen;

pub use streams::{NAMES, stream};

/// Bytes that bpftrace writes, and a reader gets, at once.
const CHUNK_BYTES: usize = 64 << 10;

/// A stream and the decoder that reads it again and again.
#[wasm_bindgen]
pub struct DecoderRun {
    stream: Vec<u8>,
    decoder: Decoder,
}

#[wasm_bindgen]
impl DecoderRun {
    /// A run over the stream of this number, up to [`stream_count`].
    #[wasm_bindgen(constructor)]
    pub fn new(number: usize) -> DecoderRun {
        let release = Release { major: 0, minor: 23 };
        DecoderRun { stream: stream(number), decoder: Decoder::new(Limits::default()).of_release(release) }
    }

    /// Bytes of the stream.
    pub fn bytes(&self) -> usize {
        self.stream.len()
    }

    /// Decodes the stream once and looks at each value; returns how many there were.
    pub fn once(&mut self) -> usize {
        let mut values = 0;
        for chunk in self.stream.chunks(CHUNK_BYTES) {
            self.decoder.push(chunk, 0, &mut |event| match event.kind {
                EventKind::Map(message) => match message.value {
                    MapValue::Single(_) => values += 1,
                    MapValue::Keyed(entries) => values += entries.iter().count(),
                },
                EventKind::Note(note) => assert_eq!(note.text, "", "the streams have messages only"),
                _ => values += 1,
            });
        }
        values
    }
}

/// How many streams there are.
#[wasm_bindgen]
pub fn stream_count() -> usize {
    NAMES.len()
}
