//! The depthwise convolution of one picture.

use pulp::{Simd, WithSimd};

use crate::activation::FusedActivation;
use crate::channels::{Channels, VECTORS};
use crate::conv_params::ConvParams;
use crate::panels::Panels;
use crate::registers::{rows_of, store};

/// How many pixels are computed at once, each for two registers of channels; see `PIXELS` of `tile`.
const PIXELS: usize = 4;

/// One picture with its convolution, which has as many channels in as out.
pub(crate) struct DepthwisePicture<'a> {
    pub(crate) x: Channels<'a>,
    /// The rows are the places of the window.
    pub(crate) kernel: &'a Panels,
    pub(crate) bias: &'a Panels,
    pub(crate) params: ConvParams,
    pub(crate) activation: FusedActivation,
    /// The output's columns.
    pub(crate) columns: usize,
    /// `[rows, columns, channels]` of the output.
    pub(crate) out: &'a mut [f32],
}

impl WithSimd for DepthwisePicture<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let ConvParams { size, strides, dilation, .. } = self.params;
        // With constants, the compiler writes a window's row out, loads no pixel twice and checks no index.
        match (size[1], strides[1], dilation[1]) {
            (3, 1, 1) => self.run(simd, 3, 1, 1),
            (3, 2, 1) => self.run(simd, 3, 2, 1),
            (5, 1, 1) => self.run(simd, 5, 1, 1),
            (5, 2, 1) => self.run(simd, 5, 2, 1),
            (size, stride, dilation) => self.run(simd, size, stride, dilation),
        }
    }
}

impl DepthwisePicture<'_> {
    /// The arguments are those of a window's row.
    #[inline(always)]
    fn run<S: Simd>(self, simd: S, size: usize, stride: usize, dilation: usize) {
        let Self { x, kernel, bias, params, activation, columns, out } = self;
        let channels = x.channels();
        let mut panel = x.zeros::<S>();
        let kernels = rows_of::<S, VECTORS>(&kernel.values).chunks_exact(kernel.length);
        for (index, (kernel, &start)) in kernels.zip(rows_of::<S, VECTORS>(&bias.values)).enumerate() {
            let first = index * VECTORS * S::F32_LANES;
            x.pack::<S>(first, &mut panel);
            let rows = rows_of::<S, VECTORS>(&panel).chunks_exact(x.whole_columns());
            for (y, out) in out.chunks_exact_mut(columns * channels).enumerate() {
                let mut put = |column: usize, sums: &[[S::f32s; VECTORS]]| {
                    for (pixel, &sums) in out[column * channels..].chunks_mut(channels).zip(sums) {
                        store::<S, VECTORS>(activation.apply(simd, sums), &mut pixel[first..]);
                    }
                };
                let rows = rows.clone().skip(y * params.strides[0]).step_by(params.dilation[0]);
                let window = rows.zip(kernel.chunks_exact(size));
                let mut column = 0;
                while column + PIXELS <= columns {
                    put(column, &tile::<S, PIXELS>(simd, window.clone(), column, start, [size, stride, dilation]));
                    column += PIXELS;
                }
                if column < columns && columns >= PIXELS {
                    // The last full tile overlaps the one before it and computes some of its pixels again.
                    let column = columns - PIXELS;
                    put(column, &tile::<S, PIXELS>(simd, window, column, start, [size, stride, dilation]));
                } else {
                    for column in column..columns {
                        put(column, &tile::<S, 1>(simd, window.clone(), column, start, [size, stride, dilation]));
                    }
                }
            }
        }
    }
}

/// Computes `P` neighbouring pixels of the output from the rows of their windows, each with its part of the kernel.
#[inline(always)]
fn tile<'a, S: Simd, const P: usize>(
    simd: S,
    window: impl Iterator<Item = (&'a [[S::f32s; VECTORS]], &'a [[S::f32s; VECTORS]])>,
    column: usize,
    start: [S::f32s; VECTORS],
    [size, stride, dilation]: [usize; 3],
) -> [[S::f32s; VECTORS]; P] {
    let mut sums = [start; P];
    for (pixels, kernel) in window {
        let pixels = &pixels[column * stride..][..=(P - 1) * stride + (size - 1) * dilation];
        let kernel = &kernel[..size];
        for place in 0..size {
            for pixel in 0..P {
                let values = pixels[pixel * stride + place * dilation];
                for vector in 0..VECTORS {
                    sums[pixel][vector] =
                        simd.mul_add_e_f32s(values[vector], kernel[place][vector], sums[pixel][vector]);
                }
            }
        }
    }
    sums
}
