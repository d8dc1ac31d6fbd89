//! The traits that every kind of device implements.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, TensorMetadata, backend_extension};
use burn::tensor::Shape;
use tabfit_kernels::{Adam, ConvParams, FusedActivation};

use crate::kernels::tensors::Tensors;

/// Whether a kernel of this depth convolves each channel of the pictures by itself.
pub(super) fn is_depthwise(x: &Shape, depth: usize) -> bool {
    x[3] != depth
}

/// The operations through which gradients flow.
#[backend_extension(Autodiff, Flex, Cube: cfg(feature = "webgpu"))]
pub(crate) trait Kernels: Backend {
    fn convolution(
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        params: ConvParams,
        activation: FusedActivation,
    ) -> FloatTensor<Self>;

    fn convolution_pooled(
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        params: ConvParams,
        pool: ConvParams,
    ) -> FloatTensor<Self> {
        Self::max_pool(Self::convolution(x, kernel, bias, params, FusedActivation::Relu), pool)
    }

    /// A convolution without an activation, and `added`.
    fn convolution_onto(
        added: FloatTensor<Self>,
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        params: ConvParams,
    ) -> FloatTensor<Self> {
        Self::float_add(Self::convolution(x, kernel, bias, params, FusedActivation::Linear), added)
    }

    fn cross_entropy(logits: FloatTensor<Self>, targets: FloatTensor<Self>) -> FloatTensor<Self>;

    /// `factor · Σ cross_entropy(logits, targets)`.
    fn total_cross_entropy(logits: FloatTensor<Self>, targets: FloatTensor<Self>, factor: f32) -> FloatTensor<Self> {
        Self::total(Self::cross_entropy(logits, targets), factor)
    }

    fn total(x: FloatTensor<Self>, factor: f32) -> FloatTensor<Self>;

    fn max_pool(x: FloatTensor<Self>, params: ConvParams) -> FloatTensor<Self>;

    fn start_of_gradient(x: FloatTensor<Self>, gradient: FloatTensor<Self>) -> FloatTensor<Self> {
        drop(gradient); // only where gradients are recorded, it is of use
        Self::float_zeros(Shape::new([1]), &x.device(), x.dtype().into())
    }
}

/// The gradients of [`Kernels`], which `autodiff` calls.
pub(crate) trait BackwardKernels: Kernels {
    /// The gradient of a convolution's input; `input` are the input's rows, columns and channels.
    fn convolution_input_gradient(
        gradient: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        params: ConvParams,
        input: [usize; 3],
    ) -> FloatTensor<Self>;

    /// The gradients of a convolution's kernel and bias. Of the kernel itself, only shape and place matter.
    fn convolution_weight_gradients(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        params: ConvParams,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// Both of these.
    fn convolution_gradients(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        params: ConvParams,
    ) -> (FloatTensor<Self>, (FloatTensor<Self>, FloatTensor<Self>)) {
        let [_, rows, columns, channels] = x.shape().dims();
        let input = [rows, columns, channels];
        let of_input = Self::convolution_input_gradient(gradient.clone(), kernel.clone(), params, input);
        (of_input, Self::convolution_weight_gradients(x, gradient, kernel, params))
    }

    /// A convolution with `ReLU`, and a max pool of its output.
    fn convolution_and_pool(
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        params: ConvParams,
        pool: ConvParams,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let output = Self::convolution(x, kernel, bias, params, FusedActivation::Relu);
        (output.clone(), Self::max_pool(output, pool))
    }

    /// The gradient of an activation's input: that of its output, and 0 where the activation is flat.
    fn activation_gradient(
        output: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        activation: FusedActivation,
    ) -> FloatTensor<Self>;

    /// `(softmax(logits) · Σ target - target) · gradient`.
    fn cross_entropy_gradient(
        logits: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// The gradient of the logits, from that of the total.
    fn total_cross_entropy_gradient(
        logits: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        factor: f32,
    ) -> FloatTensor<Self> {
        let examples = logits.shape()[0];
        Self::cross_entropy_gradient(logits, targets, Self::total_gradient(gradient, factor, examples))
    }

    /// `factor · gradient`, repeated `length` times.
    fn total_gradient(gradient: FloatTensor<Self>, factor: f32, length: usize) -> FloatTensor<Self>;

    /// The gradient of a max pool's input `x`: each window's goes to the first of its pixels that has the largest value.
    /// With `relu`, `x` is the output of `ReLU`, and the result is the gradient of that function's input.
    fn max_pool_gradient(
        x: FloatTensor<Self>,
        pooled: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        params: ConvParams,
        relu: bool,
    ) -> FloatTensor<Self>;
}

/// The operations that need no gradient.
#[backend_extension(Flex, Cube: cfg(feature = "webgpu"))]
pub(crate) trait Unrecorded: Backend {
    /// Added to `before`, if they go `onto` it.
    fn score(
        loss: FloatTensor<Self>,
        scores: FloatTensor<Self>,
        labels: IntTensor<Self>,
        before: FloatTensor<Self>,
        onto: bool,
    ) -> FloatTensor<Self>;

    /// The weights, the running means of their gradients and those of the squares, all after the step.
    fn adam(
        #[extension_type] weights: Tensors<Self>,
        #[extension_type] gradients: Tensors<Self>,
        #[extension_type] means: Tensors<Self>,
        #[extension_type] squares: Tensors<Self>,
        rates: FloatTensor<Self>,
        adam: Adam,
    ) -> (Tensors<Self>, Tensors<Self>, Tensors<Self>);
}

/// The fewest pixels whose sum makes a part of a depthwise kernel's gradient on a GPU.
const DEPTHWISE_PART: usize = 256;

/// The rows of such a part, where the output has so many columns.
pub(crate) fn rows_of_a_depthwise_part(columns: usize) -> usize {
    DEPTHWISE_PART.div_ceil(columns)
}
