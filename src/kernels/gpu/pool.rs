//! The largest value of each window, channel by channel, and where its gradient goes.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{
    super::Stride,
    empty,
    geometry::Geometry,
    grid, lanes,
    place::{place, seeing, seen},
};

/// - `x`: `[batch, rows, columns, channels]`
pub(super) fn pool(x: CubeTensor, stride: Stride) -> CubeTensor {
    let pictures: [usize; 4] = x.meta.shape().dims();
    let [batch, .., channels] = pictures;
    let plan = Geometry::new(pictures, channels, stride);
    let out = empty(&x, [batch, plan.out_rows, plan.out_columns, channels]);
    let (client, lanes) = (x.client.clone(), lanes(channels));
    let (count, dim) = grid(&client, out.meta.shape().num_elements() / lanes);
    largest::launch(&client, count, dim, lanes, x.into_tensor_arg(), out.clone().into_tensor_arg(), plan);
    out
}

/// From pictures, their pools and the gradient of these to the gradient of the pictures, or of what `ReLU` made them of.
pub(super) fn pool_gradient([x, pooled, gradient]: [CubeTensor; 3], stride: Stride, relu: bool) -> CubeTensor {
    let pictures: [usize; 4] = x.meta.shape().dims();
    let plan = Geometry::new(pictures, pictures[3], stride);
    let out = empty(&x, pictures);
    let (client, lanes) = (x.client.clone(), lanes(pictures[3]));
    let side_by_side = lies_side_by_side(plan);
    let writers = if side_by_side { &pooled } else { &out };
    let (count, dim) = grid(&client, writers.meta.shape().num_elements() / lanes);
    let (x, pooled, gradient) = (x.into_tensor_arg(), pooled.into_tensor_arg(), gradient.into_tensor_arg());
    let args = out.clone().into_tensor_arg();
    if side_by_side {
        by_window::launch(&client, count, dim, lanes, x, pooled, gradient, args, plan, relu);
    } else {
        by_pixel::launch(&client, count, dim, lanes, x, pooled, gradient, args, plan, relu);
    }
    out
}

/// Whether every pixel is in one window and no other.
fn lies_side_by_side(plan: Geometry) -> bool {
    let Geometry { rows, columns, size, strides, dilation, before, .. } = plan;
    let even = rows.is_multiple_of(size[0]) && columns.is_multiple_of(size[1]);
    even && size == strides && dilation == [1, 1] && before == [0, 0]
}

#[cube(launch)]
fn largest<N: Size>(x: &Tensor<Vector<f32, N>>, out: &mut Tensor<Vector<f32, N>>, #[comptime] plan: Geometry) {
    let width = N::value();
    let groups = comptime!(plan.inputs / width);
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let sizes = comptime!((groups, plan.out_columns, plan.out_rows));
    let (group, column, row, picture) = place(ABSOLUTE_POS, sizes);
    let mut largest = Vector::broadcast(0.0f32);
    let mut found = false;
    for y in 0..comptime!(plan.size[0]) {
        for x_place in 0..comptime!(plan.size[1]) {
            let (there, at) = seen(picture, (row, column), (y, x_place), plan);
            let value = x[at * groups + group];
            // A number that is none is not larger, and wins: so it is noticed.
            let kept = select_many(value.less_equal(&largest), largest, value);
            let kept = select_many(largest.equal(&largest), kept, largest);
            largest = select(there, select(found, kept, value), largest);
            found = select(there, true, found);
        }
    }
    out[ABSOLUTE_POS] = largest;
}

/// Where windows lie side by side, each thread fills one of them.
#[cube(launch)]
fn by_window<N: Size>(
    x: &Tensor<Vector<f32, N>>,
    pooled: &Tensor<Vector<f32, N>>,
    gradient: &Tensor<Vector<f32, N>>,
    out: &mut Tensor<Vector<f32, N>>,
    #[comptime] plan: Geometry,
    #[comptime] relu: bool,
) {
    let width = N::value();
    let groups = comptime!(plan.inputs / width);
    if ABSOLUTE_POS >= pooled.len() {
        terminate!();
    }
    let group = ABSOLUTE_POS % groups;
    let column = ABSOLUTE_POS / groups % plan.out_columns;
    let line = ABSOLUTE_POS / comptime!(groups * plan.out_columns);
    let largest = pooled[ABSOLUTE_POS];
    let zero = Vector::broadcast(0.0f32);
    let mut left = handed(largest, gradient[ABSOLUTE_POS], relu);
    for y in 0..comptime!(plan.size[0]) {
        for place in 0..comptime!(plan.size[1]) {
            let row = line * comptime!(plan.size[0]) + y;
            let at = (row * plan.columns + column * comptime!(plan.size[1]) + place) * groups + group;
            let taken = select_many(x[at].equal(&largest), left, zero);
            out[at] = taken;
            left -= taken;
        }
    }
}

/// Where windows overlap, each thread asks for one pixel which windows took it.
#[cube(launch)]
fn by_pixel<N: Size>(
    x: &Tensor<Vector<f32, N>>,
    pooled: &Tensor<Vector<f32, N>>,
    gradient: &Tensor<Vector<f32, N>>,
    out: &mut Tensor<Vector<f32, N>>,
    #[comptime] plan: Geometry,
    #[comptime] relu: bool,
) {
    let width = N::value();
    let groups = comptime!(plan.inputs / width);
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let sizes = comptime!((groups, plan.columns, plan.rows));
    let (group, column, row, picture) = place(ABSOLUTE_POS, sizes);
    let own = x[ABSOLUTE_POS];
    let zero = Vector::broadcast(0.0f32);
    let mut sum = Vector::broadcast(0.0f32);
    for y in 0..comptime!(plan.size[0]) {
        for x_place in 0..comptime!(plan.size[1]) {
            let (there, of_row, of_column) = seeing((row, column), (y, x_place), plan);
            if there {
                let window = (picture * plan.out_rows + of_row) * plan.out_columns + of_column;
                let largest = pooled[window * groups + group];
                let handed = handed(largest, gradient[window * groups + group], relu);
                let mut taken = select_many(own.equal(&largest), handed, zero);
                // The first of a window's pixels takes it all.
                for earlier in 0..y * comptime!(plan.size[1]) + x_place {
                    let at = (earlier / comptime!(plan.size[1]), earlier % comptime!(plan.size[1]));
                    let (there, at) = seen(picture, (of_row, of_column), at, plan);
                    let first = select_many(x[at * groups + group].equal(&largest), zero, taken);
                    taken = select(there, first, taken);
                }
                sum += taken;
            }
        }
    }
    out[ABSOLUTE_POS] = sum;
}

/// The gradient of a window, if `ReLU` let its largest value through.
#[cube]
fn handed<N: Size>(largest: Vector<f32, N>, gradient: Vector<f32, N>, #[comptime] relu: bool) -> Vector<f32, N> {
    let zero = Vector::broadcast(0.0f32);
    if comptime!(relu) { select_many(largest.greater_than(&zero), gradient, zero) } else { gradient }
}
