//! Small sums over a batch.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{empty, grid};

/// `factor` times the sum of `[values]`, as `[1]`; a batch is short enough for one thread.
pub(super) fn total(x: CubeTensor, factor: f32) -> CubeTensor {
    let out = empty(&x, [1]);
    let client = x.client.clone();
    let (count, dim) = grid(&client, 1);
    summed::launch(&client, count, dim, x.into_tensor_arg(), out.clone().into_tensor_arg(), factor);
    out
}

/// `factor` times `[1]`, `length` times.
pub(super) fn spread(x: CubeTensor, factor: f32, length: usize) -> CubeTensor {
    let out = empty(&x, [length]);
    let client = x.client.clone();
    let (count, dim) = grid(&client, length);
    repeated::launch(&client, count, dim, x.into_tensor_arg(), out.clone().into_tensor_arg(), factor);
    out
}

/// From `[batch, classes]` and the labels `[batch]` to 1 where the first largest score is the label's.
pub(super) fn hits(scores: CubeTensor, labels: CubeTensor) -> CubeTensor {
    let [batch, _] = scores.meta.shape().dims();
    let out = empty(&scores, [batch]);
    let client = scores.client.clone();
    let (count, dim) = grid(&client, batch);
    let (scores, labels) = (scores.into_tensor_arg(), labels.into_tensor_arg());
    first_largest::launch(&client, count, dim, scores, labels, out.clone().into_tensor_arg());
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
fn first_largest(scores: &Tensor<f32>, labels: &Tensor<i32>, out: &mut Tensor<f32>) {
    if ABSOLUTE_POS < out.len() {
        let classes = scores.shape(1);
        let first = ABSOLUTE_POS * classes;
        let mut best = 0usize;
        let mut largest = scores[first];
        for class in 1..classes {
            let larger = scores[first + class] > largest;
            best = select(larger, class, best);
            largest = select(larger, scores[first + class], largest);
        }
        out[ABSOLUTE_POS] = select(i32::cast_from(best) == labels[ABSOLUTE_POS], 1.0, 0.0);
    }
}
