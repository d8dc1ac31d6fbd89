//! Keras's activation functions, with Keras's constants.

use burn::tensor::{Tensor, activation};
use serde::{Deserialize, Serialize};

use crate::kernels::FusedActivation;

/// An element-wise function, or softmax over the last axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are Keras's")]
pub enum Activation {
    #[default]
    Linear,
    Relu,
    Relu6,
    LeakyRelu,
    Elu,
    Selu,
    Gelu,
    #[serde(alias = "swish")]
    Silu,
    Softplus,
    Sigmoid,
    Tanh,
    HardSigmoid,
    #[serde(alias = "hard_swish")]
    HardSilu,
    Softmax,
}

/// The constants of Klambauer et al. 2017.
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;

impl Activation {
    /// The two constants of SELU: the slope far below 0, and the factor of everything.
    #[cfg(feature = "exchange")]
    pub(crate) const SELU: [f64; 2] = [SELU_ALPHA, SELU_SCALE];

    /// What a convolution or a dense layer applies itself, and what is left for its output.
    pub(crate) fn fused(self) -> (FusedActivation, Self) {
        match self {
            Self::Relu => (FusedActivation::Relu, Self::Linear),
            Self::Relu6 => (FusedActivation::Relu6, Self::Linear),
            other => (FusedActivation::Linear, other),
        }
    }

    /// Applies the function. `leaky_relu` has slope 0.2 (the layer `LeakyReLU` has 0.3), and GELU is the exact one.
    pub(crate) fn apply<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Linear => x,
            Self::Relu => activation::relu(x),
            Self::Relu6 => activation::relu(x).clamp_max(6.0),
            Self::LeakyRelu => activation::leaky_relu(x, 0.2),
            Self::Elu => elu(x, 1.0),
            Self::Selu => elu(x, SELU_ALPHA) * SELU_SCALE,
            Self::Gelu => activation::gelu(x),
            Self::Silu => activation::silu(x),
            Self::Softplus => activation::softplus(x, 1.0),
            Self::Sigmoid => activation::sigmoid(x),
            Self::Tanh => activation::tanh(x),
            Self::HardSigmoid => hard_sigmoid(x),
            Self::HardSilu => x.clone() * hard_sigmoid(x),
            Self::Softmax => activation::softmax(x, D - 1),
        }
    }
}

/// `x` above 0, `alpha (exp(x) - 1)` below. Large values are kept out of `exp`: where it is infinite, the gradient
/// would be NaN.
fn elu<const D: usize>(x: Tensor<D>, alpha: f64) -> Tensor<D> {
    activation::relu(x.clone()) + (x.clamp_max(0.0).exp() - 1.0) * alpha
}

/// `relu6(x + 3) / 6`.
fn hard_sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activation::relu(x + 3.0).clamp_max(6.0) * (1.0 / 6.0)
}
