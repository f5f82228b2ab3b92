//! Turns the bytes that `bpftrace -f json` writes into typed events.
//!
//! Bytes come in chunks of any size ([`Decoder::push`]); events go out through a closure and borrow from buffers
//! that are used again for the next line. Nothing that bpftrace prints is fatal: what is no message becomes a
//! [`Note`]. bpftrace's JSON is JSON only most of the time (see `parser` and `text`), so that a tokenizer of our own
//! reads it: it keeps duplicate keys, exact 64-bit numbers and raw bytes, and repairs values without quotes.
//!
//! What a release does differently is told by the stream or by the caller ([`Decoder::of_release`]); what JSON leaves
//! open, as whether an object has keys or is a struct, by the script ([`Decoder::with_maps`]). Keys come as bpftrace
//! prints them: [`split_key`] takes them apart, [`frames`] the stacks in them.
//!
//! ```
//! use bt_output::{Decoder, EventKind, Limits, MapValue};
//!
//! let mut decoder = Decoder::new(Limits::default());
//! let mut counts = Vec::new();
//! let line = b"{\"type\": \"map\", \"data\": {\"@reads\": {\"cat\": 3, \"caf\\uffffffc3\\uffffffa9\": 4}}}\n";
//! decoder.push(line, 0, &mut |event| {
//!     if let EventKind::Map(message) = event.kind
//!         && let MapValue::Keyed(entries) = message.value
//!     {
//!         counts.extend(entries.iter().map(|(key, value)| (key.as_str().to_string(), value.to_number())));
//!     }
//! });
//! assert_eq!(counts, [("cat".to_string(), Some(3u64.into())), ("café".to_string(), Some(4u64.into()))]);
//! ```

#![forbid(unsafe_code)]

mod cursor;
mod decoder;
mod dialect;
mod errors;
mod event;
mod final_dump;
mod json;
mod key;
mod key_escapes;
mod limits;
mod line_reader;
mod newest;
mod parser;
mod stack;
mod store;
mod text;
mod value;

pub use decoder::{Decoder, MapHint, Release, Summary};
pub use event::{
    Event, EventKind, MapKind, MapMessage, MapValue, Note, NoteKind, ReportKind, ScriptError,
    ScriptErrorKind, TextSource,
};
pub use key::{KeyPart, SplitKey, split_key};
pub use limits::Limits;
pub use stack::{Frame, Source, frames, is_stack};
pub use value::{BucketCount, Entries, List, Number, Record, Stats, Text, Value};
