//! A picture of any format, as a folder, an archive or a question holds it.
#![no_main]

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use tabfit::data::image::{decode, inspect};
use tabfit_fuzz::{mutate, pieces, seed};

/// A claim of more pixels is tried too seldom, because each takes a second.
const MOST_PIXELS: usize = 1_000_000;

fn seeds() -> Vec<Vec<u8>> {
    let rgb = RgbImage::from_fn(12, 9, |x, y| image::Rgb([(x * 20) as u8, (y * 25) as u8, (x * y) as u8]));
    let rgb = DynamicImage::ImageRgb8(rgb);
    let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(5, 7, image::Rgba([200, 100, 7, 128])));
    let pictures = [&rgb, &clear, &rgb.grayscale(), &DynamicImage::ImageRgb16(rgb.to_rgb16())];
    let formats = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP];
    let encoded = pictures.into_iter().flat_map(|picture| {
        formats.map(|format| {
            let mut bytes = Cursor::new(Vec::new());
            picture.write_to(&mut bytes, format).ok().map(|()| bytes.into_inner())
        })
    });
    encoded.flatten().collect()
}

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(pieces, data, size, most, seed) });

fuzz_target!(init: seed("image", &seeds()), |bytes: &[u8]| {
    if inspect(bytes).is_ok_and(|(width, height)| width * height > MOST_PIXELS) {
        return;
    }
    if let Ok(rgb) = decode(bytes, 8) {
        assert_eq!(rgb.len(), 8 * 8 * 3);
    }
});
