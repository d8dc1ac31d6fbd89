//! `.keras`, a zip archive with an HDF5 file in it, and `.h5`, an HDF5 file alone.
//!
//! | File | Description of the network | Weights |
//! |---|---|---|
//! | `.keras` | `config.json` | `model.weights.h5`, see below |
//! | `.h5` | the attribute `model_config` | `model_weights/conv2d/…/conv2d/kernel` |
//! | `.weights.h5` | none | `layers/conv2d/vars/0` |
//! | `.weights.h5` of Keras 2 | none | `conv2d/conv2d/kernel:0` |

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use hdf5_pure::{FileBuilder, FinishedGroup, GroupBuilder};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::bytes::{Bytes, Piece};
use crate::hdf5::Hdf5;
use crate::{Contents, Entry, Tensor};

const CONFIG: &str = "config.json";
const METADATA: &str = "metadata.json";
/// What a `.h5` has beside the network, and a `.keras` in its description.
const COMPILED: &str = "compile_config.json";
const WEIGHTS: &str = "model.weights.h5";
/// The largest description that is read.
const MOST_TEXT: u64 = 4 << 20;
/// The largest weights that are unpacked; Keras stores them unpacked, so that they need not be.
const MOST_WEIGHTS: u64 = 1 << 30;

/// An open file, from which each tensor is read when its turn comes.
pub struct KerasFile {
    texts: BTreeMap<String, String>,
    hdf5: Hdf5,
}

impl KerasFile {
    /// Opens a file and lists its tensors.
    ///
    /// # Errors
    ///
    /// A clause that completes "This Keras file …".
    pub fn open(bytes: impl Bytes) -> Result<Self, String> {
        let mut piece = Piece::all(bytes);
        let mut start = [0; 4];
        let is_archive = piece.read_exact(&mut start).is_ok() && start == *b"PK\x03\x04";
        if is_archive {
            return Self::archive(piece);
        }
        let hdf5 = Hdf5::open(piece)?;
        let mut texts = BTreeMap::new();
        if let Some(config) = hdf5.text("model_config")? {
            texts.insert(CONFIG.into(), config);
        }
        if let Some(config) = hdf5.text("training_config")? {
            texts.insert(COMPILED.into(), config);
        }
        if let Some(version) = hdf5.text("keras_version")? {
            texts.insert(METADATA.into(), format!("{{\"keras_version\":\"{}\"}}", version.replace(['"', '\\'], "")));
        }
        Ok(Self { texts, hdf5 })
    }

    fn archive(piece: Piece) -> Result<Self, String> {
        let damaged = |error| format!("is an archive that is cut off or damaged ({error})");
        let mut archive = ZipArchive::new(piece.clone()).map_err(damaged)?;
        let mut texts = BTreeMap::new();
        for name in [CONFIG, METADATA] {
            let Some(index) = archive.index_for_name(name) else { continue };
            let file = archive.by_index(index).map_err(damaged)?;
            let text = String::from_utf8(unpacked(file, name, MOST_TEXT)?);
            texts.insert(name.into(), text.map_err(|_| format!("holds {name}, which is no text"))?);
        }
        let index = archive.index_for_name(WEIGHTS).ok_or_else(|| format!("is an archive without {WEIGHTS}"))?;
        let file = archive.by_index(index).map_err(damaged)?;
        let weights = match (file.compression(), file.data_start()) {
            (CompressionMethod::Stored, Some(start)) => {
                piece.part(start, file.size()).ok_or_else(|| format!("is cut off inside {WEIGHTS}"))?
            }
            _ => Piece::all(unpacked(file, WEIGHTS, MOST_WEIGHTS)?),
        };
        Ok(Self { texts, hdf5: Hdf5::open(weights)? })
    }

    /// See [`Contents::texts`].
    #[must_use]
    pub fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// The tensors.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.hdf5.entries
    }

    /// The numbers of a tensor, by its index in [`Self::entries`].
    ///
    /// # Errors
    ///
    /// A clause that completes "This Keras file …": they are damaged, or lie in another file.
    pub fn values(&self, index: usize) -> Result<Vec<f32>, String> {
        self.hdf5.values(&self.hdf5.entries[index])
    }
}

/// The bytes of a file in an archive. What it declares as its size may be a lie, so the reading itself is bounded.
fn unpacked(file: impl Read, name: &str, most: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(|_| format!("holds {name}, which is damaged"))?;
    match bytes.len() as u64 <= most {
        true => Ok(bytes),
        false => Err(format!("holds {name}, which unpacks to more than {} MB", most >> 20)),
    }
}

/// Writes a `.keras` file.
///
/// # Errors
///
/// A clause that completes "The network could not be written: it …".
pub fn write(contents: Contents) -> Result<Vec<u8>, String> {
    let failed = |error: &dyn std::fmt::Display| format!("cannot be put into a Keras file ({error})");
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, text) in &contents.texts {
        archive.start_file(name.as_str(), options).map_err(|error| failed(&error))?;
        archive.write_all(text.as_bytes()).map_err(|error| failed(&error))?;
    }
    let mut root = Folder::default();
    contents.tensors.into_iter().for_each(|tensor| root.put(tensor));
    let mut file = FileBuilder::new();
    for (name, folder) in root.folders {
        let group = file.create_group(&name);
        file.add_group(folder.written(group));
    }
    archive.start_file(WEIGHTS, options).map_err(|error| failed(&error))?;
    file.finish_to(&mut archive).map_err(|error| failed(&error))?;
    Ok(archive.finish().map_err(|error| failed(&error))?.into_inner())
}

/// Groups and datasets, by the parts of their paths.
#[derive(Default)]
struct Folder {
    folders: BTreeMap<String, Folder>,
    tensors: Vec<(String, Tensor)>,
}

impl Folder {
    fn put(&mut self, tensor: Tensor) {
        let (folders, name) = tensor.name.rsplit_once('/').unwrap_or(("", &tensor.name));
        let name = name.to_string();
        let place = folders.split('/').filter(|name| !name.is_empty());
        place.fold(self, |folder, name| folder.folders.entry(name.into()).or_default()).tensors.push((name, tensor));
    }

    fn written(self, mut group: GroupBuilder) -> FinishedGroup {
        for (name, Tensor { shape, values, .. }) in self.tensors {
            let shape: Vec<u64> = shape.into_iter().map(|axis| axis as u64).collect();
            group.create_dataset(&name).with_f32_data(&values).with_shape(&shape);
        }
        for (name, folder) in self.folders {
            let inside = group.create_group(&name);
            group.add_group(folder.written(inside));
        }
        group.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents() -> Contents {
        let tensor = |name: &str, shape: &[usize]| {
            let count = shape.iter().product::<usize>();
            Tensor {
                name: name.into(),
                shape: shape.to_vec(),
                values: (0..count).map(|index| index as f32 / 7.0).collect(),
            }
        };
        let texts = [("config.json", "{\"a\":1}"), ("metadata.json", "{}")];
        Contents {
            texts: texts.map(|(name, text)| (name.to_string(), text.to_string())).into(),
            tensors: vec![tensor("layers/conv2d/vars/0", &[3, 2, 4]), tensor("layers/dense/vars/0", &[5])],
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let contents = contents();
        assert_eq!(crate::read(write(contents.clone()).unwrap()).unwrap(), contents);
    }

    #[test]
    fn a_file_cut_or_changed_anywhere_is_refused_or_read() {
        let bytes = write(contents()).unwrap();
        for at in 0..bytes.len() {
            assert!(crate::read(bytes[..at].to_vec()).is_err(), "cut at {at}");
            let mut changed = bytes.clone();
            changed[at] ^= 0x41;
            // Some bytes are padding, and a changed weight is another weight.
            let _ = crate::read(changed);
        }
    }

    #[test]
    fn what_is_no_keras_file_is_refused_in_words() {
        for (bytes, part) in
            [(&b""[..], "cut off or damaged"), (b"PK\x03\x04", "archive that is cut off"), (b"GIF89a", "damaged")]
        {
            let clause = crate::read(bytes.to_vec()).unwrap_err();
            assert!(clause.contains(part), "{clause}");
        }
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("a.txt", SimpleFileOptions::default()).unwrap();
        let clause = crate::read(archive.finish().unwrap().into_inner()).unwrap_err();
        assert!(clause.contains("without model.weights.h5"), "{clause}");
    }

    /// `h5py.SoftLink("/elsewhere")` as `dense/bias`.
    #[test]
    fn a_soft_link_is_refused_by_its_place() {
        let clause = crate::read(include_bytes!("../tests/soft-link.h5").to_vec()).unwrap_err();
        assert!(clause.starts_with("has a soft link in dense, which leads to something"), "{clause}");
    }

    #[test]
    fn a_bomb_of_zeros_is_refused() {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file(CONFIG, options).unwrap();
        archive.write_all(&vec![b' '; (MOST_TEXT + 1) as usize]).unwrap();
        let clause = crate::read(archive.finish().unwrap().into_inner()).unwrap_err();
        assert!(clause.contains("config.json, which unpacks to more than 4 MB"), "{clause}");
    }
}
