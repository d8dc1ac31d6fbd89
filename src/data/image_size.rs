//! The sizes that pictures may have, and the memory for a data set.

use crate::error::{Error, Result};

/// The smallest and largest picture side a network may ask for, in pixels.
pub const IMAGE_SIZES: std::ops::RangeInclusive<usize> = 8..=512;

pub(crate) fn check_image_size(image_size: usize) -> Result<()> {
    match IMAGE_SIZES.contains(&image_size) {
        true => Ok(()),
        false => Err(Error::config(
            "imageSize",
            format!("must be from {} to {} pixels, not {image_size}", IMAGE_SIZES.start(), IMAGE_SIZES.end()),
        )),
    }
}

/// Allocates memory for all pictures at once, because a growing vector would hold the pixels twice.
pub(crate) fn pixel_memory(pictures: usize, image_size: usize) -> Result<Vec<u8>> {
    let bytes = pictures as u64 * (image_size * image_size * 3) as u64; // may not fit the 32 bits of wasm
    let mut pixels = Vec::new();
    usize::try_from(bytes).ok().and_then(|bytes| pixels.try_reserve_exact(bytes).ok()).ok_or_else(|| {
        Error::Dataset(format!(
            "{pictures} pictures of {image_size} x {image_size} pixels need {} MB, more than this tab can have; choose a smaller picture size.",
            bytes / 1_000_000
        ))
    })?;
    Ok(pixels)
}
