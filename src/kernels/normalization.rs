//! Batch normalization that learns, on the processor, in the pieces of [`tabfit_kernels`]: between them, the threads exchange
//! the numbers that belong to the whole batch.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::Tensor;

/// The pieces; no gradient flows through them by itself.
#[backend_extension(Flex)]
pub(super) trait Normalization: Backend {
    fn moments(x: FloatTensor<Self>) -> FloatTensor<Self>;

    fn normalized(
        x: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    fn normalization_sums(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        factor: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    fn normalization_gradient(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        offset: FloatTensor<Self>,
        slope: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

/// [`tabfit_kernels::moments`].
///
/// # Shapes
/// - `x`: `[rows, channels]`
/// - returns `[2 · channels]`
pub(crate) fn moments(x: Tensor<2>) -> Tensor<1> {
    Tensor::from_dispatch(<Dispatch as Normalization>::moments(x.into_dispatch()))
}

/// [`tabfit_kernels::normalized`].
///
/// # Shapes
/// - `x`: `[rows, channels]`; the others `[channels]`
/// - returns `[rows, channels]`
pub(crate) fn normalized(x: Tensor<2>, mean: Tensor<1>, scale: Tensor<1>, shift: Tensor<1>) -> Tensor<2> {
    let (x, [mean, scale, shift]) = (x.into_dispatch(), [mean, scale, shift].map(Tensor::into_dispatch));
    Tensor::from_dispatch(<Dispatch as Normalization>::normalized(x, mean, scale, shift))
}

/// [`tabfit_kernels::normalization_sums`].
///
/// # Shapes
/// - `x`, `gradient`: `[rows, channels]`; the others `[channels]`
/// - returns `[2 · channels]`
pub(crate) fn normalization_sums(x: Tensor<2>, gradient: Tensor<2>, mean: Tensor<1>, factor: Tensor<1>) -> Tensor<1> {
    let ([x, gradient], [mean, factor]) =
        ([x, gradient].map(Tensor::into_dispatch), [mean, factor].map(Tensor::into_dispatch));
    Tensor::from_dispatch(<Dispatch as Normalization>::normalization_sums(x, gradient, mean, factor))
}

/// [`tabfit_kernels::normalization_gradient`].
///
/// # Shapes
/// - `x`, `gradient`: `[rows, channels]`; the others `[channels]`
/// - returns `[rows, channels]`
pub(crate) fn normalization_gradient(
    x: Tensor<2>,
    gradient: Tensor<2>,
    mean: Tensor<1>,
    scale: Tensor<1>,
    offset_and_slope: [Tensor<1>; 2],
) -> Tensor<2> {
    let [x, gradient] = [x, gradient].map(Tensor::into_dispatch);
    let [offset, slope] = offset_and_slope.map(Tensor::into_dispatch);
    let (mean, scale) = (mean.into_dispatch(), scale.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Normalization>::normalization_gradient(x, gradient, mean, scale, offset, slope))
}
