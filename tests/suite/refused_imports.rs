//! TensorFlow.js models that cannot be networks here, each refused by its reason.

use serde_json::{Value, json};
use tabfit::ModelFile;

use crate::imports::{Change, changed, import, layers, network, refusal};
use crate::portable_test;

/// The first layer of a class.
fn first<'a>(json: &'a mut Value, class_name: &str) -> &'a mut Value {
    layers(json).iter_mut().find(|layer| layer["class_name"] == class_name).unwrap()
}

#[portable_test]
async fn a_model_that_there_cannot_be_here_is_refused_in_words() {
    let files = network().await;
    assert!(import(&files).await.is_ok());
    let changes: [(&str, Change<Value>); 22] = [
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
        ("8 rows and 9 columns, and only square ones are read; build it for square pictures, such as 9 x 9", |json| {
            layers(json)[0]["config"]["batch_input_shape"] = json!([null, 8, 9, 3]);
        }),
        ("[null,8,8,4]", |json| layers(json)[0]["config"]["batch_input_shape"] = json!([null, 8, 8, 4])),
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
            json["userDefinedMetadata"]["classNames"] = json!(["cat", "dog"]);
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
        ("in the shape [6, 3, 3, 3], and its layer needs [3, 3, 3, 6]", |weights| {
            weights[0]["shape"].as_array_mut().unwrap().reverse();
        }),
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

/// As TensorFlow.js's converter writes them for a network of Keras 3 that has been trained.
#[portable_test]
async fn what_an_optimizer_remembers_is_passed_over() {
    let mut files = network().await;
    let counter = json!({"name": "optimizer/vars/0", "shape": [], "dtype": "int32"});
    let moment = json!({"name": "optimizer/vars/1", "shape": [3], "dtype": "float32"});
    files = changed(&files, |json| {
        json["weightsManifest"][0]["weights"].as_array_mut().unwrap().extend([counter, moment]);
    });
    files[1].bytes.extend([0; 16]);
    assert!(import(&files).await.is_ok());
}

/// A pickle is a program for Python, whatever the file is called; PyTorch packs it into a zip archive.
#[portable_test]
async fn what_is_pickled_is_refused_in_words() {
    use std::io::{Cursor, Write};

    let pickle = b"\x80\x02}q\x00X\x06\x00\x00\x00weightq\x01G?\xf0\x00\x00\x00\x00\x00\x00s.".to_vec();
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("archive/data.pkl", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(&pickle).unwrap();
    let archive = archive.finish().unwrap().into_inner();
    for (name, bytes, part) in [
        ("model.pt", &archive, "There is no network in these files; choose one .tabfit"),
        ("model.pth", &pickle, "There is no network in these files; choose one .tabfit"),
        ("model.pkl", &pickle, "There is no network in these files; choose one .tabfit"),
        ("model.safetensors", &pickle, "This safetensors file "),
        ("model.h5", &pickle, "This Keras file is cut off or damaged"),
        ("model.keras", &archive, "This Keras file "),
        ("model.onnx", &pickle, "This ONNX file "),
    ] {
        let sentence = refusal(&[ModelFile { name: name.into(), bytes: bytes.clone() }]).await;
        assert!(sentence.starts_with(part), "{name}: {sentence}");
    }
}
