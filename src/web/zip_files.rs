//! Writes files to a zip archive piece by piece, so that no whole file is ever in the wasm's memory.

use std::io::{self, Read, Seek, SeekFrom, Write};

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag};
use zip::{CompressionMethod, ZipWriter, result::ZipResult, write::SimpleFileOptions};

use super::{convert::thrown, pictures::BlobReader};
use crate::error::Error;

/// The number of bytes that are read at once.
const PIECE: usize = 1 << 20;

/// Puts files into a zip archive, stored without compression, because weights hardly compress. Works only in a worker.
///
/// # Errors
///
/// `ConfigError` if there are not as many names as files, `DatasetError` when a file cannot be read.
#[wasm_bindgen(js_name = zipFiles)]
pub fn zip_files(names: Vec<String>, files: Vec<Blob>) -> Result<Blob, JsValue> {
    if names.len() != files.len() {
        return Err(thrown(Error::config("names", "must be one for each file")));
    }
    let archive = archive(&names, files);
    let parts = archive.map_err(|error| thrown(Error::Dataset(format!("The archive could not be made ({error})."))))?;
    let kind = BlobPropertyBag::new();
    kind.set_type("application/zip");
    Blob::new_with_blob_sequence_and_options(&parts, &kind)
}

fn archive(names: &[String], files: Vec<Blob>) -> ZipResult<Array> {
    let mut writer = ZipWriter::new(Parts::default());
    let mut piece = vec![0; PIECE];
    for (name, file) in names.iter().zip(files) {
        let large = file.size() > f64::from(u32::MAX);
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(large);
        writer.start_file(name.as_str(), options)?;
        let mut file = BlobReader::new(file);
        loop {
            match file.read(&mut piece)? {
                0 => break,
                length => writer.write_all(&piece[..length])?,
            }
        }
    }
    Ok(writer.finish()?.parts)
}

/// The bytes of the archive as the parts of a blob. The parts of a file can be changed until the next file begins,
/// because the zip writer completes the header of a file after its bytes.
#[derive(Default)]
struct Parts {
    /// Short parts are `Uint8Array`s; long ones are `Blob`s, which the browser may keep on disk.
    parts: Array,
    /// The position at which each part begins.
    starts: Vec<u64>,
    end: u64,
    position: u64,
}

impl Write for Parts {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = Uint8Array::from(bytes);
        if self.position == self.end {
            self.starts.push(self.end);
            self.end += bytes.len() as u64;
            let failed = |_| io::Error::other("the browser is out of memory");
            let part = match bytes.len() >= PIECE / 16 {
                true => Blob::new_with_u8_array_sequence(&Array::of1(&part)).map_err(failed)?.into(),
                false => part.into(),
            };
            self.parts.push(&part);
        } else {
            let index = self.starts.partition_point(|&start| start <= self.position) - 1;
            let offset = (self.position - self.starts[index]) as u32;
            let written: Uint8Array = self.parts.get(index as u32).unchecked_into();
            written.set(&part, offset);
        }
        self.position += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Parts {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = match to {
            SeekFrom::Start(position) => position,
            SeekFrom::End(offset) => self.end.wrapping_add_signed(offset),
            SeekFrom::Current(offset) => self.position.wrapping_add_signed(offset),
        };
        Ok(self.position)
    }
}
