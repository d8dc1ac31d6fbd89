//! The gradients of a kernel and its bias: sums over all pixels, taken in parts, the parts then summed
//! in order.

use burn_cubecl::tensor::CubeTensor;
use cubecl::{calculate_cube_count_elemwise, prelude::*};

use super::{super::Stride, empty, lanes, sums::sum_rows, vectors};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Plan {
    rows: usize,
    columns: usize,
    inputs: usize,
    out_rows: usize,
    out_columns: usize,
    outputs: usize,
    size: [usize; 2],
    strides: [usize; 2],
    dilation: [usize; 2],
    before: [usize; 2],
    /// The vectors of channels that a thread computes at once.
    vectors: usize,
    /// The rows of a part, counted over all pictures.
    part: usize,
}

/// - `x`: `[batch, rows, columns, in]`
/// - `gradient`: of the output, `[batch, rows, columns, out]`
/// - returns `[rows * columns * in + 1, out]`, the bias last
pub(super) fn weight_gradients(x: CubeTensor, gradient: CubeTensor, stride: Stride) -> CubeTensor {
    let [batch, rows, columns, inputs] = x.meta.shape().dims();
    let [_, out_rows, out_columns, outputs] = gradient.meta.shape().dims();
    let Stride { size, strides, dilation, pads } = stride;
    let before = [pads[0].0, pads[1].0];
    let places = size[0] * size[1] * inputs;
    let vectors = vectors(outputs, 4);
    let threads = (places / lanes(inputs) + 1) * (outputs / lanes(outputs) / vectors);
    let part = (batch * out_rows).div_ceil(parts(batch * out_rows, out_columns, threads));
    let parts = (batch * out_rows).div_ceil(part);
    let plan =
        Plan { rows, columns, inputs, out_rows, out_columns, outputs, size, strides, dilation, before, vectors, part };
    let out = empty(&x, [parts, places + 1, outputs]);
    let client = x.client.clone();
    let cube_dim = CubeDim::new(&client, threads * parts);
    #[expect(unsafe_code, reason = "every index follows from shapes, and a browser checks them once more")]
    unsafe {
        partial::launch_unchecked(
            &client,
            calculate_cube_count_elemwise(&client, threads * parts, cube_dim),
            cube_dim,
            lanes(inputs),
            lanes(outputs),
            x.into_tensor_arg(),
            gradient.into_tensor_arg(),
            out.clone().into_tensor_arg(),
            plan,
        );
    }
    sum_rows(out, [places + 1, outputs])
}

/// Enough threads for a large GPU, and parts of at least 64 pixels. It depends on shapes alone, so
/// that a sum has the same order every time.
fn parts(rows: usize, columns: usize, threads: usize) -> usize {
    const THREADS: usize = 1 << 15;
    THREADS.div_ceil(threads).min(rows.div_ceil(64_usize.div_ceil(columns))).clamp(1, 256)
}

#[cube(launch_unchecked)]
fn partial<I: Size, O: Size>(
    x: &Tensor<Vector<f32, I>>,
    gradient: &Tensor<Vector<f32, O>>,
    out: &mut Tensor<Vector<f32, O>>,
    #[comptime] plan: Plan,
) {
    let (width, width_out) = (I::value(), O::value());
    let groups_in = comptime!(plan.inputs / width);
    let groups_out = comptime!(plan.outputs / width_out);
    let shares = comptime!(groups_out / plan.vectors);
    let group = ABSOLUTE_POS % shares * plan.vectors;
    let rest = ABSOLUTE_POS / shares;
    // The last place of a part is the bias.
    let places = comptime!(plan.size[0] * plan.size[1] * groups_in);
    let place = rest % (places + 1);
    let part = rest / (places + 1);
    if part >= out.shape(0) {
        terminate!();
    }
    let begin_out = part * (places * width + 1) * groups_out + group;
    let rows = clamp_max((part + 1) * plan.part, x.shape(0) * plan.out_rows);
    if place == places {
        let mut total = Array::<Vector<f32, O>>::new(plan.vectors);
        #[unroll]
        for vector in 0..plan.vectors {
            total[vector] = Vector::broadcast(0.0f32);
        }
        for pixel in part * plan.part * plan.out_columns..rows * plan.out_columns {
            #[unroll]
            for vector in 0..plan.vectors {
                total[vector] += gradient[pixel * groups_out + group + vector];
            }
        }
        #[unroll]
        for vector in 0..plan.vectors {
            out[begin_out + places * width * groups_out + vector] = total[vector];
        }
        terminate!();
    }
    let channels = place % groups_in;
    let x_place = place / groups_in % comptime!(plan.size[1]);
    let y_place = place / comptime!(groups_in * plan.size[1]);

    let mut sums = Array::<Vector<f32, O>>::new(comptime!(width * plan.vectors));
    #[unroll]
    for index in 0..comptime!(width * plan.vectors) {
        sums[index] = Vector::broadcast(0.0f32);
    }
    // The columns of the output whose window has this place inside the picture: those before it are
    // counted by adding what is subtracted last.
    let (step, begin) = comptime!((plan.strides[1], plan.before[1]));
    let offset = x_place * comptime!(plan.dilation[1]);
    let first = select(offset < begin, (begin + step - 1 - clamp_max(offset, begin)) / step, 0);
    let behind =
        comptime!(plan.columns + begin + step - 1) - clamp_max(offset, comptime!(plan.columns + begin + step - 1));
    let last = clamp_max(behind / step, plan.out_columns);
    for line in part * plan.part..rows {
        // What lies before the picture wraps around to numbers far behind it.
        let row = line % plan.out_rows * comptime!(plan.strides[0]) + y_place * comptime!(plan.dilation[0])
            - comptime!(plan.before[0]);
        if row < plan.rows {
            let from = ((line / plan.out_rows * plan.rows + row) * plan.columns + offset) * groups_in + channels;
            let to = line * plan.out_columns * groups_out + group;
            for column in first..last {
                let values = x[from + (column * step - begin) * groups_in];
                #[unroll]
                for vector in 0..plan.vectors {
                    let factor = gradient[to + column * groups_out + vector];
                    #[unroll]
                    for channel in 0..width {
                        sums[channel * plan.vectors + vector] += Vector::broadcast(values.extract(channel)) * factor;
                    }
                }
            }
        }
    }

    #[unroll]
    for channel in 0..width {
        #[unroll]
        for vector in 0..plan.vectors {
            out[begin_out + (place * width + channel) * groups_out + vector] = sums[channel * plan.vectors + vector];
        }
    }
}
