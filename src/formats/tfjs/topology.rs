//! The layers of a network as TensorFlow.js lists them.

use serde_json::{Value, json};

use crate::{
    error::Result,
    formats::{
        arguments::Arguments,
        names::{self, unique},
        tfjs::write_layers,
    },
    network::architecture::Architecture,
};

/// The layers of a network for TensorFlow.js.
pub(crate) struct Topology {
    /// What it calls each of ours.
    pub(crate) names: Vec<String>,
    /// What it calls the picture.
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
    /// # Errors
    ///
    /// It has no word for a layer.
    pub(crate) fn of(architecture: &Architecture) -> Result<Self> {
        let names = names::of_layers(architecture);
        let image = unique("image", |name| names.iter().any(|other| other == name));
        let mut topology = Self { image, nodes: Vec::with_capacity(names.len()), names };
        // What makes each layer's output: the layer itself, or what follows from it.
        let mut outputs: Vec<String> = Vec::with_capacity(architecture.layers.len());
        for (index, layer) in architecture.layers.iter().enumerate() {
            let output = |input: &Option<usize>| input.map_or(&topology.image, |index| &outputs[index]).clone();
            let inputs: Vec<String> = layer.inputs.iter().map(output).collect();
            let name = topology.names[index].clone();
            outputs.push(write_layers::write(&mut topology, layer, &name, inputs)?);
        }
        Ok(topology)
    }

    /// Adds a layer of that name and returns the name.
    pub(crate) fn add(
        &mut self,
        name: &str,
        class_name: &'static str,
        mut config: Arguments,
        inputs: Vec<String>,
    ) -> String {
        config.set("name", name);
        self.nodes.push(Node { name: name.into(), class_name, config, inputs });
        name.into()
    }

    /// A name that nothing has.
    pub(crate) fn free_name(&self, wanted: &str) -> String {
        let nodes = || self.nodes.iter().map(|node| &node.name);
        unique(wanted, |name| self.names.iter().chain(nodes()).chain([&self.image]).any(|other| other == name))
    }

    /// The entry `model_config`.
    pub(crate) fn json(self, image_size: usize) -> Value {
        let Self { image, nodes, .. } = self;
        let input = json!({"batch_input_shape": [null, image_size, image_size, 3], "dtype": "float32", "sparse": false, "name": image});
        let before = std::iter::once(&image).chain(nodes.iter().map(|node| &node.name));
        if nodes.iter().zip(before).all(|(node, before)| node.inputs == [before.clone()]) {
            let layer = |node: Node| json!({"class_name": node.class_name, "config": node.config.into_object()});
            let input = json!({"class_name": "InputLayer", "config": input});
            let layers: Vec<Value> = std::iter::once(input).chain(nodes.into_iter().map(layer)).collect();
            return json!({"class_name": "Sequential", "config": {"name": "sequential", "layers": layers}});
        }
        let output = nodes.last().map(|node| node.name.clone());
        let layer = |Node { name, class_name, config, inputs }: Node| {
            let inputs: Vec<Value> = inputs.into_iter().map(|input| json!([input, 0, 0, {}])).collect();
            json!({"class_name": class_name, "name": name, "config": config.into_object(), "inbound_nodes": [inputs]})
        };
        let input = json!({"class_name": "InputLayer", "name": image, "config": input, "inbound_nodes": []});
        let layers: Vec<Value> = std::iter::once(input).chain(nodes.into_iter().map(layer)).collect();
        let (inputs, outputs) = (json!([[image, 0, 0]]), json!([[output, 0, 0]]));
        let config = json!({"name": "model", "layers": layers, "input_layers": inputs, "output_layers": outputs});
        json!({"class_name": "Functional", "config": config})
    }
}
