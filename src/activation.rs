//! Keras's activation functions, with Keras's constants.

use burn::tensor::{Tensor, activation};
use serde::{Deserialize, Serialize};

/// An element-wise function, or softmax over the last axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are Keras's and say all there is")]
pub enum Activation {
    #[default]
    Linear,
    Relu,
    LeakyRelu,
    Elu,
    Gelu,
    Silu,
    Sigmoid,
    Tanh,
    Softmax,
}

impl Activation {
    /// The function's value everywhere; leaky slope 0.2 (the layer `LeakyReLU` has 0.3), exact GELU.
    pub(crate) fn apply<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Linear => x,
            Self::Relu => activation::relu(x),
            Self::LeakyRelu => activation::leaky_relu(x, 0.2),
            Self::Elu => activation::elu(x, 1.0),
            Self::Gelu => activation::gelu(x),
            Self::Silu => activation::silu(x),
            Self::Sigmoid => activation::sigmoid(x),
            Self::Tanh => activation::tanh(x),
            Self::Softmax => activation::softmax(x, D - 1),
        }
    }
}
