//! The gradients of `ReLU` and `ReLU6`.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::launch::{empty, grid, lanes};

/// The gradient where the output is above 0, and for `ReLU6` below 6; 0 elsewhere.
///
/// - `output`, `gradient`: `[batch, rows, columns, channels]`
pub(super) fn relu_gradient(output: CubeTensor, gradient: CubeTensor, relu6: bool) -> CubeTensor {
    let shape: [usize; 4] = output.meta.shape().dims();
    let out = empty(&output, shape);
    let (client, lanes) = (output.client.clone(), lanes(shape[3]));
    let threads = shape.iter().product::<usize>() / lanes;
    let (count, dim) = grid(&client, threads);
    passed::launch(
        &client,
        count,
        dim,
        lanes,
        output.into_tensor_arg(),
        gradient.into_tensor_arg(),
        out.clone().into_tensor_arg(),
        relu6,
    );
    out
}

#[cube(launch)]
fn passed<N: Size>(
    output: &Tensor<Vector<f32, N>>,
    gradient: &Tensor<Vector<f32, N>>,
    out: &mut Tensor<Vector<f32, N>>,
    #[comptime] relu6: bool,
) {
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let zero = Vector::broadcast(0.0f32);
    let output = output[ABSOLUTE_POS];
    let mut passed = select_many(output.greater_than(&zero), gradient[ABSOLUTE_POS], zero);
    if relu6 {
        passed = select_many(output.less_than(&Vector::broadcast(6.0f32)), passed, zero);
    }
    out[ABSOLUTE_POS] = passed;
}
