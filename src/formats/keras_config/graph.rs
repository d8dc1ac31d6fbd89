//! All layers of a model in one graph: the layers of the models in it are written out.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::Value;

use crate::formats::keras_config::calls::{calls, only_end};
use crate::formats::keras_config::layer::KerasLayer;
use crate::formats::keras_config::paths::numbered;
use crate::network::{MOST_DEPTH, Origin};
use crate::text::unique_name::unique;

const INPUT: &str = "InputLayer";
/// More layers than any accepted network has, even with its activations as layers of their own.
const MOST_LAYERS: usize = 2000;
/// The position of the picture in the graph.
pub(super) const PICTURE: usize = 0;

/// A layer and the positions of those it reads.
pub(super) struct GraphNode {
    pub(super) layer: KerasLayer,
    /// No other layer here has it, and it has no "/"; the name in the file may be another layer's too.
    pub(super) name: String,
    pub(super) origin: Origin,
    pub(super) inputs: Vec<usize>,
    /// It runs in inference mode during training too, because its model is called with `training=False`.
    pub(super) inference: bool,
}

/// The layers of a model, each after those it reads. Position 0 is the picture, position 1 the first layer.
#[derive(Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<GraphNode>,
    /// The shapes that layers declare for a picture, the outermost first.
    pub(super) input_shapes: Vec<Value>,
    names: HashSet<String>,
}

/// Where a model stands: within which others.
#[derive(Clone, Default)]
struct Place {
    names: Vec<String>,
    path: String,
    inference: bool,
}

impl Graph {
    /// The graph, and the position of its output.
    ///
    /// # Errors
    ///
    /// It is no Sequential or Functional model, or its layers are connected in a way that no such model has.
    pub(super) fn of(kind: &str, config: &Value) -> Result<(Self, usize), String> {
        let mut graph = Self::default();
        let output = graph.model(kind, config, PICTURE, &Place::default())?;
        Ok((graph, output))
    }

    /// Adds the layers of a model that reads `input`; returns the position of its output.
    fn model(&mut self, kind: &str, config: &Value, input: usize, place: &Place) -> Result<usize, String> {
        if place.names.len() > MOST_DEPTH {
            return Err(format!("has more than {MOST_DEPTH} models one inside another"));
        }
        let layers = config.get("layers").unwrap_or(config).as_array().map_or(&[][..], Vec::as_slice);
        let count = if layers.is_empty() { 0 } else { self.nodes.len() + layers.len() };
        if !(1..=MOST_LAYERS).contains(&count) {
            return Err(format!("has {count} layers; from 1 to {MOST_LAYERS} are read"));
        }
        let layers = layers.iter().map(KerasLayer::deserialize).collect::<Result<Vec<_>, _>>();
        let layers = layers.map_err(|error| format!("has a layer that is not understood: {error}"))?;
        self.input_shapes.extend(layers.iter().find_map(KerasLayer::input_shape).cloned());
        self.input_shapes.extend(config.get("build_input_shape").cloned());
        let class = |layer: &KerasLayer| {
            if layer.class_name == "Model" { "Functional".into() } else { layer.class_name.clone() }
        };
        let classes: Vec<String> = layers.iter().map(class).collect();
        let paths =
            numbered(classes.iter().map(String::as_str)).into_iter().map(|path| format!("{}{path}", place.path));
        let layers = layers.into_iter().zip(paths).collect();
        match kind {
            "Sequential" => self.sequential(layers, input, place),
            "Functional" | "Model" => self.functional(layers, config, input, place),
            _ => Err(format!("is of the kind \"{kind}\"; a Sequential or a Functional one is read")),
        }
    }

    fn sequential(&mut self, layers: Vec<(KerasLayer, String)>, input: usize, place: &Place) -> Result<usize, String> {
        let mut at = input;
        for (layer, path) in layers.into_iter().filter(|(layer, _)| layer.class_name != INPUT) {
            at = self.add(layer, path, vec![at], place, false)?;
        }
        Ok(at)
    }

    fn functional(
        &mut self,
        layers: Vec<(KerasLayer, String)>,
        config: &Value,
        input: usize,
        place: &Place,
    ) -> Result<usize, String> {
        let (first, last) = (only_end(config, "input_layers")?, only_end(config, "output_layers")?);
        let mut outputs: HashMap<String, usize> = HashMap::from([(first.to_string(), input)]);
        let mut seen = HashSet::new();
        for (layer, _) in &layers {
            if !seen.insert(layer.name()?) {
                return Err(format!("has two layers named \"{}\"", layer.name()?));
            }
            let times = calls(&layer.inbound_nodes)?.len();
            if times != usize::from(layer.class_name != INPUT) {
                return Err(format!("uses the layer \"{}\" {times} times; each can be used once", layer.name()?));
            }
        }
        // Almost always each layer stands after those it reads; where not, it waits for them.
        let mut waiting: Vec<_> = layers.into_iter().filter(|(layer, _)| layer.class_name != INPUT).collect();
        while !waiting.is_empty() {
            let (before, mut still) = (waiting.len(), Vec::new());
            for (layer, path) in waiting {
                let call = calls(&layer.inbound_nodes)?.pop().unwrap_or_default();
                let inputs: Option<Vec<usize>> = call.inputs.iter().map(|&name| outputs.get(name).copied()).collect();
                let Some(inputs) = inputs else {
                    still.push((layer, path));
                    continue;
                };
                let (name, inference) = (layer.name()?.to_string(), call.inference);
                let output = self.add(layer, path, inputs, place, inference)?;
                if outputs.insert(name.clone(), output).is_some() {
                    return Err(format!("reads the picture from the layer \"{name}\", which computes something"));
                }
            }
            if still.len() == before {
                return Err(lost(&still, &seen_names(&still, &outputs)));
            }
            waiting = still;
        }
        outputs.get(last).copied().ok_or_else(|| format!("ends in \"{last}\", which there is not in it"))
    }

    /// Adds a layer, or the layers of a model; returns the position of its output.
    fn add(
        &mut self,
        layer: KerasLayer,
        path: String,
        inputs: Vec<usize>,
        place: &Place,
        inference: bool,
    ) -> Result<usize, String> {
        let own = layer.name()?;
        let names: Vec<String> = place.names.iter().cloned().chain([own.to_string()]).collect();
        let inference = inference || place.inference;
        if matches!(layer.class_name.as_str(), "Sequential" | "Functional" | "Model") {
            let [input] = inputs[..] else {
                return Err(format!("has a model \"{own}\" with {} inputs; it must have one", inputs.len()));
            };
            let inside = Place { names, path: format!("{path}/"), inference };
            return self.model(&layer.class_name, &layer.config, input, &inside);
        }
        let wanted = own.replace('/', "_");
        let wanted = match (self.names.contains(&wanted), &place.names[..]) {
            (true, [.., model]) => format!("{model}_{wanted}").replace('/', "_"),
            _ => wanted,
        };
        let name =
            if self.names.contains(&wanted) { unique(&wanted, |name| self.names.contains(name)) } else { wanted };
        self.names.insert(name.clone());
        self.nodes.push(GraphNode { layer, name, origin: Origin { names, path }, inputs, inference });
        Ok(self.nodes.len())
    }
}

fn seen_names<'a>(waiting: &'a [(KerasLayer, String)], outputs: &'a HashMap<String, usize>) -> HashSet<&'a str> {
    let waiting = waiting.iter().filter_map(|(layer, _)| layer.name().ok());
    waiting.chain(outputs.keys().map(String::as_str)).collect()
}

/// Why none of these layers can be computed.
fn lost(waiting: &[(KerasLayer, String)], known: &HashSet<&str>) -> String {
    for (layer, _) in waiting {
        let name = layer.name().unwrap_or_default();
        let inputs = calls(&layer.inbound_nodes).unwrap_or_default().pop().unwrap_or_default().inputs;
        if let Some(stranger) = inputs.iter().find(|&input| !known.contains(input)) {
            return format!("has a layer \"{name}\" that reads \"{stranger}\", which there is not in it");
        }
    }
    let name = waiting.first().and_then(|(layer, _)| layer.name().ok()).unwrap_or_default();
    format!("goes in a circle at \"{name}\"")
}
