//! A picture of clinic or laboratory, which starts from what other programs wrote for the tests of its decoder.
#![no_main]

use std::{fs, path::Path};

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use tabfit_clinic::{decode, recognised};
use tabfit_fuzz::{mutate, pieces, seed, tags};

fn seeds() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clinic/tests/fixtures");
    let paths = fs::read_dir(folder).expect("the checkout is whole").map(|entry| entry.expect("it can be read").path());
    let pictures = paths.filter(|path| path.extension().is_none_or(|ending| ending != "rgb"));
    pictures.map(|path| fs::read(path).expect("it can be read")).collect()
}

/// A part of a TIFF, or a piece of DICOM or PNG.
fn part(file: &[u8], seed: u32) -> Option<Vec<u8>> {
    tags(file, seed).or_else(|| pieces(file, seed))
}

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(part, data, size, most, seed) });

fuzz_target!(init: seed("clinic", &seeds()), |bytes: &[u8]| {
    match decode(bytes) {
        Ok(picture) => {
            assert!(recognised(bytes) || bytes.starts_with(b"\x89PNG"));
            assert!(!picture.rgb.is_empty() && picture.rgb.len().is_multiple_of(picture.width * 3));
        }
        Err(clause) => assert!(!clause.is_empty() && clause.len() < 250, "{clause}"),
    }
});
