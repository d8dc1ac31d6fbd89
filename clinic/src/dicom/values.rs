//! The values of a grey picture, and the greys that a screen shows for them.

use super::elements::Value;
use super::fragments::stream;
use super::header::{Header, Photometric};
use super::syntax::Syntax;
use super::{jpeg, rle};
use crate::grey::Range;
use crate::{DAMAGED, rgb_of};

/// The stored values, with all bits that they take.
pub(crate) fn stored(header: &Header, pixels: Value<'_>) -> Result<Vec<u16>, String> {
    let bytes = usize::from(header.allocated / 8);
    let length = header.pixels();
    match (header.syntax, pixels) {
        (Syntax::Implicit | Syntax::Explicit, Value::Whole(pixels)) => {
            let pixels = pixels.get(..length * bytes).ok_or(DAMAGED)?;
            Ok(if bytes == 1 { widened(pixels) } else { pairs(pixels, u16::from_le_bytes) })
        }
        (Syntax::Rle, Value::Fragments(packed)) => {
            let segments = rle::segments(&stream(packed)?, bytes, length)?;
            Ok(match &segments[..] {
                [high, low] => high.iter().zip(low).map(|(&high, &low)| u16::from_be_bytes([high, low])).collect(),
                other => widened(&other[0]),
            })
        }
        (Syntax::Jpeg, Value::Fragments(packed)) => {
            let (samples, bits) = jpeg::samples(header, &stream(packed)?)?;
            Ok(if bits == 8 { widened(&samples) } else { pairs(&samples, u16::from_ne_bytes) })
        }
        _ => Err(DAMAGED.into()),
    }
}

/// RGB of stored values, and whether they were spread because there is no window.
pub(crate) fn shown(header: &Header, stored: &[u16]) -> (Vec<u8>, bool) {
    let Header { slope, intercept, window, .. } = header;
    let measured = |value: u16| f64::from(used(header, value)) * slope + intercept;
    let range = || Range::of(stored.iter().map(|&value| measured(value)));
    let inverted = header.photometric == Photometric::Monochrome1;
    let spread = window.is_none().then(range);
    let grey = |value: u16| {
        let value = measured(value);
        let grey = match (&spread, window) {
            (None, Some(window)) => window.grey(value),
            (Some(range), _) => range.grey(value),
            (None, None) => 0,
        };
        if inverted { 255 - grey } else { grey }
    };
    // There are more pixels than values, mostly.
    let table: Vec<u8> = (0..=u16::MAX).map(grey).collect();
    let greys: Vec<u8> = stored.iter().map(|&value| table[usize::from(value)]).collect();
    (rgb_of(&greys), spread.is_some())
}

/// The value in the bits that are used.
fn used(header: &Header, value: u16) -> i32 {
    let bits = u32::from(header.stored);
    let value = u32::from(value) >> (header.high + 1 - header.stored) & ((1 << bits) - 1);
    let negative = header.signed && value >> (bits - 1) == 1;
    value as i32 - if negative { 1 << bits } else { 0 }
}

fn widened(bytes: &[u8]) -> Vec<u16> {
    bytes.iter().map(|&byte| byte.into()).collect()
}

fn pairs(bytes: &[u8], number: fn([u8; 2]) -> u16) -> Vec<u16> {
    bytes.as_chunks().0.iter().map(|&pair| number(pair)).collect()
}
