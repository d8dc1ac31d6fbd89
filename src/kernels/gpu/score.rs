//! The summed loss and the hits of a batch, and the sum of a loss with its gradient.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::launch::{empty, grid};

/// The threads of the only workgroup, which divide the rows of a batch among them.
const THREADS: usize = 64;

/// `factor · Σ x` of `[values]`, as `[1]`; a batch is short enough for one thread.
pub(super) fn total(x: CubeTensor, factor: f32) -> CubeTensor {
    let out = empty(&x, [1]);
    let client = x.client.clone();
    let (count, dim) = grid(&client, 1);
    summed::launch(&client, count, dim, x.into_tensor_arg(), out.clone().into_tensor_arg(), factor);
    out
}

/// `factor · x` of `[1]`, as `[length]`.
pub(super) fn spread(x: CubeTensor, factor: f32, length: usize) -> CubeTensor {
    let out = empty(&x, [length]);
    let client = x.client.clone();
    let (count, dim) = grid(&client, length);
    repeated::launch(&client, count, dim, x.into_tensor_arg(), out.clone().into_tensor_arg(), factor);
    out
}

/// The summed loss, and the number of rows whose first largest score is the label's.
///
/// - `loss`: `[1]`, the mean over the batch
/// - `scores`: `[batch, classes]`
/// - `labels`: `[batch]`
/// - `before`: `[2]`, those of earlier batches, to which these are added if they go `onto` them; otherwise it is not read
pub(super) fn score([loss, scores, before]: [CubeTensor; 3], labels: CubeTensor, onto: bool) -> CubeTensor {
    let out = empty(&scores, [2]);
    let client = scores.client.clone();
    let (loss, scores, before) = (loss.into_tensor_arg(), scores.into_tensor_arg(), before.into_tensor_arg());
    let labels = labels.into_tensor_arg();
    let (count, dim) = (CubeCount::Static(1, 1, 1), CubeDim::new_1d(THREADS as u32));
    scored::launch(&client, count, dim, loss, scores, labels, before, out.clone().into_tensor_arg(), onto);
    out
}

#[cube(launch)]
fn summed(x: &Tensor<f32>, out: &mut Tensor<f32>, factor: f32) {
    if ABSOLUTE_POS == 0 {
        let mut sum = 0.0f32;
        for at in 0..x.len() {
            sum += x[at];
        }
        out[0] = sum * factor;
    }
}

#[cube(launch)]
fn repeated(x: &Tensor<f32>, out: &mut Tensor<f32>, factor: f32) {
    if ABSOLUTE_POS < out.len() {
        out[ABSOLUTE_POS] = x[0] * factor;
    }
}

#[cube(launch)]
fn scored(
    loss: &Tensor<f32>,
    scores: &Tensor<f32>,
    labels: &Tensor<i32>,
    before: &Tensor<f32>,
    out: &mut Tensor<f32>,
    #[comptime] onto: bool,
) {
    let (batch, classes) = (scores.shape(0), scores.shape(1));
    let own = UNIT_POS as usize;
    let mut hits = 0.0f32;
    for turn in 0..batch.div_ceil(THREADS) {
        let row = turn * THREADS + own;
        if row < batch {
            let first = row * classes;
            let mut best = 0usize;
            let mut largest = scores[first];
            for class in 1..classes {
                let larger = scores[first + class] > largest;
                best = select(larger, class, best);
                largest = select(larger, scores[first + class], largest);
            }
            hits += select(i32::cast_from(best) == labels[row], 1.0, 0.0);
        }
    }
    let mut parts = Shared::<[f32]>::new_slice(THREADS);
    parts[own] = hits;
    sync_cube();
    if own == 0 {
        let mut sum = 0.0f32;
        for part in 0..THREADS {
            sum += parts[part];
        }
        let loss = loss[0] * f32::cast_from(batch);
        if comptime!(onto) {
            out[0] = before[0] + loss;
            out[1] = before[1] + sum;
        } else {
            out[0] = loss;
            out[1] = sum;
        }
    }
}
