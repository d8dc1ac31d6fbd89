//! Some pictures with their predictions, as one picture.

use embedded_graphics::pixelcolor::{Rgb888, WebColors};
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::Rectangle;
use embedded_graphics::text::Alignment;
use image::{RgbImage, imageops};

use super::canvas::{Canvas, GLYPH, Picture, label, width};

/// How many pictures are drawn at most.
pub const MOST_SAMPLES: usize = 16;

const COLUMNS: usize = 4;
/// The space between the parts of the picture, in pixels.
const GAP: u32 = 8;
/// The width of a tick or a cross, in pixels.
const MARK: u32 = 20;

/// A picture and what the network predicts for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample<'a> {
    /// Interleaved RGB8, rows from the top: size · size · 3 bytes.
    pub pixels: &'a [u8],
    /// The true class.
    pub truth: usize,
    /// The class the network gives the highest probability.
    pub predicted: usize,
    /// The probability of the predicted class, 0 to 1.
    pub probability: f64,
}

/// Draws the first [`MOST_SAMPLES`] of `samples`, pictures of `size` x `size` pixels, four in a row. Below
/// each stand the predicted class with its probability, and the true class. A right one has a tick and a
/// thin green frame, a wrong one a cross and a thick red frame. Names are shown as in
/// [`confusion_matrix`](super::confusion_matrix()).
///
/// `None` where there is no sample, or one whose pixels are not size · size · 3.
#[must_use]
pub fn predictions(samples: &[Sample<'_>], size: usize, class_names: &[String]) -> Option<Picture> {
    let samples = &samples[..samples.len().min(MOST_SAMPLES)];
    let captions: Vec<[String; 2]> = samples.iter().map(|sample| caption(sample, class_names)).collect();
    let pictures: Vec<RgbImage> = samples.iter().map(|sample| enlarged(sample.pixels, size)).collect::<Option<_>>()?;
    let side = pictures.first()?.width();
    let words = captions.iter().flatten().map(|line| width(line)).max().unwrap_or(0);
    let tile = Size::new(side.max(MARK + GAP + words) + 2 * GAP, side + 2 * GLYPH.height + 3 * GAP);
    let (columns, rows) = (samples.len().min(COLUMNS), samples.len().div_ceil(COLUMNS));
    let mut canvas = Canvas::new(tile.width * columns as u32, tile.height * rows as u32);
    for (index, ((sample, picture), caption)) in samples.iter().zip(&pictures).zip(&captions).enumerate() {
        let right = sample.truth == sample.predicted;
        let (colour, stroke) = if right { (Rgb888::CSS_DARK_GREEN, 2) } else { (Rgb888::CSS_CRIMSON, 6) };
        let corner = Point::new((index % COLUMNS) as i32, (index / COLUMNS) as i32)
            .component_mul(Point::new(tile.width as i32, tile.height as i32));
        let upper_left = corner + Point::new_equal(GAP as i32);
        canvas.paste(picture, upper_left);
        canvas.frame(Rectangle::new(upper_left, Size::new_equal(side)), colour, stroke);

        let below = corner + Point::new(GAP as i32, (side + 2 * GAP) as i32);
        let points =
            if right { &[[2, 16], [7, 22], [18, 8]][..] } else { &[[3, 8], [17, 22], [10, 15], [17, 8], [3, 22]] };
        let points: Vec<Point> = points.iter().map(|&[x, y]| below + Point::new(x, y)).collect();
        canvas.lines(&points, colour, 3);
        for (line, text) in (0..).zip(caption) {
            let middle = GLYPH.height as i32 / 2 + line * GLYPH.height as i32;
            canvas.text(text, below + Point::new((MARK + GAP) as i32, middle), Alignment::Left, Rgb888::BLACK);
        }
    }
    Some(canvas.into_picture())
}

fn caption(sample: &Sample<'_>, class_names: &[String]) -> [String; 2] {
    let (said, is) = (label(class_names, sample.predicted, 20), label(class_names, sample.truth, 20));
    [format!("said {said} {:.0} %", sample.probability * 100.0), format!("is   {is}")]
}

/// The picture at a size for looking at: small ones are enlarged, without blurring, to at least 128 pixels,
/// large ones are reduced to 256.
fn enlarged(pixels: &[u8], size: usize) -> Option<RgbImage> {
    let side = u32::try_from(size).ok().filter(|&side| side > 0)?;
    let picture = RgbImage::from_raw(side, side, pixels.to_vec()).filter(|_| pixels.len() == size * size * 3)?;
    let (shown, filter) = match side {
        0..128 => (side * 128u32.div_ceil(side), imageops::FilterType::Nearest),
        128..=256 => return Some(picture),
        _ => (256, imageops::FilterType::Triangle),
    };
    Some(imageops::resize(&picture, shown, shown, filter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(samples: &[Sample<'_>], size: usize) -> Option<image::GrayImage> {
        let picture = predictions(samples, size, &["cat".to_string(), "dog".to_string()])?;
        let decoded = image::load_from_memory(&picture.png).unwrap().to_luma8();
        assert_eq!(decoded.dimensions(), (picture.width, picture.height));
        Some(decoded)
    }

    #[test]
    fn right_and_wrong_differ_without_colour() {
        let pixels = [90; 8 * 8 * 3];
        let sample = |truth, predicted| Sample { pixels: &pixels, truth, predicted, probability: 0.5 };
        let (right, wrong) = (drawn(&[sample(0, 0)], 8).unwrap(), drawn(&[sample(1, 0)], 8).unwrap());
        let dark = |picture: &image::GrayImage, area: [u32; 4]| {
            let [left, right, top, bottom] = area;
            let pixels = (left..right).flat_map(|x| (top..bottom).map(move |y| (x, y)));
            pixels.map(|(x, y)| picture.get_pixel(x, y).0[0] < 150).collect::<Vec<_>>()
        };
        // The mark stands in front of the caption. A frame of 2 pixels does not reach the third one.
        let (top, bottom) = (128 + 2 * GAP, right.height());
        assert_ne!(dark(&right, [GAP, GAP + MARK, top, bottom]), dark(&wrong, [GAP, GAP + MARK, top, bottom]));
        let inside = |picture: &image::GrayImage| picture.get_pixel(GAP + 2, GAP + 64).0[0];
        assert_eq!(inside(&right), 90);
        assert_ne!(inside(&wrong), 90);
    }

    #[test]
    fn captions_name_both_classes_and_the_probability() {
        let names = ["cat".to_string(), "dog".to_string()];
        let sample = Sample { pixels: &[], truth: 1, predicted: 0, probability: 0.914 };
        assert_eq!(caption(&sample, &names), ["said cat 91 %", "is   dog"]);
    }

    #[test]
    fn sixteen_at_most_of_any_size() {
        for size in [1, 100, 512] {
            let pixels = vec![7; size * size * 3];
            let sample = Sample { pixels: &pixels, truth: 0, predicted: 0, probability: 1.0 };
            let one = drawn(&[sample], size).unwrap();
            let many = drawn(&[sample; 17], size).unwrap();
            assert_eq!((one.width() * 4, one.height() * 4), many.dimensions());
            assert!((128..300).contains(&one.width()), "{}", one.width());
            let five = drawn(&[sample; 5], size).unwrap();
            assert_eq!((one.width() * 4, one.height() * 2), five.dimensions());
        }
        assert!(drawn(&[], 8).is_none());
        let short = Sample { pixels: &[0; 5], truth: 0, predicted: 0, probability: 1.0 };
        assert!(drawn(&[short], 8).is_none() && drawn(&[Sample { pixels: &[], ..short }], 0).is_none());
    }
}
