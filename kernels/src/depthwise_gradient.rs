//! The gradient of a depthwise convolution's kernel, picture by picture.

use pulp::{Simd, WithSimd};

use crate::bordered::Bordered;
use crate::conv_params::ConvParams;
use crate::registers::{add, load};

/// Adds one picture's share to the kernel's gradient: for each place of the window, the product of the picture and the
/// output's gradient, summed over all pixels.
pub(crate) struct DepthwiseGradient<'a> {
    pub(crate) x: &'a Bordered<'a>,
    /// The output's gradient: `[rows, columns, channels]`.
    pub(crate) gradient: &'a [f32],
    /// The output's columns.
    pub(crate) columns: usize,
    pub(crate) params: ConvParams,
    /// `[rows of the window, columns of the window, channels]`.
    pub(crate) out: &'a mut [f32],
}

impl WithSimd for DepthwiseGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let Self { x: &Bordered { columns, channels, .. }, params: ConvParams { size, strides, dilation, .. }, .. } =
            self;
        for row in 0..self.gradient.len() / (self.columns * channels) {
            for y in 0..size[0] {
                let from = (row * strides[0] + y * dilation[0]) * columns * channels;
                let mut place = 0;
                while place < size[1] {
                    // Windows of 5 and 3 columns are the common ones.
                    let (at, out) = (from + place * dilation[1] * channels, (y * size[1] + place) * channels);
                    place += match size[1] - place {
                        5.. => self.places::<S, 5>(simd, row, at, out),
                        3 | 4 => self.places::<S, 3>(simd, row, at, out),
                        _ => self.places::<S, 1>(simd, row, at, out),
                    };
                }
            }
        }
    }
}

impl DepthwiseGradient<'_> {
    /// Adds the products of one row of the output with `N` neighbouring places of the window; returns `N`.
    #[inline(always)]
    fn places<S: Simd, const N: usize>(&mut self, simd: S, row: usize, x: usize, out: usize) -> usize {
        let channels = self.x.channels;
        let mut channel = 0;
        while channel + 2 * S::F32_LANES <= channels {
            self.sums::<S, N, 2>(simd, row, x, out, channel);
            channel += 2 * S::F32_LANES;
        }
        while channel < channels {
            self.sums::<S, N, 1>(simd, row, x, out, channel);
            channel += S::F32_LANES;
        }
        N
    }

    /// Computes the channels of `V` registers, or as many as there are.
    #[inline(always)]
    fn sums<S: Simd, const N: usize, const V: usize>(
        &mut self,
        simd: S,
        row: usize,
        x: usize,
        out: usize,
        channel: usize,
    ) {
        let channels = self.x.channels;
        let (step, next) = (self.params.strides[1] * channels, self.params.dilation[1] * channels);
        let mut sums = [[simd.splat_f32s(0.0); V]; N];
        for column in 0..self.columns {
            let pixel = (row * self.columns + column) * channels;
            let gradient = load::<S, V>(simd, self.gradient, pixel + channel, pixel + channels);
            for (place, sums) in sums.iter_mut().enumerate() {
                let pixel = x + column * step + place * next;
                let values = load::<S, V>(simd, &self.x.values, pixel + channel, pixel + channels);
                for vector in 0..V {
                    sums[vector] = simd.mul_add_e_f32s(values[vector], gradient[vector], sums[vector]);
                }
            }
        }
        for (place, sums) in sums.into_iter().enumerate() {
            let out = out + place * channels;
            add::<S, V>(simd, sums, &mut self.out[out + channel..out + channels]);
        }
    }
}
