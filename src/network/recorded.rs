//! What flows between layers, where the recording of gradients is cut: each value as rows, one for each pixel.

use burn::tensor::Tensor;

use crate::network::Flow;

impl Flow {
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

/// The same values, from which a new recording begins.
pub(crate) fn newly_recorded(values: Tensor<2>) -> Tensor<2> {
    values.inner().autodiff().require_grad()
}
