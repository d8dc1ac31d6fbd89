//! Decodes pictures of clinic and laboratory, which browsers do not: DICOM, TIFF, and grey PNG of 16 bits.
//!
//! Such pictures hold up to 65,536 shades of grey, and a screen or a network of pictures takes 256. A DICOM file may say which of
//! its values are worth seeing, by the centre and width of a window. Where nothing does, the greys reach from the smallest value
//! of the picture to its largest, and [`Picture::spread`] tells of it, so that a person can be told.
//!
//! Of a DICOM file only what makes the pixels is read. Names, dates and all other tags are stepped over and kept nowhere.
//! In the page this is a part of its own (`parts/clinic`), which is loaded once such a picture is there.

#[cfg(feature = "decode")]
mod decode;
#[cfg(feature = "decode")]
mod dicom;
#[cfg(feature = "decode")]
mod grey;
#[cfg(feature = "decode")]
mod png;
mod recognise;
#[cfg(feature = "decode")]
mod tiff;

#[cfg(feature = "decode")]
pub(crate) use decode::{DAMAGED, checked_size, rgb_of};
#[cfg(feature = "decode")]
pub use decode::{MAX_PIXELS, decode};
pub use recognise::{LOOKED_AT, is_dicom, recognised};

/// A picture as a screen shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its width in pixels, at least 1.
    pub width: usize,
    /// Interleaved RGB8, `width` pixels in a row, rows from the top.
    pub rgb: Vec<u8>,
    /// Whether no window was given, so that its greys reach from its smallest value to its largest.
    pub spread: bool,
    /// Whether it comes from a DICOM file, most of which was not read.
    pub dicom: bool,
}
