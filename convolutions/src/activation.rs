//! The activations that a convolution applies to its sums before it writes them.

use pulp::Simd;

use crate::simd::{NO_LEAST, NO_MOST, between};

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
    /// Between which numbers it keeps a sum.
    #[inline(always)]
    pub(crate) fn limits<S: Simd>(self, simd: S) -> Limits<S> {
        let [least, most] = match self {
            Self::Linear => [NO_LEAST, NO_MOST],
            Self::Relu => [0.0, NO_MOST],
            Self::Relu6 => [0.0, 6.0],
        };
        Limits { least: simd.splat_f32s(least), most: simd.splat_f32s(most) }
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

/// The smallest and the largest value of an activation.
#[derive(Clone, Copy)]
pub(crate) struct Limits<S: Simd> {
    least: S::f32s,
    most: S::f32s,
}

impl<S: Simd> Limits<S> {
    /// A sum between the limits; NaN stays.
    #[inline(always)]
    pub(crate) fn keep(self, simd: S, sum: S::f32s) -> S::f32s {
        between(simd, sum, self.least, self.most)
    }
}
