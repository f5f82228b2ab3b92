//! Turns the bytes that `bpftrace -f json` writes into typed events.
//!
//! Bytes come in chunks of any size ([`Decoder::push`]); events go out through a closure and borrow from buffers
//! that are used again for the next line. Nothing that bpftrace prints is fatal: what is no message becomes a
//! [`Note`]. bpftrace's JSON is JSON only most of the time (see `parser` and `text`), so that a tokenizer of our own
//! reads it: it keeps duplicate keys, exact 64-bit numbers and raw bytes, and repairs values without quotes.

#![forbid(unsafe_code)]

mod cursor;
mod decoder;
mod event;
mod json;
mod key;
mod limits;
mod newest;
mod parser;
mod store;
mod text;
mod value;

pub use decoder::{Decoder, MapHint, Summary};
pub use event::{
    Event, MapKind, MapMessage, MapValue, Note, NoteKind, ScriptError, ScriptErrorKind, TextSource,
};
pub use key::{KeyPart, split_key};
pub use limits::Limits;
pub use value::{BucketCount, Entries, List, Number, Record, Stats, Value};
