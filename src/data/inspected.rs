//! What tells a file from others, before its picture is decoded.

use tabfit_care::{Content, FileFacts, Look};

/// What tells a file from others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inspected {
    pub(super) bytes: u64,
    /// CRC-32, by which earlier versions knew files.
    pub(super) checksum: u32,
    pub(super) facts: FileFacts,
}

impl Inspected {
    /// An encoded picture of `size`: its width and height in pixels, 0 where only its decoder reads them.
    pub(super) fn of(bytes: &[u8], size: (usize, usize)) -> Self {
        Self { bytes: bytes.len() as u64, checksum: crc32fast::hash(bytes), facts: FileFacts::of(bytes, size) }
    }

    /// Pixels alone, of a square with this side: there is no file whose bytes could be told apart.
    pub(super) fn of_pixels(rgb: &[u8], side: usize) -> Self {
        let side = side as u32;
        let facts = FileFacts { content: Content::of(rgb), width: side, height: side, ..FileFacts::default() };
        Self { bytes: rgb.len() as u64, checksum: crc32fast::hash(rgb), facts }
    }

    /// The same, with the width and height that the decoder found, if only it could read them.
    pub(super) fn measured(mut self, look: Option<&Look>) -> Self {
        if let Some(look) = look.filter(|_| self.facts.width == 0) {
            (self.facts.width, self.facts.height) = (look.file.width, look.file.height);
        }
        self
    }
}
