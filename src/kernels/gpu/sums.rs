//! Sums over the parts of a kernel's and a bias's gradient, in an order that never changes.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::launch::{empty, grid, lanes};

/// Sums `[parts, ..., channels]` and `[parts, channels]` over their parts into tensors for the gradients of a kernel and of its
/// bias.
pub(super) fn sum_parts(kernels: CubeTensor, biases: CubeTensor, places: [CubeTensor; 2]) -> [CubeTensor; 2] {
    let lengths = places.each_ref().map(|place| place.meta.shape().num_elements());
    let parts = biases.meta.shape().num_elements() / lengths[1];
    // Many parts are summed in two rounds; the square root of their number makes both equally long.
    if parts <= 64 {
        return sum(kernels, biases, places, parts);
    }
    let left = parts.isqrt();
    let fewer = lengths.map(|length| empty(&kernels, [left * length]));
    let [kernels, biases] = sum(kernels, biases, fewer, parts);
    sum(kernels, biases, places, left)
}

/// Sums groups of neighbouring parts, so that as many parts are left as fit into `out`.
fn sum(x: CubeTensor, y: CubeTensor, out: [CubeTensor; 2], parts: usize) -> [CubeTensor; 2] {
    let [length, channels] = [&x, &y].map(|x| x.meta.shape().num_elements() / parts);
    let [out_x, out_y] = &out;
    let left = out_y.meta.shape().num_elements() / channels;
    let lanes = lanes(channels);
    let client = x.client.clone();
    let (count, dim) = grid(&client, left * (length + channels) / lanes);
    sums::launch(
        &client,
        count,
        dim,
        lanes,
        x.into_tensor_arg(),
        y.into_tensor_arg(),
        out_x.clone().into_tensor_arg(),
        out_y.clone().into_tensor_arg(),
        parts,
        parts.div_ceil(left),
    );
    out
}

#[cube(launch)]
fn sums<N: Size>(
    x: &Tensor<Vector<f32, N>>,
    y: &Tensor<Vector<f32, N>>,
    out_x: &mut Tensor<Vector<f32, N>>,
    out_y: &mut Tensor<Vector<f32, N>>,
    parts: usize,
    part: usize,
) {
    if ABSOLUTE_POS < out_x.len() {
        out_x[ABSOLUTE_POS] = column_sum::<N>(x, ABSOLUTE_POS, x.len() / parts, parts, part);
    } else if ABSOLUTE_POS < out_x.len() + out_y.len() {
        let at = ABSOLUTE_POS - out_x.len();
        out_y[at] = column_sum::<N>(y, at, y.len() / parts, parts, part);
    }
}

#[cube]
fn column_sum<N: Size>(
    x: &Tensor<Vector<f32, N>>,
    at: usize,
    length: usize,
    parts: usize,
    part: usize,
) -> Vector<f32, N> {
    let first = at / length * part;
    let mut sum = Vector::broadcast(0.0f32);
    for row in first..clamp_max(first + part, parts) {
        sum += x[row * length + at % length];
    }
    sum
}
