//! Networks that end in logits, as Keras's losses take them with `from_logits=True`.

use crate::network::layers::ActivationLayer;
use crate::network::{Activation, LayerConfig, Node, Shape};

/// Turns the logits that a network ends in to probabilities, by a softmax in its last layer or, where that has no activation,
/// in a layer more.
pub(super) fn to_probabilities(layers: &mut Vec<LayerConfig>, free_name: impl Fn(&str) -> String) {
    match layers.last_mut() {
        Some(LayerConfig::Dense(last)) => last.activation = Activation::Softmax,
        Some(LayerConfig::Activation(last)) => last.activation = Activation::Softmax,
        _ => {
            let layer = ActivationLayer { activation: Activation::Softmax, name: Some(free_name("softmax")) };
            layers.push(LayerConfig::Activation(layer));
        }
    }
}

/// Whether nothing but shapes and means stands between the numbers of a linear layer and the end. A convolution gives a number for
/// each class only where its picture has a single pixel, or where its mean is taken; otherwise it draws.
pub(super) fn ends_in_logits(nodes: &[Node]) -> bool {
    let (mut end, mut is_mean) = (nodes.last(), false);
    while let Some(node) = end {
        match &node.config {
            LayerConfig::Dense(layer) => return layer.activation == Activation::Linear,
            LayerConfig::Conv2D(layer) => {
                let single = matches!(node.output, Shape::Image([1, 1, _]));
                return layer.activation == Activation::Linear && (is_mean || single);
            }
            LayerConfig::Activation(layer) if layer.activation == Activation::Linear => {}
            LayerConfig::GlobalAveragePooling2D(_) => is_mean = true,
            LayerConfig::Flatten(_) | LayerConfig::Reshape(_) | LayerConfig::Dropout(_) => {}
            _ => return false,
        }
        end = node.inputs.first().copied().flatten().map(|before| &nodes[before]);
    }
    false
}
