//! Decodes pictures: BMP, GIF, JPEG, PNG and WebP.
//!
//! A browser decodes faster, and on its own threads. These decoders are for what it refuses, and for programs without a
//! browser. In the page they are a part of their own (`parts/decoders`), which is loaded once it is needed.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, RgbImage};
use tabfit_care::{FileFacts, Look};
use tabfit_kernels::{self as slices, MAX_PIXELS};

/// The largest picture that is measured as it is, and the side of the square that others become before, as in a browser.
const MEASURED: usize = 1 << 20;
const SIDE: usize = 1024;

/// Decodes a picture and fits it to `size` x `size`: interleaved RGB8, rows from the top.
///
/// Any aspect ratio is stretched to the square, as Keras's folder loader does by default; the
/// resampling is bilinear with antialiasing. Grey becomes RGB, 16 bits become 8, transparency is
/// laid over black, and the camera's orientation tag is applied.
///
/// # Errors
///
/// A clause that completes "… was skipped: it …", for a file that is cut off, damaged or too large.
pub fn decode(bytes: &[u8], size: usize) -> Result<Vec<u8>, String> {
    let rgb = whole(bytes)?;
    Ok(slices::resized::<3>(&rgb, rgb.width() as usize, size))
}

/// [`decode`], with what was measured of the picture before it was made small; the caller knows the file better.
///
/// # Errors
///
/// As those of [`decode`].
pub fn decode_measured(bytes: &[u8], size: usize) -> Result<(Vec<u8>, Look), String> {
    let rgb = whole(bytes)?;
    let (width, height) = (rgb.width() as usize, rgb.height() as usize);
    let file = FileFacts::of(bytes, (width, height));
    let look = if width * height > MEASURED {
        Look::of::<3>(&slices::resized::<3>(&rgb, width, SIDE), SIDE, file)
    } else {
        Look::of::<3>(&rgb, width, file)
    };
    Ok((slices::resized::<3>(&rgb, width, size), look))
}

/// The picture at its own size, upright and opaque.
fn whole(bytes: &[u8]) -> Result<RgbImage, String> {
    let damaged = |error| match error {
        ImageError::Unsupported(_) => String::from("is of a kind that cannot be read; save it as JPEG or PNG"),
        _ => "is damaged or cut off".into(),
    };
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| "cannot be read")?;
    let mut limits = Limits::default();
    if let Some(format) = reader.format().filter(|format| !format.reading_enabled()) {
        let name = format!("{format:?}").to_uppercase();
        return Err(format!("is a picture in the format {name}, which cannot be read; save it as JPEG or PNG"));
    }
    limits.max_alloc = Some(MAX_PIXELS * 8); // RGBA at 16 bits
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(orientation);
    Ok(over_black(&picture))
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
    fn a_format_without_a_decoder_is_not_called_damaged() {
        let avif = [&b"\0\0\0\x1cftypavif"[..], &[0; 40]].concat();
        assert_eq!(
            decode(&avif, 8).unwrap_err(),
            "is a picture in the format AVIF, which cannot be read; save it as JPEG or PNG"
        );
        assert!(decode(b"II*\0 and the rest of a TIFF", 8).unwrap_err().contains("format TIFF"));
        assert!(decode(b"\xff\xd8\xff\xe0 no JPEG", 8).unwrap_err().contains("damaged"));
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
}
