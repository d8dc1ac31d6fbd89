//! Reads the files of a zip archive one by one, like those of a folder.

use std::io::{Read, Seek, SeekFrom};

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::{Reason, paths};

const MAX_FILES: usize = 200_000;
/// The largest file that is unpacked, so that a zip bomb cannot fill the memory.
const MAX_FILE_BYTES: u64 = 128 << 20;
/// The bytes that are unpacked from an archive in all, and how many more for each of its own, so that a bomb of many files
/// cannot take hours. Packed pictures hardly shrink.
const MAX_BYTES: u64 = 1 << 30;
const MAX_GROWTH: u64 = 100;

const DAMAGED: &str = "is damaged in the archive; download or make the archive again";

/// An open archive.
#[derive(Debug)]
pub struct ZipFolder<R> {
    archive: ZipArchive<R>,
    paths: Vec<String>,
    /// How many bytes may still be unpacked.
    left: u64,
}

impl<R: Read + Seek> ZipFolder<R> {
    /// Opens an archive and reads its list of files.
    ///
    /// # Errors
    ///
    /// A clause that completes "pets.zip …": it is not a zip archive, is cut off, or lists more than 200,000 files.
    pub fn open(mut reader: R) -> Result<Self, Reason> {
        let no_archive = "is no whole zip archive; download it or make it again";
        let size = reader.seek(SeekFrom::End(0)).map_err(|_| no_archive)?;
        let archive = ZipArchive::new(reader).map_err(|_| no_archive)?;
        if archive.len() > MAX_FILES {
            return Err(format!("lists {} files, of which at most {MAX_FILES} are read; divide it", archive.len()));
        }
        let paths = (archive.file_names())
            .map(|name| name.map_or_else(|_| "a file whose name cannot be read".into(), std::borrow::Cow::into_owned))
            .collect();
        let left = size.saturating_mul(MAX_GROWTH).saturating_add(MAX_BYTES);
        Ok(Self { archive, paths: paths::with_slashes(paths), left })
    }

    /// The paths inside, in the order of the archive, with `/` between their names; folders end in `/`.
    #[must_use]
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// Unpacks one file.
    ///
    /// # Errors
    ///
    /// A clause that completes "cat/1.png …": it is damaged, has a password, is packed by an unusual method, unpacks to more
    /// than 128 MB, or the archive to a hundred times its size.
    pub fn read(&mut self, index: usize) -> Result<Vec<u8>, Reason> {
        let most = MAX_FILE_BYTES.min(self.left);
        let bytes = self.beginning(index, most as usize + 1)?;
        if bytes.len() as u64 > most {
            return Err(format!("unpacks to more than {} MB; unpack the archive and choose what is in it", most >> 20));
        }
        Ok(bytes)
    }

    /// Unpacks the first bytes of one file, at most so many.
    ///
    /// # Errors
    ///
    /// As those of [`Self::read`], but for what they say of too much.
    pub fn beginning(&mut self, index: usize, most: usize) -> Result<Vec<u8>, Reason> {
        if self.left == 0 {
            return Err(
                "was not unpacked, because the archive grows without end; unpack it and choose its folder".into()
            );
        }
        let file = self.archive.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(_) | ZipError::InvalidPassword => {
                "has a password; unpack the archive and choose its folder".into()
            }
            _ => Reason::from(DAMAGED),
        })?;
        let method = file.compression();
        if ![CompressionMethod::Stored, CompressionMethod::Deflated].contains(&method) {
            let way = if method == CompressionMethod::DEFLATE64 { "with Deflate64" } else { "in an unusual way" };
            return Err(format!(
                "is packed {way}, which tabfit does not unpack; unpack the archive and choose its folder"
            ));
        }
        let mut bytes = Vec::new();
        // The declared size may lie, so the reading itself is bounded.
        let read = file.take(most as u64).read_to_end(&mut bytes);
        self.left = self.left.saturating_sub(bytes.len() as u64);
        read.map_err(|_| DAMAGED)?;
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
        assert!(error.contains("more than 128 MB"), "{error}");
        assert!(ZipFolder::open(Cursor::new(cut)).is_err_and(|reason| reason.contains("no whole zip archive")));
    }

    #[test]
    fn a_bomb_of_many_files_is_stopped_too() {
        let zeros = vec![0; 100 << 20];
        let names: Vec<String> = (0..3).map(|index| format!("{index}.png")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &zeros[..])).collect();
        let bytes = archive(&files);
        let mut folder = ZipFolder::open(Cursor::new(bytes)).unwrap();
        folder.left = 250 << 20;
        let unpacked = (0..3).filter(|&index| folder.read(index).is_ok()).count();
        assert_eq!(unpacked, 2);
        assert!(folder.read(0).unwrap_err().contains("grows without end"));
    }

    #[test]
    fn backslashes_of_old_programs_separate_names_unless_there_is_a_slash() {
        let paths = |names: &[&str]| {
            let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, &b"x"[..])).collect();
            ZipFolder::open(Cursor::new(archive(&files))).unwrap().paths().to_vec()
        };
        assert_eq!(paths(&["pets\\cat\\1.png", "pets\\dog\\1.png"]), ["pets/cat/1.png", "pets/dog/1.png"]);
        assert_eq!(paths(&["pets/a\\b.png"]), ["pets/a\\b.png"]);
    }

    #[test]
    fn what_cannot_be_unpacked_is_named_in_plain_words() {
        let whole = archive(&[("pets/cat/1.png", b"meow")]);
        // The places of the flags and of the method in the header of the file, and in the list of files.
        let changed = |in_header: usize, in_list: usize, value: u8| {
            let mut bytes = whole.clone();
            let list = bytes.windows(4).position(|at| at == b"PK\x01\x02").unwrap();
            bytes[in_header] = value;
            bytes[list + in_list] = value;
            ZipFolder::open(Cursor::new(bytes)).unwrap().read(0).unwrap_err()
        };
        assert_eq!(changed(6, 8, 1), "has a password; unpack the archive and choose its folder");
        assert!(changed(8, 10, 9).starts_with("is packed with Deflate64, which tabfit does not unpack;"));
        assert!(changed(8, 10, 14).starts_with("is packed in an unusual way, which tabfit does not unpack;"));
    }
}
