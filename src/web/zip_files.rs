//! Writes files to a zip archive that refers to them: none of them is copied, and only a piece is read at a time.

use std::cell::RefCell;
use std::io::{self, Seek, SeekFrom, Write};
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::convert::{reason, thrown};
use super::watch::{SIGNAL_AND_PROGRESS, Watch};
use crate::error::Error;

/// The bytes that are read at once.
const PIECE: f64 = 1_048_576.0;

/// Puts files into a zip archive. They are stored without compression, because weights do not shrink. `onProgress` counts files.
///
/// # Errors
///
/// `ConfigError` if names and files do not pair up, `DatasetError` if a file cannot be read; the reason of `signal` if it is
/// aborted.
#[wasm_bindgen(js_name = zipFiles)]
pub async fn zip_files(
    names: Vec<String>,
    files: Vec<Blob>,
    #[wasm_bindgen(unchecked_optional_param_type = "CallOptions | null")] options: JsValue,
) -> Result<Blob, JsValue> {
    let watch = Watch::of("zipFiles", &options, SIGNAL_AND_PROGRESS)?;
    if names.len() != files.len() {
        return Err(thrown(Error::config("names", "must be one for each file")));
    }
    let failed = |why: String| thrown(Error::Dataset(format!("The archive could not be made ({why}).")));
    let content = Rc::default();
    let mut writer = ZipWriter::new(Parts { content: Rc::clone(&content), ..Parts::default() });
    for (index, (name, file)) in names.iter().zip(files).enumerate() {
        let large = file.size() > f64::from(u32::MAX);
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(large);
        writer.start_file(name.as_str(), options).map_err(|error| failed(error.to_string()))?;
        let mut position = 0.0;
        content.replace(Some(file.clone()));
        while position < file.size() {
            let piece = file.slice_with_f64_and_f64(position, position + PIECE)?;
            let bytes = JsFuture::from(piece.array_buffer()).await.map_err(|error| failed(reason(&error)))?;
            watch.check()?;
            let bytes = Uint8Array::new(&bytes).to_vec();
            if bytes.is_empty() {
                return Err(failed(format!("{name} became shorter while it was read")));
            }
            writer.write_all(&bytes).map_err(|error| failed(error.to_string()))?;
            position += bytes.len() as f64;
        }
        content.replace(None);
        watch.tell(index + 1, names.len())?;
    }
    let parts = writer.finish().map_err(|error| failed(error.to_string()))?.list;
    let kind = BlobPropertyBag::new();
    kind.set_type("application/zip");
    Blob::new_with_blob_sequence_and_options(&parts, &kind)
}

/// The archive so far, as the parts of a blob. The header of a file is changed once its checksum is known.
#[derive(Default)]
struct Parts {
    /// Headers as `Uint8Array`s, and the files themselves.
    list: Array,
    /// The position at which each part begins.
    starts: Vec<u64>,
    end: u64,
    position: u64,
    /// The file whose bytes are being written.
    content: Rc<RefCell<Option<Blob>>>,
}

impl Write for Parts {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.position < self.end {
            let index = self.starts.partition_point(|&start| start <= self.position) - 1;
            let header: Uint8Array = self.list.get(index as u32).unchecked_into();
            header.set(&Uint8Array::from(bytes), (self.position - self.starts[index]) as u32);
        } else {
            let content = self.content.borrow();
            let begun = content.as_ref().is_some_and(|file| self.list.at(-1) == ***file);
            if !begun {
                let part = content.as_ref().map_or_else(|| Uint8Array::from(bytes).into(), JsValue::from);
                self.list.push(&part);
                self.starts.push(self.end);
            }
            self.end += bytes.len() as u64;
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
