//! The gradient of a convolution's kernel, picture by picture.

use pulp::{Simd, WithSimd};

use crate::bordered::Bordered;
use crate::conv_params::ConvParams;
use crate::panels::{VECTORS, pack};
use crate::registers::rows_of;
use crate::simd::mul_add;

/// How many numbers of the window are multiplied at once: their sums leave room for the operands in 16 registers.
const PLACES: usize = 4;

/// Adds one picture's share to a panel of the kernel's gradient, `[kernel rows, width]`: for each number of the
/// window, its product with the gradient of the output, summed over all pixels.
pub(crate) struct KernelGradient<'a> {
    pub(crate) x: &'a Bordered<'a>,
    /// The output's gradient: `[rows, columns, channels]`.
    pub(crate) gradient: &'a [f32],
    /// The output's rows and columns.
    pub(crate) output: [usize; 2],
    pub(crate) channels: usize,
    /// The panel's first channel.
    pub(crate) first: usize,
    pub(crate) params: ConvParams,
    pub(crate) out: &'a mut [f32],
}

impl WithSimd for KernelGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { x, gradient, output: [rows, columns], channels, first, params, out } = self;
        let width = VECTORS * S::F32_LANES;
        let mut panel = vec![0.0; rows * columns * width];
        pack::<S>(gradient, channels, first, &mut panel);
        let gradient = rows_of::<S, VECTORS>(&panel);
        let out = S::as_mut_simd_f32s(out).0.as_chunks_mut::<VECTORS>().0;
        let walk =
            Walk { row: params.strides[0] * x.columns * x.channels, step: params.strides[1] * x.channels, columns };
        for run in x.runs(params) {
            let mut place = 0;
            while place + PLACES <= run.length {
                let sums = walk.products::<S, PLACES>(simd, &x.values[run.begin + place..], gradient);
                add(simd, &sums, &mut out[run.kernel + place..]);
                place += PLACES;
            }
            for place in place..run.length {
                let sums = walk.products::<S, 1>(simd, &x.values[run.begin + place..], gradient);
                add(simd, &sums, &mut out[run.kernel + place..]);
            }
        }
    }
}

/// How a window moves over a picture's numbers.
#[derive(Clone, Copy)]
struct Walk {
    /// From a window to the one below it.
    row: usize,
    /// From a window to its right neighbour.
    step: usize,
    /// The windows side by side.
    columns: usize,
}

impl Walk {
    #[inline(always)]
    fn products<S: Simd, const P: usize>(
        self,
        simd: S,
        x: &[f32],
        gradient: &[[S::f32s; VECTORS]],
    ) -> [[S::f32s; VECTORS]; P] {
        let mut sums = [[simd.splat_f32s(0.0); VECTORS]; P];
        for (y, gradient) in gradient.chunks_exact(self.columns).enumerate() {
            let row = &x[y * self.row..][..(self.columns - 1) * self.step + P];
            for (values, gradient) in row.windows(P).step_by(self.step).zip(gradient) {
                for place in 0..P {
                    let value = simd.splat_f32s(values[place]);
                    for vector in 0..VECTORS {
                        sums[place][vector] = mul_add(simd, value, gradient[vector], sums[place][vector]);
                    }
                }
            }
        }
        sums
    }
}

#[inline(always)]
fn add<S: Simd>(simd: S, sums: &[[S::f32s; VECTORS]], out: &mut [[S::f32s; VECTORS]]) {
    for (out, sums) in out.iter_mut().zip(sums) {
        for vector in 0..VECTORS {
            out[vector] = simd.add_f32s(out[vector], sums[vector]);
        }
    }
}
