//! Networks as Keras 3 describes them, in `model.json`: other spellings, models inside models, and what runs Python.

use serde_json::{Value, json};
use tabfit::{DeviceKind, Format, Model, ModelFile};

use crate::{
    networks::{pictures, probabilities},
    portable_test,
};

const SIZE: usize = 8;

fn policy() -> Value {
    json!({"module": "keras", "class_name": "DTypePolicy", "config": {"name": "mixed_float16"}, "registered_name": null})
}

/// A layer as Keras 3 writes it; `inputs` are the names of those it reads.
fn layer(class: &str, mut config: Value, inputs: &[&str]) -> Value {
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

fn conv(name: &str, filters: usize) -> Value {
    json!({"name": name, "trainable": true, "filters": filters, "kernel_size": [3, 3], "padding": "same", "groups": 1,
        "data_format": "channels_last", "activation": "hard_sigmoid",
        "kernel_initializer": {"module": "keras.initializers", "class_name": "GlorotUniform", "config": {}},
        "kernel_regularizer": {"module": "keras.regularizers", "class_name": "L2", "config": {"l2": 0.01}}})
}

/// A body with branches, and a head, each a model of its own; both have a layer `dense`.
fn nested() -> Value {
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

/// The description with weights that are all different, as TensorFlow.js's converter writes it for Keras 3.
fn files(description: &Value) -> Vec<ModelFile> {
    let shapes: [(&str, &[usize]); 8] = [
        ("whole/body/a/kernel", &[3, 3, 3, 4]),
        ("whole/body/a/bias", &[4]),
        ("body/norm/gamma", &[4]),
        ("body/norm/beta", &[4]),
        ("body/norm/moving_mean", &[4]),
        ("norm/moving_variance", &[4]),
        ("head/dense/kernel", &[8, 3]),
        ("head/dense/bias", &[3]),
    ];
    let weights = shapes.map(|(name, shape)| json!({"name": name, "shape": shape, "dtype": "float32"}));
    let count: usize = shapes.iter().map(|(_, shape)| shape.iter().product::<usize>()).sum();
    let values = (0..count).map(|index| ((index * 37 % 101) as f32 + 1.0) / 300.0);
    let json = json!({"modelTopology": {"keras_version": "3.15.1", "model_config": description},
        "weightsManifest": [{"paths": ["weights.bin"], "weights": weights}]});
    let file = |name: &str, bytes: Vec<u8>| ModelFile { name: name.into(), bytes };
    vec![
        file("model.json", json.to_string().into_bytes()),
        file("weights.bin", values.flat_map(f32::to_le_bytes).collect()),
    ]
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
    fn body(json: &mut Value, index: usize) -> &mut Value {
        &mut json["config"]["layers"][1]["config"]["layers"][index]
    }
    let changes: [(&str, Change); 13] = [
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
