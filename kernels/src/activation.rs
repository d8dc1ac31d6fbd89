//! The activations that a convolution applies to its sums before it writes them.

use pulp::Simd;

/// An activation that costs nothing beside a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FusedActivation {
    /// The sum itself.
    Linear,
    /// `max(0, x)`.
    Relu,
    /// `min(6, max(0, x))`.
    Relu6,
}

impl FusedActivation {
    #[inline(always)]
    pub(crate) fn apply<S: Simd, const V: usize>(self, simd: S, sums: [S::f32s; V]) -> [S::f32s; V] {
        // `max` and `min` return their second operand if that is NaN.
        let relu = |sum| simd.max_f32s(simd.splat_f32s(0.0), sum);
        match self {
            Self::Linear => sums,
            Self::Relu => sums.map(relu),
            Self::Relu6 => sums.map(|sum| simd.min_f32s(simd.splat_f32s(6.0), relu(sum))),
        }
    }

    /// Turns the gradient of the output into that of the sums: it is 0 where the activation is flat.
    pub fn gradient(self, output: &[f32], gradient: &mut [f32]) {
        let most = match self {
            Self::Linear => return,
            Self::Relu => f32::INFINITY,
            Self::Relu6 => 6.0,
        };
        for (gradient, &output) in gradient.iter_mut().zip(output) {
            *gradient = if output > 0.0 && output < most { *gradient } else { 0.0 };
        }
    }
}
