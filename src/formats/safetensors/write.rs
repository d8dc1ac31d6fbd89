//! Plain safetensors: weights in Keras's names and layouts, their meaning in the header's metadata.

use std::collections::HashMap;

use crate::{
    error::Result,
    formats::{
        ModelFile, Trained,
        tabfit::container::{Entry, serialize},
    },
};

/// `format` is the entry by which Hugging Face's libraries know the layouts ("tf": channels last);
/// `class_names`, `preprocessing` and `model`, the layers, are JSON.
pub(crate) fn file(trained: &Trained<'_>) -> Result<ModelFile> {
    let model = serde_json::to_string(trained.architecture.config()).expect("plain data always serialises");
    let metadata = HashMap::from([
        ("format".to_string(), "tf".to_string()),
        ("class_names".to_string(), trained.class_names_json()),
        ("preprocessing".to_string(), trained.preprocessing().to_string()),
        ("model".to_string(), model),
    ]);
    let weights = trained.architecture.weights().zip(&trained.values);
    let entries: Vec<Entry> = weights.map(|(weight, value)| Entry::weight(weight, value)).collect();
    Ok(ModelFile::new("model.safetensors", serialize(Some(metadata), &entries)?))
}
