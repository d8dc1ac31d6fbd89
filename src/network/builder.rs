//! Writes a list of layers out as a graph: blocks become branches, layers get names and shapes.

use crate::error::{Error, Result};
use crate::kernels::ConvParams;
use crate::network::fuse::fuse;
use crate::network::fusion::Fusion;
use crate::network::layers::{Add, Concatenate, Residual};
use crate::network::names::name_after;
use crate::network::{LayerConfig, MOST_VALUES, ModelConfig, Node, Shape};

/// The most layers of a network, the sums of its blocks included.
const MOST_LAYERS: usize = 1000;
/// The most blocks that contain one another.
pub(crate) const MOST_DEPTH: usize = 8;

/// A graph under construction. A position in it is the index of a layer, or `None` for the picture.
pub(crate) struct Builder {
    image_size: usize,
    nodes: Vec<Node>,
    /// The number of values of all weights.
    values: usize,
}

impl Builder {
    /// The layers, blocks written out, each after those that it reads.
    ///
    /// # Errors
    ///
    /// The first layer that does not fit, by name and with both shapes.
    pub(crate) fn build(config: &ModelConfig) -> Result<Vec<Node>> {
        let mut builder = Self { image_size: config.image_size, nodes: Vec::new(), values: 0 };
        builder.chain(&config.layers, None, 0)?;
        fuse(&mut builder.nodes);
        if let Some(last) = builder.nodes.last_mut() {
            last.is_last = true;
        }
        Ok(builder.nodes)
    }

    /// Appends layers one after the other, starting from `at`; returns the position of the last.
    fn chain(&mut self, configs: &[LayerConfig], mut at: Option<usize>, depth: usize) -> Result<Option<usize>> {
        for config in configs {
            at = match config {
                LayerConfig::Residual(block) => self.residual(block, at, depth + 1)?,
                LayerConfig::Concatenate(block) => self.concatenate(block, at, depth + 1)?,
                plain => self.push(plain.clone(), vec![at], self.shape(at))?,
            };
        }
        Ok(at)
    }

    fn residual(&mut self, block: &Residual, at: Option<usize>, depth: usize) -> Result<Option<usize>> {
        let add = LayerConfig::Add(Add { name: block.name.clone() });
        let wrong = |builder: &Self, reason: String| Error::layer(name_after(&builder.nodes, &add), reason);
        self.check_depth(&add, depth)?;
        if block.layers.is_empty() {
            return Err(wrong(self, "is a Residual without layers; give it some or leave it out".into()));
        }
        let body = self.chain(&block.layers, at, depth)?;
        let shortcut = self.chain(&block.shortcut, at, depth)?;
        let (added, to) = (self.shape(body), self.shape(shortcut));
        if added != to {
            return Err(wrong(
                self,
                format!(
                    "would add {added} of its layers to {to} of its shortcut; give both the same strides and filters"
                ),
            ));
        }
        self.push(add, vec![body, shortcut], added)
    }

    fn concatenate(&mut self, block: &Concatenate, at: Option<usize>, depth: usize) -> Result<Option<usize>> {
        let join = LayerConfig::Concatenate(Concatenate { branches: Vec::new(), name: block.name.clone() });
        self.check_depth(&join, depth)?;
        if block.branches.len() < 2 {
            return Err(Error::layer(name_after(&self.nodes, &join), "needs two or more branches"));
        }
        let ends = block.branches.iter().map(|branch| self.chain(branch, at, depth)).collect::<Result<Vec<_>>>()?;
        let shapes = ends.iter().map(|&end| self.shape(end));
        let Some(joined) = shapes.clone().map(Some).reduce(|joined, shape| joined?.beside(shape?)).flatten() else {
            let shapes = shapes.map(|shape| shape.to_string()).collect::<Vec<_>>().join(" and ");
            let reason = format!("would concatenate {shapes}; give all branches the same rows and columns");
            return Err(Error::layer(name_after(&self.nodes, &join), reason));
        };
        self.push(join, ends, joined)
    }

    fn check_depth(&self, block: &LayerConfig, depth: usize) -> Result<()> {
        match depth <= MOST_DEPTH {
            true => Ok(()),
            false => Err(Error::layer(
                name_after(&self.nodes, block),
                format!("lies in more than {MOST_DEPTH} blocks; write its layers without a block"),
            )),
        }
    }

    /// Appends one layer, which reads values of the shape `input`, and returns its position.
    fn push(&mut self, config: LayerConfig, inputs: Vec<Option<usize>>, input: Shape) -> Result<Option<usize>> {
        let name = name_after(&self.nodes, &config);
        let wrong = |reason: String| Error::layer(&name, reason);
        if self.nodes.len() == MOST_LAYERS {
            return Err(Error::config("layers", format!("are more than {MOST_LAYERS}; use fewer")));
        }
        if name.is_empty() || name.contains('/') || self.nodes.iter().any(|other| other.name == name) {
            return Err(wrong("needs a name without \"/\" that no other layer has".into()));
        }
        let kind = config.kind();
        let output = kind.output(input).and_then(Shape::within_memory).map_err(wrong)?;
        let params = match kind.window() {
            Some(window) => window.slide(input).map_err(wrong)?.1,
            None => ConvParams::POINTWISE,
        };
        let mut weights = kind.weights(input);
        for weight in &mut weights {
            weight.check().map_err(wrong)?;
            weight.name = format!("{name}/{}", weight.name);
            weight.trainable &= kind.trainable();
            self.values += weight.len();
        }
        if self.values > MOST_VALUES {
            return Err(wrong("would bring the network over 1 GB of weights; use fewer filters and units".into()));
        }
        let first = self.nodes.last().map_or(0, |before| before.weight_range().end);
        self.nodes.push(Node {
            name,
            config,
            inputs,
            input,
            output,
            params,
            fused_pool: None,
            fused_norm: None,
            fused_sum: None,
            fused_into_previous: Fusion::Never,
            first,
            weights,
            is_last: false,
        });
        Ok(Some(self.nodes.len() - 1))
    }

    fn shape(&self, at: Option<usize>) -> Shape {
        at.map_or(Shape::Image([self.image_size, self.image_size, 3]), |index| self.nodes[index].output)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn network(layers: Value) -> Result<Vec<Node>> {
        let mut layers: Vec<LayerConfig> = serde_json::from_value(layers).unwrap();
        let head = json!([{"type": "GlobalAveragePooling2D"}, {"type": "Dense", "units": 2, "activation": "softmax"}]);
        layers.extend(serde_json::from_value::<Vec<LayerConfig>>(head).unwrap());
        Builder::build(&ModelConfig { image_size: 8, layers })
    }

    fn conv(filters: usize, strides: usize) -> Value {
        json!({"type": "Conv2D", "filters": filters, "kernelSize": 3, "strides": strides, "padding": "same"})
    }

    fn block(depth: usize) -> Value {
        (0..depth).fold(conv(3, 1), |inside, _| json!({"type": "Residual", "layers": [inside]}))
    }

    #[test]
    fn a_block_becomes_two_branches_and_a_sum() {
        let body = json!([conv(6, 2), {"type": "BatchNormalization"}, conv(6, 1)]);
        let network = network(json!([
            conv(4, 1),
            {"type": "Residual", "layers": body, "shortcut": [conv(6, 2)]},
            {"type": "Residual", "layers": [conv(6, 1)]},
        ]));
        let layers = network.unwrap();
        let found: Vec<(&str, &[Option<usize>])> =
            layers.iter().map(|layer| (layer.name.as_str(), layer.inputs.as_slice())).collect();
        let expected: [(&str, &[Option<usize>]); 10] = [
            ("conv2d", &[None]),
            ("conv2d_1", &[Some(0)]),
            ("batch_normalization", &[Some(1)]),
            ("conv2d_2", &[Some(2)]),
            ("conv2d_3", &[Some(0)]),
            ("add", &[Some(3), Some(4)]),
            ("conv2d_4", &[Some(5)]),
            ("add_1", &[Some(6), Some(5)]),
            ("global_average_pooling2d", &[Some(7)]),
            ("dense", &[Some(8)]),
        ];
        assert_eq!(found, expected);
        assert_eq!((layers[5].input, layers[4].input), (Shape::Image([4, 4, 6]), Shape::Image([8, 8, 4])));
    }

    #[test]
    fn branches_of_other_shapes_are_refused_by_name_and_shapes() {
        let sentence = network(json!([{"type": "Residual", "layers": [conv(6, 2)], "name": "block"}])).unwrap_err();
        let sentence = sentence.to_string();
        for part in ["\"block\"", "(None, 4, 4, 6)", "(None, 8, 8, 3)"] {
            assert!(sentence.contains(part), "{sentence}");
        }
    }

    #[test]
    fn branches_are_joined_channel_after_channel() {
        let layers = json!([{"type": "Concatenate", "branches": [[conv(4, 1)], [], [conv(2, 1), conv(5, 1)]]}]);
        let layers = network(layers).unwrap();
        let join = &layers[3];
        assert_eq!((join.name.as_str(), &join.inputs[..]), ("concatenate", &[Some(0), None, Some(2)][..]));
        assert_eq!((join.input, join.output), (Shape::Image([8, 8, 12]), Shape::Image([8, 8, 12])));
        for (branches, part) in [
            (json!([[conv(4, 2)], []]), "would concatenate (None, 4, 4, 4) and (None, 8, 8, 3)"),
            (json!([[conv(4, 2)]]), "two or more branches"),
        ] {
            let sentence = network(json!([{"type": "Concatenate", "branches": branches}])).unwrap_err().to_string();
            assert!(sentence.contains("\"concatenate\"") && sentence.contains(part), "{sentence}");
        }
    }

    #[test]
    fn networks_without_end_are_refused() {
        assert!(network(json!([block(MOST_DEPTH)])).is_ok());
        let sentence = network(json!([block(MOST_DEPTH + 1)])).unwrap_err().to_string();
        assert!(sentence.contains("more than 8 blocks"), "{sentence}");
        // Every block is two layers once expanded.
        let blocks = |count: usize| Value::Array(vec![block(1); count]);
        assert!(network(blocks(MOST_LAYERS / 2 - 1)).is_ok());
        assert!(network(blocks(MOST_LAYERS / 2)).unwrap_err().to_string().contains("more than 1000"));
        assert!(network(json!([{"type": "Residual", "layers": []}])).unwrap_err().to_string().contains("\"add\""));
    }

    #[test]
    fn weights_beyond_memory_are_refused() {
        let wide = json!({"type": "Conv2D", "filters": 4096, "kernelSize": 64, "padding": "same"});
        let sentence = network(json!([wide, wide])).unwrap_err().to_string();
        assert!(sentence.contains("64 x 64 x 4096 x 4096"), "{sentence}");
        let strong = json!({"type": "Conv2D", "filters": 1, "kernelSize": 1, "kernelRegularizer": {"l2": -1.0}});
        assert!(network(json!([strong])).unwrap_err().to_string().contains("regularizer of its kernel"));
    }

    #[test]
    fn pictures_beyond_memory_are_refused_also_between_two_convolutions() {
        let grown = json!({"type": "ZeroPadding2D", "padding": 64});
        let separable = |multiplier: usize| json!({"type": "SeparableConv2D", "filters": 1, "kernelSize": 1, "depthMultiplier": multiplier});
        // 776 x 776 x 256, then 64 times as many before its own filter.
        let mut layers = vec![grown; 6];
        layers.extend([conv(256, 1), separable(1)]);
        assert!(network(Value::Array(layers.clone())).is_ok());
        layers.push(conv(256, 1));
        layers.push(separable(64));
        let sentence = network(Value::Array(layers)).unwrap_err().to_string();
        assert!(sentence.contains("separable_conv2d_1") && sentence.contains("16384), over 1 GB"), "{sentence}");
    }

    #[test]
    fn unnamed_layers_are_numbered_as_in_keras_and_no_name_is_taken_twice() {
        let named = json!({"type": "Conv2D", "filters": 3, "kernelSize": 1, "name": "first"});
        let layers = network(json!([named, conv(3, 1), conv(3, 1)])).unwrap();
        assert_eq!(layers.iter().map(|layer| &layer.name[..]).collect::<Vec<_>>()[1..3], ["conv2d", "conv2d_1"]);
        let taken = json!({"type": "Conv2D", "filters": 3, "kernelSize": 1, "name": "conv2d"});
        assert!(network(json!([taken, conv(3, 1)])).unwrap_err().to_string().contains("\"conv2d\""));
    }
}
