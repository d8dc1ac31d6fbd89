//! A layer that operators of ONNX became, and what of it later operators may still change.

use crate::network::{Activation, LayerConfig};

/// The name of the picture among those of the layers.
pub(super) const PICTURE: &str = "image";

/// A layer and the positions of what it reads: 0 is the picture, 1 the first layer.
pub(super) struct Step {
    pub(super) name: String,
    pub(super) layer: LayerConfig,
    pub(super) inputs: Vec<usize>,
}

/// The activation that a layer applies to what it computes, if it can.
pub(super) fn activation_of(layer: &mut LayerConfig) -> Option<&mut Activation> {
    match layer {
        LayerConfig::Conv2D(layer) => Some(&mut layer.activation),
        LayerConfig::DepthwiseConv2D(layer) => Some(&mut layer.activation),
        LayerConfig::Dense(layer) => Some(&mut layer.activation),
        LayerConfig::Activation(layer) => Some(&mut layer.activation),
        _ => None,
    }
}

/// Where a layer notes whether it adds a bias, if it could add one to what it computes and does not.
pub(super) fn missing_bias(layer: &mut LayerConfig) -> Option<&mut bool> {
    let linear = matches!(activation_of(layer), Some(Activation::Linear));
    let use_bias = match layer {
        LayerConfig::Conv2D(layer) => &mut layer.use_bias,
        LayerConfig::DepthwiseConv2D(layer) => &mut layer.use_bias,
        LayerConfig::Dense(layer) => &mut layer.use_bias,
        _ => return None,
    };
    (linear && !*use_bias).then_some(use_bias)
}
