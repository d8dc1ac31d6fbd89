//! How small a file becomes for those who load it.

use std::io::Write as _;

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

/// Smaller files fit into one packet of the network anyway.
const WORTH_IT: usize = 1024;

/// The bytes that a server sends which compresses by gzip at level 9.
pub(crate) fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).context("gzip has failed")?;
    Ok(encoder.finish().context("gzip has failed")?.len())
}

/// Whether a server should send the file compressed.
pub(crate) fn is_worth_it(path: &str, bytes: &[u8]) -> bool {
    let kinds = [".css", ".html", ".js", ".json", ".svg", ".wasm"];
    bytes.len() >= WORTH_IT && kinds.iter().any(|kind| path.ends_with(kind))
}

/// What a server sends to a browser that reads brotli.
pub(crate) fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let quality = 10; // 11, the most, makes 4 % less of a wasm and takes three times as long
    let params = BrotliEncoderParams { quality, lgwin: 24, size_hint: bytes.len(), ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &params).context("brotli has failed")?;
    Ok(compressed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_becomes_small_and_brotli_gives_back_what_it_got() {
        let bytes = b"convolution ".repeat(1000);
        assert!(gzipped(&bytes).unwrap() < 100);
        let compressed = brotli(&bytes).unwrap();
        assert!(compressed.len() < 50);
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &compressed[..], &mut back).unwrap();
        assert_eq!(back, bytes);
    }

    #[test]
    fn only_large_files_that_are_not_compressed_already_are_worth_it() {
        let long = [0; WORTH_IT];
        assert!(is_worth_it("cpu/tabfit_bg.wasm", &long));
        assert!(!is_worth_it("favicon.svg", &long[1..]) && !is_worth_it("screenshot.png", &long));
    }
}
