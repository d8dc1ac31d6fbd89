//! A convolution whose threads each compute a tile of pixels and a few channels in registers.
//!
//! Neighbouring threads compute neighbouring channels of the same pixels, so they read the same numbers of the
//! picture, and numbers of the kernel that lie side by side. They share no memory and never wait for each other.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::convolution_plan::Plan;
use super::convolution_tile::{store_pooled, store_tile, tile_of, tile_values};
use super::launch::{empty, grid, lanes};
use super::params::LaunchParams;

/// - `x`: `[batch, rows, columns, in]`
/// - `kernel`: `[rows, columns, in, out]`, or `[rows, columns, out, in]` if the plan rotates it
/// - `bias`: `[out]`; only read if the plan is biased
pub(super) fn convolve(x: CubeTensor, kernel: CubeTensor, bias: CubeTensor, plan: Plan) -> CubeTensor {
    let [batch, ..] = x.meta.shape().dims::<4>();
    let LaunchParams { inputs, outputs, .. } = plan.params;
    let out = plan.empty_output(&x, batch);
    let client = x.client.clone();
    let (count, dim) = grid(&client, plan.threads(batch));
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

/// The same, and the largest value of each window of 2 x 2 pixels.
pub(super) fn convolve_and_pool(x: CubeTensor, kernel: CubeTensor, bias: CubeTensor, plan: Plan) -> [CubeTensor; 2] {
    let [batch, ..] = x.meta.shape().dims::<4>();
    let LaunchParams { inputs, outputs, out_rows, out_columns, .. } = plan.params;
    let out = plan.empty_output(&x, batch);
    let pooled = empty(&x, [batch, out_rows / 2, out_columns / 2, outputs]);
    let client = x.client.clone();
    let (count, dim) = grid(&client, plan.threads(batch));
    #[expect(unsafe_code, reason = "every index follows from shapes, and a browser checks them once more")]
    unsafe {
        convolution_pooled::launch_unchecked(
            &client,
            count,
            dim,
            lanes(inputs),
            lanes(outputs),
            x.into_tensor_arg(),
            kernel.into_tensor_arg(),
            bias.into_tensor_arg(),
            out.clone().into_tensor_arg(),
            pooled.clone().into_tensor_arg(),
            plan,
        );
    }
    [out, pooled]
}

#[cube(launch_unchecked)]
fn convolution<I: Size, K: Size, O: Size>(
    x: &Tensor<Vector<f32, I>>,
    kernel: &Tensor<Vector<f32, K>>,
    bias: &Tensor<Vector<f32, O>>,
    out: &mut Tensor<Vector<f32, O>>,
    #[comptime] plan: Plan,
) {
    let width = O::value();
    let at = tile_of(ABSOLUTE_POS, plan, width);
    if at.0 >= out.shape(0) {
        terminate!();
    }
    let values = tile_values::<I, K, O>(x, kernel, bias, at, plan);
    store_tile::<O>(values, out, at, plan);
}

#[cube(launch_unchecked)]
fn convolution_pooled<I: Size, O: Size>(
    x: &Tensor<Vector<f32, I>>,
    kernel: &Tensor<Vector<f32, O>>,
    bias: &Tensor<Vector<f32, O>>,
    out: &mut Tensor<Vector<f32, O>>,
    pooled: &mut Tensor<Vector<f32, O>>,
    #[comptime] plan: Plan,
) {
    let width = O::value();
    let at = tile_of(ABSOLUTE_POS, plan, width);
    if at.0 >= out.shape(0) {
        terminate!();
    }
    let values = tile_values::<I, O, O>(x, kernel, bias, at, plan);
    store_tile::<O>(values, out, at, plan);
    store_pooled::<O>(values, pooled, at, plan);
}
