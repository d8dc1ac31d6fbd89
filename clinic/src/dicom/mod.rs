//! DICOM: one picture of grey or RGB, of 8 to 16 bits.

mod colour;
mod elements;
mod fragments;
mod header;
mod jpeg;
mod rle;
mod syntax;
mod values;

use crate::Picture;
use header::Header;

/// Decodes the picture of a DICOM file.
pub(crate) fn decode(bytes: &[u8]) -> Result<Picture, String> {
    let (header, pixels) = Header::read(bytes)?;
    let width = usize::from(header.columns);
    let (rgb, spread) = if header.samples == 1 {
        let stored = values::stored(&header, pixels)?;
        values::shown(&header, &stored)
    } else {
        (colour::rgb(&header, pixels)?, false)
    };
    Ok(Picture { width, rgb, spread, dicom: true })
}
