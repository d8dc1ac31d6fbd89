//! Batch normalization of a whole batch on burn's CPU tensors. Training divides a batch among threads and does not come here: only
//! the tests do, which compare every device with burn's own operations.

use burn::backend::{Flex, TensorMetadata};
use tabfit_kernels as slices;

use super::{Values, tensor};
use crate::kernels::batch_normalization::{BackwardBatchNormalization, BatchNormalization, BatchStatistics};

impl BatchStatistics for Flex {
    fn batch_statistics(
        x: Values,
        moving_mean: Values,
        moving_variance: Values,
        momentum: f32,
    ) -> (Values, Values, Values) {
        let [rows, channels] = x.shape().dims();
        let mut own = slices::moments(x.to_contiguous().storage(), channels);
        own[channels..].iter_mut().for_each(|squares| *squares /= rows as f32);
        let blend = |moving: Values, batch: &[f32]| {
            let moving = moving.to_contiguous();
            let values = moving.storage::<f32>().iter().zip(batch);
            let blended = values.map(|(moving, batch)| moving * momentum + batch * (1.0 - momentum)).collect();
            tensor(blended, [channels])
        };
        let (mean, variance) = own.split_at(channels);
        let (mean, variance) = (blend(moving_mean, mean), blend(moving_variance, variance));
        (tensor(own, [2 * channels]), mean, variance)
    }
}

/// `1 / √(variance + epsilon)` of each channel.
fn factors(variance: &[f32], epsilon: f32) -> Vec<f32> {
    variance.iter().map(|variance| (variance + epsilon).sqrt().recip()).collect()
}

fn product(left: &[f32], right: &[f32]) -> Vec<f32> {
    left.iter().zip(right).map(|(left, right)| left * right).collect()
}

impl BatchNormalization for Flex {
    fn batch_normalization(x: Values, gamma: Values, beta: Values, statistics: Values, epsilon: f32) -> Values {
        let [x, gamma, beta, statistics] = [x, gamma, beta, statistics].map(|some| some.to_contiguous());
        let [rows, channels] = x.shape().dims();
        let (mean, variance) = statistics.storage::<f32>().split_at(channels);
        let scale = product(gamma.storage(), &factors(variance, epsilon));
        tensor(slices::normalized(x.storage(), mean, &scale, beta.storage()), [rows, channels])
    }
}

impl BackwardBatchNormalization for Flex {
    fn batch_normalization_gradients(
        x: Values,
        gradient: Values,
        gamma: Values,
        statistics: Values,
        epsilon: f32,
    ) -> [Values; 3] {
        let [x, gradient, gamma, statistics] = [x, gradient, gamma, statistics].map(|some| some.to_contiguous());
        let [rows, channels] = x.shape().dims();
        let (mean, variance) = statistics.storage::<f32>().split_at(channels);
        let factors = factors(variance, epsilon);
        let scale = product(gamma.storage(), &factors);
        let mut of_beta = slices::normalization_sums(x.storage(), gradient.storage(), mean, &factors);
        let of_gamma = of_beta.split_off(channels);
        let mean_of = |sums: &[f32]| sums.iter().map(|sum| sum / rows as f32).collect::<Vec<_>>();
        let (offset, slope) = (mean_of(&of_beta), product(&mean_of(&of_gamma), &factors));
        let of_input = slices::normalization_gradient(x.storage(), gradient.storage(), mean, &scale, [&offset, &slope]);
        [tensor(of_input, [rows, channels]), tensor(of_gamma, [channels]), tensor(of_beta, [channels])]
    }
}
