//! What a convolution computes in place of the layers that follow it.

use burn::tensor::Tensor;

use crate::kernels::FusedActivation;
use crate::network::layers::BatchNormalization;
use crate::network::{Folded, Mode};

/// When the convolution before a layer computes it, so that the layer passes on what it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fusion {
    Never,
    Always,
    /// Not in training: there a batch normalization that learns needs the convolution's own output.
    Inference,
}

impl Fusion {
    pub(crate) fn holds(self, mode: Mode) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Inference => mode == Mode::Inference,
        }
    }
}

/// A sum of two values, of which a convolution of single pixels makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FusedSum {
    /// The index of the layer that makes the other one, before the convolution; `None` is the picture.
    pub(super) other: Option<usize>,
    pub(super) when: Fusion,
}

/// A batch normalization with fixed statistics, and an activation after it, that the convolution before them computes.
///
/// Such a normalization multiplies each channel by a number and adds another. Both go into copies of kernel and bias;
/// the weights stay as they are. Folded or not, a value differs from the exact one by at most `(products + 6) · 2^-24`
/// times the sum of the absolute values of its scaled products and of everything that is added to them.
#[derive(Debug, Clone)]
pub(crate) struct FusedNorm {
    pub(super) norm: BatchNormalization,
    /// The index of its first weight among those of the network.
    pub(super) first: usize,
    pub(super) activation: FusedActivation,
    pub(super) when: Fusion,
}

impl FusedNorm {
    /// What the convolution with this kernel and bias uses in this mode, from the network's weights.
    pub(super) fn folded(
        &self,
        mode: Mode,
        weights: &[Tensor<1>],
        kernel: Tensor<1>,
        bias: Option<Tensor<1>>,
    ) -> Option<Folded> {
        let [scale, shift] = match self.when.holds(mode) {
            true => self.norm.scale_and_shift(&weights[self.first..]),
            false => return None,
        };
        let ([length], [channels]) = (kernel.dims(), scale.dims());
        let bias = match bias {
            Some(bias) => bias * scale.clone() + shift,
            None => shift,
        };
        // Neighbouring numbers of a kernel belong to neighbouring channels of its output.
        let kernel = kernel.reshape([length / channels, channels]) * scale.unsqueeze();
        Some(Folded { kernel: kernel.reshape([length]), bias, activation: self.activation })
    }
}
