//! The depthwise convolution of one picture.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use crate::activation::{FusedActivation, Limits};
use crate::channels::Channels;
use crate::conv_params::ConvParams;
use crate::panels::{Panels, VECTORS};
use crate::registers::{rows_of, store};
use crate::simd::mul_add;

/// How many pixels are computed at once, each for one register of channels: their sums, and the pixels that neighbouring
/// windows share, fit the 16 registers of `simd128` and AVX2. Their chains of additions do not wait for one another.
const PIXELS: usize = 6;
/// The same for windows of 5, of which neighbours share more, unless it fills rows worse.
const FIVE: usize = 5;
/// The same at the end of a row and in small maps.
const FEW: usize = 3;

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
        match (self.columns >= FEW, size[1], strides[1], dilation[1]) {
            (true, 3, 1, 1) => self.run::<S, PIXELS, FEW>(simd, 3, 1, 1),
            (true, 3, 2, 1) => self.run::<S, PIXELS, FEW>(simd, 3, 2, 1),
            (true, 5, 1, 1) if self.columns.is_multiple_of(PIXELS) => self.run::<S, PIXELS, FEW>(simd, 5, 1, 1),
            (true, 5, 1, 1) => self.run::<S, FIVE, FEW>(simd, 5, 1, 1),
            (true, 5, 2, 1) => self.run::<S, FIVE, FEW>(simd, 5, 2, 1),
            (_, size, stride, dilation) => self.run::<S, 4, 1>(simd, size, stride, dilation),
        }
    }
}

impl DepthwisePicture<'_> {
    /// Computes `WIDE` pixels at once, or at the end of a row `NARROW`. The arguments are those of a window's row.
    #[inline(always)]
    fn run<S: Simd, const WIDE: usize, const NARROW: usize>(
        self,
        simd: S,
        size: usize,
        stride: usize,
        dilation: usize,
    ) {
        let Self { x, kernel, bias, params, activation, columns, out } = self;
        let (channels, limits) = (x.channels(), activation.limits(simd));
        let row = VECTORS * x.whole_columns();
        let rows: Vec<_> = (0..out.len() / (columns * channels)).map(|y| x.rows_inside(y, params)).collect();
        let mut panel = x.zeros::<S>();
        let kernels = S::as_simd_f32s(&kernel.values).0.chunks_exact(VECTORS * kernel.length);
        for (index, (kernel, start)) in kernels.zip(rows_of::<S, VECTORS>(&bias.values)).enumerate() {
            x.pack::<S>(index * VECTORS * S::F32_LANES, &mut panel);
            let panel = S::as_simd_f32s(&panel).0;
            for ((y, rows), out) in rows.iter().enumerate().zip(out.chunks_exact_mut(columns * channels)) {
                for vector in 0..VECTORS {
                    let first = (index * VECTORS + vector) * S::F32_LANES;
                    if first >= channels {
                        break;
                    }
                    let window = Window {
                        panel: &panel[y * params.strides[0] * row + vector..],
                        row: params.dilation[0] * row,
                        kernel: &kernel[vector..],
                        start: start[vector],
                        rows,
                        moves: [size, stride, dilation],
                    };
                    let mut column = 0;
                    while column < columns {
                        // The last pixels overlap those before them, and some are computed again.
                        let left = columns - column;
                        if left >= WIDE || left > NARROW && columns >= WIDE {
                            column = column.min(columns - WIDE);
                            put(
                                simd,
                                limits,
                                window.tile::<WIDE>(simd, column),
                                &mut out[column * channels..],
                                channels,
                                first,
                            );
                            column += WIDE;
                        } else {
                            column = column.min(columns - NARROW);
                            put(
                                simd,
                                limits,
                                window.tile::<NARROW>(simd, column),
                                &mut out[column * channels..],
                                channels,
                                first,
                            );
                            column += NARROW;
                        }
                    }
                }
            }
        }
    }
}

/// Writes neighbouring pixels of the output.
#[inline(always)]
fn put<S: Simd, const P: usize>(
    simd: S,
    limits: Limits<S>,
    sums: [S::f32s; P],
    out: &mut [f32],
    channels: usize,
    first: usize,
) {
    for pixel in 0..P {
        store::<S, 1>([limits.keep(simd, sums[pixel])], &mut out[pixel * channels..][..channels][first..]);
    }
}

/// The windows of a row of the output, for one register of channels.
struct Window<'a, S: Simd> {
    /// The rows that they read; the numbers of a pixel's next channels lie between those of these channels.
    panel: &'a [S::f32s],
    /// How far the rows of a window lie apart.
    row: usize,
    kernel: &'a [S::f32s],
    start: S::f32s,
    /// Those that do not lie outside the picture.
    rows: &'a Range<usize>,
    /// Size, stride and dilation of a window's row.
    moves: [usize; 3],
}

impl<S: Simd> Window<'_, S> {
    /// Computes `P` neighbouring pixels of the output.
    #[inline(always)]
    fn tile<const P: usize>(&self, simd: S, column: usize) -> [S::f32s; P] {
        let [size, stride, dilation] = self.moves;
        let mut sums = [self.start; P];
        for row in self.rows.clone() {
            let pixels = &self.panel[row * self.row + VECTORS * column * stride..];
            let pixels = &pixels[..=VECTORS * ((P - 1) * stride + (size - 1) * dilation)];
            let kernel = &self.kernel[VECTORS * row * size..][..=VECTORS * (size - 1)];
            for place in 0..size {
                let weight = kernel[VECTORS * place];
                for pixel in 0..P {
                    let value = pixels[VECTORS * (pixel * stride + place * dilation)];
                    sums[pixel] = mul_add(simd, value, weight, sums[pixel]);
                }
            }
        }
        sums
    }
}
