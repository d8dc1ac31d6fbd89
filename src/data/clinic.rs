//! Pictures of clinic and laboratory, which another crate decodes: how they were read, for a person to know.

use super::refusal::counted;

/// How a picture of clinic or laboratory was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Its width and height in pixels before it was fitted to the network.
    pub size: (usize, usize),
    /// Whether no window was given, so that its greys reach from its smallest value to its largest.
    pub spread: bool,
    /// Whether it comes from a DICOM file, of which only the pixels were read.
    pub dicom: bool,
}

/// Decodes such a picture: RGB8 at its own size, rows from the top.
///
/// # Errors
///
/// Files that are damaged, too large or of a kind that is not read; every file where the feature `clinic` is off.
#[cfg(feature = "clinic")]
pub fn decode(bytes: &[u8]) -> Result<(Vec<u8>, Reading), String> {
    let tabfit_clinic::Picture { width, rgb, spread, dicom } = tabfit_clinic::decode(bytes)?;
    let size = (width, rgb.len() / 3 / width);
    Ok((rgb, Reading { size, spread, dicom }))
}

/// What stands in for the decoder where the feature `clinic` is off.
///
/// # Errors
///
/// Always.
#[cfg(not(feature = "clinic"))]
pub fn decode(_: &[u8]) -> Result<(Vec<u8>, Reading), String> {
    Err("needs decoders, which this part of the program does not have".into())
}

/// How such pictures of a folder were read.
#[derive(Debug, Default)]
pub(super) struct Readings {
    /// Pictures whose values were spread: how many, and the first of them.
    spread: (usize, String),
    dicom: usize,
}

impl Readings {
    pub(super) fn add(&mut self, path: &str, reading: Reading) {
        self.dicom += usize::from(reading.dicom);
        if reading.spread {
            self.spread.0 += 1;
            if self.spread.1.is_empty() {
                self.spread.1 = path.into();
            }
        }
    }

    /// Sentences for the person to read before training.
    pub(super) fn sentences(&self) -> Vec<String> {
        let (spread, path) = &self.spread;
        let dicom = (self.dicom > 0).then(|| {
            let files = counted(self.dicom, "DICOM file", "DICOM files");
            format!("Of {files} only the pixels were read: neither names nor dates nor any other tag.")
        });
        let spread = (*spread > 0).then(|| {
            let say = counted(*spread, "picture does not say", "pictures do not say");
            let its = if *spread == 1 { "its" } else { "their" };
            format!(
                "{say} which of {its} values to show (no window), for example {path}: {its} greys reach from the smallest value to the largest."
            )
        });
        dicom.into_iter().chain(spread).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_told_what_was_made_of_the_values() {
        let mut readings = Readings::default();
        assert_eq!(readings.sentences(), [""; 0]);
        let reading = Reading { size: (4, 4), spread: true, dicom: false };
        readings.add("x/a/1.tif", reading);
        assert_eq!(
            readings.sentences(),
            [
                "1 picture does not say which of its values to show (no window), for example x/a/1.tif: its greys reach from the smallest value to the largest."
            ]
        );
        readings.add("x/a/2.dcm", Reading { dicom: true, ..reading });
        readings.add("x/a/3.dcm", Reading { dicom: true, spread: false, ..reading });
        assert_eq!(
            readings.sentences(),
            [
                "Of 2 DICOM files only the pixels were read: neither names nor dates nor any other tag.",
                "2 pictures do not say which of their values to show (no window), for example x/a/1.tif: their greys reach from the smallest value to the largest."
            ]
        );
    }
}
