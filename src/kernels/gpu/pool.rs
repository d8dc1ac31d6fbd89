//! Max pools, and their gradients.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use tabfit_kernels::ConvParams;

use super::index::{coordinates, output_pixel, window_pixel};
use super::launch::{empty, grid, lanes};
use super::params::LaunchParams;

/// - `x`: `[batch, rows, columns, channels]`
pub(super) fn pool(x: CubeTensor, pool: ConvParams) -> CubeTensor {
    let pictures: [usize; 4] = x.meta.shape().dims();
    let [batch, .., channels] = pictures;
    let params = LaunchParams::new(pictures, channels, pool);
    let out = empty(&x, [batch, params.out_rows, params.out_columns, channels]);
    let (client, lanes) = (x.client.clone(), lanes(channels));
    let (count, dim) = grid(&client, out.meta.shape().num_elements() / lanes);
    largest::launch(&client, count, dim, lanes, x.into_tensor_arg(), out.clone().into_tensor_arg(), params);
    out
}

/// Takes the pictures, the pooled pictures and the gradient of these; returns the gradient of the pictures or, with
/// `relu`, of the values that `ReLU` turned into the pictures.
pub(super) fn pool_gradient([x, pooled, gradient]: [CubeTensor; 3], pool: ConvParams, relu: bool) -> CubeTensor {
    let pictures: [usize; 4] = x.meta.shape().dims();
    let params = LaunchParams::new(pictures, pictures[3], pool);
    let out = empty(&x, pictures);
    let (client, lanes) = (x.client.clone(), lanes(pictures[3]));
    let side_by_side = lies_side_by_side(params);
    let writers = if side_by_side { &pooled } else { &out };
    let (count, dim) = grid(&client, writers.meta.shape().num_elements() / lanes);
    let (x, pooled, gradient) = (x.into_tensor_arg(), pooled.into_tensor_arg(), gradient.into_tensor_arg());
    let args = out.clone().into_tensor_arg();
    if side_by_side {
        by_window::launch(&client, count, dim, lanes, x, pooled, gradient, args, params, relu);
    } else {
        by_pixel::launch(&client, count, dim, lanes, x, pooled, gradient, args, params, relu);
    }
    out
}

/// Whether every pixel lies in exactly one window.
fn lies_side_by_side(params: LaunchParams) -> bool {
    let LaunchParams { rows, columns, size, strides, dilation, before, .. } = params;
    let even = rows.is_multiple_of(size[0]) && columns.is_multiple_of(size[1]);
    even && size == strides && dilation == [1, 1] && before == [0, 0]
}

#[cube(launch)]
fn largest<N: Size>(x: &Tensor<Vector<f32, N>>, out: &mut Tensor<Vector<f32, N>>, #[comptime] params: LaunchParams) {
    let width = N::value();
    let groups = comptime!(params.inputs / width);
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let sizes = comptime!((groups, params.out_columns, params.out_rows));
    let (group, column, row, picture) = coordinates(ABSOLUTE_POS, sizes);
    let mut largest = Vector::broadcast(0.0f32);
    let mut found = false;
    for y in 0..comptime!(params.size[0]) {
        for x_place in 0..comptime!(params.size[1]) {
            let (there, at) = window_pixel(picture, (row, column), (y, x_place), params);
            let value = x[at * groups + group];
            // NaN counts as the largest, so that it propagates.
            let kept = select_many(value.less_equal(&largest), largest, value);
            let kept = select_many(largest.equal(&largest), kept, largest);
            largest = select(there, select(found, kept, value), largest);
            found = select(there, true, found);
        }
    }
    out[ABSOLUTE_POS] = largest;
}

/// For windows that lie side by side: each thread writes the gradient of one window.
#[cube(launch)]
fn by_window<N: Size>(
    x: &Tensor<Vector<f32, N>>,
    pooled: &Tensor<Vector<f32, N>>,
    gradient: &Tensor<Vector<f32, N>>,
    out: &mut Tensor<Vector<f32, N>>,
    #[comptime] params: LaunchParams,
    #[comptime] relu: bool,
) {
    let width = N::value();
    let groups = comptime!(params.inputs / width);
    if ABSOLUTE_POS >= pooled.len() {
        terminate!();
    }
    let group = ABSOLUTE_POS % groups;
    let column = ABSOLUTE_POS / groups % params.out_columns;
    let line = ABSOLUTE_POS / comptime!(groups * params.out_columns);
    let largest = pooled[ABSOLUTE_POS];
    let zero = Vector::broadcast(0.0f32);
    let mut left = window_gradient(largest, gradient[ABSOLUTE_POS], relu);
    for y in 0..comptime!(params.size[0]) {
        for place in 0..comptime!(params.size[1]) {
            let row = line * comptime!(params.size[0]) + y;
            let at = (row * params.columns + column * comptime!(params.size[1]) + place) * groups + group;
            let taken = select_many(x[at].equal(&largest), left, zero);
            out[at] = taken;
            left -= taken;
        }
    }
}

/// For windows that overlap: each thread writes the gradient of one pixel, a sum over its windows.
#[cube(launch)]
fn by_pixel<N: Size>(
    x: &Tensor<Vector<f32, N>>,
    pooled: &Tensor<Vector<f32, N>>,
    gradient: &Tensor<Vector<f32, N>>,
    out: &mut Tensor<Vector<f32, N>>,
    #[comptime] params: LaunchParams,
    #[comptime] relu: bool,
) {
    let width = N::value();
    let groups = comptime!(params.inputs / width);
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let sizes = comptime!((groups, params.columns, params.rows));
    let (group, column, row, picture) = coordinates(ABSOLUTE_POS, sizes);
    let own = x[ABSOLUTE_POS];
    let zero = Vector::broadcast(0.0f32);
    let mut sum = Vector::broadcast(0.0f32);
    for y in 0..comptime!(params.size[0]) {
        for x_place in 0..comptime!(params.size[1]) {
            let (there, of_row, of_column) = output_pixel((row, column), (y, x_place), params);
            if there {
                let window = (picture * params.out_rows + of_row) * params.out_columns + of_column;
                let largest = pooled[window * groups + group];
                let window_gradient = window_gradient(largest, gradient[window * groups + group], relu);
                let mut taken = select_many(own.equal(&largest), window_gradient, zero);
                // If an earlier pixel of the window is as large, the gradient is that one's.
                for earlier in 0..y * comptime!(params.size[1]) + x_place {
                    let at = (earlier / comptime!(params.size[1]), earlier % comptime!(params.size[1]));
                    let (there, at) = window_pixel(picture, (of_row, of_column), at, params);
                    let first = select_many(x[at * groups + group].equal(&largest), zero, taken);
                    taken = select(there, first, taken);
                }
                sum += taken;
            }
        }
    }
    out[ABSOLUTE_POS] = sum;
}

/// The gradient of a window; with `relu`, 0 where the largest value is not above 0.
#[cube]
fn window_gradient<N: Size>(
    largest: Vector<f32, N>,
    gradient: Vector<f32, N>,
    #[comptime] relu: bool,
) -> Vector<f32, N> {
    let zero = Vector::broadcast(0.0f32);
    if comptime!(relu) { select_many(largest.greater_than(&zero), gradient, zero) } else { gradient }
}
