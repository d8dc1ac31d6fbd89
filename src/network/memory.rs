//! The memory that a network takes, from its shapes.

use std::ops::Range;

use tabfit_kernels::Convolution;

use crate::kernels::rows_of_a_depthwise_part;
use crate::network::{Architecture, LayerConfig, Node, WeightSpec};

/// The bytes of a number.
pub(super) const NUMBER: u64 = size_of::<f32>() as u64;

impl Architecture {
    /// The bytes of the largest tensor that it makes of one picture, the picture included.
    #[must_use]
    pub fn largest_value(&self) -> u64 {
        NUMBER * self.layers.iter().flat_map(values).chain([self.picture()]).max().unwrap_or(0)
    }

    /// The bytes of the largest tensor of a training step: what a layer makes of the whole batch, the batch itself, a
    /// weight, or the partial sums of a depthwise kernel's gradient.
    #[must_use]
    pub fn largest_tensor(&self, batch_size: usize) -> u64 {
        let weights = self.weights().map(|weight| weight.len() as u64);
        let sums = self.layers.iter().map(|layer| partial_sums(layer, batch_size as u64));
        (NUMBER * weights.chain(sums).max().unwrap_or(0)).max(self.largest_value() * batch_size as u64)
    }

    /// The bytes of all weights.
    #[must_use]
    pub fn weight_bytes(&self) -> u64 {
        NUMBER * self.weights().map(|weight| weight.len() as u64).sum::<u64>()
    }

    /// The bytes of the largest weight.
    #[must_use]
    pub fn largest_weight(&self) -> u64 {
        NUMBER * self.weights().map(|weight| weight.len() as u64).max().unwrap_or(0)
    }

    /// About the bytes that a training step holds at once, without the weights: what the layers keep for their gradients,
    /// and the gradients that flow between the two largest layers; on the CPU, also what a convolution takes to compute.
    #[must_use]
    pub fn step_bytes(&self, batch_size: usize, on_gpu: bool) -> u64 {
        let learns = |layer: &Node| layer.weights.iter().any(|weight| weight.trainable);
        // Before the first layer that learns, no gradient is computed, and nothing is kept for one.
        let recorded = self.layers.iter().skip_while(|layer| !learns(layer));
        let kept: u64 = recorded.map(|layer| values(layer).sum::<u64>() * copies(layer, on_gpu)).sum();
        let workspace = if on_gpu { 0 } else { self.layers.iter().map(workspace).max().unwrap_or(0) };
        (NUMBER * (kept + self.picture()) + 2 * self.largest_value()) * batch_size as u64 + workspace
    }

    /// About the bytes that a training step on the CPU holds of each picture for the layers after the first ones: what they
    /// keep for their gradients, and what they read, with its gradient.
    pub(crate) fn head_bytes(&self, first: usize) -> u64 {
        let head = &self.layers[first..];
        let kept: u64 = head.iter().map(|layer| values(layer).sum::<u64>() * copies(layer, false)).sum();
        let read = if head.is_empty() { 0 } else { 2 * self.shape_after(first).len() as u64 };
        NUMBER * (kept + read)
    }

    /// The bytes of the weights of the first layers.
    pub(crate) fn weight_bytes_of_first(&self, layers: usize) -> u64 {
        let weights = self.weights().take(self.weights_of_first(layers).end);
        NUMBER * weights.map(|weight| weight.len() as u64).sum::<u64>()
    }

    /// About how many products a forward pass computes for one picture.
    pub(crate) fn products(&self) -> u64 {
        self.products_of(0..self.layers.len())
    }

    /// The same of some of the layers.
    pub(crate) fn products_of(&self, layers: Range<usize>) -> u64 {
        self.layers[layers]
            .iter()
            .map(|layer| pixels(layer) * layer.weights.iter().map(|weight| weight.len() as u64).sum::<u64>())
            .sum()
    }

    pub(super) fn picture(&self) -> u64 {
        3 * (self.config().image_size as u64).pow(2)
    }
}

/// The lengths of the tensors that a layer makes of one picture.
pub(super) fn values(layer: &Node) -> impl Iterator<Item = u64> {
    let inner = match (&layer.config, &layer.weights[..]) {
        (LayerConfig::SeparableConv2D(_), [_, pointwise, ..]) => Some(pixels(layer) * pointwise.shape[2] as u64),
        _ => None,
    };
    [layer.output.len() as u64].into_iter().chain(inner)
}

/// How many tensors of its size a layer keeps for its gradient. A GPU composes these layers of several operations.
fn copies(layer: &Node, on_gpu: bool) -> u64 {
    match &layer.config {
        LayerConfig::BatchNormalization(_) if on_gpu => 4,
        LayerConfig::Dropout(_) | LayerConfig::SpatialDropout2D(_) if on_gpu => 2,
        // They pass on what they get.
        LayerConfig::Flatten(_) | LayerConfig::Reshape(_) => 0,
        _ => 1,
    }
}

/// The pixels of a layer's output; 1 if it is a vector.
fn pixels(layer: &Node) -> u64 {
    layer.output.len() as u64 / layer.output.channels() as u64
}

/// The bytes that a convolution takes on the CPU beside its tensors.
fn workspace(layer: &Node) -> u64 {
    let (LayerConfig::Conv2D(_), Ok(picture)) = (&layer.config, layer.input.image()) else { return 0 };
    Convolution { params: layer.params, picture, outputs: layer.output.channels() }.workspace() as u64
}

/// On a GPU, the gradient of a depthwise kernel is summed in parts of several rows of the output.
fn partial_sums(layer: &Node, batch_size: u64) -> u64 {
    let (LayerConfig::DepthwiseConv2D(_) | LayerConfig::SeparableConv2D(_)) = layer.config else { return 0 };
    let Ok([rows, columns, _]) = layer.output.image() else { return 0 };
    let parts = (batch_size * rows as u64).div_ceil(rows_of_a_depthwise_part(columns) as u64);
    parts * layer.weights.first().map_or(0, WeightSpec::len) as u64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn architecture(layer: serde_json::Value) -> Architecture {
        let end = [json!({"type": "Flatten"}), json!({"type": "Dense", "units": 2, "activation": "softmax"})];
        let layers: Vec<_> = [layer].into_iter().chain(end).collect();
        Architecture::new(serde_json::from_value(json!({"imageSize": 64, "layers": layers})).unwrap(), 2).unwrap()
    }

    #[test]
    fn the_batch_itself_can_be_the_largest_tensor() {
        let pooled = architecture(json!({"type": "MaxPooling2D", "poolSize": 8}));
        assert_eq!(pooled.largest_tensor(10), 10 * 64 * 64 * 3 * 4);
    }

    #[test]
    fn nothing_is_kept_before_the_first_layer_that_learns() {
        let conv = |trainable: bool| {
            let layer = json!({"type": "Conv2D", "filters": 8, "kernelSize": 1, "trainable": trainable});
            architecture(layer).step_bytes(1, false)
        };
        assert_eq!(conv(true) - conv(false), 64 * 64 * 8 * 4);
    }

    #[test]
    fn what_is_inside_a_separable_convolution_counts() {
        let separable =
            json!({"type": "SeparableConv2D", "filters": 2, "kernelSize": 3, "padding": "same", "depthMultiplier": 16});
        assert_eq!(architecture(separable).largest_tensor(10), 10 * 64 * 64 * (3 * 16) * 4);
    }

    /// 3 to 32 channels take nothing, 32 to 16 the 36 matrices of the kernel and those of a block of squares.
    #[test]
    fn what_a_convolution_takes_counts_on_the_cpu() {
        let conv = |size: usize| {
            let conv = |filters: usize, size: usize| json!({"type": "Conv2D", "filters": filters, "kernelSize": size, "padding": "same"});
            let layers = [
                conv(32, 3),
                conv(16, size),
                json!({"type": "Flatten"}),
                json!({"type": "Dense", "units": 2, "activation": "softmax"}),
            ];
            Architecture::new(serde_json::from_value(json!({"imageSize": 64, "layers": layers})).unwrap(), 2).unwrap()
        };
        assert_eq!(conv(3).step_bytes(8, true), conv(5).step_bytes(8, true));
        let taken = conv(3).step_bytes(8, false) - conv(5).step_bytes(8, false);
        assert!((36 * 32 * 16 * 4..1 << 20).contains(&taken), "{taken}");
    }

    /// A window of 32 x 32 over 64 x 64 pixels leaves 33 x 33; 8 of their rows make a part, and 10 pictures have 330.
    #[test]
    fn the_partial_sums_of_a_depthwise_gradient_count() {
        let wide = architecture(json!({"type": "DepthwiseConv2D", "kernelSize": 32}));
        assert_eq!(wide.largest_tensor(10), 42 * 32 * 32 * 3 * 4);
    }
}
