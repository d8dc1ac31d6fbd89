//! The layers of a network as TensorFlow.js lists them.

use serde_json::{Value, json};

use crate::formats::shared::Arguments;
use crate::text::unique_name::unique;

/// The layers of a network for TensorFlow.js.
pub(crate) struct Topology {
    /// The name of each layer of the network here.
    pub(crate) names: Vec<String>,
    /// The name of the input layer.
    pub(crate) image: String,
    entries: Vec<Entry>,
}

/// One layer of TensorFlow.js; a layer of the network may become several.
struct Entry {
    name: String,
    class_name: &'static str,
    config: Arguments,
    inputs: Vec<String>,
}

impl Topology {
    /// An empty list for a network whose layers have these names.
    pub(crate) fn new(names: Vec<String>) -> Self {
        let image = unique("image", |name| names.iter().any(|other| other == name));
        Self { entries: Vec::with_capacity(names.len()), names, image }
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
        self.entries.push(Entry { name: name.into(), class_name, config, inputs });
        name.into()
    }

    /// A name that no layer has, also none that is still to be added.
    pub(crate) fn free_name(&self, wanted: &str) -> String {
        let entries = || self.entries.iter().map(|entry| &entry.name);
        unique(wanted, |name| self.names.iter().chain(entries()).chain([&self.image]).any(|other| other == name))
    }

    /// The entry `model_config`.
    pub(crate) fn json(self, image_size: usize) -> Value {
        let Self { image, entries, .. } = self;
        let input = json!({"batch_input_shape": [null, image_size, image_size, 3], "dtype": "float32", "sparse": false, "name": image});
        let before = std::iter::once(&image).chain(entries.iter().map(|entry| &entry.name));
        if entries.iter().zip(before).all(|(entry, before)| entry.inputs == [before.clone()]) {
            let layer = |entry: Entry| json!({"class_name": entry.class_name, "config": entry.config.into_object()});
            let input = json!({"class_name": "InputLayer", "config": input});
            let layers: Vec<Value> = std::iter::once(input).chain(entries.into_iter().map(layer)).collect();
            return json!({"class_name": "Sequential", "config": {"name": "sequential", "layers": layers}});
        }
        let output = entries.last().map(|entry| entry.name.clone());
        let layer = |Entry { name, class_name, config, inputs }: Entry| {
            let inputs: Vec<Value> = inputs.into_iter().map(|input| json!([input, 0, 0, {}])).collect();
            json!({"class_name": class_name, "name": name, "config": config.into_object(), "inbound_nodes": [inputs]})
        };
        let input = json!({"class_name": "InputLayer", "name": image, "config": input, "inbound_nodes": []});
        let layers: Vec<Value> = std::iter::once(input).chain(entries.into_iter().map(layer)).collect();
        let (inputs, outputs) = (json!([[image, 0, 0]]), json!([[output, 0, 0]]));
        let config = json!({"name": "model", "layers": layers, "input_layers": inputs, "output_layers": outputs});
        json!({"class_name": "Functional", "config": config})
    }
}
