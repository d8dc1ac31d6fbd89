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
        // Comparisons keep NaN, and cost a browser half of what `min` and `max` do.
        let (zero, six) = (simd.splat_f32s(0.0), simd.splat_f32s(6.0));
        let relu = |sum| simd.select_f32s(simd.less_than_f32s(sum, zero), zero, sum);
        let at_most_6 = |sum| simd.select_f32s(simd.less_than_f32s(six, sum), six, sum);
        match self {
            Self::Linear => sums,
            Self::Relu => sums.map(relu),
            Self::Relu6 => sums.map(|sum| at_most_6(relu(sum))),
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
