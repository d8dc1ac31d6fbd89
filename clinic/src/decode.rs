//! Decodes a file by its bytes, within bounds.

use crate::recognise::{is_dicom, is_png, is_tiff};
use crate::{Picture, dicom, png, tiff};

/// The most pixels of a picture.
pub const MAX_PIXELS: usize = 64_000_000;

pub(crate) const DAMAGED: &str = "is damaged or cut off";

/// Decodes a picture, by its bytes and whatever its name says.
///
/// # Errors
///
/// A clause that completes "… was skipped: it …", for a file that is of another kind, damaged, or too large.
pub fn decode(bytes: &[u8]) -> Result<Picture, String> {
    match bytes {
        // First, because before its own letters a DICOM file may have whatever it likes, such as the beginning of a TIFF.
        _ if is_dicom(bytes) => dicom::decode(bytes),
        _ if is_tiff(bytes) => tiff::decode(bytes),
        _ if is_png(bytes) => png::decode(bytes),
        _ => Err("is not a picture, whatever its name says".into()),
    }
}

/// Checks a size before anything of that size is made.
pub(crate) fn checked_size(width: usize, height: usize, most: usize) -> Result<usize, String> {
    match width.checked_mul(height) {
        Some(0) => Err("claims to have no pixels".into()),
        Some(pixels) if pixels <= most => Ok(pixels),
        _ => Err(format!(
            "has {width} x {height} pixels; save it smaller, up to {} megapixels are read",
            most / 1_000_000
        )),
    }
}

/// RGB of greys.
pub(crate) fn rgb_of(greys: &[u8]) -> Vec<u8> {
    greys.iter().flat_map(|&grey| [grey; 3]).collect()
}
