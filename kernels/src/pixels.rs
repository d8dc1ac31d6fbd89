//! From decoded pictures to the numbers that a network reads.

use image::{RgbImage, imageops};

/// The largest picture that is decoded, in pixels; 64 megapixels are 256 MB of RGBA.
pub const MAX_PIXELS: u64 = 64_000_000;

/// Bytes as numbers from 0 to 255.
#[must_use]
pub fn values(pixels: &[u8]) -> Vec<f32> {
    pixels.iter().map(|&value| f32::from(value)).collect()
}

/// Resizes to `size` x `size`, bilinear and with antialiasing: each pixel is an average over all that it covers.
#[must_use]
pub fn resized(picture: &RgbImage, size: u32) -> Vec<u8> {
    imageops::resize(picture, size, size, imageops::FilterType::Triangle).into_raw()
}

/// Lays RGBA pixels, whose colours are not premultiplied, over black; returns RGB.
///
/// # Panics
///
/// If `rgba` is not made of whole pixels.
#[must_use]
pub fn over_black(rgba: &[u8]) -> Vec<u8> {
    assert!(rgba.len().is_multiple_of(4), "RGBA pixels are four bytes each");
    let over_black = |&[r, g, b, a]: &[u8; 4]| [r, g, b].map(|c| ((u16::from(c) * u16::from(a) + 127) / 255) as u8);
    rgba.as_chunks().0.iter().flat_map(over_black).collect()
}
