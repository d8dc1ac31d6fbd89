//! A convolution whose threads each compute some pixels of a few channels, in registers.
//!
//! Neighbouring threads have neighbouring channels of the same pixels: they read the same numbers of
//! the picture and numbers of the kernel that lie side by side. Nothing is shared and nobody waits.

use burn_cubecl::tensor::CubeTensor;
use cubecl::{calculate_cube_count_elemwise, prelude::*};

use super::{super::Stride, empty, lanes, vectors};

/// Pixels that a thread computes at once.
const PIXELS: usize = 4;

/// Everything a kernel is compiled for; only the number of pictures is told at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Plan {
    rows: usize,
    columns: usize,
    inputs: usize,
    out_rows: usize,
    out_columns: usize,
    outputs: usize,
    size: [usize; 2],
    strides: [usize; 2],
    dilation: [usize; 2],
    /// Where the picture begins inside its border.
    before: [usize; 2],
    /// From one pixel of the picture to the next inside its border; zeros lie between them.
    apart: [usize; 2],
    biased: bool,
    relu: bool,
    /// The vectors of channels that a thread computes at once.
    vectors: usize,
}

impl Plan {
    pub(super) fn forward(x: [usize; 4], outputs: usize, stride: Stride, relu: bool) -> Self {
        let [_, rows, columns, inputs] = x;
        let [out_rows, out_columns] = stride.output([rows, columns]);
        let Stride { size, strides, dilation, pads } = stride;
        Self {
            rows,
            columns,
            inputs,
            out_rows,
            out_columns,
            outputs,
            size,
            strides,
            dilation,
            before: [pads[0].0, pads[1].0],
            apart: [1, 1],
            biased: true,
            relu,
            vectors: vectors(outputs, 2),
        }
    }

    /// The gradient of a convolution's input is a convolution of the output's gradient, its pixels
    /// `strides` apart, with the kernel turned around.
    pub(super) fn input_gradient(gradient: [usize; 4], input: [usize; 2], channels: usize, stride: Stride) -> Self {
        let [_, rows, columns, inputs] = gradient;
        let reach = stride.reach();
        let before = [0, 1].map(|axis| reach[axis] - 1 - stride.pads[axis].0);
        Self {
            rows,
            columns,
            inputs,
            out_rows: input[0],
            out_columns: input[1],
            outputs: channels,
            size: stride.size,
            strides: [1, 1],
            dilation: stride.dilation,
            before,
            apart: stride.strides,
            biased: false,
            relu: false,
            vectors: vectors(channels, 2),
        }
    }
}

/// - `x`: `[batch, rows, columns, in]`
/// - `kernel`: `[rows, columns, in, out]`
/// - `bias`: `[out]`; only read where the plan has one
pub(super) fn convolve(x: CubeTensor, kernel: CubeTensor, bias: CubeTensor, plan: Plan) -> CubeTensor {
    let [batch, ..] = x.meta.shape().dims::<4>();
    let out = empty(&x, [batch, plan.out_rows, plan.out_columns, plan.outputs]);
    let threads = (batch * plan.out_rows * plan.out_columns).div_ceil(PIXELS)
        * (plan.outputs / lanes(plan.outputs) / plan.vectors);
    let client = x.client.clone();
    let cube_dim = CubeDim::new(&client, threads);
    #[expect(unsafe_code, reason = "every index follows from shapes, and a browser checks them once more")]
    unsafe {
        convolution::launch_unchecked(
            &client,
            calculate_cube_count_elemwise(&client, threads, cube_dim),
            cube_dim,
            lanes(plan.inputs),
            lanes(plan.outputs),
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
    let groups_in = comptime!(plan.inputs / width);
    let groups_out = comptime!(plan.outputs / width_out);
    let area = comptime!(plan.out_rows * plan.out_columns);
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
        picture[pixel] = at / area * comptime!(plan.rows * plan.columns * plan.inputs / width);
        top[pixel] = at % area / plan.out_columns * comptime!(plan.strides[0]);
        left[pixel] = at % plan.out_columns * comptime!(plan.strides[1]);
        #[unroll]
        for vector in 0..plan.vectors {
            if comptime!(plan.biased) {
                sums[pixel * plan.vectors + vector] = bias[group + vector];
            } else {
                sums[pixel * plan.vectors + vector] = Vector::broadcast(0.0f32);
            }
        }
    }

    for y in 0..comptime!(plan.size[0]) {
        for x_place in 0..comptime!(plan.size[1]) {
            let mut begin = Array::<usize>::new(PIXELS);
            let mut inside = Array::<bool>::new(PIXELS);
            #[unroll]
            for pixel in 0..PIXELS {
                // What lies before the picture wraps around to numbers far behind it.
                let row = top[pixel] + y * comptime!(plan.dilation[0]) - comptime!(plan.before[0]);
                let column = left[pixel] + x_place * comptime!(plan.dilation[1]) - comptime!(plan.before[1]);
                let mut there = row < comptime!(plan.rows * plan.apart[0] - plan.apart[0] + 1)
                    && column < comptime!(plan.columns * plan.apart[1] - plan.apart[1] + 1);
                if comptime!(plan.apart != [1, 1]) {
                    there = there
                        && row.is_multiple_of(comptime!(plan.apart[0]))
                        && column.is_multiple_of(comptime!(plan.apart[1]));
                }
                let row = row / comptime!(plan.apart[0]);
                let column = column / comptime!(plan.apart[1]);
                inside[pixel] = there;
                begin[pixel] = select(there, picture[pixel] + (row * plan.columns + column) * groups_in, 0);
            }
            let weights = (y * comptime!(plan.size[1]) + x_place) * plan.inputs * groups_out + group;
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
