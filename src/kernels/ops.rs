//! The operations on burn's tensors, whatever device holds them.

use burn::backend::Dispatch;
use burn::tensor::{Int, Tensor};
use tabfit_kernels::{Adam, ConvParams, FusedActivation};

use crate::kernels::backend::{Kernels, Unrecorded};
use crate::kernels::tensors::Tensors;

/// A convolution with its bias and an activation.
///
/// # Shapes
/// - `x`: `[batch, rows, columns, in]`
/// - `kernel`: `[rows, columns, in, out]`; or, depthwise, `[rows, columns, 1, out]`, where each channel is convolved by
///   itself into `out / in` neighbouring ones
/// - `bias`: `[out]`
/// - returns `[batch, rows, columns, out]`
#[must_use]
pub fn convolution(
    x: Tensor<4>,
    kernel: Tensor<4>,
    bias: Tensor<1>,
    params: ConvParams,
    activation: FusedActivation,
) -> Tensor<4> {
    let (x, kernel, bias) = (x.into_dispatch(), kernel.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Kernels>::convolution(x, kernel, bias, params, activation))
}

/// A convolution with `ReLU`, then a max pool. Fused, the gradient of `ReLU` is applied to the pool's output, which has
/// fewer values than the convolution's.
///
/// # Shapes
/// Those of [`convolution`], with the rows and columns of the result of [`max_pool`].
#[must_use]
pub fn convolution_pooled(
    x: Tensor<4>,
    kernel: Tensor<4>,
    bias: Tensor<1>,
    params: ConvParams,
    pool: ConvParams,
) -> Tensor<4> {
    let (x, kernel, bias) = (x.into_dispatch(), kernel.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Kernels>::convolution_pooled(x, kernel, bias, params, pool))
}

/// The sum of a convolution without an activation and `added`. On the processor, one of single pixels adds while what it has made is
/// in the cache.
///
/// # Shapes
/// Those of [`convolution`]; `added` has that of the result.
#[must_use]
pub fn convolution_onto(
    added: Tensor<4>,
    x: Tensor<4>,
    kernel: Tensor<4>,
    bias: Tensor<1>,
    params: ConvParams,
) -> Tensor<4> {
    let (x, kernel, bias) = (x.into_dispatch(), kernel.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Kernels>::convolution_onto(added.into_dispatch(), x, kernel, bias, params))
}

/// A fully connected layer, computed as a pointwise convolution of one row of pixels, each of which is an example.
///
/// # Shapes
/// - `x`: `[batch, in]`
/// - `kernel`: `[in, out]`
/// - `bias`: `[out]`
/// - returns `[batch, out]`
#[must_use]
pub fn dense(x: Tensor<2>, kernel: Tensor<2>, bias: Tensor<1>, activation: FusedActivation) -> Tensor<2> {
    let ([batch, inputs], [_, outputs]) = (x.dims(), kernel.dims());
    let (x, kernel) = (x.reshape([1, 1, batch, inputs]), kernel.reshape([1, 1, inputs, outputs]));
    convolution(x, kernel, bias, ConvParams::DENSE, activation).reshape([batch, outputs])
}

/// Categorical cross-entropy from logits, `-Σ target · log softmax(logits)`, of each example.
///
/// # Shapes
/// - `logits`, `targets`: `[batch, classes]`
/// - returns `[batch]`
#[must_use]
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    Tensor::from_dispatch(<Dispatch as Kernels>::cross_entropy(logits.into_dispatch(), targets.into_dispatch()))
}

/// `factor · Σ cross_entropy(logits, targets)`.
///
/// # Shapes
/// - `logits`, `targets`: `[batch, classes]`
/// - returns `[1]`
#[must_use]
pub fn total_cross_entropy(logits: Tensor<2>, targets: Tensor<2>, factor: f32) -> Tensor<1> {
    let (logits, targets) = (logits.into_dispatch(), targets.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Kernels>::total_cross_entropy(logits, targets, factor))
}

/// `factor · Σ x`.
///
/// # Shapes
/// - `x`: `[values]`
/// - returns `[1]`
#[must_use]
pub fn total(x: Tensor<1>, factor: f32) -> Tensor<1> {
    Tensor::from_dispatch(<Dispatch as Kernels>::total(x.into_dispatch(), factor))
}

/// The summed loss of a batch, and the number of rows whose largest logit (the first of equal ones) is the label's; both
/// added to those of the batches before.
///
/// # Shapes
/// - `loss`: `[1]`, the mean over the batch
/// - `logits`: `[batch, classes]`
/// - `labels`: `[batch]`
/// - `before`: `[2]`
/// - returns `[2]`
#[must_use]
pub fn score(loss: Tensor<1>, logits: Tensor<2>, labels: Tensor<1, Int>, before: Option<Tensor<1>>) -> Tensor<1> {
    let onto = before.is_some();
    let before = before.unwrap_or_else(|| loss.clone()).into_dispatch();
    let (loss, logits, labels) = (loss.into_dispatch(), logits.into_dispatch(), labels.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Unrecorded>::score(loss, logits, labels, before, onto))
}

/// One step of Adam: returns the weights, `decay · w - alpha · m / (√v + epsilon)`, and the running means `[m, v]` of each.
///
/// # Shapes
/// - `rates`: `[alpha, decay]`; they change from step to step and lie on the device, once for all weights
/// - of each weight, all others: `[values]`
#[must_use]
pub fn adam(
    weights: Vec<Tensor<1>>,
    gradients: Vec<Tensor<1>>,
    means: [Vec<Tensor<1>>; 2],
    rates: Tensor<1>,
    adam: Adam,
) -> (Vec<Tensor<1>>, [Vec<Tensor<1>>; 2]) {
    let ([means, squares], rates) = (means.map(Tensors::from), rates.into_dispatch());
    let (weights, gradients) = (weights.into(), gradients.into());
    let (weights, means, squares) = <Dispatch as Unrecorded>::adam(weights, gradients, means, squares, rates, adam);
    (weights.into(), [means.into(), squares.into()])
}

/// The largest value of each window and channel; padding is never the largest, and NaN propagates.
///
/// # Shapes
/// - `x`: `[batch, rows, columns, channels]`
/// - returns `[batch, rows, columns, channels]`
#[must_use]
pub fn max_pool(x: Tensor<4>, params: ConvParams) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as Kernels>::max_pool(x.into_dispatch(), params))
}

/// A number whose gradient with respect to `x` is known: from it, gradients flow back to what `x` was made of. Its value is 0.
///
/// # Shapes
/// - `x`, `gradient`: `[rows, channels]`
/// - returns `[1]`
#[must_use]
pub(crate) fn start_of_gradient(x: Tensor<2>, gradient: Tensor<2>) -> Tensor<1> {
    let (x, gradient) = (x.into_dispatch(), gradient.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Kernels>::start_of_gradient(x, gradient))
}
