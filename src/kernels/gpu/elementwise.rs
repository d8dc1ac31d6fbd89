//! Kernels whose threads each write one place.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{empty, grid, lanes};

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

/// `[rows, columns, in, out]` with rows and columns back to front, and in and out exchanged.
pub(super) fn turned(kernel: CubeTensor) -> CubeTensor {
    let [rows, columns, inputs, outputs] = kernel.meta.shape().dims();
    let out = empty(&kernel, [rows, columns, outputs, inputs]);
    let client = kernel.client.clone();
    let threads = rows * columns * inputs * outputs;
    let (count, dim) = grid(&client, threads);
    turn::launch(&client, count, dim, kernel.into_tensor_arg(), out.clone().into_tensor_arg());
    out
}

#[cube(launch)]
fn turn(kernel: &Tensor<f32>, out: &mut Tensor<f32>) {
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let (inputs, outputs) = (out.shape(3), out.shape(2));
    let input = ABSOLUTE_POS % inputs;
    let output = ABSOLUTE_POS / inputs % outputs;
    let place = out.shape(0) * out.shape(1) - 1 - ABSOLUTE_POS / (inputs * outputs);
    out[ABSOLUTE_POS] = kernel[(place * inputs + input) * outputs + output];
}
