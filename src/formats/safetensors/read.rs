//! Reads a safetensors file whose header describes the layers, as the exporter writes it.

use safetensors::SafeTensors;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::formats::shared::{ModelData, refusal};
use crate::formats::tabfit::container;
use crate::network::{Architecture, ModelConfig, Origins};

fn refused(clause: impl AsRef<str>) -> Error {
    refusal::refused("safetensors file", clause.as_ref())
}

/// Reads the network.
///
/// # Errors
///
/// The file is damaged, or its weights are not those of the layers that it describes.
pub(crate) fn read(bytes: &[u8]) -> Result<ModelData> {
    let (_, header) =
        SafeTensors::read_metadata(bytes).map_err(|_| refused("is cut off, damaged, or of another kind"))?;
    let metadata = header.metadata().clone().unwrap_or_default();
    if metadata.contains_key("pretrained") {
        return Err(refused(
            "holds what a network has learnt before, without its last layer; create that network with it in place of opening it",
        ));
    }
    if !metadata.contains_key("model") {
        return Err(refused(
            "holds weights and not the layers that they are for; open their network first, and then this file",
        ));
    }
    let model: ModelConfig = entry(metadata.get("model"), "model")?;
    let class_names: Vec<String> = entry(metadata.get("class_names"), "class_names")?;
    if class_names.len() < 2 {
        return Err(refused("names fewer than two classes"));
    }
    let architecture = Architecture::new(model, class_names.len())
        .map_err(|error| refused(format!("describes a network that cannot be: {}", error.clause())))?;
    let tensors = SafeTensors::deserialize(bytes).map_err(|_| refused("is cut off or damaged"))?;
    let values = container::weights(&architecture, &tensors).map_err(container::broken)?;
    match tensors.len() == values.len() {
        true => {
            let manifest = metadata.get("manifest").and_then(|json| serde_json::from_str(json).ok());
            Ok(ModelData { architecture, class_names, values, manifest, origins: Origins::default() })
        }
        false => Err(refused("holds weights that no layer uses")),
    }
}

/// An entry of the header as JSON.
fn entry<T: DeserializeOwned>(json: Option<&String>, name: &str) -> Result<T> {
    let json = json.ok_or_else(|| {
        refused(format!(
            "has no entry \"{name}\" that says what its weights mean; only files that were exported here have"
        ))
    })?;
    serde_json::from_str(json).map_err(|error| refused(format!("has a damaged entry \"{name}\" ({error})")))
}
