//! Reads the files of a zip archive one by one, like those of a folder.

use std::io::{Read, Seek};

use zip::ZipArchive;

use crate::error::{Error, Result};

const MAX_FILES: usize = 200_000;
/// The largest file that is unpacked, so that a zip bomb cannot fill the memory.
const MAX_FILE_BYTES: u64 = 128 << 20;

/// An open archive.
#[derive(Debug)]
pub struct ZipFolder<R> {
    archive: ZipArchive<R>,
    paths: Vec<String>,
}

impl<R: Read + Seek> ZipFolder<R> {
    /// Opens an archive and reads its list of files.
    ///
    /// # Errors
    ///
    /// It is not a zip archive, is cut off, or lists more than 200,000 files.
    pub fn open(reader: R) -> Result<Self> {
        let archive = ZipArchive::new(reader)
            .map_err(|error| Error::Dataset(format!("The zip archive cannot be opened ({error}); make it again.")))?;
        if archive.len() > MAX_FILES {
            return Err(Error::Dataset(format!(
                "The zip archive lists {} files; at most {MAX_FILES} are read.",
                archive.len()
            )));
        }
        let paths = (archive.file_names())
            .map(|name| name.map_or_else(|_| "a file whose name cannot be read".into(), std::borrow::Cow::into_owned))
            .collect();
        Ok(Self { archive, paths })
    }

    /// The paths inside, in the order of the archive; folders end in `/`.
    #[must_use]
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// Unpacks one file.
    ///
    /// # Errors
    ///
    /// It is damaged, encrypted, packed by an unusual method, or unpacks to more than 128 MB.
    pub fn read(&mut self, index: usize) -> Result<Vec<u8>> {
        let path = self.paths.get(index).cloned().unwrap_or_default();
        let unreadable = |reason: String| Error::Dataset(format!("{path} in the zip archive {reason}."));
        let file = self.archive.by_index(index).map_err(|error| unreadable(format!("cannot be unpacked ({error})")))?;
        let mut bytes = Vec::new();
        // The declared size may lie, so the reading itself is bounded.
        file.take(MAX_FILE_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(format!("is damaged ({error})")))?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(unreadable(format!("unpacks to more than {} MB", MAX_FILE_BYTES >> 20)));
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in files {
            writer.start_file(*path, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn files_come_out_as_they_went_in() {
        let bytes = archive(&[("pets/cat/1.png", b"meow"), ("pets/dog/1.png", b"woof")]);
        let mut folder = ZipFolder::open(Cursor::new(bytes)).unwrap();
        assert_eq!(folder.paths(), ["pets/cat/1.png", "pets/dog/1.png"]);
        assert_eq!(folder.read(1).unwrap(), b"woof");
    }

    #[test]
    fn a_bomb_is_stopped_and_a_cut_archive_refused() {
        let bytes = archive(&[("bomb.png", &vec![0; (MAX_FILE_BYTES + 2) as usize])]);
        assert!(bytes.len() < 1 << 20);
        let cut = bytes[..bytes.len() / 2].to_vec();
        let error = ZipFolder::open(Cursor::new(bytes)).unwrap().read(0).unwrap_err();
        assert!(error.to_string().contains("more than 128 MB"), "{error}");
        assert!(ZipFolder::open(Cursor::new(cut)).is_err());
    }
}
