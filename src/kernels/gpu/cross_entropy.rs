//! Cross-entropy from logits, of each example or of all together, and its gradient; each thread computes one example.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::launch::{WORKGROUP, empty, grid};

/// The threads that compute a total.
const THREADS: usize = WORKGROUP as usize;

/// - `logits`, `targets`: `[batch, classes]`
/// - returns `[batch]`
pub(super) fn losses(logits: CubeTensor, targets: CubeTensor) -> CubeTensor {
    let [batch, _] = logits.meta.shape().dims();
    let out = empty(&logits, [batch]);
    let client = logits.client.clone();
    let (count, dim) = grid(&client, batch);
    loss::launch(
        &client,
        count,
        dim,
        logits.into_tensor_arg(),
        targets.into_tensor_arg(),
        out.clone().into_tensor_arg(),
    );
    out
}

/// `factor` times the sum of the losses, `[1]`.
pub(super) fn total(logits: CubeTensor, targets: CubeTensor, factor: f32) -> CubeTensor {
    let out = empty(&logits, [1]);
    let client = logits.client.clone();
    let (count, dim) = (CubeCount::Static(1, 1, 1), CubeDim::new_1d(WORKGROUP));
    let (logits, targets) = (logits.into_tensor_arg(), targets.into_tensor_arg());
    total_loss::launch(&client, count, dim, logits, targets, out.clone().into_tensor_arg(), factor);
    out
}

/// Takes the logits, the targets and the gradient of each loss, `[batch]`; returns `[batch, classes]`.
pub(super) fn gradients(tensors: [CubeTensor; 3]) -> CubeTensor {
    gradients_by(tensors, 1.0, false)
}

/// Takes the logits, the targets and the gradient of the total, `[1]`; returns `[batch, classes]`.
pub(super) fn gradients_of_total(tensors: [CubeTensor; 3], factor: f32) -> CubeTensor {
    gradients_by(tensors, factor, true)
}

fn gradients_by([logits, targets, gradient]: [CubeTensor; 3], factor: f32, of_total: bool) -> CubeTensor {
    let shape: [usize; 2] = logits.meta.shape().dims();
    let out = empty(&logits, shape);
    let client = logits.client.clone();
    let (count, dim) = grid(&client, shape[0]);
    loss_gradient::launch(
        &client,
        count,
        dim,
        logits.into_tensor_arg(),
        targets.into_tensor_arg(),
        gradient.into_tensor_arg(),
        out.clone().into_tensor_arg(),
        factor,
        of_total,
    );
    out
}

/// The largest logit, and the sum of `exp(logit - largest)`, which cannot overflow.
#[cube]
fn partition(logits: &Tensor<f32>, first: usize, classes: usize) -> (f32, f32) {
    let mut largest = logits[first];
    for class in 1..classes {
        largest = max(largest, logits[first + class]);
    }
    let mut sum = 0.0f32;
    for class in 0..classes {
        sum += (logits[first + class] - largest).exp();
    }
    (largest, sum)
}

#[cube]
fn loss_of(logits: &Tensor<f32>, targets: &Tensor<f32>, example: usize) -> f32 {
    let classes = logits.shape(1);
    let first = example * classes;
    let (largest, sum) = partition(logits, first, classes);
    let mut total = 0.0f32;
    for class in 0..classes {
        total += targets[first + class] * (sum.ln() + largest - logits[first + class]);
    }
    total
}

#[cube(launch)]
fn loss(logits: &Tensor<f32>, targets: &Tensor<f32>, out: &mut Tensor<f32>) {
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    out[ABSOLUTE_POS] = loss_of(logits, targets, ABSOLUTE_POS);
}

/// One workgroup computes as many losses as it has threads at once, and its first thread adds them up in their order.
#[cube(launch)]
fn total_loss(logits: &Tensor<f32>, targets: &Tensor<f32>, out: &mut Tensor<f32>, factor: f32) {
    let batch = logits.shape(0);
    let own = UNIT_POS as usize;
    let mut losses = Shared::<[f32]>::new_slice(THREADS);
    let mut sum = 0.0f32;
    for turn in 0..batch.div_ceil(THREADS) {
        let example = turn * THREADS + own;
        if example < batch {
            losses[own] = loss_of(logits, targets, example);
        }
        sync_cube();
        if own == 0 {
            for other in 0..THREADS {
                if turn * THREADS + other < batch {
                    sum += losses[other];
                }
            }
        }
        sync_cube();
    }
    if own == 0 {
        out[0] = sum * factor;
    }
}

#[cube(launch)]
fn loss_gradient(
    logits: &Tensor<f32>,
    targets: &Tensor<f32>,
    gradient: &Tensor<f32>,
    out: &mut Tensor<f32>,
    factor: f32,
    #[comptime] of_total: bool,
) {
    if ABSOLUTE_POS >= logits.shape(0) {
        terminate!();
    }
    let classes = logits.shape(1);
    let first = ABSOLUTE_POS * classes;
    let (largest, sum) = partition(logits, first, classes);
    let mut total = 0.0f32;
    for class in 0..classes {
        total += targets[first + class];
    }
    let gradient = if comptime!(of_total) { gradient[0] * factor } else { gradient[ABSOLUTE_POS] };
    for class in 0..classes {
        let probability = (logits[first + class] - largest).exp() / sum;
        out[first + class] = (probability * total - targets[first + class]) * gradient;
    }
}
