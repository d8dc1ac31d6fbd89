//! Layers that a convolution computes itself, beside the same layers one by one.

use burn::tensor::{Tensor, TensorData};
use rand::RngExt;
use serde_json::{Value, json};
use tabfit::{Architecture, ModelConfig, Rows, Seed, Sequential, device, network::forward::Mode, seed::Purpose};

use crate::{
    common::{DEVICE, assert_close},
    portable_test,
};

const BATCH: usize = 3;

/// Convolutions of every kind, each before a batch normalization. With `apart`, an activation that changes nothing
/// stands between them, so that nothing is fused.
fn layers(apart: bool, trainable: bool) -> Value {
    let norm = json!({"type": "BatchNormalization", "trainable": trainable});
    let between = json!({"type": "Activation", "activation": "linear"});
    let with_norm = |convolution: Value| match apart {
        true => vec![convolution, between.clone(), norm.clone()],
        false => vec![convolution, norm.clone()],
    };
    let relu6 = json!({"type": "ReLU", "maxValue": 6.0});
    let block = [
        with_norm(json!({"type": "Conv2D", "filters": 12, "kernelSize": 1, "useBias": false})),
        vec![relu6.clone()],
        with_norm(json!({"type": "DepthwiseConv2D", "kernelSize": 5, "padding": "same"})),
        vec![json!({"type": "Activation", "activation": "relu"})],
        with_norm(json!({"type": "Conv2D", "filters": 6, "kernelSize": 1})),
    ];
    let layers = [
        vec![json!({"type": "Rescaling", "scale": 1.0 / 128.0, "offset": -1.0})],
        with_norm(json!({"type": "Conv2D", "filters": 6, "kernelSize": 3, "strides": 2, "padding": "same"})),
        vec![relu6, json!({"type": "Residual", "layers": block.concat()})],
        with_norm(json!({"type": "SeparableConv2D", "filters": 9, "kernelSize": 3})),
        vec![json!({"type": "LeakyReLU"}), json!({"type": "GlobalAveragePooling2D"})],
        vec![json!({"type": "Dense", "units": 4, "activation": "softmax"})],
    ];
    Value::Array(layers.concat())
}

/// A network, weights for it whose statistics are not 0 and 1, and pictures.
async fn stirred(layers: Value, size: usize) -> (Sequential, Vec<Tensor<1>>, Tensor<4>) {
    let (device, _) = device::open(DEVICE).await.expect("a missing adapter fails the test");
    let config = ModelConfig { image_size: size, layers: serde_json::from_value(layers).unwrap() };
    let network = Sequential::new(Architecture::new(config, 4).unwrap(), Seed(3), &device);
    let mut rng = Seed(8).rng(Purpose::Split);
    let mut noise = |length: usize, least: f32, most: f32| -> Vec<f32> {
        (0..length).map(|_| least + (most - least) * rng.random::<f32>()).collect()
    };
    let mut weights = Vec::new();
    for weight in network.weights() {
        let values: Vec<f32> = weight.clone().into_data_async().await.unwrap().iter().collect();
        // Statistics, factors and biases begin as zeros or ones, all alike.
        let values = match values.iter().all(|value| value.to_bits() == values[0].to_bits()) {
            true => noise(values.len(), values[0] + 0.1, values[0] + 0.9),
            false => values,
        };
        let length = values.len();
        weights.push(Tensor::from_data(TensorData::new(values, [length]), &device));
    }
    let pixels = noise(BATCH * size * size * 3, 0.0, 255.0);
    (network, weights, Tensor::from_data(TensorData::new(pixels, [BATCH, size, size, 3]), &device))
}

async fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data_async().await.unwrap().iter().collect()
}

fn largest(values: &[f32]) -> f32 {
    values.iter().fold(0.0, |largest, value| largest.max(value.abs()))
}

#[portable_test]
async fn a_folded_normalization_changes_nothing_but_rounding() {
    let mut answers = Vec::new();
    for apart in [false, true] {
        let (mut network, weights, pictures) = stirred(layers(apart, true), 19).await;
        answers.push(read(network.forward(&weights, pictures, Mode::Inference)).await);
    }
    let most = largest(&answers[1]);
    assert!(most > 0.01 && answers[0][..4] != answers[0][4..8], "{answers:?}");
    assert_close("logits", &answers[0], &answers[1], 3e-6 * most);
}

/// The sum of a block in the convolution before it, and with an activation between them that changes nothing.
#[portable_test]
async fn a_fused_sum_is_equal_to_the_last_bit() {
    for (size, filters) in [(8, 3), (11, 33), (19, 8)] {
        let mut answers = Vec::new();
        for between in [json!([]), json!([{"type": "Activation", "activation": "linear"}])] {
            let wide = json!({"type": "Conv2D", "filters": 5, "kernelSize": 1, "activation": "relu"});
            let body = [json!([wide, {"type": "Conv2D", "filters": filters, "kernelSize": 1}]), between];
            let body: Vec<Value> = body.iter().filter_map(Value::as_array).flatten().cloned().collect();
            let layers = json!([
                {"type": "Conv2D", "filters": filters, "kernelSize": 3, "padding": "same"},
                {"type": "Residual", "layers": body},
                {"type": "Residual", "layers": body},
                {"type": "GlobalAveragePooling2D"},
                {"type": "Dense", "units": 4, "activation": "softmax"}
            ]);
            let (mut network, weights, pictures) = stirred(layers, size).await;
            answers.push(read(network.forward(&weights, pictures, Mode::Inference)).await);
        }
        assert_eq!(answers[0], answers[1], "{size} pixels, {filters} filters");
    }
}

/// In training, a frozen normalization is folded too, and one that learns is not.
#[portable_test]
async fn gradients_flow_through_a_folded_normalization() {
    for trainable in [false, true] {
        let mut gradients: [Vec<Vec<f32>>; 2] = [Vec::new(), Vec::new()];
        for (apart, found) in [false, true].into_iter().zip(&mut gradients) {
            let (mut network, weights, pictures) = stirred(layers(apart, trainable), 19).await;
            let weights: Vec<Tensor<1>> = weights.into_iter().map(|weight| weight.autodiff().require_grad()).collect();
            let logits = network.forward(&weights, pictures, Mode::Training(Rows::all(BATCH)));
            let mut all = (logits.clone() * logits).sum().backward();
            for weight in &weights {
                // Statistics have gradients only where they are used.
                let gradient = weight.grad_remove(&mut all);
                found.push(read(gradient.unwrap_or_else(|| Tensor::zeros([1], &weight.device().inner()))).await);
            }
        }
        for (index, (fused, apart)) in gradients[0].iter().zip(&gradients[1]).enumerate() {
            assert_close(&format!("weight {index}"), fused, apart, 2e-5 * largest(apart).max(1.0));
        }
    }
}

/// The processor takes a picture of this size alone.
#[portable_test]
async fn pictures_are_answered_alike_alone_and_together() {
    let wide = json!([
        {"type": "Conv2D", "filters": 33, "kernelSize": 3, "padding": "same"},
        {"type": "GlobalAveragePooling2D"},
        {"type": "Dense", "units": 4, "activation": "softmax"}
    ]);
    let (mut network, _, pictures) = stirred(wide, 256).await;
    let weights = network.weights().to_vec();
    let together = network.forward(&weights, pictures.clone(), Mode::Inference);
    let together = read(burn::tensor::activation::softmax(together, 1)).await;
    assert_close("probabilities", &read(network.probabilities(pictures)).await, &together, 1e-6);
}
