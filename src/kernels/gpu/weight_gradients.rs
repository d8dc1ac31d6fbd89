//! The gradients of a convolution's kernel and bias: sums over all pixels, computed in parts that are then summed in
//! order.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use tabfit_kernels::ConvParams;

use super::gradients::places;
use super::index::both;
use super::launch::{empty, grid, lanes};
use super::{params::LaunchParams, sums::sum_parts, tile::GradientTile};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Plan {
    params: LaunchParams,
    tile: GradientTile,
    /// The rows of the output, counted over all pictures, that make a part.
    part: usize,
}

impl Plan {
    /// The parts depend on shapes alone, so that a sum has the same order every time.
    pub(super) fn new(x: [usize; 4], outputs: usize, conv: ConvParams) -> Self {
        let params = LaunchParams::new(x, outputs, conv);
        let tile = GradientTile::new(params.out_columns, params.inputs, outputs, params.size[1]);
        let plan = Self { params, tile, part: 1 };
        let rows = x[0] * params.out_rows;
        // Parts of at least 64 pixels.
        let most = rows.div_ceil(64_usize.div_ceil(params.out_columns)).min(256);
        let parts = tile.threads.div_ceil(plan.shares() * (plan.places() + 1)).clamp(1, most);
        Self { part: rows.div_ceil(parts), ..plan }
    }

    /// The parts of so many pictures, which are summed afterwards.
    pub(super) fn parts(&self, pictures: usize) -> usize {
        (pictures * self.params.out_rows).div_ceil(self.part)
    }

    pub(super) fn threads(&self, pictures: usize) -> usize {
        self.shares() * (self.places() + 1) * self.parts(pictures)
    }

    /// The threads that share the output channels of a place.
    fn shares(&self) -> usize {
        self.params.outputs / lanes(self.params.outputs) / self.tile.outputs
    }

    /// The threads that share the input channels.
    fn depth(&self) -> usize {
        self.params.inputs / lanes(self.params.inputs) / self.tile.inputs
    }

    /// The threads that share the kernel apart from its output channels.
    fn places(&self) -> usize {
        self.params.size[0] * self.params.size[1] / self.tile.taps * self.depth()
    }

    /// The columns of the picture that the tile reads of one row, relative to the first.
    fn columns(&self) -> Vec<usize> {
        self.params.columns_read(self.tile.columns, self.tile.taps)
    }

    /// The index among [`Self::columns`] of the column that a column of the output reads.
    fn column(&self, column: usize, tap: usize) -> usize {
        self.columns()
            .binary_search(&self.params.column_read(column, tap))
            .expect("the columns are those that are read")
    }
}

/// The gradients of a kernel and a bias: their parts, and where the sums of the parts go.
pub(super) struct Gradients {
    /// `[parts, rows, columns, in, out]` and `[parts, out]`, both flat.
    pub(super) parts: [CubeTensor; 2],
    places: [CubeTensor; 2],
    summed: bool,
}

impl Gradients {
    /// Room for so many parts, on the device of the kernel.
    pub(super) fn of(kernel: &CubeTensor, channels: usize, parts: usize) -> Self {
        let places = places(kernel, channels);
        let summed = parts == 1;
        let room = |place: &CubeTensor| empty(place, [parts * place.meta.shape().num_elements()]);
        Self { parts: if summed { places.clone() } else { places.each_ref().map(room) }, places, summed }
    }

    /// The sums, once the parts are computed.
    pub(super) fn sums(self) -> [CubeTensor; 2] {
        let [kernels, biases] = self.parts;
        if self.summed { self.places } else { sum_parts(kernels, biases, self.places) }
    }
}

/// - `x`: `[batch, rows, columns, in]`
/// - `gradient`: that of the output, `[batch, rows, columns, out]`
/// - returns `[rows, columns, in, out]` and `[out]`, both flat
pub(super) fn weight_gradients(
    x: CubeTensor,
    gradient: CubeTensor,
    kernel: &CubeTensor,
    conv: ConvParams,
) -> [CubeTensor; 2] {
    let (pictures, [.., outputs]) = (x.meta.shape().dims::<4>(), gradient.meta.shape().dims::<4>());
    let plan = Plan::new(pictures, outputs, conv);
    let gradients = Gradients::of(kernel, outputs, plan.parts(pictures[0]));
    let [kernels, biases] = gradients.parts.clone();
    let client = x.client.clone();
    let (count, dim) = grid(&client, plan.threads(pictures[0]));
    #[expect(unsafe_code, reason = "every index follows from shapes, and a browser checks them once more")]
    unsafe {
        partial::launch_unchecked(
            &client,
            count,
            dim,
            lanes(pictures[3]),
            lanes(outputs),
            x.into_tensor_arg(),
            gradient.into_tensor_arg(),
            kernels.into_tensor_arg(),
            biases.into_tensor_arg(),
            plan,
        );
    }
    gradients.sums()
}

#[cube(launch_unchecked)]
fn partial<I: Size, O: Size>(
    x: &Tensor<Vector<f32, I>>,
    gradient: &Tensor<Vector<f32, O>>,
    kernels: &mut Tensor<Vector<f32, O>>,
    biases: &mut Tensor<Vector<f32, O>>,
    #[comptime] plan: Plan,
) {
    part_of::<I, O>(x, gradient, kernels, biases, ABSOLUTE_POS, plan);
}

/// What thread `at` sums.
#[cube]
pub(super) fn part_of<I: Size, O: Size>(
    x: &Tensor<Vector<f32, I>>,
    gradient: &Tensor<Vector<f32, O>>,
    kernels: &mut Tensor<Vector<f32, O>>,
    biases: &mut Tensor<Vector<f32, O>>,
    at: usize,
    #[comptime] plan: Plan,
) {
    let (width, width_out) = (I::value(), O::value());
    let groups_out = comptime!(plan.params.outputs / width_out);
    let (shares, places, vectors) = comptime!((plan.shares(), plan.places(), plan.tile.outputs));
    let group = at % shares * vectors;
    // The place after the kernel's last is the bias.
    let place = at / shares % (places + 1);
    let part = at / comptime!(shares * (places + 1));
    let first = part * plan.part;
    let last = clamp_max(first + plan.part, x.shape(0) * plan.params.out_rows);
    if part * groups_out >= biases.len() {
        terminate!();
    }
    if place < places {
        let sums = kernel_sums::<I, O>(x, gradient, place, group, first, last, plan);
        let (taps, deep, depth) = comptime!((plan.tile.taps, plan.tile.inputs, plan.depth()));
        let of_kernel = part * comptime!(plan.params.size[0] * plan.params.size[1]) + place / depth * taps;
        #[unroll]
        for tap in 0..taps {
            #[unroll]
            for channel in 0..comptime!(deep * width) {
                let row = (of_kernel + tap) * plan.params.inputs + place % depth * comptime!(deep * width) + channel;
                #[unroll]
                for vector in 0..vectors {
                    kernels[row * groups_out + group + vector] =
                        sums[(tap * deep * width + channel) * vectors + vector];
                }
            }
        }
    } else {
        #[unroll]
        for vector in 0..vectors {
            let mut sum = Vector::broadcast(0.0f32);
            for pixel in first * plan.params.out_columns..last * plan.params.out_columns {
                sum += gradient[pixel * groups_out + group + vector];
            }
            biases[part * groups_out + group + vector] = sum;
        }
    }
}

/// The tile's share of the kernel's gradient, `[taps, in, out]`, summed over the rows of a part.
#[cube]
fn kernel_sums<I: Size, O: Size>(
    x: &Tensor<Vector<f32, I>>,
    gradient: &Tensor<Vector<f32, O>>,
    place: usize,
    group: usize,
    first: usize,
    last: usize,
    #[comptime] plan: Plan,
) -> Array<Vector<f32, O>> {
    let (width, width_out) = (I::value(), O::value());
    let groups_in = comptime!(plan.params.inputs / width);
    let groups_out = comptime!(plan.params.outputs / width_out);
    let (taps, deep, vectors, tile) =
        comptime!((plan.tile.taps, plan.tile.inputs, plan.tile.outputs, plan.tile.columns));
    let read = comptime!(plan.columns().len());
    let (strides, dilation, before) = comptime!((plan.params.strides, plan.params.dilation, plan.params.before));
    let channels = place % comptime!(plan.depth()) * deep;
    let across = comptime!(plan.params.size[1] / taps);
    let tap = place / comptime!(plan.depth()) % across * taps;
    let y = place / comptime!(plan.depth() * across);

    let mut sums = Array::<Vector<f32, O>>::new(comptime!(taps * deep * width * vectors));
    #[unroll]
    for index in 0..comptime!(taps * deep * width * vectors) {
        sums[index] = Vector::broadcast(0.0f32);
    }
    for line in first..last {
        let row = line % plan.params.out_rows * strides[0] + y * dilation[0];
        if both(row >= before[0], row < comptime!(before[0] + plan.params.rows)) {
            let from = (line / plan.params.out_rows * plan.params.rows + (row - before[0])) * plan.params.columns;
            for chunk in 0..comptime!(plan.params.out_columns.div_ceil(tile)) {
                let left = chunk * tile;
                let mut values = Array::<Vector<f32, I>>::new(comptime!(read * deep));
                #[unroll]
                for index in 0..read {
                    let column = left * strides[1] + comptime!(plan.columns()[index]) + tap * dilation[1];
                    let inside = both(column >= before[1], column < comptime!(before[1] + plan.params.columns));
                    // An index is unsigned, so the difference must never be negative.
                    let at = (from + (select(inside, column, before[1]) - before[1])) * groups_in + channels;
                    #[unroll]
                    for depth in 0..deep {
                        values[index * deep + depth] = select(inside, x[at + depth], Vector::broadcast(0.0f32));
                    }
                }
                #[unroll]
                for pixel in 0..tile {
                    let inside = left + pixel < plan.params.out_columns;
                    let at = (line * plan.params.out_columns + left + pixel) * groups_out + group;
                    #[unroll]
                    for vector in 0..vectors {
                        let mut factor = gradient[select(inside, at + vector, 0)];
                        if comptime!(!plan.params.out_columns.is_multiple_of(tile)) {
                            factor = select(inside, factor, Vector::broadcast(0.0f32));
                        }
                        #[unroll]
                        for own in 0..taps {
                            let index = comptime!(plan.column(pixel, own) * deep);
                            #[unroll]
                            for channel in 0..comptime!(deep * width) {
                                let value = values[index + channel / width].extract(comptime!(channel % width));
                                sums[(own * deep * width + channel) * vectors + vector] +=
                                    Vector::broadcast(value) * factor;
                            }
                        }
                    }
                }
            }
        }
    }
    sums
}
