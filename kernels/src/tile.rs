//! The convolution of one picture with a kernel in panels.

use pulp::{Arch, Simd, WithSimd};

use crate::activation::FusedActivation;
use crate::bordered::{Bordered, Run};
use crate::conv_params::ConvParams;
use crate::panels::Panels;
use crate::registers::{rows_of, store};

/// How many pixels are computed at once. With two registers of channels each, they leave room for the operands in
/// the 16 registers of `simd128` and AVX2.
const PIXELS: usize = 4;

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
        match self.panels.vectors {
            1 => Arch::new().dispatch(Picture::<1> { task: self, x, columns, out }),
            _ => Arch::new().dispatch(Picture::<2> { task: self, x, columns, out }),
        }
    }
}

struct Picture<'a, const V: usize> {
    task: Tiled<'a>,
    x: &'a Bordered<'a>,
    columns: usize,
    out: &'a mut [f32],
}

impl<const V: usize> WithSimd for Picture<'_, V> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { task: Tiled { panels, bias, params, activation }, x, columns, out } = self;
        let (runs, channels) = (x.runs(params), panels.columns);
        let step = params.strides[1] * x.channels;
        let bias = bias.map(|bias| rows_of::<S, V>(&bias.values));
        for (y, out) in out.chunks_exact_mut(columns * channels).enumerate() {
            let row = &x.values[y * params.strides[0] * x.columns * x.channels..];
            for (index, panel) in rows_of::<S, V>(&panels.values).chunks_exact(panels.length).enumerate() {
                let start = bias.map_or([simd.splat_f32s(0.0); V], |bias| bias[index]);
                let mut put = |column: usize, sums: &[[S::f32s; V]]| {
                    let pixels = out[column * channels..].chunks_mut(channels).zip(sums);
                    for (pixel, sums) in pixels {
                        store::<S, V>(activation.apply(simd, *sums), &mut pixel[index * panels.width..]);
                    }
                };
                let mut column = 0;
                while column + PIXELS <= columns {
                    put(column, &tile::<S, PIXELS, V>(simd, &row[column * step..], step, &runs, panel, start));
                    column += PIXELS;
                }
                if column < columns && columns >= PIXELS {
                    // The last full tile overlaps the one before it and computes some of its pixels again.
                    column = columns - PIXELS;
                    put(column, &tile::<S, PIXELS, V>(simd, &row[column * step..], step, &runs, panel, start));
                } else {
                    for column in column..columns {
                        put(column, &tile::<S, 1, V>(simd, &row[column * step..], step, &runs, panel, start));
                    }
                }
            }
        }
    }
}

/// Computes `P` neighbouring pixels of the output, whose windows begin `step` numbers apart.
#[inline(always)]
fn tile<S: Simd, const P: usize, const V: usize>(
    simd: S,
    x: &[f32],
    step: usize,
    runs: &[Run],
    panel: &[[S::f32s; V]],
    start: [S::f32s; V],
) -> [[S::f32s; V]; P] {
    let mut sums = [start; P];
    for &Run { begin, kernel, length } in runs {
        let pixels: [&[f32]; P] = std::array::from_fn(|pixel| &x[begin + pixel * step..][..length]);
        let panel = &panel[kernel..][..length];
        for place in 0..length {
            let weights = panel[place];
            for pixel in 0..P {
                let value = simd.splat_f32s(pixels[pixel][place]);
                for vector in 0..V {
                    sums[pixel][vector] = simd.mul_add_e_f32s(value, weights[vector], sums[pixel][vector]);
                }
            }
        }
    }
    sums
}
