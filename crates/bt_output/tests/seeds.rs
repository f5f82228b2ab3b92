//! The seeds of the fuzz target hold what it asks for, without a fuzzer.
#![expect(clippy::disallowed_methods, reason = "a test reads files")]

mod properties;

use std::path::Path;

#[test]
fn seeds_and_their_damaged_copies() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/decode");
    let mut seeds = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let seed = std::fs::read(entry.unwrap().path()).unwrap();
        seeds += 1;
        properties::check(&seed);
        for cut in (0..seed.len()).step_by(37) {
            properties::check(&seed[..cut]);
            let mut damaged = seed.clone();
            damaged[cut] ^= 1 << (cut % 8);
            properties::check(&damaged);
        }
    }
    assert!(seeds > 25, "only {seeds} seeds found");
}
