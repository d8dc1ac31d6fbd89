//! Keras's own files: what Keras made is opened, what is written is opened again, and what cannot be used is refused.
//!
//! `KERAS_FILES` names a folder that `tests/roundtrip/keras_files.py` has written.

use serde_json::{Value, json};
use tabfit::{DeviceKind, FileContents, FileTensor, Format, Model, ModelConfig, ModelFile, Seed};

use crate::{
    common::assert_close,
    networks::{networks, pictures, probabilities, stirred},
    portable_test,
};

async fn import(name: &str, bytes: Vec<u8>) -> tabfit::Result<Model> {
    Model::import(&[ModelFile { name: name.into(), bytes }], DeviceKind::Cpu).await
}

pub(crate) async fn small() -> Model {
    let layers = json!([
        {"type": "Conv2D", "filters": 2, "kernelSize": 3, "name": "conv"},
        {"type": "BatchNormalization", "name": "norm"},
        {"type": "GlobalAveragePooling2D"},
        {"type": "Dense", "units": 2, "activation": "softmax", "name": "head"}
    ]);
    let config: ModelConfig = serde_json::from_value(json!({"imageSize": 8, "layers": layers})).unwrap();
    Model::new(config, ["one", "two"].map(String::from).to_vec(), DeviceKind::Cpu, Seed(1)).await.unwrap()
}

/// The error's sentence when a file with changed contents is opened.
async fn refusal(change: impl FnOnce(&mut FileContents)) -> String {
    let mut contents = small().await.export_contents().await.unwrap();
    change(&mut contents);
    Model::import_contents(contents, &[], DeviceKind::Cpu).await.map(|_| "a network").unwrap_err().to_string()
}

#[portable_test]
async fn what_is_not_the_networks_is_refused_in_words() {
    type Change = fn(&mut FileContents);
    let tensor = |name: &str| FileTensor { name: name.into(), shape: vec![1], values: vec![0.0] };
    assert!(refusal(|contents| contents.tensors.truncate(3)).await.contains("lacks the weights norm/beta"));
    assert!(
        refusal(|contents| contents.tensors.push(tensor("layers/gru/vars/0")))
            .await
            .contains("layers/gru/vars/0, which no layer uses")
    );
    let changes: [(&str, Change); 6] = [
        ("in the shape [4], and its layer needs [2]", |contents| {
            contents.tensors[1].shape = vec![4];
        }),
        ("twice", |contents| contents.tensors.push(contents.tensors[0].clone())),
        ("open their network first", |contents| drop(contents.texts.remove("config.json"))),
        ("damaged config.json", |contents| drop(contents.texts.insert("config.json".into(), "[".repeat(1000)))),
        ("describes no layers", |contents| drop(contents.texts.insert("config.json".into(), "{}".into()))),
        ("names 3 classes and gives probabilities of 2", |contents| {
            let names = json!({"tabfit": {"classNames": ["a", "b", "c"]}});
            contents.texts.insert("metadata.json".into(), names.to_string());
        }),
    ];
    for (part, change) in changes {
        let sentence = refusal(change).await;
        assert!(sentence.starts_with("This Keras file ") && sentence.contains(part), "{part} is not in: {sentence}");
    }
}

/// With a loss of classes, the same end is one of logits.
#[portable_test]
async fn a_network_that_learned_numbers_is_refused_where_the_file_says_so() {
    let change = |contents: &mut FileContents, loss: &str, in_description: bool| {
        let mut config: Value = serde_json::from_str(&contents.texts["config.json"]).unwrap();
        let head = config["config"]["layers"].as_array_mut().unwrap().last_mut().unwrap();
        head["config"]["activation"] = json!("linear");
        let compiled = json!({"optimizer": "adam", "loss": loss});
        if in_description {
            config["compile_config"] = compiled;
        } else {
            contents.texts.insert("compile_config.json".into(), compiled.to_string());
        }
        contents.texts.insert("config.json".into(), config.to_string());
    };
    for in_description in [true, false] {
        let sentence = refusal(|contents| change(contents, "mean_squared_error", in_description)).await;
        assert!(sentence.contains("was trained to predict numbers, by the loss mean_squared_error"), "{sentence}");
        let mut contents = small().await.export_contents().await.unwrap();
        change(&mut contents, "sparse_categorical_crossentropy", in_description);
        assert!(Model::import_contents(contents, &[], DeviceKind::Cpu).await.is_ok());
    }
}

#[portable_test]
async fn a_file_that_is_cut_is_refused_and_one_that_is_changed_never_panics() {
    let bytes = small().await.export(Format::KerasFile).await.unwrap().remove(0).bytes;
    assert!(import("model.keras", bytes.clone()).await.is_ok());
    for at in (0..bytes.len()).step_by(bytes.len() / 60) {
        assert!(import("model.keras", bytes[..at].to_vec()).await.is_err(), "cut at {at}");
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        if let Err(error) = import("model.keras", changed).await {
            assert_eq!(error.name(), "ModelFileError", "{at}: {error}");
        }
    }
    assert!(
        import("model.h5", b"no".to_vec()).await.unwrap_err().to_string().starts_with("This Keras file is cut off")
    );
}

/// More layers than a hundred, and a graph in which Keras lists the layers in another order than tabfit.
#[portable_test]
async fn written_files_are_read_again() {
    for (name, config) in networks().into_iter().filter(|(name, _)| name != "centred") {
        let pictures = pictures(config.image_size);
        let mut model = stirred(config, &pictures).await;
        let expected = probabilities(&mut model, &pictures).await;
        let mut back =
            Model::import_contents(model.export_contents().await.unwrap(), &[], DeviceKind::Cpu).await.unwrap();
        assert_eq!(back.class_names(), model.class_names());
        assert_close(&name, &probabilities(&mut back, &pictures).await, &expected, 1e-6);
    }
}

/// Those of each picture; a softmax does not tell where their mean is.
#[cfg(not(target_family = "wasm"))]
fn logits_around_their_mean(pictures: std::slice::Chunks<'_, f32>) -> Vec<f32> {
    let centred = |logits: &[f32]| {
        let mean = logits.iter().sum::<f32>() / logits.len() as f32;
        logits.iter().map(|logit| logit - mean).collect::<Vec<_>>()
    };
    pictures.flat_map(centred).collect()
}

#[cfg(not(target_family = "wasm"))]
fn largest_difference(some: &[f32], others: &[f32]) -> f32 {
    some.iter().zip(others).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// Writes the network for `check.py --opened`, with the pictures and Keras's answers.
#[cfg(not(target_family = "wasm"))]
async fn write_back(to: &std::path::Path, from: &std::path::Path, model: &mut Model) {
    use std::fs;

    for (name, format) in [("keras-file", Format::KerasFile), ("tflite", Format::Tflite)] {
        let folder = to.join(name);
        fs::create_dir_all(&folder).unwrap();
        for ModelFile { name, bytes } in model.export(format).await.unwrap() {
            fs::write(folder.join(name), bytes).unwrap();
        }
    }
    for name in ["pictures.bin", "probabilities.bin"] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

#[cfg(not(target_family = "wasm"))]
#[pollster::test]
async fn what_keras_made_is_opened() {
    use std::{env, fs, path::Path};

    let Some(root) = env::var_os("KERAS_FILES") else { return };
    let mut opened = 0;
    for folder in fs::read_dir(Path::new(&root)).unwrap().map(|entry| entry.unwrap().path()) {
        let floats = |name: &str| -> Vec<f32> {
            let bytes = fs::read(folder.join(name)).unwrap();
            bytes.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect()
        };
        let (expected, pixels) = (floats("probabilities.bin"), fs::read(folder.join("pictures.bin")).unwrap());
        let network = folder.file_name().unwrap().to_string_lossy().into_owned();
        // Keras itself computes with numbers of 16 bits there.
        let tolerance = if ["mixed", "halves"].contains(&network.as_str()) { 2e-3 } else { 1e-5 };
        let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.extend(Some(folder.join("tfjs/model.json")).filter(|file| file.exists()));
        for file in files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            if !tabfit::formats::is_keras_file(&name) && name != "model.json" {
                continue;
            }
            let bytes = fs::read(&file).unwrap();
            if network == "numbers" {
                // The weights alone do not say what they were trained for.
                if name != "model.weights.h5" {
                    let sentence = import(&name, bytes).await.map(|_| "a network").unwrap_err().to_string();
                    assert!(
                        sentence.contains("was trained to predict numbers, by the loss mean_squared_error"),
                        "{sentence}"
                    );
                }
                continue;
            }
            if name.starts_with("linked-") {
                let sentence = import(&name, bytes).await.map(|_| "a network").unwrap_err().to_string();
                let why = match name.as_str() {
                    "linked-external-link.h5" => {
                        "lacks the weights dense/bias; those behind a link or in another file are not read"
                    }
                    "linked-plain-bytes.h5" => "stores its elements in external files",
                    _ => "has a soft link in model_weights/dense/sequential/dense, which leads to something",
                };
                assert!(sentence.starts_with("This Keras file ") && sentence.contains(why), "{name}: {sentence}");
                continue;
            }
            let mut model = if name.ends_with(".weights.h5") {
                let mut model = import("model.keras", fs::read(folder.join("model.keras")).unwrap()).await.unwrap();
                let contents = model.export_contents().await.unwrap();
                let halves = |tensor: FileTensor| FileTensor { values: vec![0.5; tensor.values.len()], ..tensor };
                let tensors = contents.tensors.into_iter().map(halves).collect();
                model.load_weights_of(FileContents { tensors, ..contents }).unwrap();
                model.load_weights(&bytes).unwrap();
                model
            } else if name == "model.json" {
                let files: Vec<_> = fs::read_dir(file.parent().unwrap()).unwrap().map(|entry| entry.unwrap()).collect();
                let file = |entry: &fs::DirEntry| ModelFile {
                    name: entry.file_name().to_string_lossy().into_owned(),
                    bytes: fs::read(entry.path()).unwrap(),
                };
                let files: Vec<_> = files.iter().map(file).collect();
                Model::import(&files, DeviceKind::Cpu).await.unwrap_or_else(|error| panic!("{network}/{name}: {error}"))
            } else {
                import(&name, bytes).await.unwrap_or_else(|error| panic!("{network}/{name}: {error}"))
            };
            let size = model.architecture().config().image_size;
            let pictures: Vec<Vec<u8>> = pixels.chunks(size * size * 3).map(<[u8]>::to_vec).collect();
            let actual = probabilities(&mut model, &pictures).await;
            if folder.join("logits.bin").exists() {
                let classes = model.class_names().len();
                let theirs = logits_around_their_mean(floats("logits.bin").chunks(classes));
                let logarithms: Vec<f32> = actual.iter().map(|probability| probability.ln()).collect();
                let largest = theirs.iter().fold(0.0f32, |most, logit| most.max(logit.abs()));
                let difference = largest_difference(&logits_around_their_mean(logarithms.chunks(classes)), &theirs);
                println!("{network:12} {name:16} logits differ by {:.1e} of the largest", difference / largest);
                assert!(difference <= 1e-4 * largest, "{network}/{name}: the logits differ by {difference}");
            }
            if let Some(back) = env::var_os("KERAS_FILES_BACK").filter(|_| name == "model.keras") {
                write_back(&Path::new(&back).join(&network), &folder, &mut model).await;
            }
            let difference = largest_difference(&actual, &expected);
            println!(
                "{network:12} {name:16} {:4} layers {difference:.1e}",
                model.architecture().summary().layers.len()
            );
            assert!(
                actual.len() == expected.len() && difference <= tolerance,
                "{network}/{name} differs by {difference}"
            );
            opened += 1;
        }
    }
    assert!(opened > 4, "{opened}");
}
