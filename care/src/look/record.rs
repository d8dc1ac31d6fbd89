//! Looks as bytes, on their way from the program that reads pictures to the one that compares them.

use super::{FileFacts, Format, Look, SMALL_PIXELS};
use crate::content::Content;

/// Numbers of 32 bits in a record.
const NUMBERS: usize = 11;
/// The bytes of a [`Look`].
pub const LOOK_BYTES: usize = 16 + 1 + 1 + 4 + 4 + 8 + SMALL_PIXELS + NUMBERS * 4;

/// The bytes are not those of looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotLooks;

impl Look {
    /// The look as [`LOOK_BYTES`] bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; LOOK_BYTES] {
        let Self { file, hash, small, colour, is_grey, .. } = self;
        let Self { brightness, low, high, entropy, sharpness, spread, border, border_tone, .. } = self;
        let [red, green, blue] = colour;
        let numbers = [red, green, blue, brightness, low, high, entropy, sharpness, spread, border, border_tone];
        let parts = [
            &file.content.0[..],
            &[file.format.number(), u8::from(*is_grey)],
            &file.width.to_le_bytes(),
            &file.height.to_le_bytes(),
            &hash.to_le_bytes(),
            small,
            &numbers.map(|number| number.to_le_bytes()).concat(),
        ];
        let mut record = [0; LOOK_BYTES];
        let bytes = parts.into_iter().flatten();
        record.iter_mut().zip(bytes).for_each(|(place, &byte)| *place = byte);
        record
    }

    /// The look in such bytes.
    #[must_use]
    pub fn from_bytes(record: &[u8; LOOK_BYTES]) -> Self {
        let mut rest = &record[..];
        let content = Content(taken(&mut rest));
        let [format, is_grey] = taken(&mut rest);
        let [width, height] = [(); 2].map(|()| u32::from_le_bytes(taken(&mut rest)));
        let hash = u64::from_le_bytes(taken(&mut rest));
        let small = taken(&mut rest);
        let numbers = [(); NUMBERS].map(|()| f32::from_le_bytes(taken(&mut rest)));
        let [red, green, blue, brightness, low, high, entropy, sharpness, spread, border, border_tone] = numbers;
        let colour = [red, green, blue];
        let file = FileFacts { content, format: Format::of_number(format), width, height };
        let is_grey = is_grey != 0;
        Self {
            file,
            hash,
            small,
            colour,
            brightness,
            low,
            high,
            entropy,
            sharpness,
            spread,
            border,
            border_tone,
            is_grey,
        }
    }

    /// Looks from bytes, one after another.
    ///
    /// # Errors
    ///
    /// The bytes are not whole records.
    pub fn all_from_bytes(bytes: &[u8]) -> Result<Vec<Self>, NotLooks> {
        let (records, []) = bytes.as_chunks::<LOOK_BYTES>() else { return Err(NotLooks) };
        Ok(records.iter().map(Self::from_bytes).collect())
    }
}

/// The first bytes of the rest, which there are in every record.
fn taken<const COUNT: usize>(rest: &mut &[u8]) -> [u8; COUNT] {
    let mut first = [0; COUNT];
    let (given, after) = rest.split_at(COUNT.min(rest.len()));
    first[..given.len()].copy_from_slice(given);
    *rest = after;
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_comes_back_from_its_bytes_as_it_was() {
        let pixels: Vec<u8> = (0..40 * 30 * 3).map(|at| (at * 7 % 251) as u8).collect();
        let file = FileFacts::of(b"\x89PNG and so on", (400, 300));
        let look = Look::of::<3>(&pixels, 40, file);
        assert_eq!(Look::from_bytes(&look.to_bytes()), look);
        assert_eq!(look.file.format, Format::Png);
        let two = [look.to_bytes(), look.to_bytes()].concat();
        assert_eq!(Look::all_from_bytes(&two).map(|looks| looks.len()), Ok(2));
        assert_eq!(Look::all_from_bytes(&two[1..]), Err(NotLooks));
    }
}
