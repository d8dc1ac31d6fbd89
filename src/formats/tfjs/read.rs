//! TensorFlow.js layers-models: `model.json` and its weights.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::Result;
use crate::formats::shared::{ModelData, ModelFile};
use crate::formats::tfjs::read_graph;
use crate::formats::tfjs::read_layer::KerasLayer;
use crate::formats::tfjs::read_weights::{self, Group};
use crate::formats::tfjs::refusal::refused;
use crate::network::{Architecture, LayerConfig, ModelConfig, Shape};

/// The size of the largest `model.json` that is read; the weights lie in other files.
const MOST_BYTES: usize = 4 << 20;
/// More layers than any accepted network has, even with its activations as layers of their own.
const MOST_LAYERS: usize = 500;

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
    let topology = description.model_topology.get("model_config").unwrap_or(&description.model_topology);
    let kind = topology.get("class_name").and_then(Value::as_str).unwrap_or_default();
    let config = topology.get("config").ok_or_else(|| refused("describes no layers"))?;
    let layers = config.get("layers").unwrap_or(config).as_array().map_or(&[][..], Vec::as_slice);
    if layers.is_empty() || layers.len() > MOST_LAYERS {
        return Err(refused(format!("has {} layers; from 1 to {MOST_LAYERS} are read", layers.len())));
    }
    let layers = layers.iter().map(KerasLayer::deserialize).collect::<Result<Vec<_>, _>>();
    let layers = layers.map_err(|error| refused(format!("has a layer that is not understood: {error}")))?;
    let image_size =
        layers.iter().find_map(input_size).ok_or_else(|| refused("does not say the size of its pictures"))??;
    let (layers, vectors_only) = match kind {
        "Sequential" => read_graph::sequential(&layers)?,
        "Functional" | "Model" => read_graph::functional(&layers, config)?,
        _ => return Err(refused(format!("is of the kind \"{kind}\"; a Sequential or a Functional one is read"))),
    };
    let class_names = class_names(description.user_defined_metadata.as_ref(), &layers)?;
    let architecture = Architecture::new(ModelConfig { image_size, layers }, class_names.len())
        .map_err(|error| refused(format!("describes a network that cannot be: {}", error.clause())))?;
    let misplaced = architecture
        .layers
        .iter()
        .find(|layer| vectors_only.contains(&layer.name) && matches!(layer.input, Shape::Image(_)));
    if let Some(layer) = misplaced {
        return Err(refused(format!("normalises the rows of a picture in \"{}\"; here only channels are", layer.name)));
    }
    let values = read_weights::read(&description.weights_manifest, files, &architecture)?;
    Ok(ModelData { architecture, class_names, values, manifest: None })
}

/// The size that a layer declares for the network's input, if it does.
fn input_size(layer: &KerasLayer) -> Option<Result<usize>> {
    let shape = layer.config.get("batch_input_shape").or_else(|| layer.config.get("batch_shape"))?;
    let axis = |index: usize| shape.get(index).and_then(Value::as_u64);
    Some(match (axis(1), axis(2), axis(3)) {
        (Some(rows), Some(columns), Some(3)) if rows == columns => Ok(rows as usize),
        _ => Err(refused(format!(
            "takes an input of {shape}; square pictures of three channels are read: [null, size, size, 3]"
        ))),
    })
}

/// The class names that tabfit writes, else `class 1`, `class 2`, ….
fn class_names(metadata: Option<&Map<String, Value>>, layers: &[LayerConfig]) -> Result<Vec<String>> {
    if let Some(names) = metadata.and_then(|metadata| metadata.get("classNames")) {
        let names = Vec::<String>::deserialize(names).ok().filter(|names| names.len() > 1);
        return names.ok_or_else(|| refused("has classNames that are not a list of two or more names"));
    }
    let last_dense = layers.iter().rev().find_map(|layer| match layer {
        LayerConfig::Dense(dense) => Some(dense.units),
        _ => None,
    });
    match last_dense {
        Some(units @ 2..=65_536) => Ok((1..=units).map(|number| format!("class {number}")).collect()),
        _ => Err(refused("does not end in a Dense layer with a unit for each of two or more classes")),
    }
}
