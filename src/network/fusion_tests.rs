//! Tests which layers of a network the convolution before them computes.

use serde_json::{Value, json};

use crate::error::Result;
use crate::kernels::FusedActivation;
use crate::network::fusion::Fusion;
use crate::network::{Builder, LayerConfig, ModelConfig, Node};

fn network(layers: Value) -> Result<Vec<Node>> {
    let mut layers: Vec<LayerConfig> = serde_json::from_value(layers).unwrap();
    let head = json!([{"type": "GlobalAveragePooling2D"}, {"type": "Dense", "units": 2, "activation": "softmax"}]);
    layers.extend(serde_json::from_value::<Vec<LayerConfig>>(head).unwrap());
    Builder::build(&ModelConfig { image_size: 8, layers })
}

fn activated(strides: usize, activation: &str) -> Value {
    json!({"type": "Conv2D", "filters": 4, "kernelSize": 3, "strides": strides, "padding": "same", "activation": activation})
}

#[test]
fn a_pool_is_fused_with_the_convolution_that_only_it_reads() {
    let (relu, pool) = (activated(1, "relu"), json!({"type": "MaxPooling2D"}));
    let block =
        json!({"type": "Residual", "layers": [pool, activated(1, "linear")], "shortcut": [activated(2, "linear")]});
    let layers = network(json!([relu, pool, activated(1, "linear"), pool, relu, block])).unwrap();
    let pooling: Vec<usize> = (0..layers.len()).filter(|&index| layers[index].fused_pool.is_some()).collect();
    let fused = |index: &usize| layers[*index].fused_into_previous == Fusion::Always;
    assert_eq!((pooling, (0..layers.len()).filter(fused).collect::<Vec<_>>()), (vec![0], vec![1]));
}

#[test]
fn a_normalization_is_fused_while_its_statistics_are_fixed() {
    let norm = |trainable: bool| json!({"type": "BatchNormalization", "trainable": trainable});
    let relu = |most: f64| json!({"type": "ReLU", "maxValue": most});
    let layers = network(json!([
        activated(1, "linear"),
        norm(true),
        relu(6.0),
        activated(1, "linear"),
        norm(false),
        relu(5.0),
        activated(1, "tanh"),
        norm(false),
        relu(6.0),
    ]))
    .unwrap();
    let fusions: Vec<Fusion> = layers[..9].iter().map(|layer| layer.fused_into_previous).collect();
    let [never, always, inference] = [Fusion::Never, Fusion::Always, Fusion::Inference];
    assert_eq!(fusions, [never, inference, inference, never, always, never, never, never, never]);
    let activation = |index: usize| layers[index].fused_norm.as_ref().map(|norm| norm.activation);
    assert_eq!([0, 3, 6].map(activation), [Some(FusedActivation::Relu6), Some(FusedActivation::Linear), None]);
}

/// What the shortcut of a block reads is needed as it is.
#[test]
fn what_two_layers_read_is_not_fused() {
    let norm = json!({"type": "BatchNormalization"});
    let layers =
        network(json!([activated(1, "linear"), {"type": "Residual", "layers": [norm, activated(1, "linear")]}]))
            .unwrap();
    assert!(layers.iter().all(|layer| layer.fused_norm.is_none() && layer.fused_into_previous == Fusion::Never));
}
