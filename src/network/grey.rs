//! Grey of red, green and blue, as a layer in front of a network that was made for pictures of one channel.

use crate::network::layers::Conv2D;
use crate::network::{Activation, Initializer, LayerConfig, Padding, Pair};

/// What `tf.image.rgb_to_grayscale` and Keras's layers multiply red, green and blue by: the luma of ITU-R BT.601, rounded.
const LUMA: [f32; 3] = [0.2989, 0.587, 0.114];

/// The layer.
pub(crate) fn layer(name: String) -> LayerConfig {
    LayerConfig::Conv2D(mixture(1, false, Some(name)))
}

/// The values of its only weight, in Keras's layout.
pub(crate) fn kernel() -> Vec<f32> {
    LUMA.to_vec()
}

/// Whether a layer is such a one, whatever its name.
pub(crate) fn is(config: &LayerConfig) -> bool {
    let LayerConfig::Conv2D(convolution) = config else { return false };
    *convolution == mixture(1, false, convolution.name.clone())
}

/// A frozen convolution of single pixels, which mixes their channels.
pub(super) fn mixture(filters: usize, use_bias: bool, name: Option<String>) -> Conv2D {
    Conv2D {
        filters,
        kernel_size: Pair::Same(1),
        strides: Pair::Same(1),
        padding: Padding::Valid,
        dilation_rate: Pair::Same(1),
        activation: Activation::Linear,
        use_bias,
        kernel_initializer: Initializer::default(),
        kernel_regularizer: None,
        bias_regularizer: None,
        trainable: false,
        name,
    }
}
