//! TensorFlow.js models that other tools write, and files that are damaged or hostile.

use std::collections::HashMap;

use serde_json::{Value, json};
use tabfit::{DeviceKind, Format, Model, ModelConfig, ModelFile, Result, Seed};

use crate::{
    networks::{blocks, pictures, probabilities},
    portable_test,
};

/// Damages a part of a file.
type Change<T> = fn(&mut T);

async fn exported(layers: Value, size: usize, format: Format) -> Vec<ModelFile> {
    let config: ModelConfig = serde_json::from_value(json!({"imageSize": size, "layers": layers})).unwrap();
    let names = ["one", "two", "three"].map(String::from).to_vec();
    Model::new(config, names, DeviceKind::Cpu, Seed(1)).await.unwrap().export(format).await.unwrap()
}

/// A network with blocks: `model.json` and its weights.
async fn network() -> Vec<ModelFile> {
    exported(blocks(), 8, Format::Tfjs).await
}

fn changed(files: &[ModelFile], change: impl FnOnce(&mut Value)) -> Vec<ModelFile> {
    let mut json: Value = serde_json::from_slice(&files[0].bytes).unwrap();
    change(&mut json);
    let model = ModelFile { name: "model.json".into(), bytes: json.to_string().into_bytes() };
    std::iter::once(model).chain(files[1..].iter().cloned()).collect()
}

fn layers(json: &mut Value) -> &mut Vec<Value> {
    json["modelTopology"]["model_config"]["config"]["layers"].as_array_mut().unwrap()
}

/// The first layer of a class.
fn first<'a>(json: &'a mut Value, class_name: &str) -> &'a mut Value {
    layers(json).iter_mut().find(|layer| layer["class_name"] == class_name).unwrap()
}

async fn import(files: &[ModelFile]) -> Result<Model> {
    Model::import(files, DeviceKind::Cpu).await
}

/// The sentence of the error when the files are imported.
async fn refusal(files: &[ModelFile]) -> String {
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

#[portable_test]
async fn a_model_that_there_cannot_be_here_is_refused_in_words() {
    let files = network().await;
    assert!(import(&files).await.is_ok());
    let changes: [(&str, Change<Value>); 21] = [
        ("graph-model", |json| json["format"] = json!("graph-model")),
        ("kind \"Bidirectional\"", |json| json["modelTopology"]["model_config"]["class_name"] = json!("Bidirectional")),
        ("kind LSTM", |json| first(json, "Rescaling")["class_name"] = json!("LSTM")),
        ("kind Residual", |json| first(json, "Rescaling")["class_name"] = json!("Residual")),
        ("groups = 2", |json| first(json, "Conv2D")["config"]["groups"] = json!(2)),
        ("data_format = \"channels_first\"", |json| {
            first(json, "Conv2D")["config"]["data_format"] = json!("channels_first");
        }),
        ("kernel_constraint", |json| {
            first(json, "Conv2D")["config"]["kernel_constraint"] = json!({"class_name": "MaxNorm"});
        }),
        ("\"conv2d\" (Conv2D)", |json| first(json, "Conv2D")["config"]["filters"] = json!(-3)),
        ("over 1 GB", |json| {
            for layer in layers(json).iter_mut().filter(|layer| layer["class_name"] == "Conv2D") {
                (layer["config"]["filters"], layer["config"]["kernel_size"]) = (json!(4096), json!([64, 64]));
            }
        }),
        ("[null,8,9,3]", |json| layers(json)[0]["config"]["batch_input_shape"] = json!([null, 8, 9, 3])),
        ("imageSize", |json| {
            layers(json)[0]["config"]["batch_input_shape"] = json!([null, 4_000_000_000u32, 4_000_000_000u32, 3]);
        }),
        ("two layers named", |json| {
            let again = layers(json)[1].clone();
            layers(json).push(again);
        }),
        ("0 layers", |json| layers(json).clear()),
        ("3000 layers", |json| *layers(json) = vec![json!({}); 3000]),
        ("\"alone\" that reads \"nobody\"", |json| {
            let last = layers(json).len() - 1;
            let name = layers(json)[last]["name"].clone();
            let mut alone = layers(json)[last].clone();
            (alone["name"], alone["config"]["name"], alone["inbound_nodes"]) =
                (json!("alone"), json!("alone"), json!([[["nobody", 0, 0, {}]]]));
            layers(json).push(alone);
            json["modelTopology"]["model_config"]["config"]["output_layers"] = json!([[name, 0, 0]]);
        }),
        ("circle", |json| {
            for (name, input) in [("one", "other"), ("other", "one")] {
                let config = json!({"name": name, "activation": "relu"});
                let inputs = json!([[[input, 0, 0, {}]]]);
                layers(json)
                    .push(json!({"class_name": "Activation", "name": name, "config": config, "inbound_nodes": inputs}));
            }
        }),
        ("reads \"image\", which there is not", |json| {
            json["modelTopology"]["model_config"]["config"]["input_layers"] = json!([["outer", 0, 0]]);
        }),
        ("more than 8 blocks", |json| {
            // The output of each layer goes to the next one and to an Add, so that each block is nested in another.
            let node = |class: &str, name: String, inputs: Vec<String>| {
                let inputs: Vec<Value> = inputs.into_iter().map(|input| json!([input, 0, 0, {}])).collect();
                json!({"class_name": class, "name": name, "config": {"name": name, "activation": "relu"}, "inbound_nodes": [inputs]})
            };
            let mut nodes = vec![layers(json)[0].clone()];
            (nodes[0]["name"], nodes[0]["config"]["name"]) = (json!("x0"), json!("x0"));
            nodes.extend((1..=200).map(|n| node("Activation", format!("x{n}"), vec![format!("x{}", n - 1)])));
            nodes.push(node("Add", "sum199".into(), vec!["x200".into(), "x199".into()]));
            nodes.extend(
                (0..199).rev().map(|n| node("Add", format!("sum{n}"), vec![format!("sum{}", n + 1), format!("x{n}")])),
            );
            *layers(json) = nodes;
            let config = &mut json["modelTopology"]["model_config"]["config"];
            (config["input_layers"], config["output_layers"]) = (json!([["x0", 0, 0]]), json!([["sum0", 0, 0]]));
        }),
        ("classNames", |json| json["userDefinedMetadata"]["classNames"] = json!("cat")),
        ("names 2 classes and gives probabilities of 3", |json| {
            json["userDefinedMetadata"]["classNames"] = json!(["cat", "dog"])
        }),
        ("2 times", |json| {
            let calls = first(json, "Conv2D")["inbound_nodes"].as_array_mut().unwrap();
            calls.push(calls[0].clone());
        }),
    ];
    for (part, change) in changes {
        let sentence = refusal(&changed(&files, change)).await;
        assert!(sentence.contains(part), "{part} is not in: {sentence}");
    }
}

#[portable_test]
async fn weights_that_are_not_those_of_the_layers_are_refused_in_words() {
    let files = network().await;
    let changes: [(&str, Change<Vec<Value>>); 9] = [
        ("lacks the weight", |weights| weights[0]["name"] = json!("conv2d/colonel")),
        ("two weights named", |weights| weights[1] = weights[0].clone()),
        ("another shape", |weights| weights[0]["shape"].as_array_mut().unwrap().reverse()),
        ("end inside the weight", |weights| weights[0]["shape"] = json!([4_000_000_000u32, 4_000_000_000u32, 3])),
        ("bytes of weights more", |weights| drop(weights.pop())),
        ("as int32", |weights| weights[0]["dtype"] = json!("int32")),
        ("quantized to uint4", |weights| weights[0]["quantization"] = json!({"dtype": "uint4", "min": 0, "scale": 1})),
        ("without a scale", |weights| weights[0]["quantization"] = json!({"dtype": "uint8", "min": 0})),
        ("bytes of weights more", |weights| weights[0]["quantization"] = json!({"dtype": "float16"})),
    ];
    for (part, change) in changes {
        let manifest = |json: &mut Value| change(json["weightsManifest"][0]["weights"].as_array_mut().unwrap());
        let sentence = refusal(&changed(&files, manifest)).await;
        assert!(sentence.contains(part), "{part} is not in: {sentence}");
    }
    let twice = changed(&files, |json| {
        json["weightsManifest"][0]["paths"] = json!(["group1-shard1of1.bin", "group1-shard1of1.bin"]);
    });
    assert!(refusal(&twice).await.contains("twice"));
    let elsewhere = changed(&files, |json| {
        let paths: Vec<String> = (0..100_000).map(|folder| format!("{folder}/group1-shard1of1.bin")).collect();
        json["weightsManifest"][0]["paths"] = json!(paths);
    });
    assert!(refusal(&elsewhere).await.contains("twice"));
    let long = changed(&files, |json| first(json, "Conv2D")["config"]["groups"] = json!("é".repeat(1_000_000)));
    assert!(refusal(&long).await.len() < 1000);
    assert!(refusal(&files[..1]).await.contains("group1-shard1of1.bin"));
    assert!(refusal(&files[1..]).await.contains("no network in these files"));
    assert!(refusal(&[]).await.contains("no network in these files"));
    let deep = ModelFile {
        name: "model.json".into(),
        bytes: [b"{\"modelTopology\":".to_vec(), b"[".repeat(100_000)].concat(),
    };
    assert!(refusal(&[deep]).await.contains("recursion limit"));
    let large = ModelFile { name: "model.json".into(), bytes: b" ".repeat(5 << 20) };
    assert!(refusal(&[large]).await.contains("over 4 MB"));
}

/// The bytes of a weight's values, and how they are packed.
type Pack<'a> = &'a dyn Fn(&[f32]) -> (Vec<u8>, Option<Value>);

/// Packs every weight of a TensorFlow.js model anew.
fn packed(files: &[ModelFile], pack: impl Fn(&[f32]) -> (Vec<u8>, Option<Value>)) -> Vec<ModelFile> {
    let mut bytes = Vec::new();
    let mut values = files[1].bytes.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()));
    let json = changed(files, |json| {
        for weight in json["weightsManifest"][0]["weights"].as_array_mut().unwrap() {
            let length: u64 = weight["shape"].as_array().unwrap().iter().map(|axis| axis.as_u64().unwrap()).product();
            let (packed, quantization) = pack(&values.by_ref().take(length as usize).collect::<Vec<_>>());
            bytes.extend(packed);
            weight["quantization"] = quantization.into();
        }
    });
    vec![json[0].clone(), ModelFile { name: files[1].name.clone(), bytes }]
}

#[portable_test]
async fn quantized_weights_are_those_that_they_stand_for() {
    let files = network().await;
    let affine = |values: &[f32], most: f64, dtype: &str| {
        let least = f64::from(values.iter().copied().fold(f32::INFINITY, f32::min));
        let span = f64::from(values.iter().copied().fold(f32::NEG_INFINITY, f32::max)) - least;
        let scale = if span > 0.0 { span / most } else { 1.0 };
        let numbers: Vec<f64> = values.iter().map(|&value| ((f64::from(value) - least) / scale).round()).collect();
        (numbers, json!({"dtype": dtype, "min": least, "scale": scale, "original_dtype": "float32"}), least, scale)
    };
    // Each packing beside the plain numbers that it stands for.
    let plain = |values: Vec<f32>| (values.iter().flat_map(|value| value.to_le_bytes()).collect(), None);
    let meant = |(numbers, _, least, scale): (Vec<f64>, Value, f64, f64)| {
        plain(numbers.iter().map(|number| (number * scale + least) as f32).collect())
    };
    // Zeros and powers of two are numbers of 16 bits too.
    let power = |value: f32| f32::from_bits(value.to_bits() & 0xff80_0000);
    let half = |value: f32| match value.to_bits() >> 23 & 0xff {
        exponent @ 113..143 => ((value.to_bits() >> 31) << 15 | (exponent - 112) << 10) as u16,
        _ => 0,
    };
    let kept = |value: f32| if half(value) == 0 { 0.0 } else { power(value) };
    let cases: [(&str, Pack, Pack); 3] = [
        (
            "uint8",
            &|values| {
                let (numbers, how, ..) = affine(values, 255.0, "uint8");
                (numbers.iter().map(|&number| number as u8).collect(), Some(how))
            },
            &|values| meant(affine(values, 255.0, "uint8")),
        ),
        (
            "uint16",
            &|values| {
                let (numbers, how, ..) = affine(values, 65535.0, "uint16");
                (numbers.iter().flat_map(|&number| (number as u16).to_le_bytes()).collect(), Some(how))
            },
            &|values| meant(affine(values, 65535.0, "uint16")),
        ),
        (
            "float16",
            &|values| {
                let bytes = values.iter().flat_map(|&value| half(value).to_le_bytes()).collect();
                (bytes, Some(json!({"dtype": "float16"})))
            },
            &|values| plain(values.iter().map(|&value| kept(value)).collect()),
        ),
    ];
    let pictures = pictures(8);
    for (dtype, pack, plain) in cases {
        let (short, long) = (packed(&files, pack), packed(&files, plain));
        assert!(short[1].bytes.len() * 2 <= long[1].bytes.len(), "{dtype}");
        let expected = probabilities(&mut import(&long).await.unwrap(), &pictures).await;
        assert_eq!(probabilities(&mut import(&short).await.unwrap(), &pictures).await, expected, "{dtype}");
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
    let mut model = import(&[archive.clone()]).await.unwrap();
    assert_eq!(probabilities(&mut model, &pictures).await, expected);
    let cut = ModelFile { bytes: archive.bytes[..archive.bytes.len() / 2].to_vec(), ..archive };
    assert!(refusal(&[cut]).await.starts_with("model-tfjs.zip is no whole zip archive"));
    assert!(refusal(&[zip(&[("net/model.json", json)])]).await.contains("group1-shard1of1.bin"));
    assert!(refusal(&[zip(&[("cat.png", b"meow")])]).await.contains("no network in these files"));
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

#[portable_test]
async fn safetensors_of_16_bits_are_widened() {
    let files = exported(blocks(), 8, Format::Safetensors).await;
    let tensors = safetensors::SafeTensors::deserialize(&files[0].bytes).unwrap();
    let (_, header) = safetensors::SafeTensors::read_metadata(&files[0].bytes).unwrap();
    // The upper half of a 32-bit number is a bfloat16.
    let cut = |data: &[u8], dtype: safetensors::Dtype| -> Vec<u8> {
        match dtype {
            safetensors::Dtype::BF16 => data.chunks_exact(4).flat_map(|number| [number[2], number[3]]).collect(),
            _ => data.chunks_exact(4).flat_map(|number| [0, 0, number[2], number[3]]).collect(),
        }
    };
    let written = |dtype| {
        let cut: Vec<_> = tensors
            .tensors()
            .into_iter()
            .map(|(name, view)| (name, view.shape().to_vec(), cut(view.data(), dtype)))
            .collect();
        let views = cut.iter().map(|(name, shape, data)| {
            (name, safetensors::tensor::TensorView::new(dtype, shape.clone(), data).unwrap())
        });
        let bytes = safetensors::serialize(views, header.metadata().clone()).unwrap();
        [ModelFile { name: "model.safetensors".into(), bytes }]
    };
    let pictures = pictures(8);
    let mut long = import(&written(safetensors::Dtype::F32)).await.unwrap();
    let mut short = import(&written(safetensors::Dtype::BF16)).await.unwrap();
    assert_eq!(probabilities(&mut short, &pictures).await, probabilities(&mut long, &pictures).await);
}

#[portable_test]
async fn a_safetensors_file_must_say_what_its_weights_mean() {
    let files = exported(blocks(), 8, Format::Safetensors).await;
    let tensors = safetensors::SafeTensors::deserialize(&files[0].bytes).unwrap();
    let (_, header) = safetensors::SafeTensors::read_metadata(&files[0].bytes).unwrap();
    let metadata = header.metadata().clone().unwrap();
    let changes: [(&str, Change<HashMap<String, String>>); 6] = [
        ("weights and not the layers", |metadata| drop(metadata.remove("model"))),
        ("no entry \"class_names\"", |metadata| drop(metadata.remove("class_names"))),
        ("damaged entry \"model\"", |metadata| drop(metadata.insert("model".into(), "[".repeat(1000)))),
        ("fewer than two", |metadata| drop(metadata.insert("class_names".into(), "[\"one\"]".into()))),
        ("cannot be: Layer \"dense\"", |metadata| {
            drop(metadata.insert("class_names".into(), "[\"one\", \"two\"]".into()));
        }),
        ("another shape", |metadata| {
            let model = metadata["model"].replace("\"kernelSize\":3", "\"kernelSize\":1");
            metadata.insert("model".into(), model);
        }),
    ];
    for (part, change) in changes {
        let mut metadata = metadata.clone();
        change(&mut metadata);
        let bytes = safetensors::serialize(tensors.tensors(), Some(metadata)).unwrap();
        let sentence = refusal(&[ModelFile { name: "model.safetensors".into(), bytes }]).await;
        assert!(sentence.contains(part), "{part} is not in: {sentence}");
    }
}
