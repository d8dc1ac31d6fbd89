//! The gradient of a pool whose windows lie side by side: each thread fills one of them.

use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{super::Stride, empty, grid, lanes};

/// Whether every pixel is in one window and no other.
pub(super) fn tiles(x: &Shape, stride: Stride) -> bool {
    let [_, rows, columns, _] = x.dims();
    let Stride { size, strides, dilation, pads } = stride;
    let even = rows.is_multiple_of(size[0]) && columns.is_multiple_of(size[1]);
    even && size == strides && dilation == [1, 1] && pads == [(0, 0), (0, 0)]
}

/// From pictures, their pools and the gradient of these to the gradient of the pictures.
pub(super) fn pool_gradient([x, pooled, gradient]: [CubeTensor; 3], stride: Stride) -> CubeTensor {
    let shape: [usize; 4] = x.meta.shape().dims();
    let out = empty(&x, shape);
    let (client, lanes) = (x.client.clone(), lanes(shape[3]));
    let threads = pooled.meta.shape().num_elements() / lanes;
    let (count, dim) = grid(&client, threads);
    first_largest::launch(
        &client,
        count,
        dim,
        lanes,
        x.into_tensor_arg(),
        pooled.into_tensor_arg(),
        gradient.into_tensor_arg(),
        out.clone().into_tensor_arg(),
        stride.size,
        [shape[2], shape[3] / lanes],
    );
    out
}

#[cube(launch)]
fn first_largest<N: Size>(
    x: &Tensor<Vector<f32, N>>,
    pooled: &Tensor<Vector<f32, N>>,
    gradient: &Tensor<Vector<f32, N>>,
    out: &mut Tensor<Vector<f32, N>>,
    #[comptime] size: [usize; 2],
    #[comptime] row: [usize; 2],
) {
    if ABSOLUTE_POS >= pooled.len() {
        terminate!();
    }
    let (columns, groups) = comptime!((row[0], row[1]));
    let group = ABSOLUTE_POS % groups;
    let column = ABSOLUTE_POS / groups % comptime!(columns / size[1]) * comptime!(size[1]);
    let line = ABSOLUTE_POS / comptime!(groups * (columns / size[1])) * comptime!(size[0]);
    let largest = pooled[ABSOLUTE_POS];
    let mut left = gradient[ABSOLUTE_POS];
    let zero = Vector::broadcast(0.0f32);
    for y in 0..comptime!(size[0]) {
        for place in 0..comptime!(size[1]) {
            let at = ((line + y) * columns + column + place) * groups + group;
            let taken = select_many(x[at].equal(&largest), left, zero);
            out[at] = taken;
            left -= taken;
        }
    }
}
