//! Networks in Keras's words that end in logits, and those that only seem to.

use serde_json::{Value, json};
use tabfit::{DeviceKind, Model};

use crate::{
    keras_configs::{SIZE, answers, conv, files, head, layer, nested, nested_weights, weights, written},
    portable_test,
};

/// Keras's losses take logits with `from_logits=True`, and Keras's own tutorial ends so.
#[portable_test]
async fn logits_at_the_end_get_a_softmax() {
    let expected = answers(&nested(), &nested_weights()).await;
    let ends = [
        json!([]),
        json!([layer("Activation", json!({"name": "end", "activation": "linear"}), &[])]),
        json!([layer("Dropout", json!({"name": "softmax", "rate": 0.1}), &[])]),
        json!([layer("Reshape", json!({"name": "end", "target_shape": [3]}), &[])]),
    ];
    for end in ends {
        let mut logits = nested();
        head(&mut logits)[0]["config"]["activation"] = json!("linear");
        head(&mut logits).extend(end.as_array().unwrap().iter().cloned());
        assert_eq!(answers(&logits, &nested_weights()).await, expected, "{end}");
    }
}

/// Whether a convolution classifies follows from the pixels that it has, however many layers stand around it.
#[portable_test]
async fn a_convolution_of_a_single_pixel_ends_in_logits_and_one_of_several_draws() {
    let chain = |layers: Value| json!({"module": "keras", "class_name": "Sequential", "config": {"name": "outer", "layers": layers}});
    let mut first = conv("a", 4);
    first["batch_shape"] = json!([null, SIZE, SIZE, 3]);
    let mean = layer("GlobalAveragePooling2D", json!({"name": "mean", "keepdims": true}), &[]);
    let dropout = |name: &str| layer("Dropout", json!({"name": name, "rate": 0.1}), &[]);
    let linear = |units: usize| {
        let mut config = conv("last", units);
        (config["activation"], config["kernel_regularizer"]) = (json!("linear"), json!(null));
        layer("Conv2D", config, &[])
    };
    let flat = layer("Flatten", json!({"name": "flat"}), &[]);
    let far =
        [layer("Conv2D", first.clone(), &[]), mean.clone(), dropout("b"), dropout("c"), dropout("d"), dropout("e")];
    let far = chain(json!([&far[..], &[linear(3), flat.clone()]].concat()));
    let shapes: [(&str, &[usize]); 4] =
        [("a/kernel", &[3, 3, 3, 4]), ("a/bias", &[4]), ("last/kernel", &[3, 3, 4, 3]), ("last/bias", &[3])];
    let model = Model::import(&written(&far, &weights(&shapes)), DeviceKind::Cpu).await.unwrap();
    let summary = model.architecture().summary();
    assert_eq!(summary.layers.last().map(|layer| layer.name.as_str()), Some("softmax"));
    let square = layer("Reshape", json!({"name": "square", "target_shape": [2, 2, 1]}), &[]);
    let draws = chain(json!([layer("Conv2D", first, &[]), mean, square, linear(3), flat]));
    let error = Model::import(&files(&draws), DeviceKind::Cpu).await.map(|_| "a network").unwrap_err();
    assert!(error.to_string().contains("must be Dense with 12 units and softmax"), "{error}");
}
