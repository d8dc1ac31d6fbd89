//! The `ZipFolder` class: reads a zip archive piece by piece, so that it is never in memory as a whole.

use std::cell::RefCell;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use wasm_bindgen::prelude::*;
use web_sys::{Blob, FileReaderSync};

use crate::data::{Reason, ZipFolder};
use crate::error::Error;
use crate::web::convert::thrown;

/// Reads a `Blob` like a file. Reading blocks, which the browser allows only in a worker.
#[derive(Debug)]
pub(super) struct BlobReader {
    blob: Blob,
    position: f64,
}

impl BlobReader {
    fn new(blob: Blob) -> Self {
        Self { blob, position: 0.0 }
    }
}

impl Read for BlobReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = (self.position + buffer.len() as f64).min(self.blob.size());
        if end <= self.position {
            return Ok(0);
        }
        let failed = |_| io::Error::other("the browser could not read the file");
        let slice = self.blob.slice_with_f64_and_f64(self.position, end).map_err(failed)?;
        let bytes = FileReaderSync::new().and_then(|reader| reader.read_as_array_buffer(&slice)).map_err(failed)?;
        let bytes = js_sys::Uint8Array::new(&bytes);
        let length = bytes.length() as usize;
        bytes.copy_to(&mut buffer[..length]);
        self.position += length as f64;
        Ok(length)
    }
}

impl Seek for BlobReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => offset as f64,
            SeekFrom::End(offset) => self.blob.size() + offset as f64,
            SeekFrom::Current(offset) => self.position + offset as f64,
        };
        if target < 0.0 {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "seek before the start of the file"));
        }
        self.position = target;
        Ok(target as u64)
    }
}

/// Opens an archive; works only in a worker.
pub(super) fn open(file: Blob) -> Result<ZipFolder<BufReader<BlobReader>>, Reason> {
    ZipFolder::open(BufReader::with_capacity(1 << 18, BlobReader::new(file)))
}

/// A zip archive of class folders.
#[wasm_bindgen(js_name = ZipFolder)]
#[derive(Debug)]
pub struct JsZipFolder(RefCell<ZipFolder<BufReader<BlobReader>>>);

#[wasm_bindgen(js_class = ZipFolder)]
impl JsZipFolder {
    /// Opens the archive; works only in a worker.
    ///
    /// # Errors
    ///
    /// `DatasetError` when it is not a readable zip archive.
    #[wasm_bindgen(constructor)]
    pub fn new(file: Blob) -> Result<Self, JsValue> {
        let refused = |reason| thrown(Error::Dataset(format!("The zip archive {reason}.")));
        open(file).map(|folder| Self(RefCell::new(folder))).map_err(refused)
    }

    /// The paths inside, in the order of the archive, with `/` between their names.
    #[wasm_bindgen(getter)]
    pub fn paths(&self) -> Vec<String> {
        self.0.borrow().paths().to_vec()
    }

    /// Unpacks one file.
    ///
    /// # Errors
    ///
    /// `DatasetError` when it is damaged or unpacks to more than 128 MB.
    pub fn read(&self, index: usize) -> Result<Vec<u8>, JsValue> {
        match self.0.try_borrow_mut() {
            Ok(mut folder) => folder.read(index).map_err(|reason| {
                let path = folder.paths().get(index).map_or("", String::as_str);
                thrown(Error::Dataset(format!("{path} in the zip archive {reason}.")))
            }),
            Err(_) => Err(thrown(Error::Busy)),
        }
    }
}
