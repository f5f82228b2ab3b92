//! Answers for editors as plain data: completion, hover, signature help, folding, and the index of a host's probes.
//!
//! Positions are bytes of the script. A script may be wrong anywhere, and the cursor may stand anywhere: no answer is
//! an error. What is known of the language stands in `bt_catalog`.

#![forbid(unsafe_code)]

mod completion;
mod cursor;
mod folding;
mod hover;
mod probe_index;
mod ranking;
mod signature;

pub use completion::{Completion, CompletionItem, CompletionKind, MAX_ITEMS, complete};
pub use folding::{Fold, folding_ranges};
pub use hover::{Hover, hover};
pub use probe_index::{MAX_NAME_BYTES, MAX_PROBES, ProbeIndex};
pub use signature::{Signature, signature_help};
