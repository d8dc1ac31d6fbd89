//! The operations a convolutional network spends its time in, written for each kind of device behind
//! burn's tensors. Pictures are `[batch, rows, columns, channels]`, kernels `[rows, columns, in, out]`.

mod autodiff;
mod cpu;
mod gather;
mod gpu;

use burn::{
    backend::{
        Backend, Dispatch, backend_extension,
        tensor::{FloatTensor, IntTensor},
    },
    tensor::{Int, Shape, Tensor},
};

pub use tabfit_kernels::{Adam, Stride};

pub use self::{
    gather::{Drawn, gather},
    gpu::tile_for_software,
};

/// A convolution, its bias and perhaps `ReLU` in one.
///
/// # Shapes
/// - `x`: `[batch, rows, columns, in]`
/// - `kernel`: `[rows, columns, in, out]`; or `[rows, columns, 1, out]`, where each channel is convolved by itself
///   into `out / in` neighbouring ones (depthwise)
/// - `bias`: `[out]`
/// - returns `[batch, rows, columns, out]`
#[must_use]
pub fn convolution(x: Tensor<4>, kernel: Tensor<4>, bias: Tensor<1>, stride: Stride, relu: bool) -> Tensor<4> {
    let (x, kernel, bias) = (x.into_dispatch(), kernel.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Kernels>::convolution(x, kernel, bias, stride, relu))
}

/// A convolution with `ReLU`, and the largest value of each window of what it made. The gradient is cut off where
/// nothing came through before it is handed to the pixels: there are fewer windows than pixels.
///
/// # Shapes
/// Those of [`convolution`], the result's rows and columns [`max_pool`]'s.
#[must_use]
pub fn convolution_pooled(x: Tensor<4>, kernel: Tensor<4>, bias: Tensor<1>, stride: Stride, pool: Stride) -> Tensor<4> {
    let (x, kernel, bias) = (x.into_dispatch(), kernel.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Kernels>::convolution_pooled(x, kernel, bias, stride, pool))
}

/// A fully connected layer: a convolution of one row of pixels, each an example, by itself.
///
/// # Shapes
/// - `x`: `[batch, in]`
/// - `kernel`: `[in, out]`
/// - `bias`: `[out]`
/// - returns `[batch, out]`
#[must_use]
pub fn dense(x: Tensor<2>, kernel: Tensor<2>, bias: Tensor<1>, relu: bool) -> Tensor<2> {
    let ([batch, inputs], [_, outputs]) = (x.dims(), kernel.dims());
    let (x, kernel) = (x.reshape([1, 1, batch, inputs]), kernel.reshape([1, 1, inputs, outputs]));
    convolution(x, kernel, bias, Stride::PIXEL, relu).reshape([batch, outputs])
}

/// Categorical cross-entropy from logits: `-Σ target · log softmax(logits)`, by example.
///
/// # Shapes
/// - `logits`, `targets`: `[batch, classes]`
/// - returns `[batch]`
#[must_use]
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    Tensor::from_dispatch(<Dispatch as Kernels>::cross_entropy(logits.into_dispatch(), targets.into_dispatch()))
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

/// The loss of a batch in all, and the number of its rows whose largest score, the first of its size, is the label's.
///
/// # Shapes
/// - `loss`: `[1]`, the mean over the batch
/// - `scores`: `[batch, classes]`
/// - `labels`: `[batch]`
/// - returns `[2]`
#[must_use]
pub fn score(loss: Tensor<1>, scores: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    let (loss, scores, labels) = (loss.into_dispatch(), scores.into_dispatch(), labels.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Kernels>::score(loss, scores, labels))
}

/// One step of Adam: `decay · w - alpha · m / (√v + epsilon)`, and the two running means.
///
/// # Shapes
/// - `rates`: `[alpha, decay]`, which differ from step to step: on the device, once for all weights
/// - all others: `[values]`
#[must_use]
pub fn adam(
    weight: Tensor<1>,
    gradient: Tensor<1>,
    means: [Tensor<1>; 2],
    rates: Tensor<1>,
    adam: Adam,
) -> (Tensor<1>, [Tensor<1>; 2]) {
    let ([mean, square], rates) = (means.map(Tensor::into_dispatch), rates.into_dispatch());
    let (weight, mean, square) =
        <Dispatch as Kernels>::adam(weight.into_dispatch(), gradient.into_dispatch(), mean, square, rates, adam);
    (Tensor::from_dispatch(weight), [mean, square].map(Tensor::from_dispatch))
}

/// The largest value of each window; padding never wins.
///
/// # Shapes
/// - `x`: `[batch, rows, columns, channels]`
/// - returns `[batch, rows, columns, channels]`
#[must_use]
pub fn max_pool(x: Tensor<4>, stride: Stride) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as Kernels>::max_pool(x.into_dispatch(), stride))
}

/// Whether a kernel of such depth takes each channel of pictures by itself.
fn is_depthwise(x: &Shape, depth: usize) -> bool {
    x[3] != depth
}

/// What a device must be able to do; the gradients are put together in `autodiff`.
#[backend_extension(Autodiff, Flex, Cube)]
pub(crate) trait Kernels: Backend {
    fn convolution(
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        stride: Stride,
        relu: bool,
    ) -> FloatTensor<Self>;

    fn convolution_pooled(
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        stride: Stride,
        pool: Stride,
    ) -> FloatTensor<Self> {
        Self::max_pool(Self::convolution(x, kernel, bias, stride, true), pool)
    }

    /// The gradient of a convolution's input, which has these rows, columns and channels.
    fn convolution_input_gradient(
        gradient: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        stride: Stride,
        input: [usize; 3],
    ) -> FloatTensor<Self>;

    /// The gradients of a convolution's bias and kernel, which has so many inputs.
    fn convolution_weight_gradients(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        stride: Stride,
        inputs: usize,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// The gradient where `ReLU` let something through, 0 elsewhere.
    fn relu_gradient(output: FloatTensor<Self>, gradient: FloatTensor<Self>) -> FloatTensor<Self>;

    fn cross_entropy(logits: FloatTensor<Self>, targets: FloatTensor<Self>) -> FloatTensor<Self>;

    /// `(softmax(logits) · Σ target - target) · gradient`.
    fn cross_entropy_gradient(
        logits: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    fn total(x: FloatTensor<Self>, factor: f32) -> FloatTensor<Self>;

    /// `factor` times the gradient, `length` times.
    fn total_gradient(gradient: FloatTensor<Self>, factor: f32, length: usize) -> FloatTensor<Self>;

    fn score(loss: FloatTensor<Self>, scores: FloatTensor<Self>, labels: IntTensor<Self>) -> FloatTensor<Self>;

    /// The weight, the mean of the gradient and the mean of its square after the step.
    fn adam(
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        square: FloatTensor<Self>,
        rates: FloatTensor<Self>,
        adam: Adam,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    fn max_pool(x: FloatTensor<Self>, stride: Stride) -> FloatTensor<Self>;

    /// The gradient goes to the first pixel of each window that has its largest value; where `ReLU` made `x`, only
    /// if that is above 0.
    fn max_pool_gradient(
        x: FloatTensor<Self>,
        pooled: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        stride: Stride,
        relu: bool,
    ) -> FloatTensor<Self>;
}
