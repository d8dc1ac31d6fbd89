//! A picture of clinic or laboratory, which starts from what other programs wrote for the tests of its decoder.
#![no_main]

use std::{fs, path::Path};

use libfuzzer_sys::fuzz_target;
use tabfit_clinic::{decode, recognised};

fn seeds() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clinic/tests/fixtures");
    let paths = fs::read_dir(folder).expect("the checkout is whole").map(|entry| entry.expect("it can be read").path());
    let pictures = paths.filter(|path| path.extension().is_none_or(|ending| ending != "rgb"));
    pictures.map(|path| fs::read(path).expect("it can be read")).collect()
}

fuzz_target!(init: tabfit_fuzz::seed("clinic", &seeds()), |bytes: &[u8]| {
    match decode(bytes) {
        Ok(picture) => {
            assert!(recognised(bytes) || bytes.starts_with(b"\x89PNG"));
            assert!(!picture.rgb.is_empty() && picture.rgb.len().is_multiple_of(picture.width * 3));
        }
        Err(clause) => assert!(!clause.is_empty() && clause.len() < 250, "{clause}"),
    }
});
