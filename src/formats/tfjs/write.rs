//! A TensorFlow.js layers-model: `model.json` and one file of weights.

use serde_json::json;

use crate::error::Result;
use crate::formats::shared::{ModelData, ModelFile};
use crate::formats::tfjs::write_layers::topology;
use crate::network::{LayerConfig, Node, WeightSpec};

const WEIGHTS: &str = "group1-shard1of1.bin";

/// `model.json` and the weights.
///
/// # Errors
///
/// TensorFlow.js cannot express a layer.
pub(crate) fn files(data: &ModelData) -> Result<Vec<ModelFile>> {
    let topology = topology(&data.architecture)?;
    let (mut manifest, mut bytes) = (Vec::new(), Vec::new());
    for ((layer, values), layer_name) in data.layers().zip(&topology.names) {
        for (weight, value) in layer.weights.iter().zip(values) {
            let (name, shape, value) = written(layer, weight, value);
            manifest.push(json!({"name": format!("{layer_name}/{name}"), "shape": shape, "dtype": "float32"}));
            bytes.extend(value.into_iter().flat_map(f32::to_le_bytes));
        }
        if let LayerConfig::Normalization(normalization) = &layer.config {
            // It is written as a depthwise convolution of one pixel, see `write_layers`.
            let [scales, offsets] = normalization.factors();
            let channels = scales.len();
            for (name, shape, value) in
                [("depthwise_kernel", vec![1, 1, channels, 1], scales), ("bias", vec![channels], offsets)]
            {
                manifest.push(json!({"name": format!("{layer_name}/{name}"), "shape": shape, "dtype": "float32"}));
                bytes.extend(value.into_iter().flat_map(f32::to_le_bytes));
            }
        }
    }
    let model = json!({
        "format": "layers-model",
        "generatedBy": concat!("tabfit ", env!("CARGO_PKG_VERSION")),
        "convertedBy": null,
        "modelTopology": {
            "keras_version": "2.15.0",
            "backend": "tensorflow",
            "model_config": topology.json(data.architecture.config().image_size),
        },
        "weightsManifest": [{"paths": [WEIGHTS], "weights": manifest}],
        "userDefinedMetadata": {"classNames": data.class_names, "preprocessing": data.preprocessing(), "manifest": data.manifest},
    });
    Ok(vec![ModelFile::new("model.json", model.to_string()), ModelFile::new(WEIGHTS, bytes)])
}

/// A weight's name, shape and values in TensorFlow.js, which differ from Keras 3's for depthwise kernels only.
fn written<'a>(layer: &Node, weight: &'a WeightSpec, value: &[f32]) -> (&'a str, Vec<usize>, Vec<f32>) {
    let (name, keras) = (weight.name.rsplit('/').next().unwrap_or_default(), value.to_vec());
    let (LayerConfig::DepthwiseConv2D(depthwise), &[_, columns, channels, multiplier]) =
        (&layer.config, &weight.shape[..])
    else {
        return (name, weight.shape.clone(), keras);
    };
    let (pixel, [down, across], size) = (channels * multiplier, depthwise.dilation_rate.get(), layer.params.reach());
    let mut spread = vec![0.0; size[0] * size[1] * pixel];
    for (index, values) in keras.chunks(pixel).enumerate() {
        let (row, column) = (index / columns * down, index % columns * across);
        spread[(row * size[1] + column) * pixel..][..pixel].copy_from_slice(values);
    }
    ("depthwise_kernel", vec![size[0], size[1], channels, multiplier], spread)
}
