//! Networks that other tools write, what lies beside them, and files that are damaged.

use serde_json::{Value, json};
use tabfit::{DeviceKind, Format, Model, ModelConfig, ModelFile, Pixels, Result, Seed};

use crate::{
    common::assert_close,
    networks::{blocks, pictures, probabilities},
    portable_test,
};

/// Damages a part of a file.
pub(crate) type Change<T> = fn(&mut T);

pub(crate) async fn exported(layers: Value, size: usize, format: Format) -> Vec<ModelFile> {
    let config: ModelConfig = serde_json::from_value(json!({"imageSize": size, "layers": layers})).unwrap();
    let names = ["one", "two", "three"].map(String::from).to_vec();
    Model::new(config, names, DeviceKind::Cpu, Seed(1)).await.unwrap().export(format).await.unwrap()
}

/// A network with blocks: `model.json` and its weights.
pub(crate) async fn network() -> Vec<ModelFile> {
    exported(blocks(), 8, Format::Tfjs).await
}

pub(crate) fn changed(files: &[ModelFile], change: impl FnOnce(&mut Value)) -> Vec<ModelFile> {
    let mut json: Value = serde_json::from_slice(&files[0].bytes).unwrap();
    change(&mut json);
    let model = ModelFile { name: "model.json".into(), bytes: json.to_string().into_bytes() };
    std::iter::once(model).chain(files[1..].iter().cloned()).collect()
}

pub(crate) fn layers(json: &mut Value) -> &mut Vec<Value> {
    json["modelTopology"]["model_config"]["config"]["layers"].as_array_mut().unwrap()
}

pub(crate) async fn import(files: &[ModelFile]) -> Result<Model> {
    Model::import(files, DeviceKind::Cpu).await
}

/// The sentence of the error when the files are imported.
pub(crate) async fn refusal(files: &[ModelFile]) -> String {
    let error = import(files).await.map(|_| "a network").unwrap_err();
    assert_eq!(error.name(), "ModelFileError", "{error}");
    let sentence = error.to_string();
    assert!(sentence.ends_with('.') && !sentence.ends_with(".."), "{sentence}");
    sentence
}

/// Keras 2's converter and TensorFlow.js write fields that tabfit does not write.
#[portable_test]
async fn a_model_of_other_tools_is_read() {
    let chain = json!([
        {"type": "Conv2D", "filters": 2, "kernelSize": 3, "activation": "silu", "name": "conv"},
        {"type": "Flatten"},
        {"type": "Dense", "units": 3, "activation": "softmax", "name": "head"}
    ]);
    let ours = exported(chain, 8, Format::Tfjs).await;
    let theirs = changed(&ours, |json| {
        json.as_object_mut().unwrap().remove("userDefinedMetadata");
        let conv = json!({
            "name": "conv", "trainable": true, "batch_input_shape": [null, 8, 8, 3], "dtype": "float32", "filters": 2,
            "kernel_size": [3, 3], "strides": [1, 1], "padding": "valid", "data_format": "channels_last",
            "dilation_rate": [1, 1], "groups": 1, "activation": "swish", "use_bias": true,
            "kernel_initializer": {"class_name": "VarianceScaling", "config": {"scale": 1, "mode": "fan_avg", "seed": null}},
            "bias_initializer": {"class_name": "Zeros", "config": {}},
            "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.01}}, "bias_regularizer": null,
            "activity_regularizer": null, "kernel_constraint": null, "bias_constraint": null,
        });
        *layers(json) = vec![
            json!({"class_name": "Conv2D", "config": conv}),
            json!({"class_name": "Flatten", "config": {"name": "flatten", "trainable": false, "data_format": "channels_last"}}),
            json!({"class_name": "Dense", "config": {"name": "head", "units": 3, "activation": "linear"}}),
            json!({"class_name": "Softmax", "config": {"name": "softmax", "axis": -1}}),
        ];
        let weights = json["weightsManifest"][0]["weights"].as_array_mut().unwrap();
        for weight in weights {
            weight["name"] = json!(format!("sequential/{}", weight["name"].as_str().unwrap()));
        }
        json["weightsManifest"][0]["paths"] = json!(["a/shard1of2.bin", "a/shard2of2.bin"]);
    });
    let (first, second) = theirs[1].bytes.split_at(33);
    let shard = |name: &str, bytes: &[u8]| ModelFile { name: name.into(), bytes: bytes.to_vec() };
    let theirs = [
        shard("shard2of2.bin", second),
        shard("metadata.json", b"{}"),
        theirs[0].clone(),
        shard("x\\shard1of2.bin", first),
    ];
    let pictures = pictures(8);
    let mut model = import(&theirs).await.unwrap();
    assert_eq!(model.class_names(), ["class 1", "class 2", "class 3"]);
    let (actual, mut ours) = (probabilities(&mut model, &pictures).await, import(&ours).await.unwrap());
    assert_eq!(actual, probabilities(&mut ours, &pictures).await);
}

/// What grey is made of is in no file: the first kernel of a network for colours does the same with it multiplied in.
#[portable_test]
async fn a_network_of_grey_pictures_gets_the_grey_of_colours() {
    let chain = json!([
        {"type": "Conv2D", "filters": 2, "kernelSize": 3, "activation": "relu", "name": "grey"},
        {"type": "Flatten"},
        {"type": "Dense", "units": 3, "activation": "softmax"}
    ]);
    let files = exported(chain, 8, Format::Tfjs).await;
    let with = |channels: usize, kernel: Vec<f32>| {
        let mut files = changed(&files, |json| {
            json.as_object_mut().unwrap().remove("userDefinedMetadata");
            layers(json)[0]["config"]["batch_input_shape"][3] = json!(channels);
            json["weightsManifest"][0]["weights"][0]["shape"][2] = json!(channels);
        });
        let bytes = kernel.into_iter().flat_map(f32::to_le_bytes).chain(files[1].bytes[3 * 3 * 3 * 2 * 4..].to_vec());
        files[1].bytes = bytes.collect();
        files
    };
    let kernel = [0.001, -0.0005, 0.002, 0.0015, -0.001, 0.0005, 0.001, 0.0025, -0.002].map(|value| [value, -value]);
    let luma = [0.2989, 0.587, 0.114];
    let grey = with(1, kernel.as_flattened().to_vec());
    let colours =
        with(3, kernel.iter().flat_map(|values| luma.map(|part| values.map(|value| value * part))).flatten().collect());
    let pictures = pictures(8);
    let mut model = import(&grey).await.unwrap();
    let actual = probabilities(&mut model, &pictures).await;
    let mut colours = import(&colours).await.unwrap();
    assert_close("grey", &actual, &probabilities(&mut colours, &pictures).await, 1e-5);
    assert_eq!((model.architecture().pixels(), model.architecture().told_pixels()), (Some(Pixels::Bytes), None));
    let summary = model.architecture().summary();
    assert_eq!((summary.layers[0].name.as_str(), summary.layers[0].output_shape.clone()), ("grey_1", vec![8, 8, 1]));

    // What the network is told of its pixels comes before that, and goes with it into files.
    for model in [&mut model, &mut colours] {
        model.set_pixels(Some(Pixels::Unit)).unwrap();
    }
    let expected = probabilities(&mut colours, &pictures).await;
    for format in [Format::Tfjs, Format::KerasFile, Format::Onnx, Format::Safetensors] {
        let mut back = import(&model.export(format).await.unwrap()).await.unwrap();
        assert_eq!(back.architecture().told_pixels(), Some(Pixels::Unit), "{format:?}");
        assert_close(&format!("{format:?}"), &probabilities(&mut back, &pictures).await, &expected, 1e-5);
    }
}

#[portable_test]
async fn the_files_of_a_network_may_be_in_one_archive() {
    use std::io::{Cursor, Write};

    let files = network().await;
    let zip = |files: &[(&str, &[u8])]| {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        ModelFile { name: "model-tfjs.zip".into(), bytes: writer.finish().unwrap().into_inner() }
    };
    let pictures = pictures(8);
    let expected = probabilities(&mut import(&files).await.unwrap(), &pictures).await;
    let (json, weights) = (&files[0].bytes[..], &files[1].bytes[..]);
    let archive = zip(&[
        ("net/read me.txt", b"hello"),
        ("net/model.json", json),
        ("__MACOSX/net/._model.json", b"no JSON"),
        ("net/group1-shard1of1.bin", weights),
    ]);
    let mut model = import(std::slice::from_ref(&archive)).await.unwrap();
    assert_eq!(probabilities(&mut model, &pictures).await, expected);
    let cut = ModelFile { bytes: archive.bytes[..archive.bytes.len() / 2].to_vec(), ..archive };
    assert!(refusal(&[cut]).await.starts_with("model-tfjs.zip is no whole zip archive"));
    assert!(refusal(&[zip(&[("net/model.json", json)])]).await.contains("group1-shard1of1.bin"));
    assert!(refusal(&[zip(&[("cat.png", b"meow")])]).await.contains("no network in these files"));

    // Teachable Machine's archive for Keras has these two files.
    let keras = import(&files).await.unwrap().export(Format::KerasFile).await.unwrap();
    let archive = zip(&[("model.keras", &keras[0].bytes), ("labels.txt", b"0 x\n1 y\n2 z")]);
    assert_eq!(probabilities(&mut import(&[archive]).await.unwrap(), &pictures).await, expected);

    // The page's own archives have a model card.
    let weights = import(&files).await.unwrap().export(Format::Safetensors).await.unwrap();
    let card = ("README.md", &b"---\ntags: []\n---\n# A network"[..]);
    for (name, bytes) in [("model.keras", &keras[0].bytes), ("model.safetensors", &weights[0].bytes)] {
        let archive = zip(&[(name, bytes), card]);
        assert_eq!(probabilities(&mut import(&[archive]).await.unwrap(), &pictures).await, expected, "{name}");
    }
    assert!(refusal(&[zip(&[card])]).await.contains("no network in these files"));
}

/// As Teachable Machine gives the names of classes: in a JSON file beside its model, and in a text beside other formats.
#[portable_test]
async fn classes_get_the_names_of_a_file_beside_the_network() {
    let nameless = changed(&network().await, |json| drop(json.as_object_mut().unwrap().remove("userDefinedMetadata")));
    let beside = |files: &[ModelFile], name: &str, text: &str| {
        [files, &[ModelFile { name: name.into(), bytes: text.into() }]].concat()
    };
    for (name, text) in [
        ("metadata.json", r#"{"tfjsVersion": "1.3.1", "labels": ["a cat", "dog", "1 cow"], "imageSize": 224}"#),
        ("labels.txt", "a cat\ndog\r\n1 cow\n"),
        ("labels.txt", "0 a cat\n1 dog\n2 1 cow"),
        ("labels.txt", "\u{feff}0 a cat\r\n1 dog\r\n2 1 cow\r\n"),
    ] {
        let model = import(&beside(&nameless, name, text)).await.unwrap();
        assert_eq!(model.class_names(), ["a cat", "dog", "1 cow"], "{text}");
    }
    let model = import(&beside(&nameless, "metadata.json", r#"{"userMetadata": {}}"#)).await.unwrap();
    assert_eq!(model.class_names(), ["class 1", "class 2", "class 3"]);
    let model = import(&beside(&network().await, "labels.txt", "x\ny\nz")).await.unwrap();
    assert_eq!(model.class_names(), ["one", "two", "three"]);
    let sentence = refusal(&beside(&nameless, "labels.txt", "cat\ndog\n")).await;
    assert!(sentence.starts_with("labels.txt names 2 classes and the network tells 3 apart"), "{sentence}");
    let onnx = exported(blocks(), 8, Format::Onnx).await;
    for (name, text) in [("labels.txt", "x\ny\nz"), ("metadata.json", r#"{"labels": ["x", "y", "z"]}"#)] {
        assert_eq!(import(&beside(&onnx, name, text)).await.unwrap().class_names(), ["one", "two", "three"]);
    }
}

/// A flipped bit in a weight may make it NaN, and such a file is not refused.
#[portable_test]
async fn damaged_files_are_refused_or_read_and_never_panic() {
    for format in [Format::Tfjs, Format::Safetensors, Format::Onnx] {
        let files = exported(blocks(), 8, format).await;
        for (index, file) in files.iter().enumerate() {
            for place in (0..file.bytes.len()).step_by(file.bytes.len() / 100) {
                let mut damaged = files.clone();
                damaged[index].bytes.truncate(place);
                refusal(&damaged).await;
                let mut damaged = files.clone();
                damaged[index].bytes[place] ^= 1 << (place % 8);
                if let Err(error) = import(&damaged).await {
                    assert_eq!(error.name(), "ModelFileError", "bit {} of {place}: {error}", place % 8);
                }
            }
        }
    }
}
