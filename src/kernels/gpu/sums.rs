//! Sums of many rows: of parts at first, and then of the parts, in an order that never changes.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{empty, grid, lanes};

/// `[rows, ...]` to the shape that one row has.
pub(super) fn sum_rows<const D: usize>(x: CubeTensor, shape: [usize; D]) -> CubeTensor {
    let length: usize = shape.iter().product();
    let rows = x.meta.shape().num_elements() / length;
    if rows == 1 {
        return reshaped(x, shape);
    }
    // The more rows, the more parts: their square root leaves two sums of the same length.
    let parts = if rows > 64 { rows.isqrt() } else { 1 };
    let sums = partial_sums(x, rows, length, parts);
    reshaped(if parts == 1 { sums } else { partial_sums(sums, parts, length, 1) }, shape)
}

fn partial_sums(x: CubeTensor, rows: usize, length: usize, parts: usize) -> CubeTensor {
    let out = empty(&x, [parts, length]);
    let part = rows.div_ceil(parts);
    let threads = parts * length / lanes(length);
    let client = x.client.clone();
    let (count, dim) = grid(&client, threads);
    sums::launch(
        &client,
        count,
        dim,
        lanes(length),
        x.into_tensor_arg(),
        out.clone().into_tensor_arg(),
        rows,
        part,
        length / lanes(length),
    );
    out
}

#[cube(launch)]
fn sums<N: Size>(
    x: &Tensor<Vector<f32, N>>,
    out: &mut Tensor<Vector<f32, N>>,
    rows: usize,
    part: usize,
    length: usize,
) {
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let column = ABSOLUTE_POS % length;
    let first = ABSOLUTE_POS / length * part;
    let mut sum = Vector::broadcast(0.0f32);
    for row in first..clamp_max(first + part, rows) {
        sum += x[row * length + column];
    }
    out[ABSOLUTE_POS] = sum;
}

fn reshaped<const D: usize>(x: CubeTensor, shape: [usize; D]) -> CubeTensor {
    CubeTensor::new_contiguous(x.client.clone(), x.device.clone(), shape.into(), x.handle.clone(), x.dtype)
}
