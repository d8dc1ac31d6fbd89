//! The products of the matrices that the transforms make.

use pulp::{Simd, WithSimd};

use crate::registers::rows_of;
use crate::simd::mul_add;

/// How many rows are multiplied at once: their sums leave room for the operands in 16 registers.
const ROWS: usize = 4;

/// `out = x · panels`: `x` has `length` columns, and `out` has `columns`, a multiple of two registers.
pub(super) struct Product<'a> {
    pub(super) x: &'a [f32],
    pub(super) panels: &'a [f32],
    pub(super) length: usize,
    pub(super) columns: usize,
    pub(super) out: &'a mut [f32],
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { x, panels, length, columns, out } = self;
        let (out, pairs) = (S::as_mut_simd_f32s(out).0.as_chunks_mut::<2>().0, columns / S::F32_LANES / 2);
        for (index, panel) in rows_of::<S, 2>(panels).chunks_exact(length).enumerate() {
            let (mut rows, mut outs) = (x.chunks_exact(ROWS * length), out.chunks_exact_mut(ROWS * pairs));
            for (x, out) in rows.by_ref().zip(outs.by_ref()) {
                let sums = sums::<S, ROWS>(simd, x, panel);
                for row in 0..ROWS {
                    out[row * pairs + index] = sums[row];
                }
            }
            let rest = rows.remainder().chunks_exact(length).zip(outs.into_remainder().chunks_exact_mut(pairs));
            for (x, out) in rest {
                out[index] = sums::<S, 1>(simd, x, panel)[0];
            }
        }
    }
}

/// `R` rows of `x`, one after the other, with a panel. Every row's sum has the same order, whichever rows are beside it.
#[inline(always)]
fn sums<S: Simd, const R: usize>(simd: S, x: &[f32], panel: &[[S::f32s; 2]]) -> [[S::f32s; 2]; R] {
    let mut sums = [[simd.splat_f32s(0.0); 2]; R];
    let mut rows: [&[f32]; R] = [&[]; R];
    for row in 0..R {
        rows[row] = &x[row * panel.len()..][..panel.len()];
    }
    for place in 0..panel.len() {
        let weights = panel[place];
        for row in 0..R {
            let value = simd.splat_f32s(rows[row][place]);
            for vector in 0..2 {
                sums[row][vector] = mul_add(simd, value, weights[vector], sums[row][vector]);
            }
        }
    }
    sums
}

/// `sums += xᵀ · panels`: `x` has `columns`, a multiple of [`ROWS`], and `length` rows; `sums` are panels too.
pub(super) struct Gathered<'a> {
    pub(super) x: &'a [f32],
    pub(super) panels: &'a [f32],
    pub(super) length: usize,
    pub(super) columns: usize,
    pub(super) sums: &'a mut [f32],
}

impl WithSimd for Gathered<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { x, panels, length, columns, sums } = self;
        let sums = S::as_mut_simd_f32s(sums).0.as_chunks_mut::<2>().0;
        let panels = rows_of::<S, 2>(panels).chunks_exact(length);
        for (panel, sums) in panels.zip(sums.chunks_exact_mut(columns)) {
            for (place, sums) in sums.as_chunks_mut::<ROWS>().0.iter_mut().enumerate() {
                let mut some = *sums;
                for (x, gradient) in x.chunks_exact(columns).zip(panel) {
                    let x = &x[place * ROWS..][..ROWS];
                    for row in 0..ROWS {
                        let value = simd.splat_f32s(x[row]);
                        for vector in 0..2 {
                            some[row][vector] = mul_add(simd, value, gradient[vector], some[row][vector]);
                        }
                    }
                }
                *sums = some;
            }
        }
    }
}
