//! The operations a convolutional network spends its time in, written for each kind of device behind
//! burn's tensors. Pictures are `[batch, rows, columns, channels]`, kernels `[rows, columns, in, out]`.

mod autodiff;
mod cpu;
mod gpu;

use burn::{
    backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor},
    tensor::Tensor,
};

/// A window and the steps it takes; every number is for `[rows, columns]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stride {
    /// The numbers that are looked at, from 1.
    pub size: [usize; 2],
    /// From one window to the next, from 1.
    pub strides: [usize; 2],
    /// From one number of the window to the next, from 1.
    pub dilation: [usize; 2],
    /// Before and after the picture, each less than the window covers: `[(top, bottom), (left, right)]`.
    pub pads: [(usize, usize); 2],
}

impl Stride {
    /// The rows and columns of a picture that the window covers, those between its own included.
    fn reach(&self) -> [usize; 2] {
        [0, 1].map(|axis| (self.size[axis] - 1) * self.dilation[axis] + 1)
    }

    /// The rows and columns it makes of a picture.
    fn output(&self, input: [usize; 2]) -> [usize; 2] {
        let padded = [0, 1].map(|axis| self.pads[axis].0 + input[axis] + self.pads[axis].1);
        [0, 1].map(|axis| (padded[axis] - self.reach()[axis]) / self.strides[axis] + 1)
    }
}

/// A convolution, its bias and perhaps `ReLU` in one.
///
/// # Shapes
/// - `x`: `[batch, rows, columns, in]`
/// - `kernel`: `[rows, columns, in, out]`
/// - `bias`: `[out]`
/// - returns `[batch, rows, columns, out]`
#[must_use]
pub fn convolution(x: Tensor<4>, kernel: Tensor<4>, bias: Tensor<1>, stride: Stride, relu: bool) -> Tensor<4> {
    let (x, kernel, bias) = (x.into_dispatch(), kernel.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Kernels>::convolution(x, kernel, bias, stride, relu))
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

    /// The gradient of a convolution's input, which has these rows and columns.
    fn convolution_input_gradient(
        gradient: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        stride: Stride,
        input: [usize; 2],
    ) -> FloatTensor<Self>;

    fn convolution_kernel_gradient(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        stride: Stride,
    ) -> FloatTensor<Self>;

    /// `[batch, rows, columns, channels]` to `[channels]`.
    fn channel_sums(x: FloatTensor<Self>) -> FloatTensor<Self>;

    fn max_pool(x: FloatTensor<Self>, stride: Stride) -> FloatTensor<Self>;

    /// The gradient goes to the first pixel of each window that has its largest value.
    fn max_pool_gradient(
        x: FloatTensor<Self>,
        pooled: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        stride: Stride,
    ) -> FloatTensor<Self>;
}
