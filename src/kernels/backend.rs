//! The traits that every kind of device implements.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, TensorMetadata, backend_extension};
use burn::tensor::Shape;
use tabfit_kernels::{Adam, ConvParams, FusedActivation};

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

    fn cross_entropy(logits: FloatTensor<Self>, targets: FloatTensor<Self>) -> FloatTensor<Self>;

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

    /// The gradients of a convolution's kernel and bias; `inputs` is the depth of the kernel.
    fn convolution_weight_gradients(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        params: ConvParams,
        inputs: usize,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

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
    fn score(loss: FloatTensor<Self>, scores: FloatTensor<Self>, labels: IntTensor<Self>) -> FloatTensor<Self>;

    /// The weight, the running mean of the gradient and that of its square, all after the step.
    fn adam(
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        square: FloatTensor<Self>,
        rates: FloatTensor<Self>,
        adam: Adam,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
}

/// The fewest pixels whose sum makes a part of a depthwise kernel's gradient on a GPU.
const DEPTHWISE_PART: usize = 256;

/// The rows of such a part, where the output has so many columns.
pub(crate) fn rows_of_a_depthwise_part(columns: usize) -> usize {
    DEPTHWISE_PART.div_ceil(columns)
}
