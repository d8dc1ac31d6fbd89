//! Depthwise convolutions, which convolve each channel by itself, and their gradients.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use tabfit_kernels::ConvParams;

use super::index::{coordinates, output_pixel, window_pixel};
use super::launch::{empty, grid, lanes};
use super::{params::LaunchParams, weight_gradients::Gradients};
use crate::kernels::rows_of_a_depthwise_part;

/// Everything the kernels are compiled for; the output has `multiplier` channels for each of the picture's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Plan {
    params: LaunchParams,
    multiplier: usize,
    relu: bool,
    /// The rows of the output, counted over all pictures, that make a part of the kernel's gradient.
    part: usize,
}

impl Plan {
    fn new(x: [usize; 4], outputs: usize, conv: ConvParams, relu: bool) -> Self {
        let params = LaunchParams::new(x, outputs, conv);
        Self { params, multiplier: outputs / x[3], relu, part: rows_of_a_depthwise_part(params.out_columns) }
    }

    /// The channels that a thread computes at once: several only if each output channel has its own input channel, so
    /// that both lie side by side.
    fn lanes(&self) -> usize {
        if self.multiplier == 1 { lanes(self.params.inputs) } else { 1 }
    }
}

/// - `x`: `[batch, rows, columns, in]`
/// - `kernel`: `[rows, columns, 1, out]`, `bias`: `[out]`
pub(super) fn forward(x: CubeTensor, kernel: CubeTensor, bias: CubeTensor, conv: ConvParams, relu: bool) -> CubeTensor {
    let ([.., outputs], pictures) = (kernel.meta.shape().dims::<4>(), x.meta.shape().dims::<4>());
    let plan = Plan::new(pictures, outputs, conv, relu);
    let out = empty(&x, [pictures[0], plan.params.out_rows, plan.params.out_columns, outputs]);
    let client = x.client.clone();
    let (count, dim) = grid(&client, out.meta.shape().num_elements() / plan.lanes());
    let (x, kernel, bias) = (x.into_tensor_arg(), kernel.into_tensor_arg(), bias.into_tensor_arg());
    output::launch(&client, count, dim, plan.lanes(), x, kernel, bias, out.clone().into_tensor_arg(), plan);
    out
}

/// - `gradient`: that of the output, `[batch, rows, columns, out]`
/// - returns `[batch, rows, columns, in]`
pub(super) fn input_gradient(
    gradient: CubeTensor,
    kernel: CubeTensor,
    conv: ConvParams,
    input: [usize; 3],
) -> CubeTensor {
    let [batch, .., outputs] = gradient.meta.shape().dims::<4>();
    let shape = [batch, input[0], input[1], input[2]];
    let plan = Plan::new(shape, outputs, conv, false);
    let out = empty(&gradient, shape);
    let client = gradient.client.clone();
    let (count, dim) = grid(&client, out.meta.shape().num_elements() / plan.lanes());
    let (gradient, kernel) = (gradient.into_tensor_arg(), kernel.into_tensor_arg());
    of_input::launch(&client, count, dim, plan.lanes(), gradient, kernel, out.clone().into_tensor_arg(), plan);
    out
}

/// - returns `[rows, columns, 1, out]` and `[out]`, flat
pub(super) fn weight_gradients(
    x: CubeTensor,
    gradient: CubeTensor,
    kernel: &CubeTensor,
    conv: ConvParams,
) -> [CubeTensor; 2] {
    let (pictures, [.., outputs]) = (x.meta.shape().dims::<4>(), gradient.meta.shape().dims::<4>());
    let plan = Plan::new(pictures, outputs, conv, false);
    let [rows, columns] = conv.size;
    let parts = (pictures[0] * plan.params.out_rows).div_ceil(plan.part);
    let gradients = Gradients::of(kernel, outputs, parts);
    let [kernels, biases] = gradients.parts.clone();
    let client = x.client.clone();
    let (count, dim) = grid(&client, parts * (rows * columns + 1) * outputs / plan.lanes());
    let (of_kernel, of_bias) = (kernels.clone().into_tensor_arg(), biases.clone().into_tensor_arg());
    let (x, gradient) = (x.into_tensor_arg(), gradient.into_tensor_arg());
    of_weights::launch(&client, count, dim, plan.lanes(), x, gradient, of_kernel, of_bias, plan);
    gradients.sums()
}

#[cube(launch)]
fn output<N: Size>(
    x: &Tensor<Vector<f32, N>>,
    kernel: &Tensor<Vector<f32, N>>,
    bias: &Tensor<Vector<f32, N>>,
    out: &mut Tensor<Vector<f32, N>>,
    #[comptime] plan: Plan,
) {
    let width = N::value();
    let groups = comptime!(plan.params.outputs / width);
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let sizes = comptime!((groups, plan.params.out_columns, plan.params.out_rows));
    let (group, column, row, picture) = coordinates(ABSOLUTE_POS, sizes);
    let mut sum = bias[group];
    for y in 0..comptime!(plan.params.size[0]) {
        for x_place in 0..comptime!(plan.params.size[1]) {
            let (there, pixel) = window_pixel(picture, (row, column), (y, x_place), plan.params);
            let value = x[pixel * comptime!(groups / plan.multiplier) + group / plan.multiplier];
            let weight = kernel[(y * comptime!(plan.params.size[1]) + x_place) * groups + group];
            sum += select(there, value * weight, Vector::broadcast(0.0f32));
        }
    }
    let zero = Vector::broadcast(0.0f32);
    // `max` may turn NaN into 0.
    out[ABSOLUTE_POS] = if comptime!(plan.relu) { select_many(sum.less_than(&zero), zero, sum) } else { sum };
}

#[cube(launch)]
fn of_input<N: Size>(
    gradient: &Tensor<Vector<f32, N>>,
    kernel: &Tensor<Vector<f32, N>>,
    out: &mut Tensor<Vector<f32, N>>,
    #[comptime] plan: Plan,
) {
    let width = N::value();
    let groups = comptime!(plan.params.inputs / width);
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let sizes = comptime!((groups, plan.params.columns, plan.params.rows));
    let (group, column, row, picture) = coordinates(ABSOLUTE_POS, sizes);
    let mut sum = Vector::broadcast(0.0f32);
    for y in 0..comptime!(plan.params.size[0]) {
        for x_place in 0..comptime!(plan.params.size[1]) {
            let (there, of_row, of_column) = output_pixel((row, column), (y, x_place), plan.params);
            let pixel = (picture * plan.params.out_rows + of_row) * plan.params.out_columns + of_column;
            #[unroll]
            for own in 0..plan.multiplier {
                let channel = group * plan.multiplier + own;
                let value = gradient[pixel * comptime!(groups * plan.multiplier) + channel];
                let weight = (y * comptime!(plan.params.size[1]) + x_place) * comptime!(groups * plan.multiplier);
                let product = value * kernel[weight + channel];
                sum += select(there, product, Vector::broadcast(0.0f32));
            }
        }
    }
    out[ABSOLUTE_POS] = sum;
}

#[cube(launch)]
fn of_weights<N: Size>(
    x: &Tensor<Vector<f32, N>>,
    gradient: &Tensor<Vector<f32, N>>,
    kernels: &mut Tensor<Vector<f32, N>>,
    biases: &mut Tensor<Vector<f32, N>>,
    #[comptime] plan: Plan,
) {
    let width = N::value();
    let groups = comptime!(plan.params.outputs / width);
    let places = comptime!(plan.params.size[0] * plan.params.size[1]);
    let group = ABSOLUTE_POS % groups;
    // The place after the kernel's last is the bias.
    let place = ABSOLUTE_POS / groups % (places + 1);
    let part = ABSOLUTE_POS / comptime!(groups * (places + 1));
    if part * groups >= biases.len() {
        terminate!();
    }
    let first = part * plan.part;
    let last = clamp_max(first + plan.part, x.shape(0) * plan.params.out_rows);
    let mut sum = Vector::broadcast(0.0f32);
    if place == places {
        for pixel in first * plan.params.out_columns..last * plan.params.out_columns {
            sum += gradient[pixel * groups + group];
        }
        biases[part * groups + group] = sum;
    } else {
        let at = (place / comptime!(plan.params.size[1]), place % comptime!(plan.params.size[1]));
        for line in first..last {
            let (picture, row) = (line / plan.params.out_rows, line % plan.params.out_rows);
            for column in 0..plan.params.out_columns {
                let (there, pixel) = window_pixel(picture, (row, column), at, plan.params);
                let value = x[pixel * comptime!(groups / plan.multiplier) + group / plan.multiplier];
                let product = value * gradient[(line * plan.params.out_columns + column) * groups + group];
                sum += select(there, product, Vector::broadcast(0.0f32));
            }
        }
        kernels[(part * places + place) * groups + group] = sum;
    }
}
