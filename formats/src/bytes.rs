//! The bytes of a file, wherever they are: in memory, or in JavaScript's, of which only what is read is copied.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use hdf5_pure::{FormatError, Source};

/// A file that is read piece by piece.
pub trait Bytes: Send + Sync + 'static {
    /// The length in bytes.
    fn length(&self) -> u64;

    /// Fills the buffer from a position on; the caller asks for nothing beyond the length.
    fn copy(&self, position: u64, buffer: &mut [u8]);
}

impl Bytes for Vec<u8> {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn copy(&self, position: u64, buffer: &mut [u8]) {
        buffer.copy_from_slice(&self[position as usize..][..buffer.len()]);
    }
}

/// A piece of a file: all of it, or a file inside an archive.
#[derive(Clone)]
pub(crate) struct Piece {
    bytes: Arc<dyn Bytes>,
    start: u64,
    length: u64,
    /// Where the next read begins.
    position: u64,
}

impl Piece {
    pub(crate) fn all(bytes: impl Bytes) -> Self {
        let length = bytes.length();
        Self { bytes: Arc::new(bytes), start: 0, length, position: 0 }
    }

    /// A piece of this piece; `None` if it is not inside.
    pub(crate) fn part(&self, start: u64, length: u64) -> Option<Self> {
        let end = start.checked_add(length).filter(|&end| end <= self.length)?;
        Some(Self { bytes: Arc::clone(&self.bytes), start: self.start + end - length, length, position: 0 })
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }
}

impl Source for Piece {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), FormatError> {
        let length = buffer.len() as u64;
        // The address of what is nowhere in the file.
        if offset == u64::MAX {
            return Err(FormatError::OffsetOverflow { offset, length });
        }
        if offset.checked_add(length).is_none_or(|end| end > self.length) {
            let available = self.length.saturating_sub(offset) as usize;
            return Err(FormatError::UnexpectedEof { expected: buffer.len(), available });
        }
        self.bytes.copy(self.start + offset, buffer);
        Ok(())
    }
}

impl Read for Piece {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.length.saturating_sub(self.position).min(buffer.len() as u64) as usize;
        self.bytes.copy(self.start + self.position.min(self.length), &mut buffer[..length]);
        self.position += length as u64;
        Ok(length)
    }
}

impl Seek for Piece {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
