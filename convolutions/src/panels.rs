//! A matrix cut into panels of neighbouring columns, each panel's rows one after the other.

use pulp::{Simd, WithSimd};

use crate::registers::copy;
use crate::simd::dispatch;

/// How many registers a row of a panel fills.
pub(crate) const VECTORS: usize = 2;

/// `[columns / width, rows, width]`; the last panel is filled up with zeros.
pub(crate) struct Panels {
    pub(crate) values: Vec<f32>,
    /// The rows of the matrix.
    pub(crate) length: usize,
    /// The columns of the matrix.
    pub(crate) columns: usize,
    /// The columns of a panel.
    pub(crate) width: usize,
}

impl Panels {
    pub(crate) fn zeros(rows: usize, columns: usize) -> Self {
        let width = VECTORS * lanes();
        let values = vec![0.0; columns.div_ceil(width) * rows * width];
        Self { values, length: rows, columns, width }
    }

    /// Cuts a matrix whose rows lie one after the other.
    pub(crate) fn of_rows(matrix: &[f32], columns: usize) -> Self {
        let mut panels = Self::zeros(matrix.len() / columns, columns);
        dispatch(Fill { matrix, panels: &mut panels });
        panels
    }

    /// The matrix, its rows one after the other.
    pub(crate) fn into_rows(self) -> Vec<f32> {
        let Self { values, length, columns, width, .. } = self;
        let mut matrix = vec![0.0; length * columns];
        for (first, panel) in (0..columns).step_by(width).zip(values.chunks_exact(length * width)) {
            let wanted = width.min(columns - first);
            for (row, part) in matrix.chunks_exact_mut(columns).zip(panel.chunks_exact(width)) {
                row[first..first + wanted].copy_from_slice(&part[..wanted]);
            }
        }
        matrix
    }
}

/// Fills panels with the columns of a matrix.
struct Fill<'a> {
    matrix: &'a [f32],
    panels: &'a mut Panels,
}

impl WithSimd for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Panels { values, length, columns, width, .. } = self.panels;
        for (index, panel) in values.chunks_exact_mut(*length * *width).enumerate() {
            pack::<S>(self.matrix, *columns, index * *width, panel);
        }
    }
}

/// Copies [`VECTORS`] registers of neighbouring columns of a matrix, beginning with column `first`, to a panel. What lies
/// beyond the matrix stays as it is.
#[inline(always)]
pub(crate) fn pack<S: Simd>(matrix: &[f32], columns: usize, first: usize, panel: &mut [f32]) {
    for (row, part) in matrix.chunks_exact(columns).zip(panel.chunks_exact_mut(VECTORS * S::F32_LANES)) {
        copy::<S, VECTORS>(&row[first..], part);
    }
}

/// How many numbers a SIMD register holds.
pub(crate) fn lanes() -> usize {
    struct Lanes;
    impl WithSimd for Lanes {
        type Output = usize;

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> usize {
            S::F32_LANES
        }
    }
    dispatch(Lanes)
}
