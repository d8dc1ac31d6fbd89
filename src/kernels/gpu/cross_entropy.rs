//! Cross-entropy from logits, and its gradient; each thread computes one example.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::launch::{empty, grid};

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

/// Takes the logits, the targets and the gradient of each loss, `[batch]`; returns `[batch, classes]`.
pub(super) fn gradients([logits, targets, gradient]: [CubeTensor; 3]) -> CubeTensor {
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

#[cube(launch)]
fn loss(logits: &Tensor<f32>, targets: &Tensor<f32>, out: &mut Tensor<f32>) {
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let classes = logits.shape(1);
    let first = ABSOLUTE_POS * classes;
    let (largest, sum) = partition(logits, first, classes);
    let mut total = 0.0f32;
    for class in 0..classes {
        total += targets[first + class] * (sum.ln() + largest - logits[first + class]);
    }
    out[ABSOLUTE_POS] = total;
}

#[cube(launch)]
fn loss_gradient(logits: &Tensor<f32>, targets: &Tensor<f32>, gradient: &Tensor<f32>, out: &mut Tensor<f32>) {
    if ABSOLUTE_POS >= gradient.len() {
        terminate!();
    }
    let classes = logits.shape(1);
    let first = ABSOLUTE_POS * classes;
    let (largest, sum) = partition(logits, first, classes);
    let mut total = 0.0f32;
    for class in 0..classes {
        total += targets[first + class];
    }
    for class in 0..classes {
        let probability = (logits[first + class] - largest).exp() / sum;
        out[first + class] = (probability * total - targets[first + class]) * gradient[ABSOLUTE_POS];
    }
}
