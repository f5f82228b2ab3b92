//! Any text as a script, for an old and for the newest bpftrace. In `crates/bt_analysis`, with the scripts of the
//! repository to begin with: `cargo +nightly fuzz run analyse fuzz/corpus ../../tests/corpus`.
#![no_main]

#[path = "../../tests/invariants/mod.rs"]
mod invariants;

use bt_catalog::Version;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &str| {
    invariants::check_invariants(source, Version::new(0, 17));
    invariants::check_invariants(source, Version::NEWEST);
});
