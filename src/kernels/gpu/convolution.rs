//! A convolution whose threads each compute some pixels of a few channels, in registers.
//!
//! Neighbouring threads have neighbouring channels of the same pixels: they read the same numbers of
//! the picture and numbers of the kernel that lie side by side. Nothing is shared and nobody waits.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{super::Stride, empty, geometry::Geometry, grid, lanes, vectors};

/// Pixels that a thread computes at once.
const PIXELS: usize = 4;

/// Everything the kernel is compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Plan {
    shape: Geometry,
    /// From one pixel of the picture to the next inside its border; zeros lie between them.
    apart: [usize; 2],
    biased: bool,
    relu: bool,
    /// The vectors of channels that a thread computes at once.
    vectors: usize,
}

impl Plan {
    pub(super) fn forward(x: [usize; 4], outputs: usize, stride: Stride, relu: bool) -> Self {
        let shape = Geometry::new(x, outputs, stride);
        Self { shape, apart: [1, 1], biased: true, relu, vectors: vectors(outputs, 2) }
    }

    /// The gradient of a convolution's input is a convolution of the output's gradient, its pixels
    /// `strides` apart, with the kernel turned around.
    pub(super) fn input_gradient(gradient: [usize; 4], input: [usize; 2], channels: usize, stride: Stride) -> Self {
        let [_, rows, columns, inputs] = gradient;
        let shape = Geometry {
            rows,
            columns,
            inputs,
            out_rows: input[0],
            out_columns: input[1],
            outputs: channels,
            size: stride.size,
            strides: [1, 1],
            dilation: stride.dilation,
            before: stride.turned_before(),
        };
        Self { shape, apart: stride.strides, biased: false, relu: false, vectors: vectors(channels, 2) }
    }
}

/// - `x`: `[batch, rows, columns, in]`
/// - `kernel`: `[rows, columns, in, out]`
/// - `bias`: `[out]`; only read where the plan has one
pub(super) fn convolve(x: CubeTensor, kernel: CubeTensor, bias: CubeTensor, plan: Plan) -> CubeTensor {
    let [batch, ..] = x.meta.shape().dims::<4>();
    let out = empty(&x, [batch, plan.shape.out_rows, plan.shape.out_columns, plan.shape.outputs]);
    let threads = (batch * plan.shape.out_rows * plan.shape.out_columns).div_ceil(PIXELS)
        * (plan.shape.outputs / lanes(plan.shape.outputs) / plan.vectors);
    let client = x.client.clone();
    let (count, dim) = grid(&client, threads);
    #[expect(unsafe_code, reason = "every index follows from shapes, and a browser checks them once more")]
    unsafe {
        convolution::launch_unchecked(
            &client,
            count,
            dim,
            lanes(plan.shape.inputs),
            lanes(plan.shape.outputs),
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
fn convolution<I: Size, O: Size>(
    x: &Tensor<Vector<f32, I>>,
    kernel: &Tensor<Vector<f32, O>>,
    bias: &Tensor<Vector<f32, O>>,
    out: &mut Tensor<Vector<f32, O>>,
    #[comptime] plan: Plan,
) {
    let (width, width_out) = (I::value(), O::value());
    let groups_in = comptime!(plan.shape.inputs / width);
    let groups_out = comptime!(plan.shape.outputs / width_out);
    let area = comptime!(plan.shape.out_rows * plan.shape.out_columns);
    let pixels = out.shape(0) * area;
    let shares = comptime!(groups_out / plan.vectors);
    let group = ABSOLUTE_POS % shares * plan.vectors;
    let first = ABSOLUTE_POS / shares * PIXELS;
    if first >= pixels {
        terminate!();
    }

    let mut picture = Array::<usize>::new(PIXELS);
    let mut top = Array::<usize>::new(PIXELS);
    let mut left = Array::<usize>::new(PIXELS);
    let mut sums = Array::<Vector<f32, O>>::new(comptime!(PIXELS * plan.vectors));
    #[unroll]
    for pixel in 0..PIXELS {
        // The last thread's pixels may lie outside: they are computed and not stored.
        let at = clamp_max(first + pixel, pixels - 1);
        picture[pixel] = at / area * comptime!(plan.shape.rows * plan.shape.columns * plan.shape.inputs / width);
        top[pixel] = at % area / plan.shape.out_columns * comptime!(plan.shape.strides[0]);
        left[pixel] = at % plan.shape.out_columns * comptime!(plan.shape.strides[1]);
        #[unroll]
        for vector in 0..plan.vectors {
            if comptime!(plan.biased) {
                sums[pixel * plan.vectors + vector] = bias[group + vector];
            } else {
                sums[pixel * plan.vectors + vector] = Vector::broadcast(0.0f32);
            }
        }
    }

    for y in 0..comptime!(plan.shape.size[0]) {
        for x_place in 0..comptime!(plan.shape.size[1]) {
            let mut begin = Array::<usize>::new(PIXELS);
            let mut inside = Array::<bool>::new(PIXELS);
            #[unroll]
            for pixel in 0..PIXELS {
                // What lies before the picture wraps around to numbers far behind it.
                let row = top[pixel] + y * comptime!(plan.shape.dilation[0]) - comptime!(plan.shape.before[0]);
                let column =
                    left[pixel] + x_place * comptime!(plan.shape.dilation[1]) - comptime!(plan.shape.before[1]);
                let mut there = row < comptime!(plan.shape.rows * plan.apart[0] - plan.apart[0] + 1)
                    && column < comptime!(plan.shape.columns * plan.apart[1] - plan.apart[1] + 1);
                if comptime!(plan.apart != [1, 1]) {
                    there = there
                        && row.is_multiple_of(comptime!(plan.apart[0]))
                        && column.is_multiple_of(comptime!(plan.apart[1]));
                }
                let row = row / comptime!(plan.apart[0]);
                let column = column / comptime!(plan.apart[1]);
                inside[pixel] = there;
                begin[pixel] = select(there, picture[pixel] + (row * plan.shape.columns + column) * groups_in, 0);
            }
            let weights = (y * comptime!(plan.shape.size[1]) + x_place) * plan.shape.inputs * groups_out + group;
            for channels in 0..groups_in {
                let mut values = Array::<Vector<f32, I>>::new(PIXELS);
                #[unroll]
                for pixel in 0..PIXELS {
                    values[pixel] = select(inside[pixel], x[begin[pixel] + channels], Vector::broadcast(0.0f32));
                }
                #[unroll]
                for channel in 0..width {
                    #[unroll]
                    for vector in 0..plan.vectors {
                        let weight = kernel[weights + (channels * width + channel) * groups_out + vector];
                        #[unroll]
                        for pixel in 0..PIXELS {
                            sums[pixel * plan.vectors + vector] +=
                                Vector::broadcast(values[pixel].extract(channel)) * weight;
                        }
                    }
                }
            }
        }
    }

    #[unroll]
    for pixel in 0..PIXELS {
        if first + pixel < pixels {
            #[unroll]
            for vector in 0..plan.vectors {
                let sum = sums[pixel * plan.vectors + vector];
                let zero = Vector::broadcast(0.0f32);
                // Not `max`, which may hide a number that is none.
                let value = if comptime!(plan.relu) { select_many(sum.less_than(&zero), zero, sum) } else { sum };
                out[(first + pixel) * groups_out + group + vector] = value;
            }
        }
    }
}
