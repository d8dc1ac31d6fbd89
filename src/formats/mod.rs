//! Models that travel: a trained network as files that other tools open.
//!
//! | Format | Files | Opens in |
//! |---|---|---|
//! | [`Format::Safetensors`] | `model.safetensors` | every reader of safetensors, and here again |
//! | [`Format::Tfjs`] | `model.json`, `group1-shard1of1.bin` | `tf.loadLayersModel`, and here again |
//! | [`Format::Onnx`] | `model.onnx` | onnxruntime and what builds on ONNX |
//! | [`Format::Keras`] | `model.py`, `model.safetensors` | Keras 3 |
//!
//! All of them take float32 pixels `[batch, rows, columns, 3]`, RGB from 0 to 255 (rescaling is a
//! layer), and carry the class names in order and how a picture becomes those pixels.

mod arguments;
mod found;
mod import;
pub(crate) mod keras;
mod names;
mod onnx;
mod refusal;
mod safetensors;
pub mod tabfit;
pub mod tensorboard;
mod tfjs;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use keras::{KerasCode, keras_code};

use crate::{
    error::Result,
    network::{architecture::Architecture, node::Node, weight::WeightSpec},
    training::model::Model,
};

/// What a network is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// The weights in Keras's names and layouts, their meaning in the header.
    Safetensors,
    /// A TensorFlow.js layers-model.
    Tfjs,
    /// ONNX, operator set 17.
    Onnx,
    /// A Python script that rebuilds the network in Keras 3, and its weights.
    Keras,
}

/// One file of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    /// Its name; the files of one network lie in one folder.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl ModelFile {
    fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }
}

/// A network with its weights on the host.
pub(crate) struct Trained<'a> {
    architecture: &'a Architecture,
    class_names: &'a [String],
    /// In the order of the layers and the layout of the device.
    values: Vec<Vec<f32>>,
}

impl Trained<'_> {
    /// Each layer with its weights.
    fn layers(&self) -> impl Iterator<Item = (&Node, &[Vec<f32>])> {
        let mut rest = self.values.as_slice();
        self.architecture.layers.iter().map(move |layer| {
            let (values, after) = rest.split_at(layer.weights.len());
            rest = after;
            (layer, values)
        })
    }

    fn preprocessing(&self) -> Value {
        let size = self.architecture.config().image_size;
        json!({
            "size": [size, size], // rows and columns
            "resize": "stretch", // whatever the aspect ratio was
            "interpolation": "bilinear",
            "antialias": true,
            "channels": "RGB",
            "range": [0, 255], // what rescales it is a layer
        })
    }

    /// JSON, for headers that hold only text.
    fn class_names_json(&self) -> String {
        json!(self.class_names).to_string()
    }
}

/// The last part of a weight's name: `kernel` of `conv2d/kernel`.
fn short_name(weight: &WeightSpec) -> &str {
    weight.name.rsplit('/').next().unwrap_or_default()
}

impl Model {
    /// The network as files of another tool.
    ///
    /// # Errors
    ///
    /// The device failed and no epoch was finished on it, or the format has no word for a layer.
    pub async fn export(&mut self, format: Format) -> Result<Vec<ModelFile>> {
        self.leave_a_lost_gpu();
        let values = self.read_weights().await?;
        let trained = Trained { architecture: self.architecture(), class_names: self.class_names(), values };
        match format {
            Format::Safetensors => Ok(vec![safetensors::write::file(&trained)?]),
            Format::Tfjs => tfjs::write::files(&trained),
            Format::Onnx => Ok(vec![onnx::write::file(&trained)]),
            Format::Keras => Ok(vec![keras::model_script::script(&trained), safetensors::write::file(&trained)?]),
        }
    }
}
