//! What flows between layers, where the recording of gradients is cut and joined.

use burn::tensor::{Gradients, Tensor};

use crate::kernels::start_of_gradient;
use crate::network::Flow;

impl Flow {
    /// Whether gradients flow back through it.
    pub(crate) fn is_recorded(&self) -> bool {
        match self {
            Self::Image(x) => x.is_tracked(),
            Self::Vector(x) => x.is_tracked(),
        }
    }

    /// The same values, without what they were made of.
    pub(crate) fn inner(self) -> Self {
        self.each(Tensor::inner, Tensor::inner)
    }

    /// The same values, from which a new recording begins.
    pub(crate) fn newly_recorded(self) -> Self {
        self.each(|x| x.inner().autodiff().require_grad(), |x| x.inner().autodiff().require_grad())
    }

    /// Takes its gradient out of those that were computed; `None` where nothing depends on it.
    pub(crate) fn take_gradient(&self, gradients: &mut Gradients) -> Option<Self> {
        match self {
            Self::Image(x) => x.grad_remove(gradients).map(Self::Image),
            Self::Vector(x) => x.grad_remove(gradients).map(Self::Vector),
        }
    }

    /// A number from which this gradient flows back to what the values were made of, `[1]`.
    pub(crate) fn start_of_gradient(self, gradient: Self) -> Tensor<1> {
        match self {
            Self::Image(x) => start_of_gradient(x, gradient.image()),
            Self::Vector(x) => start_of_gradient(x, gradient.vector()),
        }
    }

    /// Each pixel of each picture as a row, `[rows, channels]`; each picture, where there are no pixels.
    pub(crate) fn by_channel(self) -> Tensor<2> {
        match self {
            Self::Image(x) => x.flatten(0, 2),
            Self::Vector(x) => x,
        }
    }

    /// Such rows in the shape of these values.
    pub(crate) fn shaped(&self, rows: Tensor<2>) -> Self {
        match self {
            Self::Image(x) => Self::Image(rows.reshape(x.dims())),
            Self::Vector(_) => Self::Vector(rows),
        }
    }
}
