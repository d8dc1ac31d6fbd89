//! Looks at the header of a picture file, and decodes the file to RGB8 at the network's size.

use tabfit_care::{FileFacts, Look};
pub use tabfit_kernels::MAX_PIXELS;

use super::clinic::{self, Reading};

/// Why a file is not a usable picture: a clause that completes "… was skipped: it …".
pub type Reason = String;

/// Reads only the header of a picture and returns `(width, height)`; of a picture of clinic or laboratory `(0, 0)`, because only
/// its decoder reads the header.
///
/// # Errors
///
/// The file is empty, is not a picture of a known format, or is larger than [`MAX_PIXELS`]. The
/// check comes before any decoding, so a hostile header cannot make a decoder allocate memory.
pub fn inspect(bytes: &[u8]) -> Result<(usize, usize), Reason> {
    if bytes.is_empty() {
        return Err("is empty (0 bytes)".into());
    }
    if tabfit_clinic::recognised(bytes) {
        return Ok((0, 0));
    }
    let size = imagesize::blob_size(bytes).map_err(|_| Reason::from("is not a picture, whatever its name says"))?;
    let (width, height) = (size.width, size.height);
    if width == 0 || height == 0 {
        return Err("claims to have no pixels".into());
    }
    if width as u64 * height as u64 > MAX_PIXELS {
        return Err(format!(
            "has {width} x {height} pixels; save it smaller, up to {} megapixels are read",
            MAX_PIXELS / 1_000_000
        ));
    }
    if is_cut_jpeg(bytes) {
        return Err("is damaged or cut off".into());
    }
    Ok((width, height))
}

/// Whether a JPEG lacks its end marker. Browsers show such a file with the missing part in grey.
fn is_cut_jpeg(bytes: &[u8]) -> bool {
    let mut at = 2;
    // Each segment gives its length, so the end marker of an embedded thumbnail is stepped over. In the
    // scan data after the segments, 0xFF 0xD9 can only be the end marker.
    while let Some(&[0xff, marker, high, low]) = bytes.get(at..at + 4).filter(|_| bytes.starts_with(&[0xff, 0xd8])) {
        if marker == 0xda {
            return !bytes[at..].windows(2).any(|pair| pair == [0xff, 0xd9]);
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
    false
}

/// A picture that was decoded, and fitted to the network.
#[derive(Debug)]
pub struct Decoded {
    /// `[size, size, 3]`, RGB8, rows from the top.
    pub rgb: Vec<u8>,
    /// What was measured of it before it was made small, but for its file.
    pub look: Look,
    /// How it was read, if it is one of clinic or laboratory.
    pub reading: Option<Reading>,
}

impl Decoded {
    /// A picture of clinic or laboratory, from `[rows, columns, 3]` at its own size.
    #[must_use]
    pub fn of_clinic(rgb: &[u8], reading: Reading, size: usize) -> Self {
        let (width, height) = reading.size;
        let file = FileFacts { width: width as u32, height: height as u32, ..FileFacts::default() };
        let look = Look::of::<3>(rgb, width, file);
        Self { rgb: tabfit_kernels::resized::<3>(rgb, width, size), look, reading: Some(reading) }
    }
}

/// Decodes a picture and fits it to `size` x `size`: interleaved RGB8, rows from the top; see [`tabfit_decoders::decode`].
///
/// # Errors
///
/// What [`inspect`] refuses, and files that are cut off or damaged; every file where the feature `decoders` is off, and those of
/// clinic and laboratory where the feature `clinic` is.
pub fn decode(bytes: &[u8], size: usize) -> Result<Vec<u8>, Reason> {
    decode_measured(bytes, size).map(|picture| picture.rgb)
}

/// [`decode`], with what was measured of the picture before it was made small.
///
/// # Errors
///
/// As those of [`decode`].
pub fn decode_measured(bytes: &[u8], size: usize) -> Result<Decoded, Reason> {
    inspect(bytes)?;
    if tabfit_clinic::recognised(bytes) {
        return clinic::decode(bytes).map(|(rgb, reading)| Decoded::of_clinic(&rgb, reading, size));
    }
    let (rgb, look) = decoders::decode_measured(bytes, size)?;
    Ok(Decoded { rgb, look, reading: None })
}

#[cfg(feature = "decoders")]
use tabfit_decoders as decoders;

#[cfg(not(feature = "decoders"))]
mod decoders {
    pub(super) fn decode_measured(_: &[u8], _: usize) -> Result<(Vec<u8>, super::Look), super::Reason> {
        Err("needs decoders, which this part of the program does not have".into())
    }
}

#[cfg(feature = "decoders")]
#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn bad_files_say_what_they_are() {
        assert_eq!(decode(b"", 8).unwrap_err(), "is empty (0 bytes)");
        assert!(decode(b"hello, this is text", 8).unwrap_err().contains("not a picture"));
        let whole = png(&DynamicImage::ImageRgb8(RgbImage::from_fn(40, 40, |x, y| {
            Rgb([(x * 6) as u8, (y * 6) as u8, (x * y) as u8])
        })));
        assert!(decode(&whole[..whole.len() / 2], 8).unwrap_err().contains("cut off"));
    }

    #[test]
    fn a_jpeg_without_its_end_is_cut_off() {
        let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(64, 64, |x, y| Rgb([(x * y) as u8, x as u8, y as u8])));
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
        let whole = bytes.into_inner();
        assert_eq!(inspect(&whole), Ok((64, 64)));
        assert_eq!(inspect(&whole[..whole.len() - 2]).unwrap_err(), "is damaged or cut off");
        assert_eq!(inspect(&whole[..whole.len() / 2]).unwrap_err(), "is damaged or cut off");
        let with_a_trailer = [&whole[..], b"camera maker's notes"].concat();
        assert!(inspect(&with_a_trailer).is_ok());
    }

    #[test]
    fn a_huge_header_is_refused_before_decoding() {
        let mut bytes = png(&DynamicImage::ImageRgb8(RgbImage::new(1, 1)));
        bytes[16..24].copy_from_slice(&[0, 0, 0x2e, 0xe0, 0, 0, 0x23, 0x28]); // 12,000 x 9,000
        let reason = decode(&bytes, 8).unwrap_err();
        assert!(reason.contains("12000 x 9000") && reason.contains("64 megapixels"), "{reason}");
    }
}
