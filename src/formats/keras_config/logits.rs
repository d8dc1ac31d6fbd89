//! Networks that end in logits, as Keras's losses take them with `from_logits=True`.

use crate::network::layers::ActivationLayer;
use crate::network::{Activation, LayerConfig};

/// Turns the logits that a network ends in to probabilities, by a softmax in its last layer or, where that has no activation,
/// in a layer more. Any other end stays.
pub(super) fn probabilities(layers: &mut Vec<LayerConfig>, free_name: impl Fn(&str) -> String) {
    if !ends_in_logits(layers) {
        return;
    }
    match layers.last_mut() {
        Some(LayerConfig::Dense(last)) => last.activation = Activation::Softmax,
        Some(LayerConfig::Activation(last)) => last.activation = Activation::Softmax,
        _ => {
            let layer = ActivationLayer { activation: Activation::Softmax, name: Some(free_name("softmax")) };
            layers.push(LayerConfig::Activation(layer));
        }
    }
}

/// At most so many layers, such as a dropout, stand between the mean that leaves a single pixel and the convolution that classifies it.
const MEAN_BEFORE: usize = 3;

/// Whether nothing but shapes and means stands between the numbers of a linear layer and the end. A convolution gives a number for
/// each class only where its picture has a single pixel, or where its mean is taken; otherwise it draws.
fn ends_in_logits(layers: &[LayerConfig]) -> bool {
    let is_mean = |layer: &LayerConfig| matches!(layer, LayerConfig::GlobalAveragePooling2D(_));
    for (at, layer) in layers.iter().enumerate().rev() {
        match layer {
            LayerConfig::Dense(layer) => return layer.activation == Activation::Linear,
            LayerConfig::Conv2D(layer) => {
                return layer.activation == Activation::Linear
                    && layers.iter().skip(at.saturating_sub(MEAN_BEFORE)).any(is_mean);
            }
            LayerConfig::Activation(layer) if layer.activation == Activation::Linear => {}
            LayerConfig::Flatten(_)
            | LayerConfig::Reshape(_)
            | LayerConfig::Dropout(_)
            | LayerConfig::GlobalAveragePooling2D(_) => {}
            _ => return false,
        }
    }
    false
}
