//! The gradients of a kernel and its bias: sums over all pixels, taken in parts, the parts then summed
//! in order.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{super::Stride, empty, geometry::Geometry, grid, lanes, sums::sum_rows, vectors};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Plan {
    shape: Geometry,
    /// The vectors of channels that a thread computes at once.
    vectors: usize,
    /// The rows of a part, counted over all pictures.
    part: usize,
}

/// - `x`: `[batch, rows, columns, in]`
/// - `gradient`: of the output, `[batch, rows, columns, out]`
/// - returns `[rows * columns * in + 1, out]`, the bias last
pub(super) fn weight_gradients(x: CubeTensor, gradient: CubeTensor, stride: Stride) -> CubeTensor {
    let (pictures, [.., outputs]) = (x.meta.shape().dims::<4>(), gradient.meta.shape().dims::<4>());
    let shape = Geometry::new(pictures, outputs, stride);
    let Geometry { inputs, out_rows, out_columns, size, .. } = shape;
    let rows = pictures[0] * out_rows;
    let places = size[0] * size[1] * inputs;
    let vectors = vectors(outputs, 4);
    let threads = (places / lanes(inputs) + 1) * (outputs / lanes(outputs) / vectors);
    let part = rows.div_ceil(parts(rows, out_columns, threads));
    let parts = rows.div_ceil(part);
    let plan = Plan { shape, vectors, part };
    let out = empty(&x, [parts, places + 1, outputs]);
    let client = x.client.clone();
    let (count, dim) = grid(&client, threads * parts);
    #[expect(unsafe_code, reason = "every index follows from shapes, and a browser checks them once more")]
    unsafe {
        partial::launch_unchecked(
            &client,
            count,
            dim,
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
    let groups_in = comptime!(plan.shape.inputs / width);
    let groups_out = comptime!(plan.shape.outputs / width_out);
    let shares = comptime!(groups_out / plan.vectors);
    let group = ABSOLUTE_POS % shares * plan.vectors;
    let rest = ABSOLUTE_POS / shares;
    // The last place of a part is the bias.
    let places = comptime!(plan.shape.size[0] * plan.shape.size[1] * groups_in);
    let place = rest % (places + 1);
    let part = rest / (places + 1);
    if part >= out.shape(0) {
        terminate!();
    }
    let begin_out = part * (places * width + 1) * groups_out + group;
    let rows = clamp_max((part + 1) * plan.part, x.shape(0) * plan.shape.out_rows);
    if place == places {
        let mut total = Array::<Vector<f32, O>>::new(plan.vectors);
        #[unroll]
        for vector in 0..plan.vectors {
            total[vector] = Vector::broadcast(0.0f32);
        }
        for pixel in part * plan.part * plan.shape.out_columns..rows * plan.shape.out_columns {
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
    let x_place = place / groups_in % comptime!(plan.shape.size[1]);
    let y_place = place / comptime!(groups_in * plan.shape.size[1]);

    let mut sums = Array::<Vector<f32, O>>::new(comptime!(width * plan.vectors));
    #[unroll]
    for index in 0..comptime!(width * plan.vectors) {
        sums[index] = Vector::broadcast(0.0f32);
    }
    // The columns of the output whose window has this place inside the picture: those before it are
    // counted by adding what is subtracted last.
    let (step, begin) = comptime!((plan.shape.strides[1], plan.shape.before[1]));
    let offset = x_place * comptime!(plan.shape.dilation[1]);
    let first = select(offset < begin, (begin + step - 1 - clamp_max(offset, begin)) / step, 0);
    let behind = comptime!(plan.shape.columns + begin + step - 1)
        - clamp_max(offset, comptime!(plan.shape.columns + begin + step - 1));
    let last = clamp_max(behind / step, plan.shape.out_columns);
    for line in part * plan.part..rows {
        // What lies before the picture wraps around to numbers far behind it.
        let row = line % plan.shape.out_rows * comptime!(plan.shape.strides[0])
            + y_place * comptime!(plan.shape.dilation[0])
            - comptime!(plan.shape.before[0]);
        if row < plan.shape.rows {
            let from = ((line / plan.shape.out_rows * plan.shape.rows + row) * plan.shape.columns + offset) * groups_in
                + channels;
            let to = line * plan.shape.out_columns * groups_out + group;
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
