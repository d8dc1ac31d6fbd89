//! Decodes a picture file to RGB8 at the network's size.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageReader, Limits, RgbImage};
use tabfit_kernels as slices;

/// The largest picture that is decoded, in pixels; 64 megapixels are 256 MB of RGBA.
pub const MAX_PIXELS: u64 = 64_000_000;

/// Why a file is not a usable picture: a clause that completes "… was skipped: it …".
pub type Reason = String;

/// Reads only the header of a picture and returns `(width, height)`.
///
/// # Errors
///
/// The file is empty, is not a picture of a known format, or is larger than [`MAX_PIXELS`]. The
/// check comes before any decoding, so a hostile header cannot make a decoder allocate memory.
pub fn inspect(bytes: &[u8]) -> Result<(usize, usize), Reason> {
    if bytes.is_empty() {
        return Err("is empty (0 bytes)".into());
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

/// Decodes a picture and fits it to `size` x `size`: interleaved RGB8, rows from the top.
///
/// Any aspect ratio is stretched to the square, as Keras's folder loader does by default; the
/// resampling is bilinear with antialiasing. Grey becomes RGB, 16 bits become 8, transparency is
/// laid over black, and the camera's orientation tag is applied.
///
/// # Errors
///
/// What [`inspect`] refuses, and files that are cut off or damaged.
pub fn decode(bytes: &[u8], size: usize) -> Result<Vec<u8>, Reason> {
    inspect(bytes)?;
    let damaged = |_| Reason::from("is damaged or cut off");
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| "cannot be read")?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_PIXELS * 8); // RGBA at 16 bits
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(orientation);
    let side = u32::try_from(size).expect("a model's picture size is far below 2^32");
    let rgb = over_black(&picture);
    Ok(slices::resized(&rgb, side))
}

/// Lays a picture with transparency over black, as the canvas of a browser does.
fn over_black(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let rgba = picture.to_rgba8();
    RgbImage::from_raw(rgba.width(), rgba.height(), slices::over_black(&rgba))
        .expect("one RGB pixel for each RGBA pixel")
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Luma, Rgb, Rgba};

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn transparent_pixels_become_black() {
        let clear = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(2, 2, Rgba([255, 0, 0, 0])));
        assert_eq!(decode(&png(&clear), 1).unwrap(), [0, 0, 0]);
        assert_eq!(slices::over_black(&[200, 100, 7, 255, 200, 100, 7, 128]), [200, 100, 7, 100, 50, 4]);
    }

    #[test]
    fn grey_and_sixteen_bit_pictures_become_rgb8() {
        let grey = DynamicImage::ImageLuma8(image::GrayImage::from_pixel(3, 3, Luma([90])));
        assert_eq!(decode(&png(&grey), 1).unwrap(), [90, 90, 90]);
        let deep = DynamicImage::ImageLuma16(image::ImageBuffer::from_pixel(3, 3, Luma([0x8000u16])));
        assert_eq!(decode(&png(&deep), 1).unwrap(), [128, 128, 128]);
    }

    #[test]
    fn a_single_pixel_fills_the_square() {
        let dot = DynamicImage::ImageRgb8(RgbImage::from_pixel(1, 1, Rgb([1, 2, 3])));
        assert_eq!(decode(&png(&dot), 2).unwrap(), [1, 2, 3].repeat(4));
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
