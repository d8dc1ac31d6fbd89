//! The layers of a network as Keras 3 lists them.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::formats::keras_config::numbered;
use crate::formats::keras_file::order;
use crate::formats::shared::{Arguments, names};
use crate::network::{Architecture, LayerConfig, Node, Origin, Shape};
use crate::text::unique_name::unique;

/// One layer of Keras; a layer of the network may become two.
struct Entry {
    name: String,
    class_name: &'static str,
    config: Arguments,
    /// The positions of the layers that it reads.
    inputs: Vec<usize>,
    output: Shape,
    /// The layer of the network whose weights it has.
    node: Option<usize>,
}

/// All layers, in the order in which Keras lists them; the first is the input.
pub(super) struct Written<'a> {
    architecture: &'a Architecture,
    entries: Vec<Entry>,
    paths: Vec<String>,
}

impl<'a> Written<'a> {
    /// The layers of a network.
    pub(super) fn of(architecture: &'a Architecture) -> Self {
        let names = names::of_layers(architecture);
        let taken = |name: &str| names.iter().any(|other| other == name);
        let size = architecture.config().image_size;
        let image = unique("image", taken);
        let mut config = Arguments::default();
        config.set("batch_shape", json!([null, size, size, 3]));
        config.set("dtype", "float32");
        let output = Shape::Image([size, size, 3]);
        let input = Entry { name: image, class_name: "InputLayer", config, inputs: Vec::new(), output, node: None };
        let mut entries = vec![input];
        // The position of what computes each layer's output.
        let mut outputs: Vec<usize> = Vec::with_capacity(names.len());
        for (index, (node, name)) in architecture.layers.iter().zip(&names).enumerate() {
            let inputs: Vec<usize> = node.inputs.iter().map(|input| input.map_or(0, |at| outputs[at])).collect();
            let (class_name, config) = layer(node, name);
            let mut entry =
                Entry { name: name.clone(), class_name, config, inputs, output: node.output, node: Some(index) };
            if let LayerConfig::SamplewiseNormalization(samplewise) = &node.config
                && !samplewise.std
            {
                entry.name = unique(&format!("{name}_centred"), taken);
                entries.push(entry);
                let mut config = Arguments::default();
                config.set("scale", CONSTANT.sqrt());
                config.set("offset", 0.0);
                let inputs = vec![entries.len() - 1];
                entry = Entry {
                    name: name.clone(),
                    class_name: "Rescaling",
                    config,
                    inputs,
                    output: node.output,
                    node: None,
                };
            }
            entries.push(entry);
            outputs.push(entries.len() - 1);
        }
        if !architecture.is_chain() {
            entries = in_order(entries);
        }
        let paths = numbered(entries.iter().map(|entry| entry.class_name));
        Self { architecture, entries, paths }
    }

    /// The places of the weights as they are without the first layers.
    pub(super) fn without(mut self, first: usize) -> Self {
        self.entries.retain(|entry| entry.node.is_none_or(|node| node >= first));
        self.paths = numbered(self.entries.iter().map(|entry| entry.class_name));
        self
    }

    /// Where each layer's weights lie, by the layer's name here.
    pub(super) fn origins(&self) -> HashMap<String, Origin> {
        let places = self.entries.iter().zip(&self.paths).filter_map(|(entry, path)| {
            let name = self.architecture.layers[entry.node?].name.clone();
            Some((name, Origin { names: vec![entry.name.clone()], path: path.clone() }))
        });
        places.collect()
    }

    /// `config.json`.
    pub(super) fn json(&self) -> Value {
        let chain = self.architecture.is_chain();
        let tensor = |&at: &usize| {
            let Entry { name, output, .. } = &self.entries[at];
            let shape: Vec<Value> =
                [Value::Null].into_iter().chain(output.dims().into_iter().map(Value::from)).collect();
            json!({"class_name": "__keras_tensor__", "config": {"shape": shape, "dtype": "float32", "keras_history": [name, 0, 0]}})
        };
        let layer = |entry: &Entry| {
            let mut config = entry.config.clone();
            config.set("name", entry.name.as_str());
            let config = config.into_object();
            let mut layer = json!({"module": "keras.layers", "class_name": entry.class_name, "config": config, "registered_name": null});
            if !chain {
                let tensors: Vec<Value> = entry.inputs.iter().map(tensor).collect();
                let call = |arguments: Value| json!([{"args": [arguments], "kwargs": {}}]);
                layer["name"] = json!(entry.name);
                layer["inbound_nodes"] = match &tensors[..] {
                    [] => json!([]),
                    [one] => call(one.clone()),
                    several => call(json!(several)),
                };
            }
            layer
        };
        let layers: Vec<Value> = self.entries.iter().map(layer).collect();
        let (class_name, mut config) =
            (if chain { "Sequential" } else { "Functional" }, json!({"trainable": true, "layers": layers}));
        config["name"] = json!(if chain { "sequential" } else { "functional" });
        if let ([first, ..], [.., last], false) = (&self.entries[..], &self.entries[..], chain) {
            config["input_layers"] = json!([[first.name, 0, 0]]);
            config["output_layers"] = json!([[last.name, 0, 0]]);
        }
        // Keras finds this class only in the module where it lies.
        let module = if chain { "keras" } else { "keras.src.models.functional" };
        json!({"module": module, "class_name": class_name, "config": config, "registered_name": class_name})
    }
}

/// An epsilon far above all variances, which makes the divisor of a normalization a constant.
const CONSTANT: f64 = 1e12;

/// The class of a layer and its arguments.
fn layer(node: &Node, name: &str) -> (&'static str, Arguments) {
    let mut config = Arguments::of_layer(&node.config, name, Arguments::all);
    let mut class_name = node.config.class_name();
    match &node.config {
        LayerConfig::SamplewiseNormalization(samplewise) => {
            class_name = "LayerNormalization";
            config = Arguments(vec![("axis".into(), json!([1, 2, 3]))]);
            config.set("epsilon", if samplewise.std { 1e-12 } else { CONSTANT });
            config.set("center", false);
            config.set("scale", false);
        }
        LayerConfig::Reshape(_) => config.set("target_shape", json!(node.output.dims())),
        LayerConfig::ZeroPadding2D(zeros) => config.set("padding", json!(zeros.padding.get())),
        _ => {}
    }
    for (argument, value) in &mut config.0 {
        if argument.ends_with("_regularizer") {
            *value =
                json!({"module": "keras.regularizers", "class_name": "L1L2", "config": value, "registered_name": null});
        }
    }
    config.set("dtype", "float32");
    (class_name, config)
}

/// The entries in Keras's order, with the positions of what they read in that order.
fn in_order(entries: Vec<Entry>) -> Vec<Entry> {
    let inputs: Vec<Vec<usize>> = entries.iter().map(|entry| entry.inputs.clone()).collect();
    let order = order::of(&inputs);
    let mut positions = vec![0; entries.len()];
    order.iter().enumerate().for_each(|(position, &entry)| positions[entry] = position);
    let mut entries: Vec<(usize, Entry)> = positions.iter().copied().zip(entries).collect();
    entries.sort_by_key(|(position, _)| *position);
    let moved = |(_, mut entry): (usize, Entry)| {
        entry.inputs.iter_mut().for_each(|input| *input = positions[*input]);
        entry
    };
    entries.into_iter().map(moved).collect()
}
