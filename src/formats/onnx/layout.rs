//! Weights between the layouts of ONNX, whose pictures have their channels first, and of Keras.

use crate::network::{LayerConfig, Node};

/// The weight number `index` of a layer in ONNX's layout: a kernel `[rows, columns, in, out]` becomes
/// `[out, in, rows, columns]`. To ONNX, a depthwise kernel has one input and `channels · multiplier` outputs.
pub(super) fn channels_first(layer: &Node, index: usize, shape: &[usize], value: &[f32]) -> (Vec<usize>, Vec<f32>) {
    let [rows, columns, inputs, outputs] = *shape else { return (shape.to_vec(), value.to_vec()) };
    let (inputs, outputs) = match (&layer.config, index) {
        (LayerConfig::DepthwiseConv2D(_) | LayerConfig::SeparableConv2D(_), 0) => (1, inputs * outputs),
        _ => (inputs, outputs),
    };
    let area = rows * columns;
    let pairs = (0..outputs).flat_map(|output| (0..inputs).map(move |input| (output, input)));
    let values =
        pairs.flat_map(|(output, input)| (0..area).map(move |pixel| (pixel * inputs + input) * outputs + output));
    (vec![outputs, inputs, rows, columns], values.map(|at| value[at]).collect())
}

/// A kernel `[out, in, rows, columns]` as `[rows, columns, in, out]`; that of a depthwise convolution, which has one input,
/// is Keras's `[rows, columns, channels, multiplier]` then.
#[cfg(feature = "exchange")]
pub(super) fn channels_last([outputs, inputs, rows, columns]: [usize; 4], value: &[f32]) -> Vec<f32> {
    let area = rows * columns;
    let pairs = (0..area).flat_map(|pixel| (0..inputs).map(move |input| (pixel, input)));
    let values =
        pairs.flat_map(|(pixel, input)| (0..outputs).map(move |output| (output * inputs + input) * area + pixel));
    values.map(|at| value[at]).collect()
}

/// A matrix `[rows, columns]` as `[columns, rows]`.
#[cfg(feature = "exchange")]
pub(super) fn transposed([rows, columns]: [usize; 2], value: &[f32]) -> Vec<f32> {
    (0..columns).flat_map(|column| (0..rows).map(move |row| value[row * columns + column])).collect()
}

/// A matrix `[units, out]` for a vector that was a picture with its channels first, for the same vector with them last.
#[cfg(feature = "exchange")]
pub(super) fn rows_of_channels_last([rows, columns, channels]: [usize; 3], outputs: usize, value: &[f32]) -> Vec<f32> {
    let area = rows * columns;
    let units = (0..area).flat_map(|pixel| (0..channels).map(move |channel| channel * area + pixel));
    units.flat_map(|unit| &value[unit * outputs..][..outputs]).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_move_with_their_values() {
        // Two outputs, three inputs, one row, two columns.
        let value: Vec<f32> = (0..12).map(|at| at as f32).collect();
        let expected = [0., 6., 2., 8., 4., 10., 1., 7., 3., 9., 5., 11.];
        assert_eq!(channels_last([2, 3, 1, 2], &value), expected);
        assert_eq!(transposed([2, 3], &value[..6]), [0., 3., 1., 4., 2., 5.]);
        // Two channels of one row and three columns, two outputs.
        let expected = [0., 1., 6., 7., 2., 3., 8., 9., 4., 5., 10., 11.];
        assert_eq!(rows_of_channels_last([1, 3, 2], 2, &value), expected);
    }
}
