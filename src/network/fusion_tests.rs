//! Tests which layers of a network the convolution before them computes.

use serde_json::{Value, json};

use crate::error::Result;
use crate::kernels::FusedActivation;
use crate::network::fusion::Fusion;
use crate::network::{Builder, LayerConfig, ModelConfig, Node, Preset};

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

#[test]
fn the_sums_of_efficientnet_are_fused_with_the_convolutions_before_them() {
    let config = Preset::named("efficientnet-lite0").unwrap().config(96, 4);
    let layers = Builder::build(&config).unwrap();
    let sums = layers.iter().filter(|layer| matches!(layer.config, LayerConfig::Add(_)));
    assert_eq!(sums.map(|sum| sum.fused_into_previous).collect::<Vec<_>>(), [Fusion::Always; 9]);
    assert_eq!(layers.iter().filter(|layer| layer.fused_sum.is_some()).count(), 9);
}

/// The other summand is made before the convolution, of single pixels and without an activation, whose output only the sum reads.
#[test]
fn a_sum_is_fused_only_with_a_convolution_that_can_add() {
    let conv = |size: usize, activation: &str| json!({"type": "Conv2D", "filters": 3, "kernelSize": size, "padding": "same", "activation": activation});
    let norm = json!({"type": "BatchNormalization"});
    for (body, shortcut, when) in [
        (json!([conv(1, "linear")]), json!([]), Fusion::Always),
        (json!([conv(1, "linear"), norm]), json!([]), Fusion::Inference),
        (json!([conv(3, "linear")]), json!([conv(1, "linear")]), Fusion::Always),
        (json!([conv(1, "linear")]), json!([conv(3, "linear")]), Fusion::Never),
        (json!([conv(1, "relu")]), json!([]), Fusion::Never),
        (json!([conv(1, "linear"), norm, {"type": "ReLU"}]), json!([]), Fusion::Never),
        (json!([conv(3, "linear"), norm]), json!([]), Fusion::Never),
    ] {
        let block = json!([{"type": "Residual", "layers": body, "shortcut": shortcut}]);
        let layers = network(block).unwrap();
        let sum = layers.iter().find(|layer| matches!(layer.config, LayerConfig::Add(_))).unwrap();
        assert_eq!(sum.fused_into_previous, when, "{body} {shortcut}");
    }
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
