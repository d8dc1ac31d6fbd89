//! Tells by its first bytes whether a file is a picture of clinic or laboratory, whatever its name says.

/// Where the tags of a DICOM file begin: after 128 bytes for anything, and four letters.
pub(crate) const PREAMBLE: usize = 132;

/// How many bytes of a file [`recognised`] looks at.
pub const LOOKED_AT: usize = PREAMBLE;

/// Whether bytes begin as those of a picture that this crate decodes.
#[must_use]
pub fn recognised(bytes: &[u8]) -> bool {
    is_dicom(bytes) || is_tiff(bytes) || is_deep_png(bytes)
}

pub(crate) fn has_preamble(bytes: &[u8]) -> bool {
    bytes.get(PREAMBLE - 4..PREAMBLE) == Some(b"DICM")
}

/// Whether bytes begin as DICOM files do: with a preamble, or, in older files, with a tag of the first groups.
#[must_use]
pub fn is_dicom(bytes: &[u8]) -> bool {
    match bytes {
        _ if has_preamble(bytes) => true,
        // Two letters for the kind of the value, or its length, even and below 256.
        [2 | 8, 0, _, 0, a, b, c, d, ..] => {
            (a.is_ascii_uppercase() && b.is_ascii_uppercase()) || (a % 2 == 0 && [*b, *c, *d] == [0; 3])
        }
        _ => false,
    }
}

pub(crate) fn is_tiff(bytes: &[u8]) -> bool {
    matches!(bytes, [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..])
}

/// Whether it is a PNG of 16 bits of grey, whose header comes first and has a fixed length.
fn is_deep_png(bytes: &[u8]) -> bool {
    is_png(bytes) && bytes.get(12..16) == Some(b"IHDR") && bytes.get(24..26) == Some(&[16, 0])
}

pub(crate) fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_by_their_bytes() {
        let preamble = [&[0; 128][..], b"DICM"].concat();
        assert_eq!(preamble.len(), LOOKED_AT);
        assert!(recognised(&preamble) && recognised(b"II*\0") && recognised(b"MM\0+"));
        assert!(recognised(b"\x08\0\x05\0CS\x0a\0ISO") && recognised(b"\x08\0\x05\0\x0a\0\0\0ISO"));
        let png = |depth, kind| [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08"[..], &[depth, kind]].concat();
        assert!(recognised(&png(16, 0)));
        for other in [&png(8, 0)[..], &png(16, 2), b"", b"All rights reserved", b"\xff\xd8\xff\xe0", &preamble[..131]] {
            assert!(!recognised(other));
        }
    }
}
