//! TIFF of microscopes and scanners: one page of grey or RGB, of 8 or 16 bits, or of what else measures greys.

use std::io::Cursor;

use tiff::ColorType;
use tiff::TiffError;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

use crate::grey::{Range, rounded};
use crate::{DAMAGED, MAX_PIXELS, Picture, checked_size, rgb_of};

type Bytes<'a> = Decoder<Cursor<&'a [u8]>>;

/// Decodes a TIFF. Greys of more than 8 bits are spread from the smallest, black, to the largest, white.
pub(crate) fn decode(bytes: &[u8]) -> Result<Picture, String> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MAX_PIXELS * 8; // RGBA of 16 bits, or doubles
    limits.intermediate_buffer_size = MAX_PIXELS * 8;
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(refusal)?.with_limits(limits);
    let (width, height) = decoder.dimensions().map_err(refusal)?;
    let (width, height) = (width as usize, height as usize);
    let pixels = checked_size(width, height, MAX_PIXELS)?;
    let kind = decoder.colortype().map_err(refusal)?;
    let more: Option<Vec<u16>> = decoder.find_tag_unsigned_vec(Tag::ExtraSamples).ok().flatten();
    let opacity = more.and_then(|more| Opacity::new(*more.first()?));
    let samples = match kind {
        ColorType::Gray(8..) => 1,
        // The decoder has no name of its own for grey with opacity.
        ColorType::Multiband { bit_depth: 8, num_samples: 2 } if opacity.is_some() => 2,
        ColorType::RGB(8 | 16) => 3,
        ColorType::RGBA(8 | 16) => 4,
        other => return Err(unread(&described(other))),
    };
    let apart: Option<u16> = decoder.find_tag_unsigned(Tag::PlanarConfiguration).ok().flatten();
    if samples > 1 && apart == Some(2) {
        return Err(unread("each colour apart"));
    }
    let orientation = decoder.find_tag_unsigned(Tag::Orientation).ok().flatten().unwrap_or(1);
    let values = decoder.read_image().map_err(refusal)?;
    if has_another_page(&mut decoder)? {
        return Err("is a TIFF of several pages; save each page as a file of its own".into());
    }
    let (rgb, spread) = shown(values, samples, opacity)?;
    if rgb.len() != pixels * 3 {
        return Err(DAMAGED.into());
    }
    let (width, rgb) = upright(orientation, width, height, rgb);
    Ok(Picture { width, rgb, spread, dicom: false })
}

/// The opacity that a file has behind the colours of each pixel, by TIFF 6.0, page 31.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opacity {
    /// The colours have been multiplied by it already.
    Associated,
    /// The colours are as they are without it.
    Unassociated,
}

impl Opacity {
    fn new(extra: u16) -> Option<Self> {
        match extra {
            1 => Some(Self::Associated),
            2 => Some(Self::Unassociated),
            _ => None,
        }
    }
}

/// Whether there is a page that is not a smaller copy of another.
fn has_another_page(decoder: &mut Bytes<'_>) -> Result<bool, String> {
    while decoder.more_images() {
        decoder.next_image().map_err(refusal)?;
        let kind: u32 = decoder.find_tag_unsigned(Tag::NewSubfileType).ok().flatten().unwrap_or(0);
        if kind & 1 == 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// RGB of the samples of all pixels, and whether they were spread.
fn shown(values: DecodingResult, samples: usize, opacity: Option<Opacity>) -> Result<(Vec<u8>, bool), String> {
    let spread = |greys: Vec<u8>| Ok((rgb_of(&greys), true));
    match (values, samples) {
        (DecodingResult::U8(greys), 1) => Ok((rgb_of(&greys), false)),
        (DecodingResult::U8(values), 3) => Ok((values, false)),
        (DecodingResult::U8(values), _) => Ok((over_black(&values, samples, opacity), false)),
        (DecodingResult::U16(values), 1) => spread(spread_out(&values)),
        // The brightness of three channels has a meaning only together, so that it stays as it is.
        (DecodingResult::U16(values), 3 | 4) => {
            let bytes: Vec<u8> = values.iter().map(|&value| rounded(f64::from(value) / 257.0)).collect();
            Ok((if samples == 3 { bytes } else { over_black(&bytes, samples, opacity) }, false))
        }
        (DecodingResult::I8(values), 1) => spread(spread_out(&values)),
        (DecodingResult::I16(values), 1) => spread(spread_out(&values)),
        (DecodingResult::U32(values), 1) => spread(spread_out(&values)),
        (DecodingResult::I32(values), 1) => spread(spread_out(&values)),
        (DecodingResult::F32(values), 1) => spread(spread_out(&values)),
        (DecodingResult::F64(values), 1) => spread(spread_out(&values)),
        _ => Err(unread("numbers of an unusual kind")),
    }
}

fn spread_out<T: Copy + Into<f64>>(values: &[T]) -> Vec<u8> {
    let range = Range::of(values.iter().map(|&value| value.into()));
    values.iter().map(|&value| range.grey(value.into())).collect()
}

/// Lays pixels of grey or RGB, with their opacity behind them, over black.
fn over_black(values: &[u8], samples: usize, opacity: Option<Opacity>) -> Vec<u8> {
    let pixel = |pixel: &[u8]| {
        let share = if opacity == Some(Opacity::Associated) { 1.0 } else { f64::from(pixel[samples - 1]) / 255.0 };
        let laid = |value: u8| rounded(f64::from(value) * share);
        if samples == 2 { [laid(pixel[0]); 3] } else { [laid(pixel[0]), laid(pixel[1]), laid(pixel[2])] }
    };
    values.chunks_exact(samples).flat_map(pixel).collect()
}

/// Turns and mirrors a picture as its tag says: 1 is as it should be, see TIFF 6.0, page 36. The width may change.
fn upright(orientation: u16, width: usize, height: usize, rgb: Vec<u8>) -> (usize, Vec<u8>) {
    if !(2..=8).contains(&orientation) {
        return (width, rgb);
    }
    let (wide, high) = if orientation >= 5 { (height, width) } else { (width, height) };
    let mut turned = Vec::with_capacity(rgb.len());
    for y in 0..high {
        for x in 0..wide {
            let (column, row) = match orientation {
                2 => (width - 1 - x, y),
                3 => (width - 1 - x, height - 1 - y),
                4 => (x, height - 1 - y),
                5 => (y, x),
                6 => (y, height - 1 - x),
                7 => (width - 1 - y, height - 1 - x),
                _ => (width - 1 - y, x),
            };
            let at = (row * width + column) * 3;
            turned.extend_from_slice(&rgb[at..at + 3]);
        }
    }
    (wide, turned)
}

fn described(kind: ColorType) -> String {
    let bits = kind.bit_depth();
    let name = match kind {
        ColorType::Gray(_) | ColorType::GrayA(_) => "grey",
        ColorType::RGB(_) | ColorType::RGBA(_) => "RGB",
        ColorType::Palette(_) => "a palette",
        ColorType::CMYK(_) | ColorType::CMYKA(_) => "CMYK",
        ColorType::YCbCr(_) => "YCbCr",
        ColorType::Lab(_) => "Lab",
        _ => "several bands",
    };
    format!("{name}, {bits} bits")
}

fn unread(what: &str) -> String {
    format!("is a TIFF of a kind that tabfit does not read ({what}); save it as grey or RGB of 8 or 16 bits, or as PNG")
}

fn refusal(error: TiffError) -> String {
    match error {
        TiffError::UnsupportedError(_) => unread("its compression or its layout"),
        _ => DAMAGED.into(),
    }
}
