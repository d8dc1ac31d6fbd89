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
    /// Between which numbers it keeps a sum.
    #[inline(always)]
    pub(crate) fn limits<S: Simd>(self, simd: S) -> Limits<S> {
        let [least, most] = match self {
            Self::Linear => [f32::NEG_INFINITY, f32::INFINITY],
            Self::Relu => [0.0, f32::INFINITY],
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
        larger(simd, self.least, smaller(simd, self.most, sum))
    }
}

// WebAssembly has an instruction for each. A comparison with a selection would be four of a processor, and `f32x4.max`, which
// also orders -0 and 0, more.

#[cfg(target_family = "wasm")]
#[inline(always)]
fn larger<S: Simd>(_: S, least: S::f32s, sum: S::f32s) -> S::f32s {
    use bytemuck::cast;
    cast(std::arch::wasm32::f32x4_pmax(cast(sum), cast(least)))
}

#[cfg(target_family = "wasm")]
#[inline(always)]
fn smaller<S: Simd>(_: S, most: S::f32s, sum: S::f32s) -> S::f32s {
    use bytemuck::cast;
    cast(std::arch::wasm32::f32x4_pmin(cast(sum), cast(most)))
}

#[cfg(not(target_family = "wasm"))]
#[inline(always)]
fn larger<S: Simd>(simd: S, least: S::f32s, sum: S::f32s) -> S::f32s {
    simd.select_f32s(simd.less_than_f32s(sum, least), least, sum)
}

#[cfg(not(target_family = "wasm"))]
#[inline(always)]
fn smaller<S: Simd>(simd: S, most: S::f32s, sum: S::f32s) -> S::f32s {
    simd.select_f32s(simd.less_than_f32s(most, sum), most, sum)
}
