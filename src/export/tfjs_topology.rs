//! Layers in the words of Keras 2, which are those of TensorFlow.js.
//!
//! What it has no word for is written in others that mean the same: an activation it lacks becomes a
//! layer of its own.

use serde_json::{Value, json};

use super::{arguments::Arguments, unique};
use crate::{
    activation::Activation,
    architecture::{Architecture, Layer},
    initializer::Initializer,
    layer::LayerConfig,
};

/// The layers of a network for TensorFlow.js.
pub(super) struct Topology {
    /// What TensorFlow.js calls each layer.
    pub(super) names: Vec<String>,
    image: String,
    nodes: Vec<Node>,
}

/// One layer of TensorFlow.js.
struct Node {
    name: String,
    class_name: &'static str,
    config: Arguments,
    inputs: Vec<String>,
}

impl Topology {
    pub(super) fn of(architecture: &Architecture) -> Self {
        let mut names: Vec<String> = Vec::with_capacity(architecture.layers.len());
        for layer in &architecture.layers {
            names.push(unique(&valid_name(&layer.name), |name| names.iter().any(|other| other == name)));
        }
        let image = unique("image", |name| names.iter().any(|other| other == name));
        let mut nodes: Vec<Node> = Vec::with_capacity(names.len());
        // The name of what makes each layer's output: the layer itself, or the activation behind it.
        let mut outputs: Vec<String> = Vec::with_capacity(names.len());
        for (layer, name) in architecture.layers.iter().zip(&names) {
            let inputs =
                layer.inputs.iter().map(|input| input.map_or(&image, |index| &outputs[index]).clone()).collect();
            let taken = |name: &str| names.iter().chain(&outputs).any(|other| other == name);
            let activation_name = unique(&format!("{name}_activation"), taken);
            let mut written = write(layer, name, &activation_name, inputs);
            outputs.push(written.last().map_or_else(|| name.clone(), |node| node.name.clone()));
            nodes.append(&mut written);
        }
        Self { names, image, nodes }
    }

    /// The entry `model_config`.
    pub(super) fn json(self, architecture: &Architecture) -> Value {
        let Self { image, nodes, .. } = self;
        let size = architecture.config().image_size;
        let input =
            json!({"batch_input_shape": [null, size, size, 3], "dtype": "float32", "sparse": false, "name": image});
        if architecture.is_chain() {
            let layers = nodes
                .into_iter()
                .map(|node| json!({"class_name": node.class_name, "config": node.config.into_object()}));
            let input = json!({"class_name": "InputLayer", "config": input});
            let layers: Vec<Value> = std::iter::once(input).chain(layers).collect();
            return json!({"class_name": "Sequential", "config": {"name": "sequential", "layers": layers}});
        }
        let output = nodes.last().map(|node| node.name.clone());
        let layers = nodes.into_iter().map(|Node { name, class_name, config, inputs }| {
            let inputs: Vec<Value> = inputs.into_iter().map(|input| json!([input, 0, 0, {}])).collect();
            json!({"class_name": class_name, "name": name, "config": config.into_object(), "inbound_nodes": [inputs]})
        });
        let input = json!({"class_name": "InputLayer", "name": image, "config": input, "inbound_nodes": []});
        let layers: Vec<Value> = std::iter::once(input).chain(layers).collect();
        let (inputs, outputs) = (json!([[image, 0, 0]]), json!([[output, 0, 0]]));
        let config = json!({"name": "model", "layers": layers, "input_layers": inputs, "output_layers": outputs});
        json!({"class_name": "Functional", "config": config})
    }
}

/// TensorFlow.js takes ASCII letters, digits and a few signs.
fn valid_name(name: &str) -> String {
    let valid = |letter: char| if letter.is_ascii_alphanumeric() || "-._".contains(letter) { letter } else { '_' };
    let name: String = name.chars().map(valid).collect();
    if name.starts_with(|first: char| first.is_ascii_alphanumeric()) { name } else { format!("layer{name}") }
}

/// One layer as one or two of TensorFlow.js's.
fn write(layer: &Layer, name: &str, activation_name: &str, inputs: Vec<String>) -> Vec<Node> {
    let mut config = Arguments::of_layer(&layer.config, name, Arguments::all);
    for (argument, value) in &mut config.0 {
        if argument.ends_with("_regularizer") {
            *value = json!({"class_name": "L1L2", "config": value});
        } else if argument.ends_with("_initializer") {
            *value = initializer(value);
        }
    }
    let node = |name: &str, class_name, config, inputs| Node { name: name.into(), class_name, config, inputs };
    let activation = config.0.iter_mut().find(|(argument, _)| argument == "activation").map(|(_, value)| value);
    match activation {
        Some(word) if *word == json!(Activation::LeakyRelu) => {
            *word = json!(Activation::Linear);
            let leaky = |name| Arguments(vec![("alpha".into(), json!(0.2)), ("name".into(), json!(name))]);
            if matches!(layer.config, LayerConfig::Activation(_)) {
                return vec![node(name, "LeakyReLU", leaky(name), inputs)];
            }
            let activation = node(activation_name, "LeakyReLU", leaky(activation_name), vec![name.into()]);
            vec![node(name, layer.config.class_name(), config, inputs), activation]
        }
        Some(word) if *word == json!(Activation::Silu) => {
            *word = json!("swish");
            vec![node(name, layer.config.class_name(), config, inputs)]
        }
        _ => vec![node(name, layer.config.class_name(), config, inputs)],
    }
}

/// `"he_normal"` as the class that TensorFlow.js knows.
fn initializer(word: &Value) -> Value {
    let class_name = match serde_json::from_value(word.clone()) {
        Ok(Initializer::GlorotNormal) => "GlorotNormal",
        Ok(Initializer::HeUniform) => "HeUniform",
        Ok(Initializer::HeNormal) => "HeNormal",
        Ok(Initializer::LecunUniform) => "LeCunUniform",
        Ok(Initializer::LecunNormal) => "LeCunNormal",
        Ok(Initializer::Zeros) => "Zeros",
        Ok(Initializer::Ones) => "Ones",
        Ok(Initializer::GlorotUniform) | Err(_) => "GlorotUniform",
    };
    json!({"class_name": class_name, "config": {}})
}
