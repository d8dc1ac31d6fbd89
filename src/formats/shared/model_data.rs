//! A network's data on the host: what a writer takes and a reader returns.

use serde_json::{Value, json};

use crate::network::{Architecture, Node, Origins};

/// A checked network with its classes and its weights.
pub(crate) struct ModelData {
    pub(crate) architecture: Architecture,
    pub(crate) class_names: Vec<String>,
    /// In the order of the layers and the layout of the device.
    pub(crate) values: Vec<Vec<f32>>,
    /// How the network was trained, where that is known.
    pub(crate) manifest: Option<Value>,
    /// Where its layers stood in a file of Keras or TensorFlow.js that was read.
    pub(crate) origins: Origins,
}

impl ModelData {
    /// Each layer with its weights.
    pub(crate) fn layers(&self) -> impl Iterator<Item = (&Node, &[Vec<f32>])> {
        let mut rest = self.values.as_slice();
        self.architecture.layers.iter().map(move |layer| {
            let (values, after) = rest.split_at(layer.weights.len());
            rest = after;
            (layer, values)
        })
    }

    /// How a picture becomes the pixels that the network takes.
    pub(crate) fn preprocessing(&self) -> Value {
        let size = self.architecture.config().image_size;
        json!({
            "size": [size, size], // rows and columns
            "resize": "stretch", // the aspect ratio is not kept
            "interpolation": "bilinear",
            "antialias": true,
            "channels": "RGB",
            "range": [0, 255], // the network itself begins with any rescaling
        })
    }

    /// The class names as JSON, for headers that hold only text.
    pub(crate) fn class_names_json(&self) -> String {
        json!(self.class_names).to_string()
    }
}
