//! Batch normalization that learns, on burn's CPU tensors.

use burn::backend::{Flex, TensorMetadata};
use tabfit_kernels as slices;

use super::{Values, tensor};
use crate::kernels::normalization::Normalization;

impl Normalization for Flex {
    fn moments(x: Values) -> Values {
        let x = x.to_contiguous();
        let [_, channels] = x.shape().dims();
        tensor(slices::moments(x.storage(), channels), [2 * channels])
    }

    fn normalized(x: Values, mean: Values, scale: Values, shift: Values) -> Values {
        let (x, [mean, scale, shift]) = (x.to_contiguous(), [mean, scale, shift].map(|some| some.to_contiguous()));
        let values = slices::normalized(x.storage(), mean.storage(), scale.storage(), shift.storage());
        tensor::<2>(values, x.shape().dims())
    }

    fn normalization_sums(x: Values, gradient: Values, mean: Values, factor: Values) -> Values {
        let (x, gradient) = (x.to_contiguous(), gradient.to_contiguous());
        let (mean, factor) = (mean.to_contiguous(), factor.to_contiguous());
        let sums = slices::normalization_sums(x.storage(), gradient.storage(), mean.storage(), factor.storage());
        let length = sums.len();
        tensor(sums, [length])
    }

    fn normalization_gradient(
        x: Values,
        gradient: Values,
        mean: Values,
        scale: Values,
        offset: Values,
        slope: Values,
    ) -> Values {
        let (x, gradient) = (x.to_contiguous(), gradient.to_contiguous());
        let [mean, scale, offset, slope] = [mean, scale, offset, slope].map(|some| some.to_contiguous());
        let offset_and_slope = [offset.storage(), slope.storage()];
        let values = slices::normalization_gradient(
            x.storage(),
            gradient.storage(),
            mean.storage(),
            scale.storage(),
            offset_and_slope,
        );
        tensor::<2>(values, x.shape().dims())
    }
}
