//! A matrix cut into panels of neighbouring columns, each panel's rows one after the other.

use pulp::{Simd, WithSimd};

use crate::registers::copy;
use crate::simd::dispatch;

/// `[columns / width, rows, width]`; the last panel is filled up with zeros.
pub(crate) struct Panels {
    pub(crate) values: Vec<f32>,
    /// The rows of the matrix.
    pub(crate) length: usize,
    /// The columns of the matrix.
    pub(crate) columns: usize,
    /// The columns of a panel.
    pub(crate) width: usize,
    /// The registers that a row of a panel fills.
    pub(crate) vectors: usize,
}

impl Panels {
    /// Zeros, in panels of so many registers, 1 or 2.
    pub(crate) fn zeros(rows: usize, columns: usize, vectors: usize) -> Self {
        let width = vectors * lanes();
        let values = vec![0.0; columns.div_ceil(width) * rows * width];
        Self { values, length: rows, columns, width, vectors }
    }

    /// Cuts a matrix whose rows lie one after the other.
    pub(crate) fn of_rows(matrix: &[f32], columns: usize, vectors: usize) -> Self {
        let mut panels = Self::zeros(matrix.len() / columns, columns, vectors);
        match vectors {
            1 => dispatch(Fill::<1> { matrix, panels: &mut panels }),
            _ => dispatch(Fill::<2> { matrix, panels: &mut panels }),
        }
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
struct Fill<'a, const V: usize> {
    matrix: &'a [f32],
    panels: &'a mut Panels,
}

impl<const V: usize> WithSimd for Fill<'_, V> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Panels { values, length, columns, width, .. } = self.panels;
        for (index, panel) in values.chunks_exact_mut(*length * *width).enumerate() {
            pack::<S, V>(self.matrix, *columns, index * *width, panel);
        }
    }
}

/// Copies `V` registers of neighbouring columns of a matrix, beginning with column `first`, to a panel. What lies
/// beyond the matrix stays as it is.
#[inline(always)]
pub(crate) fn pack<S: Simd, const V: usize>(matrix: &[f32], columns: usize, first: usize, panel: &mut [f32]) {
    for (row, part) in matrix.chunks_exact(columns).zip(panel.chunks_exact_mut(V * S::F32_LANES)) {
        copy::<S, V>(&row[first..], part);
    }
}

/// How many registers a row of a panel fills where the matrix has so many columns.
pub(crate) fn vectors_for(columns: usize) -> usize {
    if columns > lanes() { 2 } else { 1 }
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
