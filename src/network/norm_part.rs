//! A batch normalization that learns, for some rows of a batch whose other rows may lie on other threads.

use burn::tensor::Tensor;

use crate::kernels::{moments, normalization_gradient, normalization_sums, normalized};
use crate::network::layers::BatchNormalization;

/// What the layer makes of some rows, once the moments of the whole batch are known.
#[derive(Debug)]
pub(crate) struct NormPart {
    /// `[rows, channels]`.
    x: Tensor<2>,
    /// The rows of the whole batch.
    all: usize,
    /// Of the whole batch, `[channels]`.
    pub(crate) mean: Tensor<1>,
    /// Of the whole batch, `[channels]`.
    pub(crate) variance: Tensor<1>,
    /// `1 / √(variance + epsilon)`, `[channels]`.
    factor: Tensor<1>,
    /// `gamma · factor`, `[channels]`.
    scale: Tensor<1>,
}

impl NormPart {
    /// The moments of these rows alone; see [`tabfit_kernels::moments`].
    ///
    /// # Shapes
    /// - `x`: `[rows, channels]`
    /// - returns `[2 · channels]`
    pub(crate) fn moments(x: Tensor<2>) -> Tensor<1> {
        moments(x)
    }

    /// - `moments`: of all rows of the batch, `[2 · channels]`
    pub(crate) fn new(
        layer: &BatchNormalization,
        x: Tensor<2>,
        all: usize,
        moments: Tensor<1>,
        gamma: Tensor<1>,
    ) -> Self {
        let [mean, squares] = halves(moments);
        let variance = squares / all as f64;
        let factor = (variance.clone() + layer.epsilon).sqrt().recip();
        let scale = gamma * factor.clone();
        Self { x, all, mean, variance, factor, scale }
    }

    /// - returns `[rows, channels]`
    pub(crate) fn output(&self, beta: Tensor<1>) -> Tensor<2> {
        normalized(self.x.clone(), self.mean.clone(), self.scale.clone(), beta)
    }

    /// The gradients of beta and gamma by these rows alone, from that of the output.
    ///
    /// # Shapes
    /// - `gradient`: `[rows, channels]`
    /// - returns `[2 · channels]`
    pub(crate) fn sums(&self, gradient: Tensor<2>) -> Tensor<1> {
        normalization_sums(self.x.clone(), gradient, self.mean.clone(), self.factor.clone())
    }

    /// The gradient of the input, from that of the output and the sums over all rows of the batch.
    ///
    /// # Shapes
    /// - `gradient`: `[rows, channels]`
    /// - `sums`: `[2 · channels]`
    /// - returns `[rows, channels]`
    pub(crate) fn input_gradient(self, gradient: Tensor<2>, sums: Tensor<1>) -> Tensor<2> {
        let [offset, slope] = halves(sums / self.all as f64);
        normalization_gradient(self.x, gradient, self.mean, self.scale, [offset, slope * self.factor])
    }
}

/// The first and the second half of the values.
pub(crate) fn halves(values: Tensor<1>) -> [Tensor<1>; 2] {
    let half = values.dims()[0] / 2;
    [values.clone().narrow(0, 0, half), values.narrow(0, half, half)]
}
