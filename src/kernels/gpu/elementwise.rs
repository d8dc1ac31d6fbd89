//! The gradient of `ReLU`.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::launch::{empty, grid, lanes};

/// - `output`, `gradient`: `[batch, rows, columns, channels]`
pub(super) fn relu_gradient(output: CubeTensor, gradient: CubeTensor) -> CubeTensor {
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
    );
    out
}

#[cube(launch)]
fn passed<N: Size>(
    output: &Tensor<Vector<f32, N>>,
    gradient: &Tensor<Vector<f32, N>>,
    out: &mut Tensor<Vector<f32, N>>,
) {
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let zero = Vector::broadcast(0.0f32);
    out[ABSOLUTE_POS] = select_many(output[ABSOLUTE_POS].greater_than(&zero), gradient[ABSOLUTE_POS], zero);
}
