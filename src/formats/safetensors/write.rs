//! Writes a plain safetensors file: weights in Keras's names and layouts, described in the header's metadata.

use std::borrow::Cow;
use std::collections::HashMap;

use safetensors::Dtype;
use safetensors::tensor::View;

use crate::error::Result;
use crate::formats::shared::{ModelData, ModelFile};
use crate::formats::tabfit::container::not_written;
use crate::network::WeightSpec;

/// `model.safetensors`. In its metadata, `format` tells Hugging Face's libraries the layouts ("tf" means
/// channels last); `class_names`, `preprocessing`, `model` (the layers) and `manifest` (how it was trained) are JSON.
pub(crate) fn file(data: &ModelData) -> Result<ModelFile> {
    let model = serde_json::to_string(data.architecture.config()).expect("plain data always serialises");
    let mut metadata = HashMap::from([
        ("format".to_string(), "tf".to_string()),
        ("class_names".to_string(), data.class_names_json()),
        ("preprocessing".to_string(), data.preprocessing().to_string()),
        ("model".to_string(), model),
    ]);
    metadata.extend(data.manifest.iter().map(|manifest| ("manifest".to_string(), manifest.to_string())));
    let weights = data.architecture.weights().zip(&data.values);
    let views = weights.map(|(weight, values)| (&weight.name, Weight { weight, values }));
    let bytes = safetensors::serialize(views, Some(metadata)).map_err(|error| not_written(&error))?;
    Ok(ModelFile::new("model.safetensors", bytes))
}

/// A weight, whose bytes are made when they are written.
struct Weight<'a> {
    weight: &'a WeightSpec,
    values: &'a [f32],
}

impl View for Weight<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.weight.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        self.values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>().into()
    }

    fn data_len(&self) -> usize {
        self.weight.len() * size_of::<f32>()
    }
}
