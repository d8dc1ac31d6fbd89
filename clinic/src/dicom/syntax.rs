//! How the pixels of a DICOM file are packed: its transfer syntax, which it names by a number (DICOM PS3.6, table A-1).

/// A packing that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// Not packed, and elements do not name the kinds of their values.
    Implicit,
    /// Not packed.
    Explicit,
    /// Packed by runs of equal bytes.
    Rle,
    /// Packed as JPEG.
    Jpeg,
}

const OF_JPEG: [&str; 4] = [
    "1.2.840.10008.1.2.4.50", // baseline
    "1.2.840.10008.1.2.4.51", // extended, of which that of 8 bits is read
    "1.2.840.10008.1.2.4.57", // lossless
    "1.2.840.10008.1.2.4.70", // lossless, by the pixel to the left
];

/// Packings that are not read, by the end of their number after `1.2.840.10008.1.2.`, and the beginnings of further ones.
const UNREAD: [(&str, &str); 12] = [
    ("1.99", "Deflated Explicit VR Little Endian"),
    ("2", "Explicit VR Big Endian"),
    ("4.80", "JPEG-LS Lossless"),
    ("4.81", "JPEG-LS Near-Lossless"),
    ("4.90", "JPEG 2000 Lossless"),
    ("4.91", "JPEG 2000"),
    ("4.92", "JPEG 2000 Part 2 Lossless"),
    ("4.93", "JPEG 2000 Part 2"),
    ("4.10", "MPEG video"), // 4.100 to 4.108
    ("4.11", "JPEG XL"),
    ("4.20", "High-Throughput JPEG 2000"),
    ("4.", "an older kind of JPEG"),
];

impl Syntax {
    /// The packing with this number.
    pub(crate) fn of(number: &str) -> Result<Self, String> {
        match number {
            "1.2.840.10008.1.2" => Ok(Self::Implicit),
            "1.2.840.10008.1.2.1" => Ok(Self::Explicit),
            "1.2.840.10008.1.2.5" => Ok(Self::Rle),
            jpeg if OF_JPEG.contains(&jpeg) => Ok(Self::Jpeg),
            other => {
                let end = other.strip_prefix("1.2.840.10008.1.2.").unwrap_or_default();
                let exact = UNREAD.iter().find(|(known, _)| *known == end);
                let begun = || UNREAD.iter().skip(8).find(|(known, _)| end.starts_with(known));
                Err(unread(exact.or_else(begun).map_or(other, |(_, name)| name)))
            }
        }
    }
}

/// The clause for a packing that is not read.
pub(crate) fn unread(name: &str) -> String {
    format!("is a DICOM file packed as {name}, which tabfit does not read; save it uncompressed, or as JPEG or PNG")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_packing_that_is_not_read_has_a_name() {
        let name = |number: &str| Syntax::of(number).unwrap_err();
        assert!(name("1.2.840.10008.1.2.2").contains("packed as Explicit VR Big Endian, which"));
        assert!(name("1.2.840.10008.1.2.4.90").contains("packed as JPEG 2000 Lossless, which"));
        assert!(name("1.2.840.10008.1.2.4.102").contains("packed as MPEG video, which"));
        assert!(name("1.2.840.10008.1.2.4.203").contains("packed as High-Throughput JPEG 2000, which"));
        assert!(name("1.2.840.10008.1.2.4.55").contains("packed as an older kind of JPEG, which"));
        assert!(name("1.2.3").contains("packed as 1.2.3, which"));
        assert_eq!(Syntax::of("1.2.840.10008.1.2.4.70"), Ok(Syntax::Jpeg));
    }
}
