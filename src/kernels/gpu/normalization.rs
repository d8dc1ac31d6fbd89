//! Batch normalization that learns. Sums over the rows are computed in parts that are then summed in order, so that they are the
//! same every time.

use burn::backend::Wgpu;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::Values;
use super::launch::{empty, grid, lanes};
use crate::kernels::batch_normalization::{BatchNormalization, BatchStatistics};

/// The fewest rows of a part, and the most parts.
const PART: usize = 64;
const MOST: usize = 256;

/// The rows of a part; the shape alone decides.
pub(super) fn rows_of_a_part(rows: usize) -> usize {
    rows.div_ceil(MOST).max(PART)
}

impl BatchNormalization for Wgpu {
    fn batch_normalization(x: Values, gamma: Values, beta: Values, statistics: Values, epsilon: f32) -> Values {
        let [x, gamma, beta, statistics] = [x, gamma, beta, statistics].map(into_contiguous);
        normalize(x, [gamma, beta], statistics, epsilon)
    }
}

impl BatchStatistics for Wgpu {
    fn batch_statistics(
        x: Values,
        moving_mean: Values,
        moving_variance: Values,
        momentum: f32,
    ) -> (Values, Values, Values) {
        let [x, mean, variance] = [x, moving_mean, moving_variance].map(into_contiguous);
        let [own, mean, variance] = statistics(x, [mean, variance], momentum);
        (own, mean, variance)
    }
}

/// - `x`: `[rows, channels]`
/// - `moving`: the mean and the variance, each `[channels]`
/// - returns the mean and the variance of the rows, `[2 · channels]`, and the moving ones after them
fn statistics(x: CubeTensor, moving: [CubeTensor; 2], momentum: f32) -> [CubeTensor; 3] {
    let [rows, channels] = x.meta.shape().dims();
    let part = rows_of_a_part(rows);
    let parts = empty(&x, [rows.div_ceil(part), 2 * channels]);
    let (client, lanes) = (x.client.clone(), lanes(channels));
    let (count, dim) = grid(&client, rows.div_ceil(part) * channels / lanes);
    let out = [2 * channels, channels, channels].map(|length| empty(&x, [length]));
    moment_parts::launch(&client, count, dim, lanes, x.into_tensor_arg(), parts.clone().into_tensor_arg(), rows, part);
    let (count, dim) = grid(&client, channels / lanes);
    let ([mean, variance], [own, new_mean, new_variance]) = (moving, out.clone());
    joined_moments::launch(
        &client,
        count,
        dim,
        lanes,
        parts.into_tensor_arg(),
        mean.into_tensor_arg(),
        variance.into_tensor_arg(),
        own.into_tensor_arg(),
        new_mean.into_tensor_arg(),
        new_variance.into_tensor_arg(),
        rows,
        part,
        momentum,
    );
    out
}

/// `(x - mean) / √(variance + epsilon) · gamma + beta`.
fn normalize(x: CubeTensor, weights: [CubeTensor; 2], statistics: CubeTensor, epsilon: f32) -> CubeTensor {
    let [rows, channels] = x.meta.shape().dims();
    let out = empty(&x, [rows, channels]);
    let (client, lanes) = (x.client.clone(), lanes(channels));
    let (count, dim) = grid(&client, rows * channels / lanes);
    let [gamma, beta] = weights;
    normalized::launch(
        &client,
        count,
        dim,
        lanes,
        x.into_tensor_arg(),
        gamma.into_tensor_arg(),
        beta.into_tensor_arg(),
        statistics.into_tensor_arg(),
        out.clone().into_tensor_arg(),
        epsilon,
    );
    out
}

/// The mean of each part, and the sum of the squared differences from it.
#[cube(launch)]
fn moment_parts<N: Size>(x: &Tensor<Vector<f32, N>>, out: &mut Tensor<Vector<f32, N>>, rows: usize, part: usize) {
    let channels = x.len() / rows;
    let (at, channel) = (ABSOLUTE_POS / channels, ABSOLUTE_POS % channels);
    let first = at * part;
    if first >= rows {
        terminate!();
    }
    let end = clamp_max(first + part, rows);
    let mut sum = Vector::broadcast(0.0f32);
    for row in first..end {
        sum += x[row * channels + channel];
    }
    let mean = sum / Vector::broadcast(f32::cast_from(end - first));
    let mut squares = Vector::broadcast(0.0f32);
    for row in first..end {
        let apart = x[row * channels + channel] - mean;
        squares += apart * apart;
    }
    out[at * 2 * channels + channel] = mean;
    out[at * 2 * channels + channels + channel] = squares;
}

/// The statistics of all rows by the formula of "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", Chan
/// and others, 1979.
#[cube(launch)]
fn joined_moments<N: Size>(
    parts: &Tensor<Vector<f32, N>>,
    moving_mean: &Tensor<Vector<f32, N>>,
    moving_variance: &Tensor<Vector<f32, N>>,
    statistics: &mut Tensor<Vector<f32, N>>,
    new_mean: &mut Tensor<Vector<f32, N>>,
    new_variance: &mut Tensor<Vector<f32, N>>,
    rows: usize,
    part: usize,
    momentum: f32,
) {
    let channels = new_mean.len();
    let channel = ABSOLUTE_POS;
    if channel >= channels {
        terminate!();
    }
    let mut mean = parts[channel];
    let mut squares = parts[channels + channel];
    for at in 1..parts.len() / (2 * channels) {
        let (before, own) = (at * part, clamp_max(part, rows - at * part));
        let (before, own) = (f32::cast_from(before), f32::cast_from(own));
        let all = before + own;
        let apart = parts[at * 2 * channels + channel] - mean;
        mean += apart * Vector::broadcast(own / all);
        squares +=
            parts[at * 2 * channels + channels + channel] + apart * apart * Vector::broadcast(before * own / all);
    }
    let variance = squares / Vector::broadcast(f32::cast_from(rows));
    statistics[channel] = mean;
    statistics[channels + channel] = variance;
    let (old, new) = (Vector::broadcast(momentum), Vector::broadcast(1.0 - momentum));
    new_mean[channel] = moving_mean[channel] * old + mean * new;
    new_variance[channel] = moving_variance[channel] * old + variance * new;
}

/// `1 / √(variance + epsilon)`.
#[cube]
pub(super) fn factor<N: Size>(
    statistics: &Tensor<Vector<f32, N>>,
    channels: usize,
    channel: usize,
    epsilon: f32,
) -> Vector<f32, N> {
    let variance = statistics[channels + channel] + Vector::broadcast(epsilon);
    Vector::broadcast(1.0f32) / variance.sqrt()
}

#[cube(launch)]
fn normalized<N: Size>(
    x: &Tensor<Vector<f32, N>>,
    gamma: &Tensor<Vector<f32, N>>,
    beta: &Tensor<Vector<f32, N>>,
    statistics: &Tensor<Vector<f32, N>>,
    out: &mut Tensor<Vector<f32, N>>,
    epsilon: f32,
) {
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let channels = gamma.len();
    let channel = ABSOLUTE_POS % channels;
    let scale = gamma[channel] * factor::<N>(statistics, channels, channel, epsilon);
    out[ABSOLUTE_POS] = (x[ABSOLUTE_POS] - statistics[channel]) * scale + beta[channel];
}
