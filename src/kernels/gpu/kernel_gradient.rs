//! The gradient of a kernel: a sum over all pixels, taken in parts, the parts then summed in order.

use burn_cubecl::tensor::CubeTensor;
use cubecl::{calculate_cube_count_elemwise, prelude::*};

use super::{super::Stride, empty, lanes, sums::sum_rows};

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
    /// The pixels of a part.
    part: usize,
}

/// - `x`: `[batch, rows, columns, in]`
/// - `gradient`: of the output, `[batch, rows, columns, out]`
/// - returns `[rows, columns, in, out]`
pub(super) fn kernel_gradient(x: CubeTensor, gradient: CubeTensor, stride: Stride) -> CubeTensor {
    let [batch, rows, columns, inputs] = x.meta.shape().dims();
    let [_, out_rows, out_columns, outputs] = gradient.meta.shape().dims();
    let Stride { size, strides, dilation, pads } = stride;
    let before = [pads[0].0, pads[1].0];
    let places = size[0] * size[1] * inputs;
    let pixels = batch * out_rows * out_columns;
    let threads = places / lanes(inputs) * (outputs / lanes(outputs));
    let parts = parts(pixels, threads);
    let part = pixels.div_ceil(parts);
    let plan = Plan { rows, columns, inputs, out_rows, out_columns, outputs, size, strides, dilation, before, part };
    let out = empty(&x, [parts, places, outputs]);
    let client = x.client.clone();
    let cube_dim = CubeDim::new(&client, threads * parts);
    partial::launch(
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
    sum_rows(out, [size[0], size[1], inputs, outputs])
}

/// Enough threads for a large GPU, and parts of at least 64 pixels. It depends on shapes alone, so
/// that a sum has the same order every time.
fn parts(pixels: usize, threads: usize) -> usize {
    const THREADS: usize = 1 << 15;
    THREADS.div_ceil(threads).min(pixels.div_ceil(64)).clamp(1, 256)
}

#[cube(launch)]
fn partial<I: Size, O: Size>(
    x: &Tensor<Vector<f32, I>>,
    gradient: &Tensor<Vector<f32, O>>,
    out: &mut Tensor<Vector<f32, O>>,
    #[comptime] plan: Plan,
) {
    let (width, width_out) = (I::value(), O::value());
    let groups_in = comptime!(plan.inputs / width);
    let groups_out = comptime!(plan.outputs / width_out);
    let area = comptime!(plan.out_rows * plan.out_columns);
    let group = ABSOLUTE_POS % groups_out;
    let rest = ABSOLUTE_POS / groups_out;
    let channels = rest % groups_in;
    let rest = rest / groups_in;
    let x_place = rest % comptime!(plan.size[1]);
    let rest = rest / comptime!(plan.size[1]);
    let y_place = rest % comptime!(plan.size[0]);
    let part = rest / comptime!(plan.size[0]);
    if part >= out.shape(0) {
        terminate!();
    }

    let mut sums = Array::<Vector<f32, O>>::new(width);
    #[unroll]
    for channel in 0..width {
        sums[channel] = Vector::broadcast(0.0f32);
    }
    let end = clamp_max((part + 1) * plan.part, x.shape(0) * area);
    for pixel in part * plan.part..end {
        let row = pixel % area / plan.out_columns * comptime!(plan.strides[0])
            + y_place * comptime!(plan.dilation[0])
            - comptime!(plan.before[0]);
        let column = pixel % plan.out_columns * comptime!(plan.strides[1])
            + x_place * comptime!(plan.dilation[1])
            - comptime!(plan.before[1]);
        if row < plan.rows && column < plan.columns {
            let at = (pixel / area * plan.rows + row) * plan.columns + column;
            let values = x[at * groups_in + channels];
            let factor = gradient[pixel * groups_out + group];
            #[unroll]
            for channel in 0..width {
                sums[channel] += Vector::broadcast(values.extract(channel)) * factor;
            }
        }
    }

    let place = ((part * comptime!(plan.size[0]) + y_place) * comptime!(plan.size[1]) + x_place) * plan.inputs
        + channels * width;
    #[unroll]
    for channel in 0..width {
        out[(place + channel) * groups_out + group] = sums[channel];
    }
}
