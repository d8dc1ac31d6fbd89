//! The depthwise convolution of one picture.

use pulp::{Simd, WithSimd};

use crate::activation::FusedActivation;
use crate::conv_params::ConvParams;
use crate::registers::{load, store};

/// How many neighbouring pixels are computed at once, each for two registers of channels.
const PIXELS: usize = 4;

/// One picture, with as many channels as the output has, and what its convolution needs.
pub(crate) struct DepthwisePicture<'a> {
    /// `[rows, columns, channels]`.
    pub(crate) x: &'a [f32],
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// `[rows of the window, columns of the window, channels]`.
    pub(crate) kernel: &'a [f32],
    /// `[channels]`.
    pub(crate) bias: &'a [f32],
    pub(crate) params: ConvParams,
    pub(crate) activation: FusedActivation,
    /// `[rows, columns, channels]` of the output.
    pub(crate) out: &'a mut [f32],
}

/// A place of the window that lies inside the picture.
#[derive(Clone, Copy)]
struct Tap {
    /// The index of its first channel in the picture.
    x: usize,
    /// The index of its first channel in the kernel.
    kernel: usize,
}

impl WithSimd for DepthwisePicture<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let [rows, columns] = self.params.output([self.rows, self.columns]);
        let whole = self.params.whole_windows(1, self.columns);
        let mut taps = Vec::new();
        for row in 0..rows {
            let mut column = 0;
            while column < columns {
                if whole.contains(&column) && whole.len() >= PIXELS {
                    // The last tile overlaps the one before it and computes some of its pixels again.
                    column = column.min(whole.end - PIXELS);
                    self.find_taps([row, column], &mut taps);
                    self.pixels::<S, PIXELS, 2>(simd, &taps, row * columns + column);
                    column += PIXELS;
                } else {
                    self.find_taps([row, column], &mut taps);
                    self.pixels::<S, 1, 4>(simd, &taps, row * columns + column);
                    column += 1;
                }
            }
        }
    }
}

impl DepthwisePicture<'_> {
    /// The taps of an output pixel.
    fn find_taps(&self, [row, column]: [usize; 2], taps: &mut Vec<Tap>) {
        let Self { params, rows, columns, .. } = *self;
        let channels = self.bias.len();
        let at = |axis: usize, pixel: usize, offset: usize| {
            pixel * params.strides[axis] + offset * params.dilation[axis] - params.pads[axis].0
        };
        taps.clear();
        for y in params.inside(0, row, rows) {
            taps.extend(params.inside(1, column, columns).map(|x| Tap {
                x: (at(0, row, y) * columns + at(1, column, x)) * channels,
                kernel: (y * params.size[1] + x) * channels,
            }));
        }
    }

    /// Computes all channels of `P` neighbouring pixels of the output, `V` registers at once.
    #[inline(always)]
    fn pixels<S: Simd, const P: usize, const V: usize>(&mut self, simd: S, taps: &[Tap], first: usize) {
        let channels = self.bias.len();
        let mut channel = 0;
        while channel + V * S::F32_LANES <= channels {
            self.sums::<S, P, V>(simd, taps, first, channel);
            channel += V * S::F32_LANES;
        }
        while channel < channels {
            self.sums::<S, P, 1>(simd, taps, first, channel);
            channel += S::F32_LANES;
        }
    }

    /// Computes the channels of `V` registers, or as many as there are.
    #[inline(always)]
    fn sums<S: Simd, const P: usize, const V: usize>(&mut self, simd: S, taps: &[Tap], first: usize, channel: usize) {
        let channels = self.bias.len();
        let step = self.params.strides[1] * channels;
        let mut sums = [load::<S, V>(simd, self.bias, channel, channels); P];
        for tap in taps {
            let weights = load::<S, V>(simd, self.kernel, tap.kernel + channel, tap.kernel + channels);
            for (pixel, sums) in sums.iter_mut().enumerate() {
                let x = tap.x + pixel * step;
                let values = load::<S, V>(simd, self.x, x + channel, x + channels);
                for vector in 0..V {
                    sums[vector] = simd.mul_add_e_f32s(values[vector], weights[vector], sums[vector]);
                }
            }
        }
        for (pixel, sums) in sums.into_iter().enumerate() {
            let out = (first + pixel) * channels;
            store::<S, V>(self.activation.apply(simd, sums), &mut self.out[out + channel..out + channels]);
        }
    }
}
