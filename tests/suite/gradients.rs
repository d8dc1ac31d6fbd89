//! Gradients of each layer kind against finite differences of the loss.

use burn::tensor::{Tensor, TensorData};
use rand::RngExt;
use serde_json::{Value, json};
use tabfit::{Architecture, Loss, ModelConfig, Rows, Seed, Sequential, device, network::forward::Mode, seed::Purpose};

use crate::{common::DEVICE, portable_test};

const BATCH: usize = 3;
const SIZE: usize = 8;

async fn loss(network: &mut Sequential, weights: &[Tensor<1>], images: &Tensor<4>, targets: &Tensor<2>) -> f32 {
    let logits = network.forward(weights, images.clone(), Mode::Training(Rows::all(BATCH)));
    Loss::default().mean(logits, targets.clone(), None).into_data_async().await.unwrap().iter::<f32>().next().unwrap()
}

/// Checks some entries of every trainable weight of a network of `layers` and a Dense head.
async fn check(layers: Value) {
    let mut layers = layers;
    let list = layers.as_array_mut().unwrap();
    list.insert(0, json!({"type": "Rescaling", "scale": 1.0 / 128.0, "offset": -1.0}));
    list.push(json!({"type": "Dense", "units": 2, "activation": "softmax", "name": "head"}));
    let config = ModelConfig { image_size: SIZE, layers: serde_json::from_value(layers.clone()).unwrap() };
    let (device, _) = device::open(DEVICE).await.expect("a missing adapter fails the test");
    let mut network = Sequential::new(Architecture::new(config, 2).unwrap(), Seed(5), &device);

    let mut rng = Seed(9).rng(Purpose::Split);
    let pixels: Vec<f32> = (0..BATCH * SIZE * SIZE * 3).map(|_| rng.random::<f32>() * 255.0).collect();
    let images = Tensor::<4>::from_data(TensorData::new(pixels, [BATCH, SIZE, SIZE, 3]), &device);
    let targets = Tensor::<2>::from_data([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]], &device);

    let plain = network.weights().to_vec();
    let recorded: Vec<Tensor<1>> = plain.iter().map(|weight| weight.clone().autodiff().require_grad()).collect();
    let logits = network.forward(&recorded, images.clone(), Mode::Training(Rows::all(BATCH)));
    let mut gradients = Loss::default().mean(logits, targets.clone(), None).backward();

    // Small enough that few values cross a kink of ReLU, large enough for 32-bit sums.
    let step = 3e-4;
    let mut checked = 0;
    for (index, weight) in recorded.iter().enumerate() {
        // The moving statistics of batch normalization have no gradient in a training pass.
        let Some(gradient) = weight.grad_remove(&mut gradients) else { continue };
        let gradient: Vec<f32> = gradient.into_data_async().await.unwrap().iter().collect();
        let value: Vec<f32> = plain[index].clone().into_data_async().await.unwrap().iter().collect();
        for entry in (0..value.len()).step_by(value.len().div_ceil(4)) {
            let mut at = [0.0; 2];
            for (side, loss_at) in [step, -step].into_iter().zip(&mut at) {
                let mut moved = value.clone();
                moved[entry] += side;
                let mut weights = plain.clone();
                weights[index] = Tensor::from_data(TensorData::new(moved, [value.len()]), &device);
                *loss_at = loss(&mut network, &weights, &images, &targets).await;
            }
            let difference = (at[0] - at[1]) / (2.0 * step);
            // A kink of ReLU or of a maximum inside the step moves the difference a little.
            assert!(
                (gradient[entry] - difference).abs() < 4e-3 + 0.04 * difference.abs(),
                "{layers}: weight {index}[{entry}]: gradient {} but difference {difference}",
                gradient[entry]
            );
            checked += 1;
        }
    }
    assert!(checked >= 4, "{layers}: only {checked} entries were checked");
}

#[portable_test]
async fn convolution_has_the_gradient_of_its_loss() {
    for conv in [
        json!({"type": "Conv2D", "filters": 4, "kernelSize": 3, "padding": "same", "activation": "tanh"}),
        json!({"type": "Conv2D", "filters": 3, "kernelSize": [2, 3], "strides": 2, "padding": "same", "activation": "silu"}),
        json!({"type": "Conv2D", "filters": 5, "kernelSize": 2, "padding": "same", "activation": "gelu"}),
        json!({"type": "Conv2D", "filters": 3, "kernelSize": 3, "dilationRate": 2, "activation": "sigmoid", "useBias": false}),
        json!({"type": "Conv2D", "filters": 4, "kernelSize": 3, "strides": [2, 1], "activation": "elu"}),
    ] {
        check(json!([conv, {"type": "Flatten"}])).await;
    }
}

#[portable_test]
async fn pooling_has_the_gradient_of_its_loss() {
    let conv = json!({"type": "Conv2D", "filters": 3, "kernelSize": 3, "activation": "tanh"});
    for pool in [
        json!({"type": "MaxPooling2D"}),
        json!({"type": "MaxPooling2D", "poolSize": 3, "strides": 2, "padding": "same"}),
        json!({"type": "AveragePooling2D"}),
        json!({"type": "AveragePooling2D", "poolSize": [3, 2], "strides": 2, "padding": "same"}),
    ] {
        check(json!([conv, pool, {"type": "Flatten"}])).await;
    }
    check(json!([conv, {"type": "GlobalAveragePooling2D"}])).await;
}

#[portable_test]
async fn normalization_and_dense_have_the_gradient_of_their_loss() {
    let conv = json!({"type": "Conv2D", "filters": 3, "kernelSize": 3});
    let norm = json!({"type": "BatchNormalization"});
    let tanh = json!({"type": "Activation", "activation": "tanh"});
    check(json!([conv, norm, tanh, {"type": "Flatten"}])).await;
    let dense = |activation: &str| json!({"type": "Dense", "units": 5, "activation": activation});
    check(json!([{"type": "Flatten"}, dense("relu")])).await;
    check(json!([{"type": "Flatten"}, dense("leaky_relu")])).await;
    check(json!([{"type": "Flatten"}, dense("softmax")])).await;
}

#[portable_test]
async fn convolutions_by_channel_have_the_gradient_of_their_loss() {
    let conv = json!({"type": "Conv2D", "filters": 3, "kernelSize": 3, "activation": "tanh"});
    for layer in [
        json!({"type": "DepthwiseConv2D", "kernelSize": 3, "padding": "same", "activation": "tanh"}),
        json!({"type": "DepthwiseConv2D", "kernelSize": [2, 3], "strides": 2, "depthMultiplier": 2, "padding": "same"}),
        json!({"type": "DepthwiseConv2D", "kernelSize": 2, "dilationRate": 2, "useBias": false}),
        json!({"type": "SeparableConv2D", "filters": 5, "kernelSize": 3, "padding": "same", "activation": "silu"}),
        json!({"type": "SeparableConv2D", "filters": 2, "kernelSize": 3, "strides": 2, "depthMultiplier": 2}),
    ] {
        check(json!([conv, layer, {"type": "Flatten"}])).await;
    }
}

#[portable_test]
async fn blocks_have_the_gradient_of_their_loss() {
    let conv = |filters: usize, strides: usize| json!({"type": "Conv2D", "filters": filters, "kernelSize": 3, "strides": strides, "padding": "same", "activation": "tanh"});
    let flatten = json!({"type": "Flatten"});
    check(json!([conv(3, 1), {"type": "Residual", "layers": [conv(3, 1), conv(3, 1)]}, flatten])).await;
    let projected = json!({"type": "Residual", "layers": [conv(4, 2)], "shortcut": [conv(4, 2)]});
    check(json!([conv(3, 1), projected, {"type": "GlobalAveragePooling2D"}])).await;
    let inside = json!({"type": "Residual", "layers": [conv(3, 1)]});
    check(json!([conv(3, 1), {"type": "Residual", "layers": [inside, conv(3, 1)]}, flatten])).await;
    let joined = json!({"type": "Concatenate", "branches": [[conv(2, 1)], [], [conv(3, 1), inside]]});
    let reshaped = json!({"type": "Reshape", "targetShape": [4, 16, -1]});
    check(json!([conv(3, 1), joined, reshaped, flatten, {"type": "Concatenate", "branches": [[], []]}])).await;
    for pool in ["GlobalAveragePooling2D", "GlobalMaxPooling2D"] {
        check(json!([conv(3, 1), {"type": pool, "keepdims": true}, conv(4, 1), flatten])).await;
    }
}

#[portable_test]
async fn activations_and_borders_have_the_gradient_of_their_loss() {
    let conv = json!({"type": "Conv2D", "filters": 3, "kernelSize": 3});
    for layer in [
        json!({"type": "ReLU"}),
        json!({"type": "ReLU", "maxValue": 0.4, "negativeSlope": 0.2}),
        json!({"type": "LeakyReLU"}),
        json!({"type": "Activation", "activation": "relu6"}),
        json!({"type": "Activation", "activation": "selu"}),
        json!({"type": "Activation", "activation": "softplus"}),
        json!({"type": "Activation", "activation": "hard_sigmoid"}),
        json!({"type": "Activation", "activation": "hard_silu"}),
        json!({"type": "ZeroPadding2D", "padding": [[0, 1], [2, 0]]}),
    ] {
        check(json!([conv, layer, {"type": "Flatten"}])).await;
    }
    check(json!([conv, {"type": "GlobalMaxPooling2D"}])).await;
    check(json!([conv, {"type": "Flatten"}, {"type": "Softmax"}])).await;
}

/// A frozen layer passes the gradient on to the layers before it.
#[portable_test]
async fn layers_before_a_frozen_one_have_the_gradient_of_their_loss() {
    let conv = json!({"type": "Conv2D", "filters": 3, "kernelSize": 3, "activation": "tanh"});
    let norm = json!({"type": "BatchNormalization", "trainable": false});
    check(json!([conv, norm, {"type": "Flatten"}])).await;
    let depthwise = json!({"type": "DepthwiseConv2D", "kernelSize": 3, "trainable": false});
    check(json!([conv, depthwise, {"type": "Flatten"}])).await;
}
