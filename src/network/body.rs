//! The body of a network: the frozen layers at its front, which make the same of a picture in every epoch.

use std::ops::Range;

use crate::network::fusion::Fusion;
use crate::network::{Architecture, Node, Shape};

/// Some of the first layers of a network, all frozen, whose output is all that the other layers read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Body {
    /// The number of its layers, which come first in the order of the graph.
    pub(crate) layers: usize,
    /// The number of values that it makes of a picture.
    pub(crate) values: usize,
}

impl Architecture {
    /// The bodies that the network can be divided after, the longest first. Each has a frozen weight: without one, there is
    /// not much to save.
    pub(crate) fn bodies(&self) -> impl Iterator<Item = Body> {
        let learns =
            |layer: &Node| layer.weights.iter().any(|weight| weight.trainable) || !layer.config.kind().repeats_itself();
        let frozen = self.layers.iter().position(learns).unwrap_or(0);
        let first = self.layers.iter().position(|layer| !layer.weights.is_empty()).map_or(frozen, |first| first + 1);
        (first..=frozen)
            .rev()
            .filter(|&layers| self.divides_after(layers))
            .map(|layers| Body { layers, values: self.shape_after(layers).len() })
    }

    /// Whether the layers after the first `layers` read nothing of them but the last one's output.
    pub(crate) fn divides_after(&self, layers: usize) -> bool {
        let reads_it = |input: &Option<usize>| input.is_some_and(|input| input + 1 >= layers);
        let head = &self.layers[layers..];
        // A convolution that also computes the pool or the normalization after it cannot be divided from that layer.
        let whole = head.first().is_some_and(|next| next.fused_into_previous == Fusion::Never);
        whole && head.iter().all(|layer| layer.inputs.iter().all(reads_it))
    }

    /// The shape of what the first `layers` layers make of a picture.
    pub(crate) fn shape_after(&self, layers: usize) -> Shape {
        let size = self.config().image_size;
        layers.checked_sub(1).map_or(Shape::Image([size, size, 3]), |last| self.layers[last].output)
    }

    /// Whether a run can change no weight of the first `layers` layers.
    pub(crate) fn is_frozen(&self, layers: usize) -> bool {
        self.moving().take(self.weights_of_first(layers).end).all(|moves| !moves)
    }

    /// The indices of the weights of the first `layers` layers.
    pub(crate) fn weights_of_first(&self, layers: usize) -> Range<usize> {
        0..layers.checked_sub(1).map_or(0, |last| self.layers[last].weight_range().end)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn conv(trainable: bool) -> Value {
        json!({"type": "Conv2D", "filters": 4, "kernelSize": 3, "padding": "same", "activation": "relu", "trainable": trainable})
    }

    /// The bodies of a network of these layers with a head of average and Dense that learns.
    fn bodies(layers: Value) -> Vec<(usize, usize)> {
        let head = json!([{"type": "GlobalAveragePooling2D"}, {"type": "Dense", "units": 2, "activation": "softmax"}]);
        let layers = [layers.as_array().unwrap().clone(), head.as_array().unwrap().clone()].concat();
        let config = serde_json::from_value(json!({"imageSize": 8, "layers": layers})).unwrap();
        Architecture::new(config, 2).unwrap().bodies().map(|body| (body.layers, body.values)).collect()
    }

    #[test]
    fn it_ends_before_the_first_layer_that_learns_or_draws() {
        let rescaling = json!({"type": "Rescaling", "scale": 0.01});
        let dropout = |rate: f64| json!({"type": "Dropout", "rate": rate});
        assert_eq!(bodies(json!([rescaling, conv(false)])), [(3, 4), (2, 256)]);
        assert_eq!(bodies(json!([rescaling, conv(false), conv(true)])), [(2, 256)]);
        assert_eq!(bodies(json!([conv(false), dropout(0.1), conv(false)])), [(1, 256)]);
        assert_eq!(bodies(json!([conv(false), dropout(0.0)])), [(1, 256)], "a person can change the rate in a run");
        assert_eq!(bodies(json!([rescaling, conv(true), conv(false)])), []);
        assert_eq!(bodies(json!([rescaling])), [], "no weight is frozen");
    }

    #[test]
    fn batch_normalization_belongs_to_it_if_it_is_frozen() {
        let normalised = |trainable: bool| json!([conv(false), {"type": "BatchNormalization", "trainable": trainable}]);
        assert_eq!(bodies(normalised(false)), [(3, 4), (2, 256), (1, 256)]);
        assert_eq!(bodies(normalised(true)), [(1, 256)]);
        let mut linear = conv(false);
        linear["activation"] = "linear".into();
        let fused =
            |trainable: bool| json!([conv(false), linear, {"type": "BatchNormalization", "trainable": trainable}]);
        assert_eq!(bodies(fused(false)), [(4, 4), (3, 256), (1, 256)]);
        assert_eq!(bodies(fused(true)), [(1, 256)]);
    }

    #[test]
    fn it_never_ends_inside_a_block_or_between_a_convolution_and_its_pool() {
        let block = json!({"type": "Residual", "layers": [conv(false), conv(false)]});
        assert_eq!(bodies(json!([conv(false), block])), [(5, 4), (4, 256), (1, 256)]);
        assert_eq!(bodies(json!([conv(false), {"type": "MaxPooling2D"}])), [(3, 4), (2, 64)]);
        let half = json!({"type": "Residual", "layers": [conv(false), conv(true)]});
        assert_eq!(bodies(json!([conv(false), half])), [(1, 256)]);
    }
}
