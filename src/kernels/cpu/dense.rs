//! Fully connected layers: products of matrices too large for the cache, which burn's library cuts into
//! blocks.

use burn::{
    backend::{
        Flex, TensorMetadata,
        ops::{ActivationOps, FloatTensorOps},
    },
    tensor::Shape,
};

use crate::kernels::{Stride, cpu::Values};

/// Whether a convolution is one: one row of pixels, each by itself.
pub(crate) fn is(x: &Shape, stride: Stride) -> bool {
    let [pictures, rows, ..] = x.dims::<4>();
    stride == Stride::PIXEL && pictures == 1 && rows == 1
}

pub(crate) fn dense(x: Values, kernel: Values, bias: Values, relu: bool) -> Values {
    let [outputs] = bias.shape().dims();
    let bias = Flex::float_reshape(bias, Shape::new([1, 1, 1, outputs]));
    let y = Flex::float_add(Flex::float_matmul(x, kernel), bias);
    if relu { Flex::relu(y) } else { y }
}

pub(crate) fn input_gradient(gradient: Values, kernel: Values) -> Values {
    Flex::float_matmul(gradient, Flex::float_transpose(kernel))
}

pub(crate) fn kernel_gradient(x: Values, gradient: Values) -> Values {
    Flex::float_matmul(Flex::float_transpose(x), gradient)
}
