//! Grey pictures, and the perceptual hash that is made of them.

use super::kernel::Filter;
use super::resample::resample;

/// Grey values of opaque pixels with `CHANNELS` bytes each, as Pillow's `convert("L")` computes them: ITU-R 601-2.
#[must_use]
pub fn grey<const CHANNELS: usize>(pixels: &[u8]) -> Vec<u8> {
    let luma = |[red, green, blue]: [u32; 3]| ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16) as u8;
    if CHANNELS == 4 {
        // A pixel as one number, so that the compiler works on four of them at once.
        let channels = |pixel: u32| luma([pixel & 255, pixel >> 8 & 255, pixel >> 16 & 255]);
        return pixels.as_chunks().0.iter().map(|&pixel| channels(u32::from_le_bytes(pixel))).collect();
    }
    pixels.as_chunks::<CHANNELS>().0.iter().map(|pixel| luma([0, 1, 2].map(|at| u32::from(pixel[at])))).collect()
}

/// The difference hash of a grey picture: `imagehash.dhash` of Python, as a number whose highest bit is the first of the hash. Each
/// bit says whether a pixel of a copy of 9 x 8 is brighter than the one to its left.
///
/// It is made of whole numbers alone, so that it is the same on every machine; the hash by a cosine transform (`phash`) hangs on
/// rounding wherever a picture is plain.
///
/// # Panics
///
/// If `width` is 0.
#[must_use]
pub fn dhash(grey: &[u8], width: usize) -> u64 {
    let small = resample(grey, width, 9, 8, Filter::Lanczos);
    let bits = small.chunks_exact(9).flat_map(|row| row.windows(2).map(|pair| u64::from(pair[1] > pair[0])));
    bits.fold(0, |hash, bit| hash << 1 | bit)
}
