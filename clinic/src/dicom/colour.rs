//! Pictures of colours, 8 bits each.

use super::elements::Value;
use super::fragments::stream;
use super::header::{Header, Photometric};
use super::syntax::Syntax;
use super::{jpeg, rle};
use crate::DAMAGED;
use crate::grey::rounded;

/// Interleaved RGB8.
pub(crate) fn rgb(header: &Header, pixels: Value<'_>) -> Result<Vec<u8>, String> {
    let length = header.pixels();
    let colours = match (header.syntax, pixels) {
        (Syntax::Implicit | Syntax::Explicit, Value::Whole(pixels)) => {
            let pixels = pixels.get(..length * 3).ok_or(DAMAGED)?;
            if header.planar { interleaved(pixels.chunks_exact(length)) } else { pixels.to_vec() }
        }
        (Syntax::Rle, Value::Fragments(packed)) => {
            let planes = rle::segments(&stream(packed)?, 3, length)?;
            interleaved(planes.iter().map(Vec::as_slice))
        }
        // What JPEG decodes to is RGB already.
        (Syntax::Jpeg, Value::Fragments(packed)) => return Ok(jpeg::samples(header, &stream(packed)?)?.0),
        _ => return Err(DAMAGED.into()),
    };
    Ok(if header.photometric == Photometric::YbrFull { of_ybr(&colours) } else { colours })
}

/// Colours of planes, of which there are three.
fn interleaved<'a>(planes: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let planes: Vec<&[u8]> = planes.collect();
    (0..planes[0].len()).flat_map(|at| [planes[0][at], planes[1][at], planes[2][at]]).collect()
}

/// RGB of brightness and differences of colour (DICOM PS3.3, C.7.6.3.1.2).
fn of_ybr(colours: &[u8]) -> Vec<u8> {
    let rgb = |&[y, blue, red]: &[u8; 3]| {
        let (y, blue, red) = (f64::from(y), f64::from(blue) - 128.0, f64::from(red) - 128.0);
        [y + 1.402 * red, y - (0.114 * 1.772 * blue + 0.299 * 1.402 * red) / 0.587, y + 1.772 * blue].map(rounded)
    };
    colours.as_chunks().0.iter().flat_map(rgb).collect()
}
