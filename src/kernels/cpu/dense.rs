//! Fully connected layers. Their matrices are too large for the cache, and burn's matrix product works in blocks.

use burn::backend::ops::{ActivationOps, FloatTensorOps};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::Shape;
use tabfit_kernels::FusedActivation;

/// The tensors of burn's CPU backend.
pub(super) type Values = FloatTensor<Flex>;

pub(crate) fn dense(x: Values, kernel: Values, bias: Values, activation: FusedActivation) -> Values {
    let [outputs] = bias.shape().dims();
    let bias = Flex::float_reshape(bias, Shape::new([1, 1, 1, outputs]));
    let y = Flex::float_add(Flex::float_matmul(x, kernel), bias);
    match activation {
        FusedActivation::Linear => y,
        FusedActivation::Relu => Flex::relu(y),
        FusedActivation::Relu6 => Flex::float_clamp_max(Flex::relu(y), 6.0.into()),
    }
}

pub(crate) fn input_gradient(gradient: Values, kernel: Values) -> Values {
    Flex::float_matmul(gradient, Flex::float_transpose(kernel))
}

pub(crate) fn kernel_gradient(x: Values, gradient: Values) -> Values {
    Flex::float_matmul(Flex::float_transpose(x), gradient)
}
