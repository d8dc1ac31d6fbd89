//! TensorFlow.js layers-models: `model.json` and its weights.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::Result;
use crate::formats::keras_config::{self, Described, Version};
use crate::formats::shared::{ModelData, ModelFile};
use crate::formats::tfjs::read_weights::{self, Group};
use crate::formats::tfjs::refusal::refused;

/// The size of the largest `model.json` that is read; the weights lie in other files.
const MOST_BYTES: usize = 4 << 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    #[serde(default)]
    format: Option<String>,
    model_topology: Value,
    weights_manifest: Vec<Group>,
    #[serde(default)]
    user_defined_metadata: Option<Map<String, Value>>,
}

/// Reads the network that `json`, the content of `model.json`, describes.
pub(crate) fn read(json: &[u8], files: &[ModelFile]) -> Result<ModelData> {
    if json.len() > MOST_BYTES {
        return Err(refused("has a model.json of over 4 MB; it holds something other than a few layers"));
    }
    let description: Description = serde_json::from_slice(json)
        .map_err(|error| refused(format!("has a model.json that is damaged or of another kind ({error})")))?;
    if description.format.as_deref() == Some("graph-model") {
        return Err(refused("is a graph-model, in which there are no layers; save it as a layers-model"));
    }
    let model = description.model_topology.get("model_config").unwrap_or(&description.model_topology);
    let version = description.model_topology.get("keras_version").and_then(Value::as_str);
    // The converter keeps what a `.keras` file says of its training where it is said there.
    let compiled = description.model_topology.get("training_config").or_else(|| model.get("compile_config"));
    let described = keras_config::read(model, compiled, Version::of(version)).map_err(refused)?;
    let class_names = description.user_defined_metadata.as_ref().and_then(|metadata| metadata.get("classNames"));
    let class_names = described.class_names(class_names).map_err(refused)?;
    let Described { architecture, origins } = described;
    let values = read_weights::read(&description.weights_manifest, files, &architecture, &origins)?;
    Ok(ModelData { architecture, class_names, values, manifest: None, origins })
}
