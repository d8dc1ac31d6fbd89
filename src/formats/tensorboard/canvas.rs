//! Drawing on a picture: text, lines and rectangles.

use std::convert::Infallible;
use std::io::Cursor;

use embedded_graphics::mono_font::{
    MonoFont, MonoTextStyle, iso_8859_1, iso_8859_2, iso_8859_5, iso_8859_7, iso_8859_9, iso_8859_13,
};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{Line, PrimitiveStyle, Rectangle, StyledDrawable};
use embedded_graphics::text::{Alignment, Baseline, Text, TextStyleBuilder};
use image::{ImageFormat, Rgb, RgbImage, imageops};

/// A picture as TensorBoard shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The file's bytes.
    pub png: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// Every font has glyphs of this size in pixels.
pub(super) const GLYPH: Size = Size::new(9, 15);

/// For Western and Central European, Cyrillic, Greek, Turkish and Baltic names.
const FONTS: [&MonoFont<'static>; 6] = [
    &iso_8859_1::FONT_9X15,
    &iso_8859_2::FONT_9X15,
    &iso_8859_5::FONT_9X15,
    &iso_8859_7::FONT_9X15,
    &iso_8859_9::FONT_9X15,
    &iso_8859_13::FONT_9X15,
];

/// The first font that has every character of `text`.
fn font(text: &str) -> Option<&'static MonoFont<'static>> {
    let has = |font: &MonoFont<'_>, c| c == '?' || font.glyph_mapping.index(c) != font.glyph_mapping.index('\0');
    FONTS.into_iter().find(|font| text.chars().all(|c| has(font, c)))
}

/// A class's name, cut to `most` characters, or `class` and its number where no font has the name.
pub(super) fn label(class_names: &[String], class: usize, most: usize) -> String {
    match class_names.get(class).filter(|name| font(name).is_some()) {
        Some(name) if name.chars().count() > most => name.chars().take(most - 2).chain("..".chars()).collect(),
        Some(name) => name.clone(),
        None => format!("class {class}"),
    }
}

/// The width of `text` in pixels.
pub(super) fn width(text: &str) -> u32 {
    text.chars().count() as u32 * GLYPH.width
}

/// A sheet to draw on, white at first.
pub(super) struct Canvas(RgbImage);

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Self {
        Self(RgbImage::from_pixel(width, height, Rgb([255; 3])))
    }

    /// Writes `text` aligned to `at`, on whose row its middle lies.
    pub(super) fn text(&mut self, text: &str, at: Point, alignment: Alignment, colour: Rgb888) {
        let font = font(text).unwrap_or(FONTS[0]);
        let style = TextStyleBuilder::new().alignment(alignment).baseline(Baseline::Middle).build();
        let Ok(_) = Text::with_text_style(text, at, MonoTextStyle::new(font, colour), style).draw(self);
    }

    /// Writes `text` from bottom to top; it ends at `at`, on whose column its middle lies.
    pub(super) fn upright_text(&mut self, text: &str, at: Point) {
        let mut sheet = Self::new(width(text), GLYPH.height);
        sheet.text(text, Point::new(0, GLYPH.height as i32 / 2), Alignment::Left, Rgb888::BLACK);
        let upright = imageops::rotate270(&sheet.0);
        imageops::replace(&mut self.0, &upright, i64::from(at.x) - i64::from(upright.width() / 2), i64::from(at.y));
    }

    pub(super) fn fill(&mut self, area: Rectangle, colour: Rgb888) {
        let Ok(()) = area.draw_styled(&PrimitiveStyle::with_fill(colour), self);
    }

    pub(super) fn frame(&mut self, area: Rectangle, colour: Rgb888, stroke: u32) {
        let Ok(()) = area.draw_styled(&PrimitiveStyle::with_stroke(colour, stroke), self);
    }

    /// A line from each point to the next.
    pub(super) fn lines(&mut self, points: &[Point], colour: Rgb888, stroke: u32) {
        for ends in points.windows(2) {
            let Ok(()) = Line::new(ends[0], ends[1]).draw_styled(&PrimitiveStyle::with_stroke(colour, stroke), self);
        }
    }

    pub(super) fn paste(&mut self, picture: &RgbImage, at: Point) {
        imageops::replace(&mut self.0, picture, i64::from(at.x), i64::from(at.y));
    }

    pub(super) fn into_picture(self) -> Picture {
        let mut png = Cursor::new(Vec::new());
        self.0.write_to(&mut png, ImageFormat::Png).expect("memory takes every byte, and the picture has pixels");
        Picture { png: png.into_inner(), width: self.0.width(), height: self.0.height() }
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        Size::new(self.0.width(), self.0.height())
    }
}

impl DrawTarget for Canvas {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(at, colour) in pixels {
            let inside = u32::try_from(at.x).ok().zip(u32::try_from(at.y).ok());
            if let Some(pixel) = inside.and_then(|(x, y)| self.0.get_pixel_mut_checked(x, y)) {
                *pixel = Rgb([colour.r(), colour.g(), colour.b()]);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_drawn_where_a_font_has_them() {
        let names = ["glioma", "Хомяк", "γάτα", "Łódź", "猫", "a name of more than a few letters"].map(String::from);
        let labels: Vec<String> = (0..7).map(|class| label(&names, class, 20)).collect();
        assert_eq!(labels, ["glioma", "Хомяк", "γάτα", "Łódź", "class 4", "a name of more tha..", "class 6"]);
    }
}
