//! The gradients of a convolution's input, kernel and bias in one launch: neither needs the other, and a GPU waits between
//! two launches until the first has ended.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use tabfit_kernels::ConvParams;

use super::convolution_plan::Plan as InputPlan;
use super::convolution_tile::{store_tile, tile_of, tile_values};
use super::launch::{WORKGROUP, grid, lanes};
use super::weight_gradients::{Gradients, Plan as WeightPlan, part_of};

/// - `x`: `[batch, rows, columns, in]`
/// - `gradient`: that of the output, `[batch, rows, columns, out]`
/// - `kernel`: `[rows, columns, in, out]`
/// - returns the gradients of `x`, and of `kernel` and the bias, these flat
pub(super) fn both_gradients(
    x: CubeTensor,
    gradient: CubeTensor,
    kernel: CubeTensor,
    conv: ConvParams,
) -> (CubeTensor, [CubeTensor; 2]) {
    let (pictures, shape) = (x.meta.shape().dims::<4>(), gradient.meta.shape().dims::<4>());
    let ([batch, rows, columns, inputs], [.., outputs]) = (pictures, shape);
    let of_input = InputPlan::input_gradient(shape, [rows, columns], inputs, conv);
    let of_weights = WeightPlan::new(pictures, outputs, conv);
    let out = of_input.empty_output(&x, batch);
    let gradients = Gradients::of(&kernel, outputs, of_weights.parts(batch));
    let [kernels, biases] = gradients.parts.clone();
    let client = x.client.clone();
    // A workgroup has threads of one kind only.
    let first = of_input.threads(batch).next_multiple_of(WORKGROUP as usize);
    let (count, dim) = grid(&client, first + of_weights.threads(batch));
    #[expect(unsafe_code, reason = "every index follows from shapes, and a browser checks them once more")]
    unsafe {
        input_and_partial::launch_unchecked(
            &client,
            count,
            dim,
            lanes(inputs),
            lanes(outputs),
            x.into_tensor_arg(),
            gradient.into_tensor_arg(),
            kernel.into_tensor_arg(),
            out.clone().into_tensor_arg(),
            kernels.into_tensor_arg(),
            biases.into_tensor_arg(),
            first,
            of_input,
            of_weights,
        );
    }
    (out, gradients.sums())
}

/// The first threads compute the gradient of the input, and the others those of the weights.
#[cube(launch_unchecked)]
fn input_and_partial<I: Size, O: Size>(
    x: &Tensor<Vector<f32, I>>,
    gradient: &Tensor<Vector<f32, O>>,
    kernel: &Tensor<Vector<f32, O>>,
    out: &mut Tensor<Vector<f32, I>>,
    kernels: &mut Tensor<Vector<f32, O>>,
    biases: &mut Tensor<Vector<f32, O>>,
    first: usize,
    #[comptime] of_input: InputPlan,
    #[comptime] of_weights: WeightPlan,
) {
    if ABSOLUTE_POS < first {
        let width = I::value();
        let at = tile_of(ABSOLUTE_POS, of_input, width);
        if at.0 < out.shape(0) {
            // Without a bias, the tensor in its place is not read.
            let values = tile_values::<O, O, I>(gradient, kernel, x, at, of_input);
            store_tile::<I>(values, out, at, of_input);
        }
    } else {
        part_of::<I, O>(x, gradient, kernels, biases, ABSOLUTE_POS - first, of_weights);
    }
}
