//! Writes files to a zip archive piece by piece, so that no whole file is ever in the wasm's memory.

use std::io::{self, Read, Write};

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag};
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

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
    let mut writer = ZipWriter::new_stream(Parts::default());
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
    Ok(writer.finish()?.into_inner().0)
}

/// The archive so far, as the parts of a blob.
#[derive(Default)]
struct Parts(Array);

impl Write for Parts {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = Uint8Array::from(bytes);
        // Only a blob may be kept on disk by the browser; for the few bytes of a header that is not worth it.
        let part = match bytes.len() >= PIECE / 16 {
            true => Blob::new_with_u8_array_sequence(&Array::of1(&part))
                .map_err(|_| io::Error::other("the browser is out of memory"))?
                .into(),
            false => part.into(),
        };
        self.0.push(&part);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
