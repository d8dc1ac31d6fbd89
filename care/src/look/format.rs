//! The format of a picture file, by its first bytes.

use serde::{Deserialize, Serialize};

/// A format of picture files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Pixels without a file, or a format that is not named here.
    #[default]
    Other,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// GIF.
    Gif,
    /// BMP.
    Bmp,
    /// WebP.
    Webp,
    /// AVIF.
    Avif,
    /// TIFF.
    Tiff,
    /// DICOM.
    Dicom,
}

/// All of them, in the order of their numbers.
const ALL: [Format; 9] = [
    Format::Other,
    Format::Jpeg,
    Format::Png,
    Format::Gif,
    Format::Bmp,
    Format::Webp,
    Format::Avif,
    Format::Tiff,
    Format::Dicom,
];

impl Format {
    /// The format of a file that begins with these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let at = |place: usize, mark: &[u8]| bytes.get(place..).is_some_and(|rest| rest.starts_with(mark));
        match () {
            () if at(0, &[0xff, 0xd8, 0xff]) => Self::Jpeg,
            () if at(0, b"\x89PNG") => Self::Png,
            () if at(0, b"GIF8") => Self::Gif,
            () if at(0, b"BM") => Self::Bmp,
            () if at(0, b"RIFF") && at(8, b"WEBP") => Self::Webp,
            () if at(4, b"ftypavi") => Self::Avif,
            () if at(0, b"II*\0") || at(0, b"MM\0*") => Self::Tiff,
            () if at(128, b"DICM") => Self::Dicom,
            () => Self::Other,
        }
    }

    pub(super) fn number(self) -> u8 {
        ALL.iter().position(|format| *format == self).unwrap_or_default() as u8
    }

    pub(super) fn of_number(number: u8) -> Self {
        ALL.get(usize::from(number)).copied().unwrap_or_default()
    }
}
