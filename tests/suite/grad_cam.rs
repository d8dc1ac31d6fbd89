//! Grad-CAM against Keras's own gradients, which `tests/keras/grad_cam.py` recorded, and on networks that know nothing.

use std::collections::BTreeMap;

use safetensors::{SafeTensors, tensor::TensorView};
use serde::Deserialize;
use serde_json::{Value, json};
use tabfit::{Model, Preset, Seed, data::image};

use crate::{common::DEVICE, portable_test};

const GOLDEN: &[u8] = include_bytes!("../keras/grad_cam.safetensors");
const WEIGHTS: &[u8] = include_bytes!("../../pretrained/efficientnet-lite0.safetensors");
/// A map is from 0 to 1.
const TOLERANCE: f32 = 1e-3;
const PHOTOGRAPHS: [&[u8]; 4] = [
    include_bytes!("../photographs/astronaut.png"),
    include_bytes!("../photographs/cat.png"),
    include_bytes!("../photographs/coffee.png"),
    include_bytes!("../photographs/rocket.png"),
];
const CLASSES: [&str; 3] = ["ant", "bee", "cat"];

#[derive(Deserialize)]
struct Case {
    layer: String,
    model: Value,
}

fn floats(view: &TensorView<'_>) -> Vec<f32> {
    view.data().chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect()
}

async fn network(model: Value, seed: u64) -> Model {
    let names = CLASSES.map(String::from).to_vec();
    Model::new(serde_json::from_value(model).unwrap(), names, DEVICE, Seed(seed)).await.unwrap()
}

fn assert_map(what: &str, actual: &[f32], expected: &[f32]) {
    assert_eq!(actual.len(), expected.len(), "{what}");
    for (place, (actual, expected)) in actual.iter().zip(expected).enumerate() {
        assert!((actual - expected).abs() <= TOLERANCE, "{what}[{place}]: {actual} is not {expected}");
    }
}

#[portable_test]
async fn maps_are_those_of_keras() {
    let golden = SafeTensors::deserialize(GOLDEN).unwrap();
    let (_, metadata) = SafeTensors::read_metadata(GOLDEN).unwrap();
    let cases: BTreeMap<String, Case> = serde_json::from_str(&metadata.metadata().as_ref().unwrap()["cases"]).unwrap();
    assert_eq!(cases.len(), 6);
    for (name, Case { layer, model }) in cases {
        let initial = format!("{name}/initial/");
        let weights = golden.tensors().into_iter();
        let weights = weights.filter_map(|(key, view)| Some((key.strip_prefix(&initial)?.to_string(), view)));
        let mut network = network(model, 0).await;
        network.load_weights(&safetensors::serialize(weights.collect::<Vec<_>>(), None).unwrap()).unwrap();
        let (images, maps) =
            (golden.tensor(&format!("{name}/images")).unwrap(), golden.tensor(&format!("{name}/maps")).unwrap());
        let (&[pictures, size, ..], &[_, _, rows, columns]) = (images.shape(), maps.shape()) else { panic!("{name}") };
        let (length, maps) = (size * size * 3, floats(&maps));
        for picture in 0..pictures {
            let rgb = &images.data()[picture * length..][..length];
            let predictions = network.predict(rgb).await.unwrap();
            let best = network.grad_cam(rgb, None).await.unwrap();
            assert_eq!(best.class_name, predictions[0].class_name);
            for (class, class_name) in CLASSES.iter().enumerate() {
                let map = network.grad_cam(rgb, Some(class_name)).await.unwrap();
                assert_eq!((&map.layer, map.rows, map.columns), (&layer, rows, columns), "{name}");
                let expected = &maps[(picture * CLASSES.len() + class) * rows * columns..][..rows * columns];
                assert_map(&format!("{name} {picture} {class_name}"), &map.values, expected);
                let own = predictions.iter().find(|own| own.class_name == map.class_name).unwrap();
                assert!((own.probability - map.probability).abs() < 1e-5, "{name}: {own:?} {}", map.probability);
            }
        }
    }
}

/// The pretrained network, whose last layer is a sine as in `grad_cam.py`.
#[portable_test]
async fn a_pretrained_body_has_keras_maps_of_photographs() {
    let config = Preset::named("efficientnet-lite0").unwrap().config(96, CLASSES.len());
    let mut model = network(serde_json::to_value(config).unwrap(), 0).await;
    model.load_pretrained(WEIGHTS).await.unwrap();
    let saved = model.save_weights().await.unwrap();
    let tensors = SafeTensors::deserialize(&saved).unwrap();
    let sine: Vec<u8> = (0..1280 * CLASSES.len()).flat_map(|at| (at as f32).sin().to_le_bytes()).collect();
    let with_sine = tensors.tensors().into_iter().map(|(name, view)| match name.as_str() {
        "dense/kernel" => (name, TensorView::new(view.dtype(), view.shape().to_vec(), &sine).unwrap()),
        _ => (name, view),
    });
    model.load_weights(&safetensors::serialize(with_sine.collect::<Vec<_>>(), None).unwrap()).unwrap();
    let maps = floats(&SafeTensors::deserialize(GOLDEN).unwrap().tensor("pretrained/maps").unwrap());
    for (photograph, png) in PHOTOGRAPHS.iter().enumerate() {
        let rgb = image::decode(png, 96).unwrap();
        for (class, name) in CLASSES.iter().enumerate() {
            let map = model.grad_cam(&rgb, Some(name)).await.unwrap();
            assert_eq!((map.rows, map.columns), (3, 3));
            let expected = &maps[(photograph * CLASSES.len() + class) * 9..][..9];
            assert_map(&format!("photograph {photograph} {name}"), &map.values, expected);
        }
    }
}

/// A map that shows edges whatever the network has learned would pass for an explanation (Adebayo et al. 2018).
#[portable_test]
async fn random_weights_change_the_map() {
    let config = json!({"imageSize": 32, "layers": [
        {"type": "Rescaling", "scale": 0.004}, {"type": "Conv2D", "filters": 8, "kernelSize": 3, "padding": "same", "activation": "relu"},
        {"type": "MaxPooling2D"}, {"type": "Conv2D", "filters": 16, "kernelSize": 3, "padding": "same", "activation": "relu"},
        {"type": "GlobalAveragePooling2D"}, {"type": "Dense", "units": 3, "activation": "softmax"}
    ]});
    let rgb = image::decode(include_bytes!("../photographs/cat.png"), 32).unwrap();
    let mut maps = Vec::new();
    for seed in 0..6 {
        let map = network(config.clone(), seed).await.grad_cam(&rgb, Some("bee")).await.unwrap();
        assert_eq!((map.values.len(), map.layer.as_str()), (16 * 16, "conv2d_1"));
        maps.push(map.values);
    }
    let mut correlations: Vec<f32> = Vec::new();
    for (at, one) in maps.iter().enumerate() {
        correlations.extend(maps[..at].iter().map(|other| correlation(one, other)));
    }
    let mean = correlations.iter().sum::<f32>() / correlations.len() as f32;
    assert!(mean < 0.7, "maps of different weights are alike: {mean} {correlations:?}");
}

/// The same last layer behind a body that has learnt and behind one of random weights.
#[portable_test]
async fn what_a_body_has_learnt_changes_the_map() {
    let config = Preset::named("efficientnet-lite0").unwrap().config(160, CLASSES.len());
    let mut random = network(serde_json::to_value(&config).unwrap(), 1).await;
    let mut learnt = network(serde_json::to_value(&config).unwrap(), 1).await;
    learnt.load_pretrained(WEIGHTS).await.unwrap();
    let mut correlations = Vec::new();
    for png in PHOTOGRAPHS {
        let rgb = image::decode(png, 160).unwrap();
        let [one, other] = [
            learnt.grad_cam(&rgb, Some("bee")).await.unwrap().values,
            random.grad_cam(&rgb, Some("bee")).await.unwrap().values,
        ];
        assert_eq!((one.len(), other.len()), (5 * 5, 5 * 5));
        correlations.push(correlation(&one, &other));
    }
    let mean = correlations.iter().sum::<f32>() / correlations.len() as f32;
    assert!(mean < 0.7, "the map is that of random weights: {mean} {correlations:?}");
    println!("a learnt body's maps and those of random weights have correlations of {correlations:?}");
}

/// Pearson's; 0 where one of them is the same everywhere.
fn correlation(a: &[f32], b: &[f32]) -> f32 {
    let mean = |of: &[f32]| of.iter().sum::<f32>() / of.len() as f32;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let product: f32 = a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).sum();
    let square = |of: &[f32], mean: f32| of.iter().map(|value| (value - mean).powi(2)).sum::<f32>();
    let length = (square(a, mean_a) * square(b, mean_b)).sqrt();
    if length > 0.0 { product / length } else { 0.0 }
}

#[portable_test]
async fn a_network_without_a_map_or_a_stranger_is_refused_in_words() {
    let dense = json!({"imageSize": 8, "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 3, "activation": "softmax"}]});
    let mut model = network(dense, 1).await;
    let sentence = model.grad_cam(&[0; 192], None).await.unwrap_err().to_string();
    assert!(sentence.contains("no convolution"), "{sentence}");
    let sentence = model.grad_cam(&[0; 192], Some("dog")).await.unwrap_err().to_string();
    assert!(sentence.contains("\"dog\", which is none of ant, bee, cat"), "{sentence}");
    assert!(model.grad_cam(&[0; 191], None).await.unwrap_err().to_string().contains("8 x 8 RGB pixels"));
}
