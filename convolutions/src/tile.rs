//! The convolution of one picture with a kernel in panels.

use pulp::{Simd, WithSimd};

use crate::activation::{FusedActivation, Limits};
use crate::bordered::{Bordered, Run};
use crate::conv_params::ConvParams;
use crate::panels::{Panels, VECTORS};
use crate::registers::{rows_of, store};
use crate::simd::{add_products, dispatch};

/// How many pixels are computed at once. With two registers of channels each, they leave room for the operands in the 16
/// registers of `simd128` and AVX2, of which a browser keeps one for itself.
const PIXELS: usize = 6;
/// The same at the end of a row and in small maps.
const FEW: usize = 3;

/// The bytes of the panels that are multiplied with some pixels before the next pixels: half of the nearest cache.
const NEAR: usize = 16 << 10;

/// A convolution, ready to run on every picture.
#[derive(Clone, Copy)]
pub(crate) struct Tiled<'a> {
    pub(crate) panels: &'a Panels,
    pub(crate) bias: Option<&'a Panels>,
    pub(crate) params: ConvParams,
    pub(crate) activation: FusedActivation,
}

impl Tiled<'_> {
    /// Fills `out`, `[rows, columns, channels]`, from a picture.
    pub(crate) fn run(self, x: &Bordered<'_>, columns: usize, out: &mut [f32]) {
        dispatch(Picture { task: self, x, columns, out });
    }
}

struct Picture<'a> {
    task: Tiled<'a>,
    x: &'a Bordered<'a>,
    columns: usize,
    out: &'a mut [f32],
}

impl WithSimd for Picture<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { task: Tiled { panels, bias, params, activation }, x, columns, out } = self;
        let (runs, channels, length) = (&x.runs(params)[..], panels.columns, panels.length);
        let bias = bias.map(|bias| rows_of::<S, VECTORS>(&bias.values));
        let some = (NEAR / size_of_val(&panels.values[..length * panels.width])).max(1);
        for (index, panels) in rows_of::<S, VECTORS>(&panels.values).chunks(some * length).enumerate() {
            let near = Near {
                panels,
                length,
                bias: bias.map(|bias| &bias[index * some..]),
                limits: activation.limits(simd),
                runs,
                step: params.strides[1] * x.channels,
                channels,
                first: index * some * VECTORS * S::F32_LANES,
            };
            for (y, out) in out.chunks_exact_mut(columns * channels).enumerate() {
                let row = &x.values[y * params.strides[0] * x.columns * x.channels..];
                let mut column = 0;
                while column < columns {
                    // The last pixels overlap those before them, and some are computed again.
                    let left = columns - column;
                    if left >= PIXELS || left > FEW && columns >= PIXELS {
                        near.fill::<PIXELS>(simd, row, column.min(columns - PIXELS), out);
                        column += PIXELS;
                    } else if columns >= FEW {
                        near.fill::<FEW>(simd, row, column.min(columns - FEW), out);
                        column += FEW;
                    } else {
                        near.fill::<1>(simd, row, column, out);
                        column += 1;
                    }
                }
            }
        }
    }
}

/// Some neighbouring panels, and what is needed to multiply them with pixels of a row.
struct Near<'a, S: Simd> {
    panels: &'a [[S::f32s; VECTORS]],
    /// The rows of a panel.
    length: usize,
    bias: Option<&'a [[S::f32s; VECTORS]]>,
    limits: Limits<S>,
    runs: &'a [Run],
    /// How many numbers the windows of neighbouring pixels begin apart.
    step: usize,
    /// Those of the output, of which the panels' begin with `first`.
    channels: usize,
    first: usize,
}

impl<S: Simd> Near<'_, S> {
    /// Computes the channels of `P` neighbouring pixels of the output.
    #[inline(always)]
    fn fill<const P: usize>(&self, simd: S, row: &[f32], column: usize, out: &mut [f32]) {
        let (x, out) = (&row[column * self.step..], &mut out[column * self.channels..]);
        for (index, panel) in self.panels.chunks_exact(self.length).enumerate() {
            let start = self.bias.map_or([simd.splat_f32s(0.0); VECTORS], |bias| bias[index]);
            let sums = self.tile::<P>(simd, x, panel, start);
            let first = self.first + index * VECTORS * S::F32_LANES;
            for pixel in 0..P {
                let kept = sums[pixel].map(|sum| self.limits.keep(simd, sum));
                store::<S, VECTORS>(kept, &mut out[pixel * self.channels..][..self.channels][first..]);
            }
        }
    }

    /// Their sums for the channels of one panel.
    #[inline(always)]
    fn tile<const P: usize>(
        &self,
        simd: S,
        x: &[f32],
        panel: &[[S::f32s; VECTORS]],
        start: [S::f32s; VECTORS],
    ) -> [[S::f32s; VECTORS]; P] {
        let mut sums = [start; P];
        for &Run { begin, kernel, length } in self.runs {
            let pixels: [&[f32]; P] = std::array::from_fn(|pixel| &x[begin + pixel * self.step..][..length]);
            let panel = &panel[kernel..][..length];
            for place in 0..length {
                let weights = panel[place];
                for pixel in 0..P {
                    add_products(simd, pixels[pixel][place], weights, &mut sums[pixel]);
                }
            }
        }
        sums
    }
}
