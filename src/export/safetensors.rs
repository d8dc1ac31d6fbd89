//! Plain safetensors: weights in Keras's names and layouts, their meaning in the header's metadata.

use std::collections::HashMap;

use super::{ModelFile, Trained};
use crate::{error::Result, model_file};

/// `format` is the entry by which Hugging Face's libraries know a file's layouts ("tf": channels
/// last); `class_names` and `preprocessing` are JSON. The entry `tabfit` lets [`crate::Model::load`]
/// open the file.
pub(super) fn file(trained: &Trained<'_>) -> Result<ModelFile> {
    let metadata = HashMap::from([
        ("format".to_string(), "tf".to_string()),
        ("class_names".to_string(), trained.class_names_json()),
        ("preprocessing".to_string(), trained.preprocessing().to_string()),
    ]);
    let bytes = model_file::write(trained.architecture, trained.class_names, None, &trained.values, metadata)?;
    Ok(ModelFile::new("model.safetensors", bytes))
}
