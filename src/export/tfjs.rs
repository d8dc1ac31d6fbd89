//! A TensorFlow.js layers-model: `model.json` and one file of weights.

use serde_json::json;

use super::{ModelFile, Trained, short_name, tfjs_topology::Topology};

const WEIGHTS: &str = "group1-shard1of1.bin";

/// `model.json` and the weights.
pub(super) fn files(trained: &Trained<'_>) -> Vec<ModelFile> {
    let topology = Topology::of(trained.architecture);
    let (mut manifest, mut bytes) = (Vec::new(), Vec::new());
    for ((layer, values), name) in trained.layers().zip(&topology.names) {
        for (weight, value) in layer.weights.iter().zip(values) {
            let name = format!("{name}/{}", short_name(weight));
            manifest.push(json!({"name": name, "shape": weight.keras_shape, "dtype": "float32"}));
            bytes.extend(weight.to_keras(value).into_iter().flat_map(f32::to_le_bytes));
        }
    }
    let model = json!({
        "format": "layers-model",
        "generatedBy": concat!("tabfit ", env!("CARGO_PKG_VERSION")),
        "convertedBy": null,
        "modelTopology": {
            "keras_version": "2.15.0",
            "backend": "tensorflow",
            "model_config": topology.json(trained.architecture),
        },
        "weightsManifest": [{"paths": [WEIGHTS], "weights": manifest}],
        "userDefinedMetadata": {"classNames": trained.class_names, "preprocessing": trained.preprocessing()},
    });
    vec![ModelFile::new("model.json", model.to_string()), ModelFile::new(WEIGHTS, bytes)]
}
