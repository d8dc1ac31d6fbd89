//! The order of a TensorFlow.js model's layers: a chain, or pairs of branches that meet in an `Add`.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::error::Result;
use crate::formats::tfjs::read_layer::{KerasLayer, Translation};
use crate::formats::tfjs::refusal::refused;
use crate::network::layers::{ActivationLayer, Residual};
use crate::network::{Activation, LayerConfig, MOST_DEPTH};

/// Layers, and the names of those that accept only vectors.
type Layers = (Vec<LayerConfig>, HashSet<String>);

const INPUT: &str = "InputLayer";
/// Where two branches meet. `Multiply` is accepted only in the layers that `hard_silu` is written as.
const MERGES: [&str; 2] = ["Add", "Multiply"];

/// The layers of a Sequential model.
pub(crate) fn sequential(layers: &[KerasLayer]) -> Result<Layers> {
    let mut chain = Layers::default();
    for layer in layers.iter().filter(|layer| layer.class_name != INPUT) {
        chain.0.push(translate(layer, &mut chain.1)?);
    }
    Ok(chain)
}

/// The layers of a Functional model, each connected to others by their names.
///
/// # Errors
///
/// A layer cannot be read, or the layers do not form a chain of layers and residual blocks.
pub(crate) fn functional(layers: &[KerasLayer], config: &Value) -> Result<Layers> {
    let only = |list: &str| {
        let ends = config.get(list).map(names).unwrap_or_default();
        if let [one] = ends[..] {
            Ok(one)
        } else {
            Err(refused(format!("has {} {list}; it must have one", ends.len())))
        }
    };
    let (input, output) = (only("input_layers")?, only("output_layers")?);
    let mut graph =
        Graph { layers: HashMap::new(), readers: HashMap::new(), vectors_only: HashSet::new(), visited: 0, depth: 0 };
    for layer in layers {
        let name = layer.name()?;
        let calls = layer.inbound_nodes.as_array().map_or(&[][..], Vec::as_slice);
        let inputs = match calls {
            [] if layer.class_name == INPUT => Vec::new(),
            [call] if layer.class_name != INPUT => names(call),
            _ => {
                return Err(refused(format!("uses the layer \"{name}\" {} times; each can be used once", calls.len())));
            }
        };
        let is_sum = MERGES.contains(&layer.class_name.as_str());
        if layer.class_name != INPUT && inputs.len() != 1 + usize::from(is_sum) {
            return Err(refused(format!(
                "has a layer \"{name}\" ({}) with {} inputs; only an Add of two branches can have more than one",
                layer.class_name,
                inputs.len()
            )));
        }
        for &input in &inputs {
            graph.readers.entry(input).or_default().push(name);
        }
        if graph.layers.insert(name, Node { layer, inputs }).is_some() {
            return Err(refused(format!("has two layers named \"{name}\"")));
        }
    }
    let (layers, end) = graph.chain(input)?;
    match end {
        End { at, sum: None } if at == output && graph.visited + 1 == graph.layers.len() => {
            Ok((layers, graph.vectors_only))
        }
        _ => Err(refused(
            "is connected in a way that is not read: one chain of layers, with branches of two that meet in an Add",
        )),
    }
}

fn translate(layer: &KerasLayer, vectors_only: &mut HashSet<String>) -> Result<LayerConfig> {
    let translation: Translation = layer.translate()?;
    if translation.vectors_only {
        vectors_only.insert(layer.name()?.to_string());
    }
    Ok(translation.layer)
}

/// The names in `[["a", 0, 0, {}], ["b", 0, 0, {}]]`, or in `["a", 0, 0]`.
fn names(references: &Value) -> Vec<&str> {
    let list = references.as_array().map_or(&[][..], Vec::as_slice);
    match list.first() {
        Some(Value::String(name)) => vec![name],
        _ => list.iter().filter_map(|reference| reference.get(0)?.as_str()).collect(),
    }
}

/// Whether the layers compute `relu6(x + 3) / 6`.
fn is_hard_sigmoid(layers: &[LayerConfig]) -> bool {
    let [LayerConfig::Rescaling(above), LayerConfig::ReLU(cut), LayerConfig::Rescaling(scaled)] = layers else {
        return false;
    };
    (above.scale, above.offset, cut.max_value, cut.negative_slope, cut.threshold) == (1.0, 3.0, Some(6.0), 0.0, 0.0)
        && (scaled.scale, scaled.offset) == (1.0 / 6.0, 0.0)
}

struct Node<'a> {
    layer: &'a KerasLayer,
    inputs: Vec<&'a str>,
}

struct Graph<'a> {
    layers: HashMap<&'a str, Node<'a>>,
    /// For each layer, those that read its output.
    readers: HashMap<&'a str, Vec<&'a str>>,
    vectors_only: HashSet<String>,
    visited: usize,
    /// How many blocks the current layer is nested in.
    depth: usize,
}

/// Where a chain of layers ends: before the layer that merges two branches, or with the network.
#[derive(PartialEq)]
struct End<'a> {
    /// The last layer.
    at: &'a str,
    sum: Option<&'a str>,
}

impl<'a> Graph<'a> {
    /// The layers that follow `at`, up to a merge or the end.
    fn chain(&mut self, mut at: &'a str) -> Result<(Vec<LayerConfig>, End<'a>)> {
        let mut layers = Vec::new();
        loop {
            let readers = self.readers.get(at).cloned().unwrap_or_default();
            match readers[..] {
                [] => return Ok((layers, End { at, sum: None })),
                [sum] if self.is_sum(sum) => return Ok((layers, End { at, sum: Some(sum) })),
                [next] => {
                    layers.push(self.visit(next)?);
                    at = next;
                }
                [one, other] => {
                    let (block, sum) = self.block(at, one, other)?;
                    layers.push(block);
                    at = sum;
                }
                _ => {
                    return Err(refused(format!("parts into {} branches after \"{at}\"; two are read", readers.len())));
                }
            }
        }
    }

    /// The residual block whose two branches begin at `one` and `other`, and the name of its sum.
    fn block(&mut self, at: &'a str, one: &'a str, other: &'a str) -> Result<(LayerConfig, &'a str)> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(refused(format!("has more than {MOST_DEPTH} blocks one inside another")));
        }
        let (one, one_end) = self.branch(at, one)?;
        let (other, other_end) = self.branch(at, other)?;
        self.depth -= 1;
        let Some(sum) = one_end.sum.filter(|_| one_end.sum == other_end.sum) else {
            return Err(refused(format!("has branches after \"{at}\" that do not meet in one Add")));
        };
        // The first input of the sum is the body, unless that branch has no layers and so is the shortcut.
        let one_first = self.layers.get(sum).is_some_and(|node| node.inputs.first() == Some(&one_end.at));
        let (layers, shortcut) =
            if other.is_empty() || one_first && !one.is_empty() { (one, other) } else { (other, one) };
        self.count(sum)?;
        if self.layers[sum].layer.class_name == "Multiply" {
            if !shortcut.is_empty() || !is_hard_sigmoid(&layers) {
                return Err(refused(format!("multiplies two branches in \"{sum}\", which there is not here")));
            }
            let activation = ActivationLayer { activation: Activation::HardSilu, name: Some(sum.to_string()) };
            return Ok((LayerConfig::Activation(activation), sum));
        }
        Ok((LayerConfig::Residual(Residual { layers, shortcut, name: Some(sum.to_string()) }), sum))
    }

    fn branch(&mut self, at: &'a str, first: &'a str) -> Result<(Vec<LayerConfig>, End<'a>)> {
        if self.is_sum(first) {
            return Ok((Vec::new(), End { at, sum: Some(first) }));
        }
        let layer = self.visit(first)?;
        let (mut layers, end) = self.chain(first)?;
        layers.insert(0, layer);
        Ok((layers, end))
    }

    fn is_sum(&self, name: &str) -> bool {
        self.layers.get(name).is_some_and(|node| MERGES.contains(&node.layer.class_name.as_str()))
    }

    fn visit(&mut self, name: &'a str) -> Result<LayerConfig> {
        self.count(name)?;
        translate(self.layers[name].layer, &mut self.vectors_only)
    }

    /// Counts visits to layers: more visits than layers mean that the connections form a circle.
    fn count(&mut self, name: &str) -> Result<()> {
        self.visited += 1;
        match self.visited < self.layers.len() {
            true => Ok(()),
            false => Err(refused(format!("goes in a circle at \"{name}\""))),
        }
    }
}
