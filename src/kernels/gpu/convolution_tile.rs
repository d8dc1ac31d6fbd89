//! What a thread of a convolution computes: the sums of a tile of pixels and a few channels, in registers.

use cubecl::prelude::*;

use super::convolution_plan::Plan;
use super::index::{both, inside};

/// The picture, the first row, the first column and the first vector of channels of the tile of thread `at`.
#[cube]
pub(super) fn tile_of(at: usize, #[comptime] plan: Plan, #[comptime] width: usize) -> (usize, usize, usize, usize) {
    let (tile, vectors) = comptime!((plan.tile, plan.tile.vectors));
    let shares = comptime!(plan.params.outputs / width / vectors);
    let across = comptime!(plan.params.out_columns.div_ceil(tile.columns));
    let down = comptime!(plan.params.out_rows.div_ceil(tile.rows));
    let group = at % shares * vectors;
    let left = at / shares % across * tile.columns;
    let top = at / comptime!(shares * across) % down * tile.rows;
    let picture = at / comptime!(shares * across * down);
    (picture, top, left, group)
}

/// Convolves the tile, and applies the activation.
#[cube]
pub(super) fn tile_values<I: Size, K: Size, O: Size>(
    x: &Tensor<Vector<f32, I>>,
    kernel: &Tensor<Vector<f32, K>>,
    bias: &Tensor<Vector<f32, O>>,
    at: (usize, usize, usize, usize),
    #[comptime] plan: Plan,
) -> Array<Vector<f32, O>> {
    let width = I::value();
    let (picture, top, left, group) = at;
    let groups_in = comptime!(plan.params.inputs / width);
    let (tile, taps, vectors) = comptime!((plan.tile, plan.tile.taps, plan.tile.vectors));
    let (before, dilation) = comptime!((plan.params.before, plan.params.dilation));
    let read = comptime!(plan.columns().len());

    let mut sums = Array::<Vector<f32, O>>::new(comptime!(tile.pixels() * vectors));
    #[unroll]
    for pixel in 0..tile.pixels() {
        #[unroll]
        for vector in 0..vectors {
            if comptime!(plan.biased) {
                sums[pixel * vectors + vector] = bias[group + vector];
            } else {
                sums[pixel * vectors + vector] = Vector::broadcast(0.0f32);
            }
        }
    }

    for y in 0..comptime!(plan.params.size[0]) {
        for tap in 0..comptime!(plan.params.size[1] / taps) {
            let (mut line, mut line_there) = (Array::<usize>::new(tile.rows), Array::<bool>::new(tile.rows));
            #[unroll]
            for row in 0..tile.rows {
                let at = (top + row) * comptime!(plan.params.strides[0]) + y * dilation[0];
                let (there, from) = inside(at, before[0], comptime!((plan.params.rows, plan.apart[0])));
                line_there[row] = there;
                line[row] = (picture * plan.params.rows + from) * comptime!(plan.params.columns * groups_in);
            }
            let (mut place, mut place_there) = (Array::<usize>::new(read), Array::<bool>::new(read));
            #[unroll]
            for index in 0..read {
                let column = comptime!(plan.columns()[index]);
                let at = left * comptime!(plan.params.strides[1]) + column + tap * dilation[1];
                let (there, from) = inside(at, before[1], comptime!((plan.params.columns, plan.apart[1])));
                place_there[index] = there;
                place[index] = from * groups_in;
            }
            for channels in 0..groups_in {
                let mut values = Array::<Vector<f32, I>>::new(comptime!(tile.rows * read));
                #[unroll]
                for index in 0..comptime!(tile.rows * read) {
                    let (row, column) = comptime!((index / read, index % read));
                    let there = both(line_there[row], place_there[column]);
                    values[index] = select(there, x[line[row] + place[column] + channels], Vector::broadcast(0.0f32));
                }
                #[unroll]
                for own in 0..taps {
                    let at = y * comptime!(plan.params.size[1]) + tap * taps + own;
                    #[unroll]
                    for vector in 0..vectors {
                        let weights = weights::<I, K, O>(kernel, at, channels, group + vector, plan);
                        #[unroll]
                        for pixel in 0..tile.pixels() {
                            let (row, column) = comptime!((pixel / tile.columns, pixel % tile.columns));
                            let index = comptime!(row * read + plan.column(column, own));
                            #[unroll]
                            for channel in 0..width {
                                sums[pixel * vectors + vector] +=
                                    Vector::broadcast(values[index].extract(channel)) * weights[channel];
                            }
                        }
                    }
                }
            }
        }
    }

    if comptime!(plan.relu) {
        let zero = Vector::broadcast(0.0f32);
        #[unroll]
        for index in 0..comptime!(tile.pixels() * vectors) {
            let sum = sums[index];
            // `max` may turn NaN into 0.
            sums[index] = select_many(sum.less_than(&zero), zero, sum);
        }
    }
    sums
}

/// Pixels of the last tile that lie outside of the output were computed, but are not stored.
#[cube]
pub(super) fn store_tile<O: Size>(
    values: Array<Vector<f32, O>>,
    out: &mut Tensor<Vector<f32, O>>,
    at: (usize, usize, usize, usize),
    #[comptime] plan: Plan,
) {
    let width_out = O::value();
    let groups_out = comptime!(plan.params.outputs / width_out);
    let (picture, top, left, group) = at;
    let (tile, vectors) = comptime!((plan.tile, plan.tile.vectors));
    #[unroll]
    for pixel in 0..tile.pixels() {
        let row = top + comptime!(pixel / tile.columns);
        let column = left + comptime!(pixel % tile.columns);
        if row < plan.params.out_rows && column < plan.params.out_columns {
            let to = (picture * plan.params.out_rows + row) * plan.params.out_columns + column;
            #[unroll]
            for vector in 0..vectors {
                out[to * groups_out + group + vector] = values[pixel * vectors + vector];
            }
        }
    }
}

/// Stores the largest value of each window of 2 x 2 pixels; NaN counts as the largest, so that it propagates.
#[cube]
pub(super) fn store_pooled<O: Size>(
    values: Array<Vector<f32, O>>,
    pooled: &mut Tensor<Vector<f32, O>>,
    at: (usize, usize, usize, usize),
    #[comptime] plan: Plan,
) {
    let width_out = O::value();
    let groups_out = comptime!(plan.params.outputs / width_out);
    let (picture, top, left, group) = at;
    let (tile, vectors) = comptime!((plan.tile, plan.tile.vectors));
    #[unroll]
    for window in 0..comptime!(tile.pixels() / 4) {
        let (y, x) = comptime!((window / (tile.columns / 2), window % (tile.columns / 2)));
        let (row, column) = (top / 2 + y, left / 2 + x);
        if row < comptime!(plan.params.out_rows / 2) && column < comptime!(plan.params.out_columns / 2) {
            let to = (picture * comptime!(plan.params.out_rows / 2) + row) * comptime!(plan.params.out_columns / 2);
            #[unroll]
            for vector in 0..vectors {
                let first = comptime!(2 * y * tile.columns + 2 * x);
                let mut largest = values[first * vectors + vector];
                #[unroll]
                for other in 1..4usize {
                    let pixel = comptime!(first + other / 2 * tile.columns + other % 2);
                    let value = values[pixel * vectors + vector];
                    let kept = select_many(value.less_equal(&largest), largest, value);
                    largest = select_many(largest.equal(&largest), kept, largest);
                }
                pooled[(to + column) * groups_out + group + vector] = largest;
            }
        }
    }
}

/// The weights at one place of the kernel, from each input channel of a vector to a vector of outputs.
#[cube]
fn weights<I: Size, K: Size, O: Size>(
    kernel: &Tensor<Vector<f32, K>>,
    place: usize,
    channels: usize,
    group: usize,
    #[comptime] plan: Plan,
) -> Array<Vector<f32, O>> {
    let (width, width_out) = (I::value(), O::value());
    let mut weights = Array::<Vector<f32, O>>::new(width);
    if comptime!(plan.rotated) {
        let place = comptime!(plan.params.size[0] * plan.params.size[1] - 1) - place;
        let mut rows = Array::<Vector<f32, K>>::new(width_out);
        #[unroll]
        for output in 0..width_out {
            let from =
                (place * plan.params.outputs + group * width_out + output) * comptime!(plan.params.inputs / width);
            rows[output] = kernel[from + channels];
        }
        #[unroll]
        for channel in 0..width {
            let mut weight = Vector::broadcast(0.0f32);
            #[unroll]
            for output in 0..width_out {
                weight.insert(output, rows[output].extract(channel));
            }
            weights[channel] = weight;
        }
    } else {
        #[unroll]
        for channel in 0..width {
            let from =
                (place * plan.params.inputs + channels * width + channel) * comptime!(plan.params.outputs / width_out);
            weights[channel] = Vector::cast_from(kernel[from + group]);
        }
    }
    weights
}
