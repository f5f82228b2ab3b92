//! Turns the bytes that `bpftrace -f json` writes into typed events.
//!
//! Bytes come in chunks of any size ([`Decoder::push`]); events go out through a closure and borrow from buffers
//! that are used again for the next line. Nothing that bpftrace prints is fatal: what is no message becomes a
//! [`Note`]. bpftrace's JSON is JSON only most of the time (see `parser` and `text`), so that a tokenizer of our own
//! reads it: it keeps duplicate keys, exact 64-bit numbers and raw bytes, and repairs values without quotes.

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
