//! What a file costs to download: its size as it is, and compressed as a web server would send it.

use std::io::Write;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Sizes of one file in bytes.
pub(crate) struct Sizes {
    pub(crate) raw: usize,
    pub(crate) gzip: usize,
    pub(crate) brotli: usize,
}

/// Compresses `bytes` with the highest levels, which is what a static file deserves.
pub(crate) fn measure(bytes: &[u8]) -> Result<Sizes> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    let gzip = gzip.finish()?.len();

    let mut compressed = Vec::new();
    let quality_and_window =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &quality_and_window)?;
    Ok(Sizes { raw: bytes.len(), gzip, brotli: compressed.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetition_compresses_and_both_ways_differ() {
        let sizes = measure(&b"tracepoint:".repeat(1000)).unwrap();
        assert_eq!(sizes.raw, 11_000);
        assert!(sizes.gzip < 200 && sizes.brotli < sizes.gzip, "{} {}", sizes.gzip, sizes.brotli);
    }
}
