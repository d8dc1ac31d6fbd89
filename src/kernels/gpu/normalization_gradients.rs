//! The gradients of a batch normalization that learns.

use burn::backend::Wgpu;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::Values;
use super::gradients::places;
use super::launch::{empty, grid, lanes};
use super::normalization::{factor, rows_of_a_part};
use crate::kernels::batch_normalization::BackwardBatchNormalization;

impl BackwardBatchNormalization for Wgpu {
    fn batch_normalization_gradients(
        x: Values,
        gradient: Values,
        gamma: Values,
        statistics: Values,
        epsilon: f32,
    ) -> [Values; 3] {
        let [x, gradient, gamma, statistics] = [x, gradient, gamma, statistics].map(into_contiguous);
        gradients(x, gradient, gamma, statistics, epsilon)
    }
}

/// Those of the input, of gamma and of beta.
fn gradients(
    x: CubeTensor,
    gradient: CubeTensor,
    gamma: CubeTensor,
    statistics: CubeTensor,
    epsilon: f32,
) -> [CubeTensor; 3] {
    let [rows, channels] = x.meta.shape().dims();
    let part = rows_of_a_part(rows);
    let parts = empty(&x, [rows.div_ceil(part), 2 * channels]);
    let out = empty(&x, [rows, channels]);
    let [of_gamma, of_beta] = places(&gamma, channels);
    let (client, lanes) = (x.client.clone(), lanes(channels));
    let (count, dim) = grid(&client, rows.div_ceil(part) * channels / lanes);
    gradient_parts::launch(
        &client,
        count,
        dim,
        lanes,
        x.clone().into_tensor_arg(),
        gradient.clone().into_tensor_arg(),
        statistics.clone().into_tensor_arg(),
        parts.clone().into_tensor_arg(),
        part,
    );
    let (count, dim) = grid(&client, channels / lanes);
    weight_gradients::launch(
        &client,
        count,
        dim,
        lanes,
        parts.into_tensor_arg(),
        statistics.clone().into_tensor_arg(),
        of_gamma.clone().into_tensor_arg(),
        of_beta.clone().into_tensor_arg(),
        epsilon,
    );
    let (count, dim) = grid(&client, rows * channels / lanes);
    input_gradient::launch(
        &client,
        count,
        dim,
        lanes,
        x.into_tensor_arg(),
        gradient.into_tensor_arg(),
        gamma.into_tensor_arg(),
        statistics.into_tensor_arg(),
        of_gamma.clone().into_tensor_arg(),
        of_beta.clone().into_tensor_arg(),
        out.clone().into_tensor_arg(),
        epsilon,
    );
    [out, of_gamma, of_beta]
}

/// The sum of the gradient over the rows of a part, and of its product with the difference from the mean.
#[cube(launch)]
fn gradient_parts<N: Size>(
    x: &Tensor<Vector<f32, N>>,
    gradient: &Tensor<Vector<f32, N>>,
    statistics: &Tensor<Vector<f32, N>>,
    out: &mut Tensor<Vector<f32, N>>,
    part: usize,
) {
    let channels = statistics.len() / 2;
    let rows = x.len() / channels;
    let (at, channel) = (ABSOLUTE_POS / channels, ABSOLUTE_POS % channels);
    let first = at * part;
    if first >= rows {
        terminate!();
    }
    let mean = statistics[channel];
    let mut sum = Vector::broadcast(0.0f32);
    let mut product = Vector::broadcast(0.0f32);
    for row in first..clamp_max(first + part, rows) {
        let own = gradient[row * channels + channel];
        sum += own;
        product += own * (x[row * channels + channel] - mean);
    }
    out[at * 2 * channels + channel] = sum;
    out[at * 2 * channels + channels + channel] = product;
}

#[cube(launch)]
fn weight_gradients<N: Size>(
    parts: &Tensor<Vector<f32, N>>,
    statistics: &Tensor<Vector<f32, N>>,
    of_gamma: &mut Tensor<Vector<f32, N>>,
    of_beta: &mut Tensor<Vector<f32, N>>,
    epsilon: f32,
) {
    let channels = of_gamma.len();
    let channel = ABSOLUTE_POS;
    if channel >= channels {
        terminate!();
    }
    let mut sum = Vector::broadcast(0.0f32);
    let mut product = Vector::broadcast(0.0f32);
    for at in 0..parts.len() / (2 * channels) {
        sum += parts[at * 2 * channels + channel];
        product += parts[at * 2 * channels + channels + channel];
    }
    of_beta[channel] = sum;
    of_gamma[channel] = product * factor::<N>(statistics, channels, channel, epsilon);
}

/// `(gradient - offset - (x - mean) · slope) · scale`, where `offset` is the mean of the gradient over all rows, and `slope` that of
/// its product with the normalized input, times the factor.
#[cube(launch)]
fn input_gradient<N: Size>(
    x: &Tensor<Vector<f32, N>>,
    gradient: &Tensor<Vector<f32, N>>,
    gamma: &Tensor<Vector<f32, N>>,
    statistics: &Tensor<Vector<f32, N>>,
    of_gamma: &Tensor<Vector<f32, N>>,
    of_beta: &Tensor<Vector<f32, N>>,
    out: &mut Tensor<Vector<f32, N>>,
    epsilon: f32,
) {
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let channels = gamma.len();
    let channel = ABSOLUTE_POS % channels;
    let rows = Vector::broadcast(f32::cast_from(out.len() / channels));
    let factor = factor::<N>(statistics, channels, channel, epsilon);
    let offset = of_beta[channel] / rows;
    let slope = of_gamma[channel] / rows * factor;
    let apart = x[ABSOLUTE_POS] - statistics[channel];
    out[ABSOLUTE_POS] = (gradient[ABSOLUTE_POS] - offset - apart * slope) * gamma[channel] * factor;
}
