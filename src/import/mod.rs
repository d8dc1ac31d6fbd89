//! Networks from other tools: safetensors as [`crate::export`] writes it, and TensorFlow.js layers-models.
//!
//! A file is a stranger's: everything in it is checked before anything is built from it, and nothing
//! is allocated beyond the size of the files themselves.

mod keras_layer;
mod tfjs;
mod tfjs_graph;
mod tfjs_weights;

use crate::{
    device::{self, DeviceKind},
    error::{Error, Result},
    export::ModelFile,
    model::Model,
    sequential::Sequential,
};

impl Model {
    /// Opens a network from its files: one `.safetensors` or `.tabfit`, or a `model.json` of
    /// TensorFlow.js with its weights. A layers-model that names no classes calls them `class 1`,
    /// `class 2`, …; it is given pixels from 0 to 255, whatever it was trained on.
    ///
    /// # Errors
    ///
    /// The files are cut off, damaged or of another kind, or hold a layer that there is not here; or
    /// there is no such device.
    pub async fn import(files: &[ModelFile], kind: DeviceKind) -> Result<Self> {
        let is_one = |end: &str, file: &&ModelFile| file.name.to_ascii_lowercase().ends_with(end);
        let json: Vec<&ModelFile> = files.iter().filter(|file| is_one(".json", file)).collect();
        // Some tools put other descriptions beside it.
        let json = json.iter().find(|file| is_one("model.json", file)).or(json.first());
        if let Some(json) = json {
            let tfjs::Found { architecture, class_names, values } = tfjs::read(&json.bytes, files)?;
            let (device, info) = device::open(kind).await?;
            return Self::on(Sequential::from_values(architecture, values, &device), class_names, info);
        }
        match files {
            [file] if is_one(".safetensors", &file) || is_one(".tabfit", &file) => Self::load(&file.bytes, kind).await,
            _ => Err(Error::ModelFile(
                "There is no network in these files; choose one .tabfit or .safetensors file, or a model.json of TensorFlow.js together with its .bin files.".into(),
            )),
        }
    }
}
