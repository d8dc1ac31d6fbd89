//! Reads ONNX: classifiers of pictures, made of convolutions and what stands between them.
//!
//! A file that was written here describes its layers beside the operators. Where these are still the ones that the layers
//! are written as, the layers are taken as they were. All other files are translated operator by operator.

use std::collections::HashMap;

use prost::Message;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::formats::onnx::extent::described;
use crate::formats::onnx::layout::channels_last;
use crate::formats::onnx::network::translated;
use crate::formats::onnx::proto::{GraphProto, ModelProto, TensorProto};
use crate::formats::onnx::write;
use crate::formats::shared::{ModelData, refusal};
use crate::network::{Architecture, ModelConfig, Origins, WeightSpec};

/// The most bytes of a description.
const MOST_DESCRIBED: usize = 8 << 20;
/// Before it, shapes were matched by other rules.
const OLDEST_VERSION: i64 = 7;

fn refused(clause: impl AsRef<str>) -> Error {
    refusal::refused("ONNX file", clause.as_ref())
}

/// Reads the network.
///
/// # Errors
///
/// The file is damaged or too large, or has an operator or a shape that there is not here.
pub(crate) fn read(bytes: &[u8]) -> Result<ModelData> {
    let damaged = || refused("is cut off, damaged, or of another kind");
    if described(bytes).ok_or_else(damaged)? > MOST_DESCRIBED {
        return Err(refused("describes its network in over 8 MB; it holds something other than a few layers"));
    }
    let model = ModelProto::decode(bytes).map_err(|_| damaged())?;
    let entries: HashMap<&str, &str> =
        model.metadata_props.iter().map(|entry| (entry.key.as_str(), entry.value.as_str())).collect();
    let class_names = entries.get("class_names").and_then(|json| serde_json::from_str::<Vec<String>>(json).ok());
    let class_names = class_names.filter(|names| names.len() > 1);
    let manifest = entries.get("manifest").and_then(|json| serde_json::from_str(json).ok());
    let graph = model.graph.as_ref().ok_or_else(|| refused("holds no network"))?;
    if let (Some(layers), Some(class_names)) = (entries.get("model"), &class_names)
        && let Some(data) = as_written_here(graph, layers, class_names, manifest.as_ref())
    {
        return Ok(data);
    }
    let version = model.opset_import.iter().find(|set| matches!(set.domain.as_str(), "" | "ai.onnx"));
    let version = version.map_or(1, |set| set.version);
    if version < OLDEST_VERSION {
        return Err(refused(format!("was written for operator set {version}; {OLDEST_VERSION} and newer are read")));
    }
    translated(graph, version, class_names, manifest).map_err(refused)
}

/// The network that the layers describe, if it is written as this very graph.
fn as_written_here(
    graph: &GraphProto,
    layers: &str,
    class_names: &[String],
    manifest: Option<&Value>,
) -> Option<ModelData> {
    let config: ModelConfig = serde_json::from_str(layers).ok()?;
    let architecture = Architecture::new(config, class_names.len()).ok()?;
    let tensors: HashMap<&str, &TensorProto> =
        graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
    let value = |spec: &WeightSpec| {
        let tensor = tensors.get(spec.name.as_str())?;
        let values = tensor.read_floats().ok()?;
        match tensor.shape().ok()?[..] {
            [outputs, inputs, rows, columns] => Some(channels_last([outputs, inputs, rows, columns], &values)),
            _ => Some(values),
        }
        .filter(|values| values.len() == spec.len())
    };
    let values = architecture.weights().map(value).collect::<Option<Vec<_>>>()?;
    let data = ModelData {
        architecture,
        class_names: class_names.to_vec(),
        values,
        manifest: manifest.cloned(),
        origins: Origins::default(),
    };
    (write::graph(&data) == *graph).then_some(data)
}
