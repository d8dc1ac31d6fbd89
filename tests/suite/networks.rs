//! Networks with every layer, weights that make mistakes visible, and pictures with different predictions.

use rand::RngExt;
use safetensors::{SafeTensors, tensor::TensorView};
use serde_json::{Value, json};
use tabfit::{DeviceKind, Model, ModelConfig, PRESETS, Seed, seed::Purpose};

pub(crate) const PICTURES: usize = 16;
const CLASSES: [&str; 3] = ["a \"quoted\" 🧠\n", "<b>", "back\\slash"];

/// Every preset whose weights start at random, at a small size, and networks with the layers that no preset has.
pub(crate) fn networks() -> Vec<(String, ModelConfig)> {
    let random = PRESETS.into_iter().filter(|preset| !preset.is_pretrained());
    let presets = random.map(|preset| (preset.name.to_string(), preset.config(24, CLASSES.len())));
    let written = [
        ("chain", chain()),
        ("channels", channels()),
        ("activations", activations()),
        ("blocks", blocks()),
        ("branches", branches()),
        ("standardized", standardized(true)),
        ("centred", standardized(false)),
    ];
    let written = written.map(|(name, layers)| {
        (name.to_string(), serde_json::from_value(json!({"imageSize": 19, "layers": layers})).unwrap())
    });
    presets.chain(written).collect()
}

/// Windows of every kind at an odd size, and names that other tools do not allow.
fn chain() -> Value {
    json!([
        {"type": "Rescaling", "scale": 0.008, "offset": -1.0},
        {"type": "Conv2D", "filters": 5, "kernelSize": [2, 3], "padding": "same", "activation": "leaky_relu", "name": "first 🧠 layer"},
        {"type": "BatchNormalization", "epsilon": 0.01, "momentum": 0.9},
        {"type": "Conv2D", "filters": 6, "kernelSize": 4, "strides": 2, "padding": "same", "useBias": false},
        {"type": "MaxPooling2D", "poolSize": 2, "strides": 1, "padding": "same"},
        {"type": "Conv2D", "filters": 6, "kernelSize": 3, "dilationRate": 2, "padding": "same", "activation": "silu",
            "kernelInitializer": "lecun_normal", "kernelRegularizer": {"l1": 0.01, "l2": 0.02}, "biasRegularizer": {"l2": 0.1}},
        {"type": "AveragePooling2D", "poolSize": [3, 2], "strides": [2, 1], "padding": "same"},
        {"type": "Conv2D", "filters": 4, "kernelSize": 1, "activation": "tanh", "trainable": false, "name": "image"},
        {"type": "Dropout", "rate": 0.25},
        {"type": "Flatten"},
        {"type": "Flatten"},
        {"type": "Dense", "units": 12, "activation": "elu", "kernelInitializer": "he_uniform"},
        {"type": "BatchNormalization"},
        {"type": "Dense", "units": 9, "activation": "sigmoid", "useBias": false},
        {"type": "Activation", "activation": "hard_silu"},
        {"type": "Dense", "units": 3},
        {"type": "Activation", "activation": "softmax", "name": "probabilities"}
    ])
}

/// What `fit` puts in front of a network for `samplewise_...` and `featurewise_...`.
fn standardized(std: bool) -> Value {
    json!([
        {"type": "Rescaling", "scale": 0.008, "offset": -1.0},
        {"type": "SamplewiseNormalization", "std": std},
        {"type": "Normalization", "mean": [0.25, -0.125, 0.0], "variance": [1.5, 0.5, 0.25]},
        {"type": "Conv2D", "filters": 5, "kernelSize": 3, "activation": "relu"},
        {"type": "Flatten"},
        {"type": "Dense", "units": 3, "activation": "softmax"}
    ])
}

/// Depthwise and separable convolutions.
fn channels() -> Value {
    json!([
        {"type": "Rescaling", "scale": 0.008, "offset": -1.0},
        {"type": "ZeroPadding2D", "padding": [[1, 2], [3, 0]]},
        {"type": "SeparableConv2D", "filters": 5, "kernelSize": [3, 2], "depthMultiplier": 2, "padding": "same", "activation": "hard_silu"},
        {"type": "SpatialDropout2D", "rate": 0.3},
        {"type": "DepthwiseConv2D", "kernelSize": [2, 3], "dilationRate": [3, 2], "depthMultiplier": 2, "padding": "same", "activation": "relu6",
            "depthwiseRegularizer": {"l2": 0.01}},
        {"type": "DepthwiseConv2D", "kernelSize": 3, "strides": 2, "padding": "same", "useBias": false, "trainable": false},
        {"type": "BatchNormalization"},
        {"type": "SeparableConv2D", "filters": 4, "kernelSize": 2, "dilationRate": 2, "useBias": false, "pointwiseInitializer": "he_normal"},
        {"type": "ZeroPadding2D"},
        {"type": "GlobalMaxPooling2D"},
        {"type": "Dense", "units": 3},
        {"type": "Softmax"}
    ])
}

/// Every activation, each in a block, whose shortcut keeps the values before it.
fn activations() -> Value {
    let words = [
        "leaky_relu",
        "hard_sigmoid",
        "softplus",
        "elu",
        "selu",
        "gelu",
        "silu",
        "hard_silu",
        "tanh",
        "linear",
        "relu6",
        "sigmoid",
        "relu",
    ];
    let block = |layer: Value| json!({"type": "Residual", "layers": [layer]});
    let convs = words.map(|word| block(json!({"type": "Conv2D", "filters": 6, "kernelSize": 1, "activation": word})));
    let alone = words.map(|word| block(json!({"type": "Activation", "activation": word})));
    let layers = json!([
        {"type": "LeakyReLU"},
        {"type": "ReLU", "maxValue": 2.0, "negativeSlope": 0.125, "threshold": 0.0625},
        {"type": "ReLU", "threshold": 0.01},
        {"type": "ReLU", "maxValue": 1.0, "threshold": 0.016},
        {"type": "ReLU", "maxValue": 0.75},
        {"type": "GlobalAveragePooling2D"},
        {"type": "ReLU", "negativeSlope": 0.5, "threshold": 0.0625},
        {"type": "LeakyReLU", "negativeSlope": 0.1}
    ]);
    let first = json!([
        {"type": "Rescaling", "scale": 0.008, "offset": -1.0},
        {"type": "Conv2D", "filters": 6, "kernelSize": 3, "strides": 3}
    ]);
    let mut all = first.as_array().unwrap().clone();
    all.extend(convs);
    all.push(json!({"type": "BatchNormalization"}));
    all.extend(alone);
    all.push(json!({"type": "BatchNormalization"}));
    all.extend(layers.as_array().unwrap().iter().cloned());
    all.push(json!({"type": "Dense", "units": 3, "activation": "softmax"}));
    Value::Array(all)
}

/// Blocks with and without layers on the shortcut, one inside another, one that takes the picture itself.
pub(crate) fn blocks() -> Value {
    let conv = |filters: usize, strides: usize, activation: &str| json!({"type": "Conv2D", "filters": filters, "kernelSize": 3, "strides": strides, "padding": "same", "activation": activation});
    json!([
        {"type": "Residual", "layers": [{"type": "Rescaling", "scale": -0.99}]},
        {"type": "Residual", "layers": [conv(6, 2, "leaky_relu"), {"type": "BatchNormalization"}, conv(6, 1, "hard_silu")],
            "shortcut": [conv(6, 2, "leaky_relu")], "name": "outer"},
        {"type": "Activation", "activation": "relu"},
        {"type": "Residual", "layers": [conv(6, 1, "relu"), {"type": "Residual", "layers": [conv(6, 1, "silu")]}, conv(6, 1, "linear")]},
        {"type": "AveragePooling2D"},
        {"type": "GlobalAveragePooling2D"},
        {"type": "Dense", "units": 3, "activation": "softmax"}
    ])
}

/// Branches that are joined, one inside another, of pictures and of vectors; and what changes the shape alone.
fn branches() -> Value {
    let conv = |filters: usize, size: usize| json!({"type": "Conv2D", "filters": filters, "kernelSize": size, "padding": "same", "activation": "relu"});
    let pool = json!({"type": "MaxPooling2D", "poolSize": 3, "strides": 1, "padding": "same"});
    json!([
        {"type": "Rescaling", "scale": 0.008, "offset": -1.0},
        {"type": "Concatenate", "branches": [[conv(3, 1)], [pool, conv(2, 1)],
            [conv(2, 3), {"type": "Concatenate", "branches": [[conv(2, 1)], [conv(3, 3)]]}]], "name": "mixed"},
        {"type": "Concatenate", "branches": [[], [{"type": "BatchNormalization"}, conv(4, 3)]]},
        {"type": "ZeroPadding2D", "padding": [[0, 1], [0, 1]]},
        {"type": "DepthwiseConv2D", "kernelSize": 3, "strides": 2},
        {"type": "Reshape", "targetShape": [3, 27, -1]},
        {"type": "Conv2D", "filters": 6, "kernelSize": 3, "activation": "relu"},
        {"type": "Residual", "layers": [{"type": "GlobalMaxPooling2D", "keepdims": true}, conv(6, 1)],
            "shortcut": [{"type": "GlobalAveragePooling2D", "keepdims": true}]},
        {"type": "Reshape", "targetShape": [6]},
        {"type": "Concatenate", "branches": [[{"type": "Dense", "units": 4, "activation": "tanh"}], []]},
        {"type": "Reshape", "targetShape": [1, 1, -1]},
        {"type": "Conv2D", "filters": 3, "kernelSize": 1, "name": "dense_last"},
        {"type": "Reshape", "targetShape": [3]},
        {"type": "Softmax"}
    ])
}

/// The network with weights that are not 0 or 1, and with different probabilities that are never 0 or 1.
pub(crate) async fn stirred(config: ModelConfig, pictures: &[Vec<u8>]) -> Model {
    let names = CLASSES.map(String::from).to_vec();
    // Smaller variances make the outputs of a deep network differ more; and with some seeds every ReLU of a
    // layer is 0.
    for (seed, variance) in (5..).zip([1.0, 0.3, 0.1, 0.03]) {
        let mut model = Model::new(config.clone(), names.clone(), DeviceKind::Cpu, Seed(seed)).await.unwrap();
        let mut rng = Seed(9).rng(Purpose::Split);
        change(&mut model, |name, value| {
            let mut noise = |least: f32, most: f32| least + (most - least) * rng.random::<f32>();
            match name.rsplit('/').next().unwrap() {
                "gamma" => noise(0.5, 1.5),
                "moving_variance" => noise(0.5, 1.5) * variance,
                "beta" | "moving_mean" | "bias" => noise(-0.3, 0.3),
                _ => value,
            }
        })
        .await;
        let mut answers = probabilities(&mut model, pictures).await;
        while answers.iter().any(|&probability| probability < 1e-6) {
            change_head(&mut model, 0.3, [0.0; CLASSES.len()]).await;
            answers = probabilities(&mut model, pictures).await;
        }
        let scores = |class: usize| answers.iter().skip(class).step_by(CLASSES.len()).map(|p| p.ln());
        let mean = [0, 1, 2].map(|class| scores(class).sum::<f32>() / PICTURES as f32);
        let deviation = |class: usize| scores(class).map(|score| (score - mean[class]).powi(2)).sum::<f32>();
        let spread = ([0, 1, 2].map(deviation).iter().sum::<f32>() / answers.len() as f32).sqrt();
        if spread > 0.003 {
            // Makes the logits about a quarter apart and around 0; rounding errors are enlarged by the same factor.
            change_head(&mut model, 0.25 / spread, mean).await;
            return model;
        }
    }
    panic!("these pictures all look the same to it");
}

/// Changes the last layer so that its logits become `factor * (logits - less)`.
async fn change_head(model: &mut Model, factor: f32, less: [f32; CLASSES.len()]) {
    let bytes = model.save_weights().await.unwrap();
    let weights = SafeTensors::deserialize(&bytes).unwrap();
    let dense = weights.names().into_iter().filter_map(|name| name.strip_suffix("/kernel"));
    let last = dense.filter(|name| name.starts_with("dense")).max().unwrap();
    let mut less = less.into_iter();
    change(model, |name, value| match name.strip_prefix(last) {
        Some("/kernel") => value * factor,
        Some("/bias") => (value - less.next().unwrap()) * factor,
        _ => value,
    })
    .await;
}

/// Changes every value of the weights, in the alphabetical order of their names.
async fn change(model: &mut Model, mut change: impl FnMut(&str, f32) -> f32) {
    let bytes = model.save_weights().await.unwrap();
    let weights = SafeTensors::deserialize(&bytes).unwrap();
    let mut named = weights.tensors();
    named.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut changed = Vec::new();
    for (name, view) in named {
        let values = view.data().chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()));
        let bytes: Vec<u8> = values.flat_map(|value| change(&name, value).to_le_bytes()).collect();
        changed.push((name, view.shape().to_vec(), bytes));
    }
    let views = changed
        .iter()
        .map(|(name, shape, bytes)| (name, TensorView::new(safetensors::Dtype::F32, shape.clone(), bytes).unwrap()));
    model.load_weights(&safetensors::serialize(views, None).unwrap()).unwrap();
}

/// Coloured blocks, of different sizes in each picture: `[size, size, 3]`.
pub(crate) fn pictures(size: usize) -> Vec<Vec<u8>> {
    let mut rng = Seed(3).rng(Purpose::Split);
    let mut picture = |index: usize| {
        let block = 1 + index % 7;
        let across = size.div_ceil(block);
        let colours: Vec<[u8; 3]> = (0..across * across).map(|_| rng.random()).collect();
        let dark = 1 + (index / 7) as u8;
        let pixel = |at: usize| colours[at / size / block * across + at % size / block].map(|value| value / dark);
        (0..size * size).flat_map(pixel).collect()
    };
    (0..PICTURES).map(&mut picture).collect()
}

/// The probabilities of each picture, in the order of the classes.
pub(crate) async fn probabilities(model: &mut Model, pictures: &[Vec<u8>]) -> Vec<f32> {
    let mut all = Vec::new();
    for picture in pictures {
        let answers = model.predict(picture).await.unwrap();
        let of = |name: &String| answers.iter().find(|answer| answer.class_name == *name).unwrap().probability as f32;
        all.extend(model.class_names().iter().map(of));
    }
    all
}

#[cfg(not(target_family = "wasm"))]
#[test]
fn typescript_knows_every_preset() {
    let types = include_str!("../../src/web/types/network.d.ts");
    let names = PRESETS.map(|preset| format!("{:?}", preset.name)).join(" | ");
    assert!(types.contains(&format!("type PresetName = {names};")), "{names}");
}
