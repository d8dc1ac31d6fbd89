//! Writes a plain safetensors file: weights in Keras's names and layouts, described in the header's metadata.

use std::collections::HashMap;

use crate::error::Result;
use crate::formats::shared::{ModelData, ModelFile};
use crate::formats::tabfit::container::{Entry, serialize};

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
    let entries: Vec<Entry> = weights.map(|(weight, value)| Entry::weight(weight, value)).collect();
    Ok(ModelFile::new("model.safetensors", serialize(Some(metadata), &entries)?))
}
