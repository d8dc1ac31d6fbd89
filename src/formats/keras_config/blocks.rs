//! The layers of a graph as a chain, in which branches that part and meet again are blocks.

use std::collections::{HashMap, HashSet};

use crate::formats::keras_config::graph::{Graph, GraphNode, PICTURE};
use crate::formats::keras_config::version::Version;
use crate::network::layers::{ActivationLayer, BatchNormalization, Concatenate, Residual};
use crate::network::{Activation, LayerConfig, MOST_DEPTH};

/// Where branches meet. `Multiply` is accepted only in the layers that `hard_silu` is written as for TensorFlow.js.
const MERGES: [&str; 3] = ["Add", "Concatenate", "Multiply"];

/// The layers of a graph, and what the network that is built of them must know.
pub(super) struct Chain {
    pub(super) layers: Vec<LayerConfig>,
    /// The names of those that accept only vectors.
    pub(super) vectors_only: HashSet<String>,
    /// The one value of all numbers of a weight that no file has, by its name.
    pub(super) without: HashMap<String, f32>,
}

/// The layers of a graph.
///
/// # Errors
///
/// A layer cannot be read, or the layers do not form a chain of layers and blocks that ends in `output`.
pub(super) fn layers(graph: &Graph, output: usize, version: Version) -> Result<Chain, String> {
    let mut readers = vec![Vec::new(); graph.nodes.len() + 1];
    for (index, node) in graph.nodes.iter().enumerate() {
        let merges = MERGES.contains(&node.layer.class_name.as_str());
        if node.inputs.is_empty() || node.inputs.len() > 1 && !merges {
            return Err(format!(
                "has a layer \"{}\" ({}) with {} inputs; only where branches meet, in an Add or a Concatenate, there can be several",
                node.name,
                node.layer.class_name,
                node.inputs.len()
            ));
        }
        node.inputs.iter().for_each(|&input| readers[input].push(index + 1));
    }
    let (vectors_only, without) = (HashSet::new(), HashMap::new());
    let mut walk = Walk { nodes: &graph.nodes, readers, version, vectors_only, without, visited: 0, depth: 0 };
    let (layers, end) = walk.chain(PICTURE)?;
    match end {
        End { at, merge: None } if at == output && walk.visited == graph.nodes.len() => {
            Ok(Chain { layers, vectors_only: walk.vectors_only, without: walk.without })
        }
        _ => Err("is connected in a way that is not read: one chain of layers, with branches that all meet again in one Add or Concatenate".into()),
    }
}

struct Walk<'a> {
    nodes: &'a [GraphNode],
    /// For each position, those of the layers that read its output.
    readers: Vec<Vec<usize>>,
    version: Version,
    vectors_only: HashSet<String>,
    without: HashMap<String, f32>,
    visited: usize,
    /// How many blocks the current layer is nested in.
    depth: usize,
}

/// Where a chain of layers ends: before the layer that merges branches, or with the network.
#[derive(Clone, Copy, PartialEq)]
struct End {
    /// The position of the last layer.
    at: usize,
    merge: Option<usize>,
}

impl Walk<'_> {
    /// The layers that follow `at`, up to a merge or the end.
    fn chain(&mut self, mut at: usize) -> Result<(Vec<LayerConfig>, End), String> {
        let mut layers = Vec::new();
        loop {
            match self.readers[at][..] {
                [] => return Ok((layers, End { at, merge: None })),
                [merge] if self.merges(merge) => return Ok((layers, End { at, merge: Some(merge) })),
                [next] => {
                    layers.push(self.visit(next)?);
                    at = next;
                }
                _ => {
                    let (block, merge) = self.block(at)?;
                    layers.push(block);
                    at = merge;
                }
            }
        }
    }

    /// The block whose branches begin behind `at`, and the position where they meet.
    fn block(&mut self, at: usize) -> Result<(LayerConfig, usize), String> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(format!("has more than {MOST_DEPTH} blocks one inside another"));
        }
        let firsts = self.readers[at].clone();
        let mut branches = firsts.into_iter().map(|first| self.branch(at, first)).collect::<Result<Vec<_>, _>>()?;
        // Of branches that begin in one place, some may meet before they meet the others.
        loop {
            let (merge, ordered) = self.meeting(&mut branches).ok_or_else(|| {
                format!("has branches after \"{}\" that do not meet in one Add or Concatenate", self.name(at))
            })?;
            let block = self.merged(merge, ordered)?;
            if branches.is_empty() {
                self.depth -= 1;
                return Ok((block, merge));
            }
            let (mut layers, end) = self.chain(merge)?;
            layers.insert(0, block);
            branches.push((layers, end));
        }
    }

    /// Takes out the branches of a merge that reads nothing else, in the order in which it reads them.
    fn meeting(&self, branches: &mut Vec<(Vec<LayerConfig>, End)>) -> Option<(usize, Vec<Vec<LayerConfig>>)> {
        let merges = branches.iter().filter_map(|(_, end)| end.merge);
        let whole = |&merge: &usize| {
            let met = branches.iter().filter(|(_, end)| end.merge == Some(merge)).count();
            met == self.nodes[merge - 1].inputs.len()
        };
        let merge = merges.into_iter().find(whole)?;
        let take = |&input: &usize| {
            let branch = branches.iter().position(|(_, end)| *end == End { at: input, merge: Some(merge) })?;
            Some(branches.remove(branch).0)
        };
        let ordered = self.nodes[merge - 1].inputs.iter().map(take).collect::<Option<Vec<_>>>()?;
        Some((merge, ordered))
    }

    fn branch(&mut self, at: usize, first: usize) -> Result<(Vec<LayerConfig>, End), String> {
        if self.merges(first) {
            return Ok((Vec::new(), End { at, merge: Some(first) }));
        }
        let layer = self.visit(first)?;
        let (mut layers, end) = self.chain(first)?;
        layers.insert(0, layer);
        Ok((layers, end))
    }

    /// The block of these branches.
    fn merged(&mut self, merge: usize, branches: Vec<Vec<LayerConfig>>) -> Result<LayerConfig, String> {
        let node = &self.nodes[merge - 1];
        let (name, class_name) = (Some(node.name.clone()), node.layer.class_name.as_str());
        if class_name == "Concatenate" {
            return match self.visit(merge)? {
                LayerConfig::Concatenate(_) => Ok(LayerConfig::Concatenate(Concatenate { branches, name })),
                other => Ok(other),
            };
        }
        let count = branches.len();
        let Ok([first, second]) = <[_; 2]>::try_from(branches) else {
            return Err(format!("joins {count} branches in the {class_name} \"{}\"; two are read", node.name));
        };
        // The first input is the body, unless that branch has no layers and so is the shortcut.
        let (layers, shortcut) = if first.is_empty() { (second, first) } else { (first, second) };
        self.visited += 1;
        if class_name == "Multiply" {
            if !shortcut.is_empty() || !is_hard_sigmoid(&layers) {
                return Err(format!("multiplies two branches in \"{}\", which there is not here", node.name));
            }
            return Ok(LayerConfig::Activation(ActivationLayer { activation: Activation::HardSilu, name }));
        }
        Ok(LayerConfig::Residual(Residual { layers, shortcut, name }))
    }

    fn merges(&self, at: usize) -> bool {
        self.nodes[at - 1].inputs.len() > 1
    }

    fn name(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("the picture", |index| self.nodes[index].name.as_str())
    }

    fn visit(&mut self, at: usize) -> Result<LayerConfig, String> {
        let node = &self.nodes[at - 1];
        let mut translation = node.layer.translate(&node.name, self.version)?;
        if translation.vectors_only {
            self.vectors_only.insert(node.name.clone());
        }
        self.without
            .extend(translation.without.iter().map(|&(weight, value)| (format!("{}/{weight}", node.name), value)));
        // A model that is called with `training=False` keeps its statistics, as one that is frozen does.
        if let LayerConfig::BatchNormalization(BatchNormalization { trainable, .. }) = &mut translation.layer {
            *trainable &= !node.inference;
        }
        self.visited += 1;
        Ok(translation.layer)
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
