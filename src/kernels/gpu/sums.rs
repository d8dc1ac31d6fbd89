//! Sums over the parts of a kernel's and a bias's gradient, in an order that never changes.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::launch::{empty, grid, lanes};

/// Sums `[parts, ..., channels]` and `[parts, channels]` over their parts to a tensor of this shape and `[channels]`.
pub(super) fn sum_parts(kernels: CubeTensor, biases: CubeTensor, shape: [usize; 4]) -> (CubeTensor, CubeTensor) {
    let channels = shape[3];
    let length: usize = shape.iter().product();
    let parts = biases.meta.shape().num_elements() / channels;
    // Many parts are summed in two rounds; the square root of their number makes both equally long.
    let (kernels, biases) = match parts {
        1 => (kernels, biases),
        2..=64 => sum(kernels, biases, [length, channels], 1),
        _ => {
            let (kernels, biases) = sum(kernels, biases, [length, channels], parts.isqrt());
            sum(kernels, biases, [length, channels], 1)
        }
    };
    (reshaped(kernels, shape), reshaped(biases, [channels]))
}

/// Sums groups of neighbouring parts, so that `left` parts are left.
fn sum(x: CubeTensor, y: CubeTensor, lengths: [usize; 2], left: usize) -> (CubeTensor, CubeTensor) {
    let parts = x.meta.shape().num_elements() / lengths[0];
    let (out_x, out_y) = (empty(&x, [left, lengths[0]]), empty(&y, [left, lengths[1]]));
    let lanes = lanes(lengths[1]);
    let client = x.client.clone();
    let (count, dim) = grid(&client, left * (lengths[0] + lengths[1]) / lanes);
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
    (out_x, out_y)
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

fn reshaped<const D: usize>(x: CubeTensor, shape: [usize; D]) -> CubeTensor {
    CubeTensor::new_contiguous(x.client.clone(), x.device.clone(), shape.into(), x.handle.clone(), x.dtype)
}
