//! Any text: what holds for every text is in `tests/invariants`. Run it with
//! `cargo +nightly fuzz run parse fuzz/corpus/parse fuzz/seeds` in `crates/bt_syntax`.
#![no_main]

#[path = "../../tests/invariants/mod.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        invariants::check(text);
    }
});
