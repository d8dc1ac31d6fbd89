//! Which layers a convolution computes itself, in place of those that follow it.

use burn::tensor::Tensor;

use crate::kernels::FusedActivation;
use crate::network::layers::{ActivationLayer, BatchNormalization, Conv2D, DepthwiseConv2D, SeparableConv2D};
use crate::network::{Activation, Folded, LayerConfig, Mode, Node};

/// When the convolution before a layer computes it, so that the layer passes on what it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fusion {
    Never,
    Always,
    /// Not in training: there a batch normalization that learns needs the convolution's own output.
    Inference,
}

impl Fusion {
    pub(crate) fn holds(self, mode: Mode) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Inference => mode == Mode::Inference,
        }
    }
}

/// A batch normalization with fixed statistics, and an activation after it, that the convolution before them computes.
///
/// Such a normalization multiplies each channel by a number and adds another. Both go into copies of kernel and bias;
/// the weights stay as they are. Folded or not, a value differs from the exact one by at most `(products + 6) · 2^-24`
/// times the sum of the absolute values of its scaled products and of everything that is added to them.
#[derive(Debug, Clone)]
pub(crate) struct FusedNorm {
    norm: BatchNormalization,
    /// The index of its first weight among those of the network.
    first: usize,
    activation: FusedActivation,
    when: Fusion,
}

impl FusedNorm {
    /// What goes into the convolution in this mode, from the network's weights.
    pub(super) fn folded(&self, mode: Mode, weights: &[Tensor<1>]) -> Option<Folded> {
        let [scale, shift] = match self.when.holds(mode) {
            true => self.norm.scale_and_shift(&weights[self.first..]),
            false => return None,
        };
        Some(Folded { scale, shift, activation: self.activation })
    }
}

/// Fuses what can be computed with the convolution before it and is read by nothing else: a max pool after `ReLU`; a
/// batch normalization; and `ReLU` or `ReLU6` after such a normalization.
pub(super) fn fuse(nodes: &mut [Node]) {
    for index in 0..nodes.len() {
        let &[Some(before)] = &nodes[index].inputs[..] else { continue };
        if nodes.iter().filter(|reader| reader.inputs.contains(&Some(before))).count() > 1 {
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::network::{Builder, ModelConfig};

    fn nodes(layers: Value) -> Vec<Node> {
        let mut layers: Vec<LayerConfig> = serde_json::from_value(layers).unwrap();
        let head = json!([{"type": "GlobalAveragePooling2D"}, {"type": "Dense", "units": 2, "activation": "softmax"}]);
        layers.extend(serde_json::from_value::<Vec<LayerConfig>>(head).unwrap());
        Builder::build(&ModelConfig { image_size: 8, layers }).unwrap()
    }

    fn conv(strides: usize, activation: &str) -> Value {
        json!({"type": "Conv2D", "filters": 4, "kernelSize": 3, "strides": strides, "padding": "same", "activation": activation})
    }

    #[test]
    fn a_pool_is_fused_with_the_convolution_that_only_it_reads() {
        let (relu, pool) = (conv(1, "relu"), json!({"type": "MaxPooling2D"}));
        let block = json!({"type": "Residual", "layers": [pool, conv(1, "linear")], "shortcut": [conv(2, "linear")]});
        let layers = nodes(json!([relu, pool, conv(1, "linear"), pool, relu, block]));
        let pooling: Vec<usize> = (0..layers.len()).filter(|&index| layers[index].fused_pool.is_some()).collect();
        let fused = |index: &usize| layers[*index].fused_into_previous == Fusion::Always;
        assert_eq!((pooling, (0..layers.len()).filter(fused).collect::<Vec<_>>()), (vec![0], vec![1]));
    }

    #[test]
    fn a_normalization_is_fused_while_its_statistics_are_fixed() {
        let norm = |trainable: bool| json!({"type": "BatchNormalization", "trainable": trainable});
        let relu = |most: f64| json!({"type": "ReLU", "maxValue": most});
        let layers = nodes(json!([
            conv(1, "linear"),
            norm(true),
            relu(6.0),
            conv(1, "linear"),
            norm(false),
            relu(5.0),
            conv(1, "tanh"),
            norm(false),
            relu(6.0),
        ]));
        let fusions: Vec<Fusion> = layers[..9].iter().map(|layer| layer.fused_into_previous).collect();
        let [never, always, inference] = [Fusion::Never, Fusion::Always, Fusion::Inference];
        assert_eq!(fusions, [never, inference, inference, never, always, never, never, never, never]);
        let activation = |index: usize| layers[index].fused_norm.as_ref().map(|norm| norm.activation);
        assert_eq!([0, 3, 6].map(activation), [Some(FusedActivation::Relu6), Some(FusedActivation::Linear), None]);
    }

    /// What the shortcut of a block reads is needed as it is.
    #[test]
    fn what_two_layers_read_is_not_fused() {
        let norm = json!({"type": "BatchNormalization"});
        let layers = nodes(json!([conv(1, "linear"), {"type": "Residual", "layers": [norm, conv(1, "linear")]}]));
        assert!(layers.iter().all(|layer| layer.fused_norm.is_none() && layer.fused_into_previous == Fusion::Never));
    }
}
