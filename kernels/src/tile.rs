//! A picture convolved with a kernel in panels.

use pulp::{Arch, Simd, WithSimd};

use crate::{
    bordered::{Bordered, Run},
    panels::Panels,
    stride::Stride,
};

/// Pixels that are computed at once: with two registers of channels each they leave room for the
/// operands in the 16 registers of `simd128` and AVX2.
const PIXELS: usize = 4;

/// What is done to every picture.
#[derive(Clone, Copy)]
pub(crate) struct Tiled<'a> {
    pub(crate) panels: &'a Panels,
    pub(crate) bias: Option<&'a Panels>,
    pub(crate) stride: Stride,
    pub(crate) relu: bool,
}

impl Tiled<'_> {
    /// Fills `out`, `[rows, columns, channels]`.
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
        let Self { task: Tiled { panels, bias, stride, relu }, x, columns, out } = self;
        let (runs, channels) = (x.runs(stride), panels.columns);
        let step = stride.strides[1] * x.channels;
        let bias = bias.map(|bias| rows_of::<S, V>(&bias.values));
        for (y, out) in out.chunks_exact_mut(columns * channels).enumerate() {
            let row = &x.values[y * stride.strides[0] * x.columns * x.channels..];
            for (index, panel) in rows_of::<S, V>(&panels.values).chunks_exact(panels.length).enumerate() {
                let start = bias.map_or([simd.splat_f32s(0.0); V], |bias| bias[index]);
                let mut store = |column: usize, sums: &[[S::f32s; V]]| {
                    let pixels = out[column * channels..].chunks_mut(channels).zip(sums);
                    for (pixel, sums) in pixels {
                        // A number that is none is the second operand, which `max` hands on.
                        let sums = if relu { sums.map(|sum| simd.max_f32s(simd.splat_f32s(0.0), sum)) } else { *sums };
                        put::<S, V>(sums, &mut pixel[index * panels.width..]);
                    }
                };
                let mut column = 0;
                while column + PIXELS <= columns {
                    store(column, &tile::<S, PIXELS, V>(simd, &row[column * step..], step, &runs, panel, start));
                    column += PIXELS;
                }
                if column < columns && columns >= PIXELS {
                    // The last pixels together with some that are done: the same numbers once more.
                    column = columns - PIXELS;
                    store(column, &tile::<S, PIXELS, V>(simd, &row[column * step..], step, &runs, panel, start));
                } else {
                    for column in column..columns {
                        store(column, &tile::<S, 1, V>(simd, &row[column * step..], step, &runs, panel, start));
                    }
                }
            }
        }
    }
}

/// The sums of some neighbouring pixels, `step` numbers apart.
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

/// Writes registers, as many of their numbers as there is room for.
#[inline(always)]
fn put<S: Simd, const V: usize>(registers: [S::f32s; V], out: &mut [f32]) {
    let width = V * S::F32_LANES;
    if out.len() >= width {
        let (out, _) = S::as_mut_simd_f32s(&mut out[..width]);
        out.copy_from_slice(&registers);
    } else {
        out.copy_from_slice(&bytemuck::cast_slice(&registers)[..out.len()]);
    }
}

/// The rows of panels, as registers.
#[inline(always)]
pub(crate) fn rows_of<S: Simd, const V: usize>(values: &[f32]) -> &[[S::f32s; V]] {
    S::as_simd_f32s(values).0.as_chunks().0
}
