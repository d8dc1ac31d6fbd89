//! Grey PNG of 16 bits, of which browsers drop the lower 8: what a scanner wrote with 12 bits would be nearly black.

use png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use crate::grey::Range;
use crate::{DAMAGED, Picture, checked_size, rgb_of};

/// Decodes such a PNG; its smallest value becomes black and its largest white.
pub(crate) fn decode(bytes: &[u8]) -> Result<Picture, String> {
    let damaged = |_| String::from(DAMAGED);
    let mut decoder = Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(Transformations::IDENTITY);
    decoder.set_limits(Limits { bytes: crate::MAX_PIXELS * 4 });
    decoder.ignore_checksums(false);
    let mut reader = decoder.read_info().map_err(damaged)?;
    let info = reader.info();
    let (width, height) = (info.width as usize, info.height as usize);
    let pixels = checked_size(width, height, crate::MAX_PIXELS)?;
    if (info.color_type, info.bit_depth) != (ColorType::Grayscale, BitDepth::Sixteen) {
        return Err("is a PNG that is not of 16 bits of grey".into());
    }
    let mut samples = vec![0; pixels * 2];
    reader.next_frame(&mut samples).map_err(damaged)?;
    let values = || samples.as_chunks().0.iter().map(|&pair| f64::from(u16::from_be_bytes(pair)));
    let range = Range::of(values());
    let greys: Vec<u8> = values().map(|value| range.grey(value)).collect();
    Ok(Picture { width, rgb: rgb_of(&greys), spread: true, dicom: false })
}
