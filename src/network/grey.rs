//! Grey of red, green and blue, as a layer in front of a network that was made for pictures of one channel.

use crate::network::LayerConfig;
use crate::network::pixels::mixture;

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
