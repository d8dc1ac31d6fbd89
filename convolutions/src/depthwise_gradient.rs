//! The gradient of a depthwise convolution's kernel, picture by picture.

use pulp::{Simd, WithSimd};

use crate::channels::Channels;
use crate::conv_params::ConvParams;
use crate::panels::VECTORS;
use crate::registers::{rows_of, store};
use crate::simd::mul_add;

/// Computes one picture's share of the kernel's gradient: for each place of the window, the product of the picture and
/// the output's gradient, summed over all pixels.
pub(crate) struct DepthwiseGradient<'a> {
    pub(crate) x: Channels<'a>,
    /// The output's gradient.
    pub(crate) gradient: Channels<'a>,
    pub(crate) params: ConvParams,
    /// `[rows of the window, columns of the window, channels]`.
    pub(crate) out: &'a mut [f32],
}

impl WithSimd for DepthwiseGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { x, gradient, params: ConvParams { size, strides, dilation, .. }, out } = self;
        let (mut pixels, mut gradients) = (x.zeros::<S>(), gradient.zeros::<S>());
        for first in (0..x.channels()).step_by(VECTORS * S::F32_LANES) {
            x.pack::<S>(first, &mut pixels);
            gradient.pack::<S>(first, &mut gradients);
            let gradients = rows_of::<S, VECTORS>(&gradients).chunks_exact(gradient.whole_columns());
            for y in 0..size[0] {
                let rows = rows_of::<S, VECTORS>(&pixels).chunks_exact(x.whole_columns());
                let rows = rows.skip(y * dilation[0]).step_by(strides[0]).zip(gradients.clone());
                let out = &mut out[y * size[1] * x.channels()..][..size[1] * x.channels()];
                let mut put = |place: usize, sums: &[[S::f32s; VECTORS]]| {
                    for (out, &sums) in out.chunks_exact_mut(x.channels()).skip(place).zip(sums) {
                        store::<S, VECTORS>(sums, &mut out[first..]);
                    }
                };
                let mut place = 0;
                while place < size[1] {
                    let (begin, moves) = (place * dilation[1], [strides[1], dilation[1]]);
                    // Windows of 5 and 3 columns are the common ones.
                    match size[1] - place {
                        5.. => put(place, &places::<S, 5>(simd, rows.clone(), begin, moves)),
                        3 | 4 => put(place, &places::<S, 3>(simd, rows.clone(), begin, moves)),
                        _ => put(place, &places::<S, 1>(simd, rows.clone(), begin, moves)),
                    }
                    place += match size[1] - place {
                        5.. => 5,
                        3 | 4 => 3,
                        _ => 1,
                    };
                }
            }
        }
    }
}

/// The sums for `N` neighbouring places of a window's row, from the rows that they read and the gradient's.
#[inline(always)]
fn places<'a, S: Simd, const N: usize>(
    simd: S,
    rows: impl Iterator<Item = (&'a [[S::f32s; VECTORS]], &'a [[S::f32s; VECTORS]])>,
    begin: usize,
    [stride, dilation]: [usize; 2],
) -> [[S::f32s; VECTORS]; N] {
    let mut sums = [[simd.splat_f32s(0.0); VECTORS]; N];
    for (pixels, gradients) in rows {
        let windows = pixels[begin..].windows((N - 1) * dilation + 1).step_by(stride);
        for (window, gradient) in windows.zip(gradients) {
            for place in 0..N {
                for vector in 0..VECTORS {
                    let value = window[place * dilation][vector];
                    sums[place][vector] = mul_add(simd, value, gradient[vector], sums[place][vector]);
                }
            }
        }
    }
    sums
}
