//! A step of Adam in one pass over a weight.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{super::Adam, empty, grid, lanes};

/// From weight, gradient, the two running means and `[alpha, decay]` to weight and means.
///
/// Only what is the same in every step is a scalar: scalars that change would be sent with every launch.
pub(super) fn step(tensors: [CubeTensor; 5], adam: Adam) -> (CubeTensor, CubeTensor, CubeTensor) {
    let [weight, gradient, mean, square, rates] = tensors;
    let [length] = weight.meta.shape().dims();
    let out = [0; 3].map(|_| empty(&weight, [length]));
    let threads = length / lanes(length);
    let client = weight.client.clone();
    let (count, dim) = grid(&client, threads);
    moved::launch(
        &client,
        count,
        dim,
        lanes(length),
        weight.into_tensor_arg(),
        gradient.into_tensor_arg(),
        mean.into_tensor_arg(),
        square.into_tensor_arg(),
        rates.into_tensor_arg(),
        out[0].clone().into_tensor_arg(),
        out[1].clone().into_tensor_arg(),
        out[2].clone().into_tensor_arg(),
        adam.beta1,
        adam.beta2,
        adam.epsilon,
    );
    let [weight, mean, square] = out;
    (weight, mean, square)
}

#[cube(launch)]
fn moved<N: Size>(
    weight: &Tensor<Vector<f32, N>>,
    gradient: &Tensor<Vector<f32, N>>,
    mean: &Tensor<Vector<f32, N>>,
    square: &Tensor<Vector<f32, N>>,
    rates: &Tensor<f32>,
    new_weight: &mut Tensor<Vector<f32, N>>,
    new_mean: &mut Tensor<Vector<f32, N>>,
    new_square: &mut Tensor<Vector<f32, N>>,
    beta1: f32,
    beta2: f32,
    epsilon: f32,
) {
    if ABSOLUTE_POS >= new_weight.len() {
        terminate!();
    }
    let g = gradient[ABSOLUTE_POS];
    let m = mean[ABSOLUTE_POS] * Vector::broadcast(beta1) + g * Vector::broadcast(1.0 - beta1);
    let v = square[ABSOLUTE_POS] * Vector::broadcast(beta2) + g * g * Vector::broadcast(1.0 - beta2);
    let moved = m * Vector::broadcast(rates[0]) / (v.sqrt() + Vector::broadcast(epsilon));
    new_weight[ABSOLUTE_POS] = weight[ABSOLUTE_POS] * Vector::broadcast(rates[1]) - moved;
    new_mean[ABSOLUTE_POS] = m;
    new_square[ABSOLUTE_POS] = v;
}
