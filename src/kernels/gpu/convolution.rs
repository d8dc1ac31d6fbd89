//! A convolution whose threads each compute a tile of pixels and a few channels in registers.
//!
//! Neighbouring threads compute neighbouring channels of the same pixels, so they read the same numbers of the
//! picture, and numbers of the kernel that lie side by side. They share no memory and never wait for each other.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use tabfit_kernels::ConvParams;

use super::index::{both, inside};
use super::launch::{empty, grid, lanes};
use super::{params::LaunchParams, tile::Tile};

/// Everything the kernel is compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Plan {
    params: LaunchParams,
    /// The distance between two pixels of the picture once it is spread; zeros lie between them.
    apart: [usize; 2],
    biased: bool,
    relu: bool,
    /// Whether the kernel is rotated by half a turn, and its inputs and outputs are exchanged.
    rotated: bool,
    tile: Tile,
}

impl Plan {
    pub(super) fn forward(x: [usize; 4], outputs: usize, conv: ConvParams, relu: bool) -> Self {
        let params = LaunchParams::new(x, outputs, conv);
        Self { params, apart: [1, 1], biased: true, relu, rotated: false, tile: params.tile() }
    }

    /// The gradient of a convolution's input is a convolution of the output's gradient, its pixels spread `strides`
    /// apart, with the rotated kernel.
    pub(super) fn input_gradient(gradient: [usize; 4], input: [usize; 2], channels: usize, conv: ConvParams) -> Self {
        let [_, rows, columns, inputs] = gradient;
        let params = LaunchParams {
            rows,
            columns,
            inputs,
            out_rows: input[0],
            out_columns: input[1],
            outputs: channels,
            size: conv.size,
            strides: [1, 1],
            dilation: conv.dilation,
            before: conv.input_gradient_pads(),
        };
        Self { params, apart: conv.strides, biased: false, relu: false, rotated: true, tile: params.tile() }
    }

    /// The columns of the picture that the tile reads of one row, relative to the first.
    fn columns(&self) -> Vec<usize> {
        self.params.columns_read(self.tile.columns, self.tile.taps)
    }

    /// The index among [`Self::columns`] of the column that a pixel reads.
    fn column(&self, pixel: usize, tap: usize) -> usize {
        self.columns().binary_search(&self.params.column_read(pixel, tap)).expect("the columns are those that are read")
    }
}

/// - `x`: `[batch, rows, columns, in]`
/// - `kernel`: `[rows, columns, in, out]`, or `[rows, columns, out, in]` if the plan rotates it
/// - `bias`: `[out]`; only read if the plan is biased
pub(super) fn convolve(x: CubeTensor, kernel: CubeTensor, bias: CubeTensor, plan: Plan) -> CubeTensor {
    let [batch, ..] = x.meta.shape().dims::<4>();
    let LaunchParams { out_rows, out_columns, inputs, outputs, .. } = plan.params;
    let out = empty(&x, [batch, out_rows, out_columns, outputs]);
    let tiles = batch * out_rows.div_ceil(plan.tile.rows) * out_columns.div_ceil(plan.tile.columns);
    let client = x.client.clone();
    let (count, dim) = grid(&client, tiles * (outputs / lanes(outputs) / plan.tile.vectors));
    #[expect(unsafe_code, reason = "every index follows from shapes, and a browser checks them once more")]
    unsafe {
        convolution::launch_unchecked(
            &client,
            count,
            dim,
            lanes(inputs),
            lanes(if plan.rotated { inputs } else { outputs }),
            lanes(outputs),
            x.into_tensor_arg(),
            kernel.into_tensor_arg(),
            bias.into_tensor_arg(),
            out.clone().into_tensor_arg(),
            plan,
        );
    }
    out
}

#[cube(launch_unchecked)]
fn convolution<I: Size, K: Size, O: Size>(
    x: &Tensor<Vector<f32, I>>,
    kernel: &Tensor<Vector<f32, K>>,
    bias: &Tensor<Vector<f32, O>>,
    out: &mut Tensor<Vector<f32, O>>,
    #[comptime] plan: Plan,
) {
    let (width, width_out) = (I::value(), O::value());
    let groups_in = comptime!(plan.params.inputs / width);
    let groups_out = comptime!(plan.params.outputs / width_out);
    let (tile, taps, vectors) = comptime!((plan.tile, plan.tile.taps, plan.tile.vectors));
    let (before, dilation) = comptime!((plan.params.before, plan.params.dilation));
    let read = comptime!(plan.columns().len());

    let shares = comptime!(groups_out / vectors);
    let across = comptime!(plan.params.out_columns.div_ceil(tile.columns));
    let down = comptime!(plan.params.out_rows.div_ceil(tile.rows));
    let group = ABSOLUTE_POS % shares * vectors;
    let left = ABSOLUTE_POS / shares % across * tile.columns;
    let top = ABSOLUTE_POS / comptime!(shares * across) % down * tile.rows;
    let picture = ABSOLUTE_POS / comptime!(shares * across * down);
    if picture >= out.shape(0) {
        terminate!();
    }

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

    #[unroll]
    for pixel in 0..tile.pixels() {
        let row = top + comptime!(pixel / tile.columns);
        let column = left + comptime!(pixel % tile.columns);
        // Pixels of the last tile that lie outside of the output were computed, but are not stored.
        if row < plan.params.out_rows && column < plan.params.out_columns {
            let at = (picture * plan.params.out_rows + row) * plan.params.out_columns + column;
            #[unroll]
            for vector in 0..vectors {
                let sum = sums[pixel * vectors + vector];
                let zero = Vector::broadcast(0.0f32);
                // `max` may turn NaN into 0.
                let value = if comptime!(plan.relu) { select_many(sum.less_than(&zero), zero, sum) } else { sum };
                out[at * groups_out + group + vector] = value;
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
