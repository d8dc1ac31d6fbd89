//! A matrix cut into panels of neighbouring columns, each panel's rows one after the other.

use pulp::{Arch, Simd, WithSimd};

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
    pub(crate) fn zeros(rows: usize, columns: usize, lanes: usize) -> Self {
        let vectors = if columns > lanes { 2 } else { 1 };
        let width = vectors * lanes;
        let values = vec![0.0; columns.div_ceil(width) * rows * width];
        Self { values, length: rows, columns, width, vectors }
    }

    /// Cuts a matrix whose rows lie one after the other.
    pub(crate) fn of_rows(matrix: &[f32], columns: usize, lanes: usize) -> Self {
        let mut panels = Self::zeros(matrix.len() / columns, columns, lanes);
        let width = panels.width;
        for (first, panel) in (0..columns).step_by(width).zip(panels.values.chunks_exact_mut(panels.length * width)) {
            pack(matrix, columns, first, width, panel);
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

/// Copies `width` columns of a matrix, beginning with column `first`, to a panel. What lies beyond the matrix stays
/// as it is.
pub(crate) fn pack(matrix: &[f32], columns: usize, first: usize, width: usize, panel: &mut [f32]) {
    let wanted = width.min(columns - first);
    for (row, part) in matrix.chunks_exact(columns).zip(panel.chunks_exact_mut(width)) {
        part[..wanted].copy_from_slice(&row[first..first + wanted]);
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
    Arch::new().dispatch(Lanes)
}
