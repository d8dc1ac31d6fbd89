//! The source of a folder's files: a list of files, or one or several zip archives of them.

use std::collections::BTreeSet;
use std::io::BufReader;

use js_sys::{Array, JsString, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use tabfit_clinic::LOOKED_AT;

use super::picture::bytes_of;
use super::zip::{self, BlobReader};
use crate::data::{Part, Reason, ZipFolder, has_no_ending};
use crate::error::Error;
use crate::web::convert::thrown;

pub(super) const UNOPENED: &str = "could not be opened; it may have been moved or locked, or its path is too long";

/// How many files without an ending are looked into at the same time.
const AT_ONCE: usize = 64;

/// The first bytes of a file, or the reading of them.
enum Beginning {
    File(JsFuture),
    Unpacked(Vec<u8>),
}

/// The files of a folder, by the index of their paths.
pub(super) struct Source {
    files: Vec<Place>,
    archives: Vec<ZipFolder<BufReader<BlobReader>>>,
}

/// Where a file is.
enum Place {
    Disk(Blob),
    /// The browser could not open it.
    Nowhere,
    Archive {
        archive: usize,
        index: usize,
    },
}

/// A file that is being read, or the result of unpacking it.
pub(super) enum FileRead {
    File(Blob, JsFuture),
    Unpacked(Result<Vec<u8>, Reason>),
}

impl Source {
    /// The paths and their files. Where all files are `.zip` archives, they are read as one folder.
    pub(super) fn open(files: &JsValue) -> Result<(Vec<String>, Self), JsValue> {
        let entries = entries(files)?;
        let mut source = Self { files: Vec::new(), archives: Vec::new() };
        let mut paths = Vec::new();
        let is_zip = |(path, file): &(String, Option<Blob>)| file.is_none() || path.to_lowercase().ends_with(".zip");
        let only_zips = entries.iter().any(|(_, file)| file.is_some())
            && entries.iter().filter(|(path, _)| !hidden(path)).all(is_zip);
        for (path, file) in entries {
            match file {
                Some(file) if only_zips && !hidden(&path) => paths.extend(source.add_archive(&path, file)?),
                file => {
                    paths.push(path);
                    source.files.push(file.map_or(Place::Nowhere, Place::Disk));
                }
            }
        }
        Ok((paths, source))
    }

    /// Opens an archive; returns the paths of its files.
    fn add_archive(&mut self, path: &str, file: Blob) -> Result<Vec<String>, JsValue> {
        let name = path.rsplit('/').next().unwrap_or_default();
        let folder = zip::open(file).map_err(|reason| thrown(Error::Dataset(format!("{name} {reason}."))))?;
        let inside = folder.paths().iter().enumerate().filter(|(_, path)| !path.ends_with('/'));
        let (indices, paths): (Vec<usize>, Vec<String>) = inside.map(|(index, path)| (index, composed(path))).unzip();
        let archive = self.archives.len();
        self.archives.push(folder);
        self.files.extend(indices.into_iter().map(|index| Place::Archive { archive, index }));
        Ok(under_its_name(&name[..name.len() - ".zip".len()], paths))
    }

    /// The folders that the browser could not open, by the indices of their paths.
    pub(super) fn unopened_folders<'a>(&'a self, paths: &'a [String]) -> impl Iterator<Item = usize> {
        let places = paths.iter().zip(&self.files).enumerate();
        places
            .filter(|(_, (path, place))| path.ends_with('/') && matches!(place, Place::Nowhere))
            .map(|(index, _)| index)
    }

    /// The indices of files that are pictures of clinic or laboratory by their bytes, though their names have no ending.
    pub(super) async fn pictures_without_ending(&mut self, paths: &[String]) -> Result<BTreeSet<usize>, JsValue> {
        let unnamed: Vec<usize> = (0..paths.len()).filter(|&index| has_no_ending(&paths[index])).collect();
        let mut known = BTreeSet::new();
        for some in unnamed.chunks(AT_ONCE) {
            let beginnings: Vec<(usize, Beginning)> =
                some.iter().map(|&index| Ok((index, self.beginning(index)?))).collect::<Result<_, JsValue>>()?;
            for (index, beginning) in beginnings {
                let bytes = match beginning {
                    Beginning::File(bytes) => bytes_of(bytes).await.unwrap_or_default(),
                    Beginning::Unpacked(bytes) => bytes,
                };
                if tabfit_clinic::recognised(&bytes) {
                    known.insert(index);
                }
            }
        }
        Ok(known)
    }

    /// The first bytes of a file; none of one that cannot be read, of which more is said when it is read.
    fn beginning(&mut self, index: usize) -> Result<Beginning, JsValue> {
        Ok(match &self.files[index] {
            Place::Disk(file) => {
                let start = file.slice_with_f64_and_f64(0.0, LOOKED_AT as f64)?;
                Beginning::File(start.array_buffer().into())
            }
            Place::Nowhere => Beginning::Unpacked(Vec::new()),
            &Place::Archive { archive, index } => {
                Beginning::Unpacked(self.archives[archive].beginning(index, LOOKED_AT).unwrap_or_default())
            }
        })
    }

    /// The size of a file in bytes. That of a packed file is not known before it is unpacked and counts as infinite,
    /// so that only one such file is in memory.
    pub(super) fn size(&self, index: usize) -> f64 {
        match &self.files[index] {
            Place::Disk(file) => file.size(),
            Place::Nowhere => 0.0,
            Place::Archive { .. } => f64::INFINITY,
        }
    }

    pub(super) fn begin(&mut self, index: usize) -> FileRead {
        match &self.files[index] {
            Place::Disk(file) => FileRead::File(file.clone(), file.array_buffer().into()),
            Place::Nowhere => FileRead::Unpacked(Err(UNOPENED.into())),
            &Place::Archive { archive, index } => FileRead::Unpacked(self.archives[archive].read(index)),
        }
    }
}

/// Some people pack each class or part into an archive of its own: `cats.zip` with pictures and no folder, or `test.zip` with
/// class folders and nothing that says so. The paths are then put under the name of the archive.
fn under_its_name(name: &str, paths: Vec<String>) -> Vec<String> {
    let visible = || paths.iter().filter(|path| !hidden(path));
    let is_flat = visible().all(|path| !path.contains('/'));
    let is_part =
        Part::of(name).is_some() && !visible().any(|path| path.split('/').any(|name| Part::of(name).is_some()));
    if !is_flat && !is_part {
        return paths;
    }
    paths.into_iter().map(|path| format!("{name}/{path}")).collect()
}

fn hidden(path: &str) -> bool {
    path.split('/').any(|name| name.starts_with('.') || name == "__MACOSX")
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

/// Paths and files, by path; `None` for a file that the browser could not open.
fn entries(files: &JsValue) -> Result<Vec<(String, Option<Blob>)>, JsValue> {
    let no_list = || thrown(Error::config("files", "must be the list of files of a folder input, or an array"));
    if !files.is_object() {
        return Err(no_list());
    }
    let list = js_sys::try_iter(files)?.ok_or_else(no_list)?;
    let mut entries =
        list.enumerate().map(|(index, entry)| self::entry(index, &entry?)).collect::<Result<Vec<_>, JsValue>>()?;
    entries.sort_by(|(a, _), (b, _)| a.cmp(b)); // two archives may hold files of one path
    Ok(entries)
}

/// A `File` with its path inside the picked folder, or `{ path, file }`.
fn entry(index: usize, entry: &JsValue) -> Result<(String, Option<Blob>), JsValue> {
    let strange =
        || thrown(Error::config(format!("files[{index}]"), "must be a File, or an object with path and file"));
    if !entry.is_object() {
        return Err(strange());
    }
    let text =
        |key: &str| Ok::<_, JsValue>(Reflect::get(entry, &key.into())?.as_string().filter(|text| !text.is_empty()));
    let (path, file) = match entry.dyn_ref::<Blob>() {
        Some(file) => (text("webkitRelativePath")?.or(text("name")?), Some(file.clone())),
        None => match Reflect::get(entry, &"file".into())? {
            nothing if nothing.is_null() => (text("path")?, None),
            file => (text("path")?, Some(file.dyn_into().map_err(|_| strange())?)),
        },
    };
    Ok((composed(&path.ok_or_else(strange)?), file))
}

/// The path with each accented letter as one character: macOS writes them as two.
fn composed(path: &str) -> String {
    if path.is_ascii() { path.into() } else { String::from(JsString::from(path).normalize("NFC")) }
}
