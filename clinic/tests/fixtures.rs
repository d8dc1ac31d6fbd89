//! Files that pydicom, GDCM, Pillow and tifffile wrote, and what they and numpy make of them: `tests/roundtrip/clinic_files.py`
//! made both.

use std::{fs, path::Path};

use tabfit_clinic::{decode, is_dicom, recognised};

/// How much a value may differ: JPEG that loses something is rounded differently by each decoder.
const OF_LOSSY_JPEG: u8 = 2;

/// A file, by its name.
struct Fixture {
    name: String,
    bytes: Vec<u8>,
    /// Its width in two bytes, whether its values are spread in one, and RGB; `None` of a file that is refused.
    expected: Option<Vec<u8>>,
}

fn fixtures() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let read = |path: &Path| fs::read(path).expect("the checkout can be read");
    let entries = fs::read_dir(folder).expect("the checkout is whole");
    let paths = entries.map(|entry| entry.expect("the checkout can be read").path());
    let pictures = paths.filter(|path| path.extension().is_none_or(|ending| ending != "rgb"));
    let fixture = |path: std::path::PathBuf| {
        let name = path.file_name().expect("it is a file").to_string_lossy().into_owned();
        let pixels = path.with_file_name(format!("{name}.rgb"));
        Fixture { bytes: read(&path), expected: pixels.exists().then(|| read(&pixels)), name }
    };
    pictures.map(fixture).collect()
}

fn bytes(wanted: &str) -> Vec<u8> {
    let found = fixtures().into_iter().find(|fixture| fixture.name == wanted);
    found.expect("there is such a file").bytes
}

#[test]
fn pixels_are_those_of_pydicom_pillow_and_numpy() {
    let mut compared = 0;
    for Fixture { name, bytes, expected } in fixtures() {
        let Some(expected) = expected else { continue };
        let picture = decode(&bytes).unwrap_or_else(|reason| panic!("{name} {reason}"));
        let ([low, high, spread], rgb) = expected.split_first_chunk().unwrap();
        assert_eq!(picture.width, usize::from(u16::from_le_bytes([*low, *high])), "{name}");
        assert_eq!((picture.spread, picture.dicom), (*spread == 1, is_dicom(&bytes)), "{name}");
        assert_eq!(picture.rgb.len(), rgb.len(), "{name}");
        let apart = picture.rgb.iter().zip(rgb).map(|(a, b)| a.abs_diff(*b)).max();
        let may_differ = if name.starts_with("jpeg-baseline") { OF_LOSSY_JPEG } else { 0 };
        assert!(apart.unwrap() <= may_differ, "{name} differs by {apart:?}");
        assert!(recognised(&bytes), "{name}");
        assert!(picture.rgb.iter().max().unwrap() - picture.rgb.iter().min().unwrap() > 150, "{name} shows something");
        compared += 1;
    }
    assert_eq!(compared, 33);
}

#[test]
fn what_is_not_read_is_refused_by_name() {
    for (name, clause) in [
        ("two-frames.dcm", "is a DICOM file of 2 frames; save each frame as a file of its own"),
        (
            "palette.dcm",
            "is a DICOM picture whose colours tabfit does not read (PALETTE COLOR); save it as JPEG or PNG",
        ),
        (
            "table.dcm",
            "is a DICOM picture whose values go through a table (Modality LUT), which tabfit does not read; save it as JPEG or PNG",
        ),
        ("thirty-two-bits.dcm", "is a DICOM picture with 32 bits for each value; greys of 8 to 16 bits are read"),
        ("report.dcm", "is a DICOM file without a picture, such as a report, a plan or a curve"),
        ("directory.dcm", "is the list of a disc (DICOMDIR) and no picture"),
        (
            "jpeg-2000.dcm",
            "is a DICOM file packed as JPEG 2000 Lossless, which tabfit does not read; save it uncompressed, or as JPEG or PNG",
        ),
        (
            "big-endian.dcm",
            "is a DICOM file packed as Explicit VR Big Endian, which tabfit does not read; save it uncompressed, or as JPEG or PNG",
        ),
        ("cut.dcm", "is damaged or cut off"),
        ("two-pages.tif", "is a TIFF of several pages; save each page as a file of its own"),
        (
            "one-bit.tif",
            "is a TIFF of a kind that tabfit does not read (grey, 1 bits); save it as grey or RGB of 8 or 16 bits, or as PNG",
        ),
    ] {
        assert_eq!(decode(&bytes(name)).unwrap_err(), clause, "{name}");
    }
    assert_eq!(decode(b"words").unwrap_err(), "is not a picture, whatever its name says");
}

/// A patient's name stands in each of these files, and other tags: what is changed in them changes no picture.
#[test]
fn no_other_tag_changes_the_picture() {
    let bytes = bytes("explicit-12.dcm");
    let at = bytes.windows(11).position(|some| some == b"Nobody^Here").expect("the name stands in the file");
    let mut other = bytes.clone();
    other[at..at + 11].copy_from_slice(b"Somebody^El");
    assert_eq!(decode(&other), decode(&bytes));
}

#[test]
fn a_file_that_is_cut_anywhere_is_a_clause_and_no_panic() {
    for Fixture { name, bytes, .. } in fixtures() {
        for end in 0..bytes.len() {
            if let Err(clause) = decode(&bytes[..end]) {
                assert!(!clause.is_empty() && !clause.ends_with('.'), "{name} {clause}");
            }
        }
    }
}

#[test]
fn a_huge_claim_is_refused_before_memory_is_taken() {
    let claim = |name: &str, tag: &[u8]| {
        let mut bytes = bytes(name);
        // The last one is that of the picture: an earlier one stands in a sequence.
        let at = bytes.windows(4).rposition(|some| some == tag).unwrap();
        bytes[at + 8..at + 10].copy_from_slice(&[0xff, 0xff]);
        decode(&bytes).unwrap_err()
    };
    let rows = [0x28, 0, 0x10, 0];
    assert_eq!(claim("explicit-12.dcm", &rows), "is damaged or cut off");
    assert_eq!(claim("rle-8.dcm", &rows), "is damaged or cut off");
    assert_eq!(claim("jpeg-lossless-8.dcm", &rows), "is damaged or cut off");
}
