//! Networks as Keras 3 describes them, in `model.json`: other spellings, models inside models, and what runs Python.

use serde_json::{Value, json};
use tabfit::{DeviceKind, Format, Model, ModelFile};

use crate::{
    networks::{pictures, probabilities},
    portable_test,
};

pub(crate) const SIZE: usize = 8;

fn policy() -> Value {
    json!({"module": "keras", "class_name": "DTypePolicy", "config": {"name": "mixed_float16"}, "registered_name": null})
}

/// A layer as Keras 3 writes it; `inputs` are the names of those it reads.
pub(crate) fn layer(class: &str, mut config: Value, inputs: &[&str]) -> Value {
    let name = config["name"].clone();
    config["dtype"] = policy();
    let tensor = |name: &&str| json!({"class_name": "__keras_tensor__", "config": {"shape": [null], "dtype": "float32", "keras_history": [name, 0, 0]}});
    let tensors: Vec<Value> = inputs.iter().map(tensor).collect();
    let arguments = if let [one] = &tensors[..] { json!([one]) } else { json!([tensors]) };
    json!({"module": "keras.layers", "class_name": class, "config": config, "registered_name": null, "name": name,
        "build_config": {"input_shape": [null]}, "inbound_nodes": [{"args": arguments, "kwargs": {"mask": null}}]})
}

fn input(name: &str) -> Value {
    json!({"module": "keras.layers", "class_name": "InputLayer", "registered_name": null, "name": name, "inbound_nodes": [],
        "config": {"batch_shape": [null, SIZE, SIZE, 3], "dtype": "float32", "sparse": false, "ragged": false, "name": name}})
}

fn model(name: &str, layers: Value, last: &str) -> Value {
    let first = layers[0]["name"].clone();
    json!({"name": name, "trainable": true, "layers": layers, "input_layers": [first, 0, 0], "output_layers": [last, 0, 0]})
}

pub(crate) fn conv(name: &str, filters: usize) -> Value {
    json!({"name": name, "trainable": true, "filters": filters, "kernel_size": [3, 3], "padding": "same", "groups": 1,
        "data_format": "channels_last", "activation": "hard_sigmoid",
        "kernel_initializer": {"module": "keras.initializers", "class_name": "GlorotUniform", "config": {}},
        "kernel_regularizer": {"module": "keras.regularizers", "class_name": "L2", "config": {"l2": 0.01}}})
}

/// A body with branches, and a head, each a model of its own; both have a layer `dense`.
pub(crate) fn nested() -> Value {
    let norm = json!({"name": "norm", "axis": -1, "momentum": 0.9, "epsilon": 0.01, "center": true, "scale": true,
        "synchronized": false, "renorm": false, "renorm_clipping": null, "renorm_momentum": 0.99});
    let body = json!([
        input("picture"),
        layer("Conv2D", conv("a", 4), &["picture"]),
        layer("BatchNormalization", norm, &["a"]),
        layer("Add", json!({"name": "sum"}), &["a", "norm"]),
        layer("Concatenate", json!({"name": "dense", "axis": -1}), &["a", "sum"]),
        layer(
            "GlobalAveragePooling2D",
            json!({"name": "mean", "data_format": "channels_last", "keepdims": true}),
            &["dense"]
        ),
        layer("Reshape", json!({"name": "flat", "target_shape": [8]}), &["mean"]),
    ]);
    let mut dense =
        layer("Dense", json!({"name": "dense", "units": 3, "activation": "softmax", "use_bias": true}), &[]);
    dense.as_object_mut().unwrap().remove("inbound_nodes");
    let mut head = layer("Sequential", json!({"name": "head", "layers": [dense]}), &["body"]);
    head["config"].as_object_mut().unwrap().remove("dtype");
    let mut inside = layer("Functional", model("body", body, "flat"), &["image"]);
    inside["config"].as_object_mut().unwrap().remove("dtype");
    inside["inbound_nodes"][0]["kwargs"] = json!({"training": false, "mask": null});
    json!({"module": "keras", "class_name": "Functional", "config": model("whole", json!([input("image"), inside, head]), "head")})
}

/// A weight as TensorFlow.js lists it: its name, its shape and its values.
type Weight = (String, Vec<usize>, Vec<f32>);

/// Weights of these names and shapes, whose values are all different.
pub(crate) fn weights(shapes: &[(&str, &[usize])]) -> Vec<Weight> {
    let mut values = (0..).map(|index| ((index * 37 % 101) as f32 + 1.0) / 300.0);
    let mut weight = |&(name, shape): &(&str, &[usize])| {
        (name.to_string(), shape.to_vec(), values.by_ref().take(shape.iter().product()).collect())
    };
    shapes.iter().map(&mut weight).collect()
}

/// Those of [`nested`], named in the ways of several tools.
pub(crate) fn nested_weights() -> Vec<Weight> {
    weights(&[
        ("whole/body/a/kernel", &[3, 3, 3, 4]),
        ("whole/body/a/bias", &[4]),
        ("body/norm/gamma", &[4]),
        ("body/norm/beta", &[4]),
        ("body/norm/moving_mean", &[4]),
        ("norm/moving_variance", &[4]),
        ("head/dense/kernel", &[8, 3]),
        ("head/dense/bias", &[3]),
    ])
}

/// The description with weights, as TensorFlow.js's converter writes it for Keras 3.
pub(crate) fn written(description: &Value, weights: &[Weight]) -> Vec<ModelFile> {
    let listed = weights.iter().map(|(name, shape, _)| json!({"name": name, "shape": shape, "dtype": "float32"}));
    let json = json!({"modelTopology": {"keras_version": "3.15.1", "model_config": description},
        "weightsManifest": [{"paths": ["weights.bin"], "weights": listed.collect::<Vec<_>>()}]});
    let file = |name: &str, bytes: Vec<u8>| ModelFile { name: name.into(), bytes };
    let bytes = weights.iter().flat_map(|(.., values)| values).flat_map(|value| value.to_le_bytes()).collect();
    vec![file("model.json", json.to_string().into_bytes()), file("weights.bin", bytes)]
}

pub(crate) fn files(description: &Value) -> Vec<ModelFile> {
    written(description, &nested_weights())
}

pub(crate) async fn answers(description: &Value, weights: &[Weight]) -> Vec<f32> {
    let mut model = Model::import(&written(description, weights), DeviceKind::Cpu).await.unwrap();
    probabilities(&mut model, &pictures(SIZE)).await
}

/// A layer of the body of [`nested`].
fn body(json: &mut Value, index: usize) -> &mut Value {
    &mut json["config"]["layers"][1]["config"]["layers"][index]
}

/// The layers of its head.
pub(crate) fn head(json: &mut Value) -> &mut Vec<Value> {
    json["config"]["layers"][2]["config"]["layers"].as_array_mut().unwrap()
}

#[portable_test]
async fn models_inside_models_are_written_out() {
    let mut model = Model::import(&files(&nested()), DeviceKind::Cpu).await.unwrap();
    let summary = model.architecture().summary();
    let names: Vec<&str> = summary.layers.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names, ["a", "norm", "sum", "dense", "mean", "flat", "head_dense"]);
    // It was called with training=False, so the statistics stay.
    assert_eq!(summary.layers[1].trainable, 0);
    assert_eq!(model.class_names(), ["class 1", "class 2", "class 3"]);
    let pictures = pictures(SIZE);
    let answers = probabilities(&mut model, &pictures).await;
    let files = model.export(Format::Tfjs).await.unwrap();
    let mut back = Model::import(&files, DeviceKind::Cpu).await.unwrap();
    crate::common::assert_close("written flat", &probabilities(&mut back, &pictures).await, &answers, 1e-6);
}

#[portable_test]
async fn what_changes_something_is_refused_by_name() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 16] = [
        ("whose name is longer than 1000 bytes", |json| body(json, 1)["config"]["name"] = json!("a".repeat(1001))),
        // It draws a mask, whose numbers are no logits.
        ("Layer \"flat\" gives (None, 64)", |json| {
            let mut mask = layer("Conv2D", conv("mask", 1), &[]);
            mask["config"]["batch_shape"] = json!([null, SIZE, SIZE, 3]);
            mask["config"]["activation"] = json!("linear");
            let layers = json!([mask, layer("Flatten", json!({"name": "flat"}), &[])]);
            *json =
                json!({"module": "keras", "class_name": "Sequential", "config": {"name": "outer", "layers": layers}});
        }),
        ("must be Dense with 3 units and softmax", |json| head(json)[0]["config"]["activation"] = json!("relu")),
        ("\"a\" (Lambda), which runs Python code", |json| body(json, 1)["class_name"] = json!("Lambda")),
        ("\"a\" (Conv2D), a class that does not come with Keras", |json| body(json, 1)["module"] = json!("my_layers")),
        ("a class that does not come with Keras", |json| body(json, 1)["registered_name"] = json!("Custom>Conv2D")),
        ("activation is a Python function of its own", |json| {
            body(json, 1)["config"]["activation"] = json!({"module": "builtins", "class_name": "function", "config": "mish", "registered_name": "function"});
        }),
        ("dtype = {", |json| {
            body(json, 1)["config"]["dtype"] =
                json!({"class_name": "QuantizedDTypePolicy", "config": {"mode": "int8", "source_name": "float32"}});
        }),
        ("renorm = true", |json| body(json, 2)["config"]["renorm"] = json!(true)),
        ("unknown field `rotation`", |json| body(json, 1)["config"]["rotation"] = json!(3)),
        ("(Maximum) with 2 inputs", |json| body(json, 3)["class_name"] = json!("Maximum")),
        ("axis = 2", |json| body(json, 4)["config"]["axis"] = json!(2)),
        ("\"dense\", the rows of a picture", |json| body(json, 4)["config"]["axis"] = json!(1)),
        ("Layer \"flat\" cannot make [7]", |json| {
            body(json, 6)["config"] = json!({"name": "flat", "target_shape": [7]});
        }),
        ("training = true", |json| {
            json["config"]["layers"][1]["inbound_nodes"][0]["kwargs"]["training"] = json!(true);
        }),
        ("more than 8 models one inside another", |json| {
            let mut inside = json["config"]["layers"].clone();
            for depth in 0..12 {
                inside =
                    json!([{"class_name": "Sequential", "config": {"name": format!("m{depth}"), "layers": inside}}]);
            }
            *json = json!({"class_name": "Sequential", "config": {"name": "outer", "layers": inside}});
        }),
    ];
    for (part, change) in changes {
        let mut description = nested();
        change(&mut description);
        let error = Model::import(&files(&description), DeviceKind::Cpu).await.map(|_| "a network").unwrap_err();
        let sentence = error.to_string();
        assert!(sentence.contains(part), "{part} is not in: {sentence}");
    }
}

#[portable_test]
async fn what_a_normalization_does_without_is_one_or_zero() {
    for (argument, weight, value) in [("scale", "body/norm/gamma", 1.0), ("center", "body/norm/beta", 0.0)] {
        let mut weights = nested_weights();
        let (.., values) = weights.iter_mut().find(|(name, ..)| name == weight).unwrap();
        values.fill(value);
        let expected = answers(&nested(), &weights).await;
        let mut without = nested();
        body(&mut without, 2)["config"][argument] = json!(false);
        weights.retain(|(name, ..)| name != weight);
        assert_eq!(answers(&without, &weights).await, expected, "{argument}");
    }
}

/// TensorFlow.js and Keras 2 allow a slash in the name of a layer.
#[portable_test]
async fn a_layer_whose_name_has_a_slash_finds_its_weights() {
    let expected = answers(&nested(), &nested_weights()).await;
    let renamed: Value = serde_json::from_str(&nested().to_string().replace("\"a\"", "\"stage/a\"")).unwrap();
    for place in ["stage/a", "body/stage/a", "whole/body/stage/a"] {
        let mut weights = nested_weights();
        for (name, own) in weights.iter_mut().zip(["kernel", "bias"]).map(|((name, ..), own)| (name, own)) {
            *name = format!("{place}/{own}");
        }
        assert_eq!(answers(&renamed, &weights).await, expected, "{place}");
    }
}

/// TensorFlow.js's converter names the weights of a `.keras` file so.
#[portable_test]
async fn weights_are_found_by_their_paths_in_keras_3() {
    let expected = answers(&nested(), &nested_weights()).await;
    let mut weights = nested_weights();
    let [body, head] = ["layers/functional/layers", "layers/sequential/layers"];
    let layers =
        [(format!("{body}/conv2d"), 2), (format!("{body}/batch_normalization"), 4), (format!("{head}/dense"), 2)];
    let paths = layers.iter().flat_map(|(layer, count)| (0..*count).map(move |index| format!("{layer}/vars/{index}")));
    weights.iter_mut().zip(paths).for_each(|((name, ..), path)| *name = path);
    assert_eq!(answers(&nested(), &weights).await, expected);
}

#[portable_test]
async fn layers_of_one_name_in_two_models_have_their_own_weights() {
    let conv = |name: &str| {
        let mut layer = layer("Conv2D", conv(name, 3), &[]);
        layer["config"]["batch_shape"] = json!([null, SIZE, SIZE, 3]);
        layer
    };
    let chain = |name: &str, layers: Value| json!({"module": "keras", "class_name": "Sequential", "config": {"name": name, "layers": layers}});
    let mean = layer("GlobalAveragePooling2D", json!({"name": "mean"}), &[]);
    let dense = layer("Dense", json!({"name": "c", "units": 3, "activation": "softmax"}), &[]);
    let apart = chain(
        "outer",
        json!([chain("one", json!([conv("c")])), chain("two", json!([conv("c")])), mean.clone(), dense.clone()]),
    );
    let flat = chain("outer", json!([conv("one"), conv("two"), mean, dense]));
    let shapes: [(&str, &[usize]); 6] = [
        ("one/c/kernel", &[3, 3, 3, 3]),
        ("one/c/bias", &[3]),
        ("two/c/kernel", &[3, 3, 3, 3]),
        ("two/c/bias", &[3]),
        ("c/kernel", &[3, 3]),
        ("c/bias", &[3]),
    ];
    let weights = weights(&shapes);
    let mut one_by_one = weights.clone();
    one_by_one[..4].iter_mut().for_each(|(name, ..)| *name = name.replace("/c/", "/"));
    let expected = answers(&flat, &one_by_one).await;
    assert_eq!(answers(&apart, &weights).await, expected);
    let within = |name: &str| format!("outer/{name}");
    let turned: Vec<Weight> =
        weights.iter().rev().map(|(name, shape, values)| (within(name), shape.clone(), values.clone())).collect();
    assert_eq!(answers(&apart, &turned).await, expected);
    let mut twice = weights;
    twice[4].0 = "three/c/kernel".into();
    twice[0].0 = "four/c/kernel".into();
    let error = Model::import(&written(&apart, &twice), DeviceKind::Cpu).await.map(|_| "a network").unwrap_err();
    assert!(error.to_string().contains("has two weights named c/kernel"), "{error}");
}
