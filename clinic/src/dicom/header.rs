//! What a DICOM file says of its pixels (DICOM PS3.3, C.7.6.3 and C.11). Nothing else of it is looked at.

use super::elements::{Elements, PIXELS, Tag, Value};
use super::syntax::Syntax;
use crate::grey::{Shape, Window};
use crate::{DAMAGED, MAX_PIXELS, checked_size};

/// The tags that are read, before that of the pixels.
const SYNTAX: Tag = 0x0002_0010;
const DIRECTORY: Tag = 0x0004_1220;
const SAMPLES: Tag = 0x0028_0002;
const PHOTOMETRIC: Tag = 0x0028_0004;
const PLANAR: Tag = 0x0028_0006;
const FRAMES: Tag = 0x0028_0008;
const ROWS: Tag = 0x0028_0010;
const COLUMNS: Tag = 0x0028_0011;
const ALLOCATED: Tag = 0x0028_0100;
const STORED: Tag = 0x0028_0101;
const HIGH: Tag = 0x0028_0102;
const SIGNED: Tag = 0x0028_0103;
const CENTER: Tag = 0x0028_1050;
const WIDTH: Tag = 0x0028_1051;
const INTERCEPT: Tag = 0x0028_1052;
const SLOPE: Tag = 0x0028_1053;
const SHAPE: Tag = 0x0028_1056;
const TABLE: Tag = 0x0028_3000;

/// What the samples of a pixel mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Photometric {
    /// Grey, the smallest value white.
    Monochrome1,
    /// Grey, the smallest value black.
    Monochrome2,
    /// Red, green, blue.
    Rgb,
    /// Brightness and two differences of colour.
    YbrFull,
    /// The same, with fewer values for colour.
    YbrFull422,
}

/// What a file says of its pixels.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) syntax: Syntax,
    /// 1 of grey, 3 of colours.
    pub(crate) samples: u16,
    pub(crate) photometric: Photometric,
    /// Whether the samples of all pixels follow one another colour by colour.
    pub(crate) planar: bool,
    pub(crate) rows: u16,
    pub(crate) columns: u16,
    /// The bits of a value: those it takes, 8 or 16, those that are used, and the highest of these.
    pub(crate) allocated: u16,
    pub(crate) stored: u16,
    pub(crate) high: u16,
    pub(crate) signed: bool,
    /// From stored values to those that were measured.
    pub(crate) slope: f64,
    pub(crate) intercept: f64,
    pub(crate) window: Option<Window>,
}

/// Values as they come, before it is known whether they fit each other.
#[derive(Default)]
struct Found<'a> {
    syntax: Option<&'a [u8]>,
    photometric: &'a [u8],
    numbers: [Option<u16>; 8],
    frames: Option<f64>,
    center: Option<f64>,
    width: Option<f64>,
    slope: Option<f64>,
    intercept: Option<f64>,
    shape: &'a [u8],
    table: bool,
}

const NUMBERS: [Tag; 8] = [SAMPLES, PLANAR, ROWS, COLUMNS, ALLOCATED, STORED, HIGH, SIGNED];

impl Header {
    /// Reads a file up to its pixels; gives them as they are.
    pub(crate) fn read(bytes: &[u8]) -> Result<(Self, Value<'_>), String> {
        let mut elements = Elements::of(bytes);
        let mut found = Found::default();
        let mut syntax = None;
        loop {
            if syntax.is_none() && elements.group() != Some(2) {
                let known = match found.syntax {
                    Some(number) => Syntax::of(&text(number))?,
                    None if elements.names_kinds() => Syntax::Explicit,
                    None => Syntax::Implicit,
                };
                // What stands there counts: some programs pack pixels and leave the elements as they were.
                elements.set_explicit(elements.names_kinds());
                syntax = Some(known);
            }
            let none = "is a DICOM file without a picture, such as a report, a plan or a curve";
            match elements.next()?.ok_or(none)? {
                (PIXELS, pixels) => return Ok((found.header(syntax.ok_or(DAMAGED)?)?, pixels)),
                (DIRECTORY, _) => return Err("is the list of a disc (DICOMDIR) and no picture".into()),
                (tag, Value::Whole(value)) => found.take(tag, value),
                (tag, _) => found.table |= tag == TABLE,
            }
        }
    }

    pub(crate) fn pixels(&self) -> usize {
        usize::from(self.rows) * usize::from(self.columns)
    }

    pub(crate) fn is_rgb(&self) -> bool {
        self.photometric == Photometric::Rgb
    }
}

impl<'a> Found<'a> {
    fn take(&mut self, tag: Tag, value: &'a [u8]) {
        match tag {
            SYNTAX => self.syntax = Some(value),
            PHOTOMETRIC => self.photometric = value,
            FRAMES => self.frames = number(value),
            CENTER => self.center = number(value),
            WIDTH => self.width = number(value),
            INTERCEPT => self.intercept = number(value),
            SLOPE => self.slope = number(value),
            SHAPE => self.shape = value,
            TABLE => self.table = !value.is_empty(),
            _ => {
                if let (Some(at), [low, high, ..]) = (NUMBERS.iter().position(|known| *known == tag), value) {
                    self.numbers[at] = Some(u16::from_le_bytes([*low, *high]));
                }
            }
        }
    }

    fn header(self, syntax: Syntax) -> Result<Header, String> {
        let [samples, planar, rows, columns, allocated, stored, high, signed] = self.numbers;
        let (rows, columns) = (rows.ok_or(DAMAGED)?, columns.ok_or(DAMAGED)?);
        checked_size(columns.into(), rows.into(), MAX_PIXELS)?;
        if let Some(frames) = self.frames.filter(|&frames| frames > 1.0) {
            return Err(format!("is a DICOM file of {frames} frames; save each frame as a file of its own"));
        }
        let allocated = allocated.ok_or(DAMAGED)?;
        let stored = stored.unwrap_or(allocated);
        let high = high.unwrap_or(stored.saturating_sub(1));
        let samples = samples.unwrap_or(1);
        let name = text(self.photometric);
        let photometric = match (name.as_str(), samples) {
            ("MONOCHROME1", 1) => Photometric::Monochrome1,
            ("MONOCHROME2", 1) => Photometric::Monochrome2,
            ("RGB", 3) => Photometric::Rgb,
            ("YBR_FULL", 3) => Photometric::YbrFull,
            ("YBR_FULL_422", 3) if syntax == Syntax::Jpeg => Photometric::YbrFull422,
            _ => {
                return Err(format!(
                    "is a DICOM picture whose colours tabfit does not read ({name}); save it as JPEG or PNG"
                ));
            }
        };
        if ![8, 16].contains(&allocated) || (samples == 3 && allocated != 8) {
            let of = if samples == 3 { "colours of 8 bits" } else { "greys of 8 to 16 bits" };
            return Err(format!("is a DICOM picture with {allocated} bits for each value; {of} are read"));
        }
        if !(1..=allocated).contains(&stored) || high >= allocated || high + 1 < stored {
            return Err(DAMAGED.into());
        }
        if self.table {
            return Err("is a DICOM picture whose values go through a table (Modality LUT), which tabfit does not read; save it as JPEG or PNG".into());
        }
        let shape = match text(self.shape).as_str() {
            "LINEAR_EXACT" => Shape::LinearExact,
            "SIGMOID" => Shape::Sigmoid,
            _ => Shape::Linear,
        };
        Ok(Header {
            syntax,
            samples,
            photometric,
            planar: planar == Some(1),
            rows,
            columns,
            allocated,
            stored,
            high,
            signed: signed == Some(1),
            slope: self.slope.filter(|&slope| slope != 0.0).unwrap_or(1.0),
            intercept: self.intercept.unwrap_or(0.0),
            window: self.center.zip(self.width).and_then(|(center, width)| Window::new(center, width, shape)),
        })
    }
}

/// A name as DICOM writes it, without what fills it up; what else it holds is left out, because it may come before a person.
fn text(value: &[u8]) -> String {
    let known = |byte: &&u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"._ ".contains(byte);
    let kept: String = value.iter().take(64).filter(known).map(|&byte| char::from(byte)).collect();
    kept.trim().into()
}

/// The first of the numbers of a text, such as `40\400`.
fn number(value: &[u8]) -> Option<f64> {
    let first = value.split(|&byte| byte == b'\\').next()?;
    let number: f64 = std::str::from_utf8(first).ok()?.trim_matches(['\0', ' ']).parse().ok()?;
    number.is_finite().then_some(number)
}
