//! The source of a folder's files: a list of files, or a zip archive.

use std::io::BufReader;

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::picture::bytes_of;
use super::zip::{self, BlobReader};
use crate::data::{Reason, ZipFolder};
use crate::error::Error;
use crate::web::convert::thrown;

/// The files of a folder, by the index of their paths.
pub(super) enum Source {
    Files(Vec<Blob>),
    Zip(Box<ZipFolder<BufReader<BlobReader>>>),
}

/// A file that is being read, or the result of unpacking it.
pub(super) enum FileRead {
    File(Blob, JsFuture),
    Unpacked(Result<Vec<u8>, Reason>),
}

impl Source {
    /// The paths and their files. If the list has a single file, it may be a `.zip` of the folder.
    pub(super) fn open(files: &JsValue) -> Result<(Vec<String>, Self), JsValue> {
        let (paths, files): (Vec<String>, Vec<Blob>) = entries(files)?.into_iter().unzip();
        match (&paths[..], &files[..]) {
            ([path], [file]) if path.to_lowercase().ends_with(".zip") => {
                let archive = zip::open(file.clone()).map_err(thrown)?;
                Ok((archive.paths().to_vec(), Self::Zip(Box::new(archive))))
            }
            _ => Ok((paths, Self::Files(files))),
        }
    }

    /// The size of a file in bytes. That of a packed file is not known before it is unpacked and counts as infinite,
    /// so that only one such file is in memory.
    pub(super) fn size(&self, index: usize) -> f64 {
        match self {
            Self::Files(files) => files[index].size(),
            Self::Zip(_) => f64::INFINITY,
        }
    }

    pub(super) fn begin(&mut self, index: usize) -> FileRead {
        match self {
            Self::Files(files) => FileRead::File(files[index].clone(), files[index].array_buffer().into()),
            Self::Zip(archive) => {
                let unpacked = archive.read(index);
                FileRead::Unpacked(unpacked.map_err(|error| format!("could not be read ({error})")))
            }
        }
    }
}

impl FileRead {
    /// The file for the browser to decode, and its bytes.
    pub(super) async fn finish(self) -> Result<(Blob, Vec<u8>), Reason> {
        match self {
            // The browser decodes the file from the disk, so that its bytes are not copied.
            Self::File(file, bytes) => Ok((file, bytes_of(bytes).await?)),
            Self::Unpacked(bytes) => {
                let bytes = bytes?;
                let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
                let file = Blob::new_with_u8_array_sequence(&parts);
                Ok((file.map_err(|_| Reason::from("does not fit into memory"))?, bytes))
            }
        }
    }
}

/// Paths and files, sorted as JavaScript sorts strings.
fn entries(files: &JsValue) -> Result<Vec<(String, Blob)>, JsValue> {
    let no_list = || thrown(Error::config("files", "must be the list of files of a folder input, or an array"));
    if !files.is_object() {
        return Err(no_list());
    }
    let list = js_sys::try_iter(files)?.ok_or_else(no_list)?;
    let mut entries = list
        .enumerate()
        .map(|(index, entry)| self::entry(index, &entry?))
        .collect::<Result<Vec<(String, Blob)>, JsValue>>()?;
    entries.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    Ok(entries)
}

/// A `File` with its path inside the picked folder, or `{ path, file }`.
fn entry(index: usize, entry: &JsValue) -> Result<(String, Blob), JsValue> {
    let strange =
        || thrown(Error::config(format!("files[{index}]"), "must be a File, or an object with path and file"));
    if !entry.is_object() {
        return Err(strange());
    }
    let text =
        |key: &str| Ok::<_, JsValue>(Reflect::get(entry, &key.into())?.as_string().filter(|text| !text.is_empty()));
    let (path, file) = match entry.dyn_ref::<Blob>() {
        Some(file) => (text("webkitRelativePath")?.or(text("name")?), file.clone()),
        None => (text("path")?, Reflect::get(entry, &"file".into())?.dyn_into().map_err(|_| strange())?),
    };
    Ok((path.ok_or_else(strange)?, file))
}
