//! Finds the layers that a convolution can compute itself.

use crate::kernels::{ConvParams, FusedActivation};
use crate::network::fusion::{FusedNorm, FusedSum, Fusion};
use crate::network::layers::{ActivationLayer, Conv2D, DepthwiseConv2D, SeparableConv2D};
use crate::network::{Activation, LayerConfig, Node};

/// Fuses what can be computed with the convolution before it and is read by nothing else: a max pool after `ReLU`; a
/// batch normalization; `ReLU` or `ReLU6` after such a normalization; and a sum with what was there before the convolution.
pub(super) fn fuse(nodes: &mut [Node]) {
    for index in 0..nodes.len() {
        let inputs = &nodes[index].inputs;
        let (Some(&Some(before)), 1..=2) = (inputs.iter().max(), inputs.len()) else { continue };
        let readers = nodes.iter().flat_map(|reader| &reader.inputs);
        if readers.filter(|&&input| input == Some(before)).count() > 1 {
            continue;
        }
        match &nodes[index].config {
            LayerConfig::MaxPooling2D(_) => {
                if let LayerConfig::Conv2D(Conv2D { activation: Activation::Relu, .. }) = nodes[before].config {
                    nodes[before].fused_pool = Some(nodes[index].params);
                    nodes[index].fused_into_previous = Fusion::Always;
                }
            }
            LayerConfig::BatchNormalization(norm) if is_linear_convolution(&nodes[before].config) => {
                let when = if norm.trainable { Fusion::Inference } else { Fusion::Always };
                let (norm, first, activation) = (norm.clone(), nodes[index].first, FusedActivation::Linear);
                nodes[before].fused_norm = Some(FusedNorm { norm, first, activation, when });
                nodes[index].fused_into_previous = when;
            }
            LayerConfig::Add(_) => fuse_sum(nodes, index, before),
            layer => {
                let &[Some(convolution)] = &nodes[before].inputs[..] else { continue };
                let Some(activation) = fused_activation(layer) else { continue };
                let when = nodes[before].fused_into_previous;
                if matches!(nodes[before].config, LayerConfig::BatchNormalization(_))
                    && let Some(norm) = &mut nodes[convolution].fused_norm
                {
                    norm.activation = activation;
                    nodes[index].fused_into_previous = when;
                }
            }
        }
    }
}

/// Has the convolution that makes the value `before` a sum, itself or with its normalization, add the other value.
fn fuse_sum(nodes: &mut [Node], sum: usize, before: usize) {
    let Some(&other) = nodes[sum].inputs.iter().min() else { return };
    let (convolution, when) = match (&nodes[before].config, &nodes[before].inputs[..]) {
        (LayerConfig::BatchNormalization(_), &[Some(convolution)]) => (convolution, nodes[before].fused_into_previous),
        _ => (before, Fusion::Always),
    };
    let node = &mut nodes[convolution];
    let linear = matches!(node.config, LayerConfig::Conv2D(Conv2D { activation: Activation::Linear, .. }));
    if linear && node.params == ConvParams::POINTWISE && other < Some(convolution) && when != Fusion::Never {
        node.fused_sum = Some(FusedSum { other, when });
        nodes[sum].fused_into_previous = when;
    }
}

fn is_linear_convolution(layer: &LayerConfig) -> bool {
    matches!(
        layer,
        LayerConfig::Conv2D(Conv2D { activation: Activation::Linear, .. })
            | LayerConfig::DepthwiseConv2D(DepthwiseConv2D { activation: Activation::Linear, .. })
            | LayerConfig::SeparableConv2D(SeparableConv2D { activation: Activation::Linear, .. })
    )
}

fn fused_activation(layer: &LayerConfig) -> Option<FusedActivation> {
    let activation = match layer {
        LayerConfig::ReLU(relu) => relu.as_activation()?,
        LayerConfig::Activation(ActivationLayer { activation, .. }) => *activation,
        _ => return None,
    };
    match activation.fused() {
        (fused, Activation::Linear) => Some(fused),
        _ => None,
    }
}
