//! A step of Adam, in one pass over a weight.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use tabfit_kernels::Adam;

use super::launch::{empty, grid, lanes};

/// Takes the weight, its gradient, the two running means and `[alpha, decay]`; returns the new weight and means.
///
/// The means change in place, because some GPUs bind eight buffers at most, one of which holds the shapes. Only
/// settings that stay the same are scalars: scalars that change would be sent with every launch.
pub(super) fn step(tensors: [CubeTensor; 5], adam: Adam) -> (CubeTensor, CubeTensor, CubeTensor) {
    let [weight, gradient, mean, square, rates] = tensors;
    let [length] = weight.meta.shape().dims();
    let [mean, square] = [mean, square].map(|mean| if mean.can_mut() { mean } else { mean.copy() });
    let moved = empty(&weight, [length]);
    let threads = length / lanes(length);
    let client = weight.client.clone();
    let (count, dim) = grid(&client, threads);
    adam_step::launch(
        &client,
        count,
        dim,
        lanes(length),
        weight.into_tensor_arg(),
        gradient.into_tensor_arg(),
        mean.clone().into_tensor_arg(),
        square.clone().into_tensor_arg(),
        rates.into_tensor_arg(),
        moved.clone().into_tensor_arg(),
        adam.beta1,
        adam.beta2,
        adam.epsilon,
    );
    (moved, mean, square)
}

#[cube(launch)]
fn adam_step<N: Size>(
    weight: &Tensor<Vector<f32, N>>,
    gradient: &Tensor<Vector<f32, N>>,
    mean: &mut Tensor<Vector<f32, N>>,
    square: &mut Tensor<Vector<f32, N>>,
    rates: &Tensor<f32>,
    moved: &mut Tensor<Vector<f32, N>>,
    beta1: f32,
    beta2: f32,
    epsilon: f32,
) {
    if ABSOLUTE_POS >= moved.len() {
        terminate!();
    }
    let g = gradient[ABSOLUTE_POS];
    let m = mean[ABSOLUTE_POS] * Vector::broadcast(beta1) + g * Vector::broadcast(1.0 - beta1);
    let v = square[ABSOLUTE_POS] * Vector::broadcast(beta2) + g * g * Vector::broadcast(1.0 - beta2);
    let by = m * Vector::broadcast(rates[0]) / (v.sqrt() + Vector::broadcast(epsilon));
    moved[ABSOLUTE_POS] = weight[ABSOLUTE_POS] * Vector::broadcast(rates[1]) - by;
    mean[ABSOLUTE_POS] = m;
    square[ABSOLUTE_POS] = v;
}
