//! The networks whose weights come along: what they make of photographs, and files of weights that cannot be used.

use std::collections::HashMap;

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde_json::{Value, json};
use tabfit::{DeviceKind, Format, Model, ModelFile, Preset, Seed, data::image};

use crate::{
    common::assert_close,
    networks::{blocks, pictures, probabilities},
    portable_test,
};

const WEIGHTS: &[u8] = include_bytes!("../../pretrained/efficientnet-lite0.safetensors");
/// The height and width of the photographs.
const SIZE: usize = 96;
/// The features that the last layer gets; of each [`EACH`]th, `tests/keras/pretrained.json` has Keras's value.
const FEATURES: usize = 1280;
const EACH: usize = 20;

#[cfg(target_family = "wasm")]
const DEVICE: DeviceKind = DeviceKind::Webgpu;
#[cfg(not(target_family = "wasm"))]
const DEVICE: DeviceKind = DeviceKind::Cpu;

async fn network(preset: &str, size: usize, classes: usize, device: DeviceKind) -> Model {
    let config = Preset::named(preset).unwrap().config(size, classes);
    let names = (0..classes).map(|class| format!("{class:03}")).collect();
    Model::new(config, names, device, Seed(1)).await.unwrap()
}

/// The weights by name: the type of their numbers, their shape and their bytes.
type Weights = HashMap<String, (Dtype, Vec<usize>, Vec<u8>)>;

fn weights(file: &[u8]) -> Weights {
    let tensors = SafeTensors::deserialize(file).unwrap();
    let owned = |view: TensorView<'_>| (view.dtype(), view.shape().to_vec(), view.data().to_vec());
    tensors.tensors().into_iter().map(|(name, view)| (name, owned(view))).collect()
}

fn file(weights: &Weights, metadata: Option<HashMap<String, String>>) -> Vec<u8> {
    let views = weights
        .iter()
        .map(|(name, (dtype, shape, bytes))| (name, TensorView::new(*dtype, shape.clone(), bytes).unwrap()));
    safetensors::serialize(views, metadata).unwrap()
}

fn bytes(values: impl IntoIterator<Item = f32>) -> Vec<u8> {
    values.into_iter().flat_map(f32::to_le_bytes).collect()
}

/// The last layer passes some of the features on, so that the logarithms of the probabilities are these features, but for
/// a constant.
#[portable_test]
async fn photographs_have_keras_features() {
    let golden: HashMap<String, Vec<f32>> = serde_json::from_str(include_str!("../keras/pretrained.json")).unwrap();
    let photographs: [(&str, &[u8]); 4] = [
        ("astronaut", include_bytes!("../photographs/astronaut.png")),
        ("cat", include_bytes!("../photographs/cat.png")),
        ("coffee", include_bytes!("../photographs/coffee.png")),
        ("rocket", include_bytes!("../photographs/rocket.png")),
    ];
    let classes = FEATURES / EACH;
    let mut model = network("efficientnet-lite0", SIZE, classes, DEVICE).await;
    model.load_pretrained(WEIGHTS).await.unwrap();
    let mut all = weights(&model.save_weights().await.unwrap());
    let passes_on = |at: usize| if (at % classes) * EACH == at / classes { 1.0 } else { 0.0 };
    all.get_mut("dense/kernel").unwrap().2 = bytes((0..FEATURES * classes).map(passes_on));
    model.load_weights(&file(&all, None)).unwrap();
    let centred = |values: Vec<f32>| {
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        values.iter().map(|value| value - mean).collect::<Vec<_>>()
    };
    for (name, png) in photographs {
        let pixels = image::decode(png, SIZE).unwrap();
        let logarithms: Vec<f32> = probabilities(&mut model, &[pixels]).await.iter().map(|value| value.ln()).collect();
        let expected = centred(golden[name].clone());
        let largest = expected.iter().fold(0.0f32, |most, value| most.max(value.abs()));
        assert!(largest > 1.0, "{name}: {largest}");
        let bound = if DEVICE == DeviceKind::Cpu { 1e-4 } else { 1e-3 };
        for (at, (actual, expected)) in centred(logarithms).into_iter().zip(expected).enumerate() {
            assert!((actual - expected).abs() < bound * largest, "{name}[{at}]: {actual} is not {expected}");
        }
    }
}

#[portable_test]
async fn the_body_is_loaded_and_frozen_and_the_head_stays() {
    let mut model = network("efficientnet-lite0", 32, 3, DeviceKind::Cpu).await;
    let before = weights(&model.save_weights().await.unwrap());
    model.load_pretrained(WEIGHTS).await.unwrap();
    let after = weights(&model.save_weights().await.unwrap());
    let learnt = weights(WEIGHTS);
    assert_eq!(after.len(), learnt.len() + 2);
    for (name, (dtype, shape, values)) in &after {
        match learnt.get(name) {
            Some((Dtype::F32, .., theirs)) => assert_eq!(values, theirs, "{name}"),
            Some((.., theirs)) => assert_eq!((shape.iter().product::<usize>() * 2, *dtype), (theirs.len(), Dtype::F32)),
            None => assert!(name.starts_with("dense/") && values == &before[name].2, "{name}"),
        }
    }
    let summary = model.architecture().summary();
    let learning: Vec<&str> =
        summary.layers.iter().filter(|layer| layer.trainable > 0).map(|layer| &layer.name[..]).collect();
    assert_eq!(learning, ["dense"]);
}

#[portable_test]
async fn a_file_of_pretrained_weights_that_cannot_be_used_is_refused_in_words_and_changes_nothing() {
    let mut model = network("efficientnet-lite0", 32, 2, DeviceKind::Cpu).await;
    let before = model.save_weights().await.unwrap();
    let (_, header) = SafeTensors::read_metadata(WEIGHTS).unwrap();
    let metadata = header.metadata().clone().unwrap();
    let described = |change: fn(&mut Value)| {
        let mut metadata = metadata.clone();
        let mut json: Value = serde_json::from_str(&metadata["pretrained"]).unwrap();
        change(&mut json);
        metadata.insert("pretrained".into(), json.to_string());
        file(&weights(WEIGHTS), Some(metadata))
    };
    let mut flipped = WEIGHTS.to_vec();
    *flipped.last_mut().unwrap() ^= 1;
    let files = [
        ("cut off, damaged, or of another kind", WEIGHTS[..100].to_vec()),
        ("cut off, damaged, or of another kind", WEIGHTS[..WEIGHTS.len() - 1].to_vec()),
        ("checksum does not fit", flipped),
        ("has version 2, newer", described(|json| json["version"] = json!(2))),
        ("damaged entry \"pretrained\"", described(|json| *json = json!("EfficientNet"))),
        ("checksum does not fit", described(|json| json["network"] = json!("other"))),
        ("does not say which network", before.clone()),
        ("cut off, damaged, or of another kind", b"<!doctype html>".to_vec()),
    ];
    for (part, file) in files {
        let error = model.load_pretrained(&file).await.unwrap_err();
        let sentence = error.to_string();
        assert!(error.name() == "ModelFileError" && sentence.contains(part), "{part} is not in: {sentence}");
        assert!(sentence.starts_with("This file of pretrained weights "), "{sentence}");
    }
    assert_eq!(model.save_weights().await.unwrap(), before);
    let opened = [ModelFile { name: "efficientnet-lite0.safetensors".into(), bytes: WEIGHTS.to_vec() }];
    let sentence = Model::import(&opened, DeviceKind::Cpu).await.unwrap_err().to_string();
    assert!(sentence.contains("holds what a network has learnt before"), "{sentence}");
    for other in ["small", "mobilenet"] {
        let mut other = network(other, 32, 2, DeviceKind::Cpu).await;
        let sentence = other.load_pretrained(WEIGHTS).await.unwrap_err().to_string();
        assert!(sentence.contains("belongs to efficientnet-lite0 and not to this network: it lacks"), "{sentence}");
    }
}

/// The narrow form and, as float32, the wide form of the same numbers.
type Pair = [fn(f32) -> (Dtype, Vec<u8>); 2];

/// The number with only its sign and its exponent, between 2^-10 and 4 in size, or zero.
fn power_of_two(value: f32) -> f32 {
    match value.abs() {
        size if size < 1.0 / 1024.0 => 0.0,
        _ => f32::from_bits(value.to_bits() & 0xFF80_0000).clamp(-4.0, 4.0),
    }
}

/// A power of two as float16: its sign, and its exponent counted from -15 in place of -127.
fn half_of_power(value: f32) -> u16 {
    let bits = power_of_two(value).to_bits();
    let (sign, exponent) = ((bits >> 16) & 0x8000, (bits >> 23) & 0xFF);
    match exponent {
        0 => 0,
        _ => (sign | ((exponent + 15 - 127) << 10)) as u16,
    }
}

/// bfloat16 is the upper half of float32. For float16 the values are powers of two, which it holds exactly.
#[portable_test]
async fn narrow_numbers_are_read_from_safetensors() {
    let config = serde_json::from_value(json!({"imageSize": 8, "layers": blocks()})).unwrap();
    let names = ["one", "two", "three"].map(String::from).to_vec();
    let mut model = Model::new(config, names, DeviceKind::Cpu, Seed(1)).await.unwrap();
    let exported = model.export(Format::Safetensors).await.unwrap();
    let (_, header) = SafeTensors::read_metadata(&exported[0].bytes).unwrap();
    let metadata = header.metadata().clone();
    let changed = |change: fn(f32) -> (Dtype, Vec<u8>)| {
        let mut all = weights(&exported[0].bytes);
        for (dtype, _, values) in all.values_mut() {
            let numbers: Vec<_> =
                values.chunks_exact(4).map(|bytes| change(f32::from_le_bytes(bytes.try_into().unwrap()))).collect();
            *dtype = numbers[0].0;
            *values = numbers.into_iter().flat_map(|(_, bytes)| bytes).collect();
        }
        [ModelFile { name: "model.safetensors".into(), bytes: file(&all, metadata.clone()) }]
    };
    let pairs: [Pair; 2] = [
        [
            |value| (Dtype::BF16, value.to_le_bytes()[2..].to_vec()),
            |value| (Dtype::F32, f32::from_bits(value.to_bits() & 0xFFFF_0000).to_le_bytes().to_vec()),
        ],
        [
            |value| (Dtype::F16, half_of_power(value).to_le_bytes().to_vec()),
            |value| (Dtype::F32, power_of_two(value).to_le_bytes().to_vec()),
        ],
    ];
    let pictures = pictures(8);
    for [narrow, wide] in pairs {
        let mut answers = Vec::new();
        for form in [narrow, wide] {
            let mut model = Model::import(&changed(form), DeviceKind::Cpu).await.unwrap();
            answers.push(probabilities(&mut model, &pictures).await);
        }
        assert_close("probabilities", &answers[0], &answers[1], 0.0);
    }
    let integers = changed(|value| (Dtype::I32, value.to_le_bytes().to_vec()));
    let sentence = Model::import(&integers, DeviceKind::Cpu).await.unwrap_err().to_string();
    assert!(sentence.contains("as I32; F32, F16 and BF16 are read"), "{sentence}");
}
