//! A network from the files of other tools: safetensors as `export` writes it, Keras's files, TensorFlow.js layers-models,
//! and ONNX; each also in a zip archive.
//!
//! Nobody vouches for such a file. Everything in it is checked before anything is built from it. What a file claims and does
//! not have is never allocated; what is packed in it becomes a gigabyte of numbers at most.

use crate::device::{self, DeviceKind};
use crate::error::{Error, Result};
#[cfg(feature = "exchange")]
use crate::formats::onnx;
use crate::formats::shared::{FileContents, ModelData, ModelFile, archive, labels};
use crate::formats::tabfit::container;
use crate::formats::{keras_file, safetensors, tfjs};
use crate::network::Sequential;
use crate::training::state::{Checkpoint, Measured, Model};

const NOTHING: &str = "There is no network in these files; choose one .tabfit, .safetensors, .keras, .h5 or .onnx file, or a model.json of TensorFlow.js together with its .bin files.";

impl Model {
    /// Opens a network from its files: one `.safetensors`, `.tabfit`, `.keras`, `.h5` or `.onnx`, or a `model.json` of
    /// TensorFlow.js with its weights; or a zip archive of them. If a file of another tool does not name its classes, they are
    /// named by the labels in a `metadata.json` or a `labels.txt` beside it, or else `class 1`, `class 2`, …. The network is
    /// given pixels from 0 to 255, whatever it was trained on: [`Self::set_pixels`] says what that was.
    ///
    /// # Errors
    ///
    /// The files are cut off, damaged or of another kind, or hold a layer that tabfit does not have; or
    /// there is no such device.
    pub async fn import(files: &[ModelFile], kind: DeviceKind) -> Result<Self> {
        Self::open_files(files, kind).await.map(|(model, _)| model)
    }

    /// [`Self::import`], with the interrupted run that a `.tabfit` file may hold.
    ///
    /// # Errors
    ///
    /// The same as [`Self::import`].
    pub async fn open_files(files: &[ModelFile], kind: DeviceKind) -> Result<(Self, Option<Checkpoint>)> {
        let unpacked = unpacked(files)?;
        let files = unpacked.as_deref().unwrap_or(files);
        let ends = |file: &ModelFile, end: &str| file.name.to_ascii_lowercase().ends_with(end);
        let networks: Vec<&ModelFile> = files.iter().filter(|file| is_network(file)).collect();
        let json: Vec<&&ModelFile> = networks.iter().filter(|file| ends(file, ".json")).collect();
        // Some tools put other JSON files beside it.
        let json = json.iter().find(|file| ends(file, "model.json")).or(json.first());
        let mut data = match (json, &networks[..]) {
            (Some(json), _) => tfjs::read::read(&json.bytes, files)?,
            (None, [file]) if ends(file, ".tabfit") || container::has(&file.bytes, "tabfit") => {
                return Self::open(&file.bytes, kind).await;
            }
            (None, [file]) if ends(file, ".safetensors") => safetensors::read::read(&file.bytes)?,
            (None, [file]) if is_keras_file(&file.name) => {
                keras_file::read::read(keras_file::container::contents(&file.bytes)?)?
            }
            #[cfg(feature = "exchange")]
            (None, [file]) if is_onnx(&file.name) => onnx::read::read(&file.bytes)?,
            _ => return Err(Error::ModelFile(NOTHING.into())),
        };
        labels::name_classes(&mut data, files)?;
        Ok((Self::from_data(data, kind).await?, None))
    }

    /// [`Self::import`] of a Keras file that was taken apart elsewhere; `beside` may have files that name its classes.
    ///
    /// # Errors
    ///
    /// The same as [`Self::import`].
    pub async fn import_contents(contents: FileContents, beside: &[ModelFile], kind: DeviceKind) -> Result<Self> {
        let mut data = keras_file::read::read(contents)?;
        labels::name_classes(&mut data, beside)?;
        Self::from_data(data, kind).await
    }

    /// [`Self::load_weights`] of a Keras file that was taken apart elsewhere.
    ///
    /// # Errors
    ///
    /// Its weights are those of another network; nothing is changed then.
    pub fn load_weights_of(&mut self, contents: FileContents) -> Result<()> {
        let values = keras_file::read::read_weights(self.architecture(), &self.origins, contents)?;
        self.network = Sequential::from_values(self.network.architecture.clone(), values, &self.network.device);
        self.measured = Measured::default();
        Ok(())
    }

    async fn from_data(data: ModelData, kind: DeviceKind) -> Result<Self> {
        let ModelData { architecture, class_names, values, manifest, origins } = data;
        let (device, info) = device::open(kind).await?;
        let mut model = Self::on(Sequential::from_values(architecture, values, &device), class_names, info)?;
        (model.manifest, model.origins) = (manifest, origins);
        Ok(model)
    }
}

/// The files in a zip archive, if that is what they are; Keras's own archive is none.
///
/// # Errors
///
/// The archive is damaged, packed in a way that is not read, or too large.
pub fn unpacked(files: &[ModelFile]) -> Result<Option<Vec<ModelFile>>> {
    match files {
        [file] if archive::is_archive(&file.bytes) && !is_keras_file(&file.name) => archive::unpacked(file).map(Some),
        _ => Ok(None),
    }
}

/// Where the network of these files is, if it is a single file; the others name its classes.
#[must_use]
pub fn single_network(files: &[ModelFile]) -> Option<usize> {
    let mut networks = files.iter().enumerate().filter(|(_, file)| is_network(file));
    let (at, _) = networks.next()?;
    networks.next().is_none().then_some(at)
}

/// Whether a file can be the network: others come beside one, and name its classes or describe it, as a model card does.
fn is_network(file: &ModelFile) -> bool {
    !labels::is_labels(file) && !file.name.to_ascii_lowercase().ends_with(".md")
}

/// Whether the name is that of an ONNX file.
#[must_use]
pub fn is_onnx(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".onnx")
}

/// Whether the name is that of a file of Keras's own: `.keras`, `.h5` or `.hdf5`.
#[must_use]
pub fn is_keras_file(name: &str) -> bool {
    keras_file::container::is_named(name)
}
