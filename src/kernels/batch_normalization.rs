//! Batch normalization that learns, where one device has the whole batch: a GPU.
//!
//! The formulas are those of Ioffe and Szegedy, "Batch Normalization", 2015, <https://arxiv.org/abs/1502.03167>.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::Tensor;

/// The operation through which gradients flow.
#[backend_extension(Autodiff, Flex, Cube)]
pub(super) trait BatchNormalization: Backend {
    fn batch_normalization(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        epsilon: f32,
    ) -> FloatTensor<Self>;
}

/// What needs no gradient.
#[backend_extension(Flex, Cube)]
pub(super) trait BatchStatistics: Backend {
    fn batch_statistics(
        x: FloatTensor<Self>,
        moving_mean: FloatTensor<Self>,
        moving_variance: FloatTensor<Self>,
        momentum: f32,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
}

/// The gradients of [`BatchNormalization`], which `Autodiff` calls.
pub(super) trait BackwardBatchNormalization: BatchNormalization {
    /// Those of `x`, `gamma` and `beta`. The statistics are those of `x`, so that they change with it.
    fn batch_normalization_gradients(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        epsilon: f32,
    ) -> [FloatTensor<Self>; 3];
}

/// The statistics of a batch, and the moving ones after it: `moving · momentum + batch · (1 - momentum)`.
///
/// # Shapes
/// - `x`: `[rows, channels]`
/// - `moving`: the mean and the variance, each `[channels]`
/// - returns the mean and the variance of the batch, `[2 · channels]`, and the moving ones
#[must_use]
pub fn batch_statistics(x: Tensor<2>, moving: [Tensor<1>; 2], momentum: f32) -> (Tensor<1>, [Tensor<1>; 2]) {
    let [mean, variance] = moving.map(Tensor::into_dispatch);
    let (statistics, mean, variance) =
        <Dispatch as BatchStatistics>::batch_statistics(x.into_dispatch(), mean, variance, momentum);
    (Tensor::from_dispatch(statistics), [mean, variance].map(Tensor::from_dispatch))
}

/// `(x - mean) / √(variance + epsilon) · gamma + beta`, for each channel.
///
/// # Shapes
/// - `x`: `[rows, channels]`
/// - `gamma`, `beta`: `[channels]`
/// - `statistics`: those that [`batch_statistics`] gives of `x`, `[2 · channels]`
/// - returns `[rows, channels]`
#[must_use]
pub fn batch_normalization(
    x: Tensor<2>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    statistics: Tensor<1>,
    epsilon: f32,
) -> Tensor<2> {
    let (x, [gamma, beta, statistics]) = (x.into_dispatch(), [gamma, beta, statistics].map(Tensor::into_dispatch));
    Tensor::from_dispatch(<Dispatch as BatchNormalization>::batch_normalization(x, gamma, beta, statistics, epsilon))
}

#[derive(Debug)]
struct Normalized;

impl<B: BackwardBatchNormalization> Backward<B, 3> for Normalized {
    /// The input, gamma, the statistics and epsilon.
    type State = (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>, f32);

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let (x, gamma, statistics, epsilon) = ops.state;
        let gradient = grads.consume::<B>(&ops.node);
        let gradients = B::batch_normalization_gradients(x, gradient, gamma, statistics, epsilon);
        for (node, gradient) in ops.parents.into_iter().zip(gradients) {
            if let Some(node) = node {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}

impl<B: BackwardBatchNormalization, C: CheckpointStrategy> BatchNormalization for Autodiff<B, C> {
    fn batch_normalization(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        epsilon: f32,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), gamma.node(), beta.node()];
        let [x, gamma, beta, statistics] = [x, gamma, beta, statistics].map(<FloatTensor<Self>>::into_primitive);
        let output = B::batch_normalization(x.clone(), gamma.clone(), beta, statistics.clone(), epsilon);
        match Normalized.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((x, gamma, statistics, epsilon), output),
            OpsKind::UnTracked(prep) => prep.finish(output),
        }
    }
}
