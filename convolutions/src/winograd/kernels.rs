//! Kernels to matrices, and back to the gradient of a kernel.

use pulp::{Simd, WithSimd};

use super::matrices::{Kernel, KernelGradient, Matrix};
use super::squares::{GAP, PLACES, POINTS};
use crate::each::each;
use crate::simd::dispatch;

/// The matrices `[in, out]` of the places of a transformed kernel, in panels of two registers.
pub(super) struct Matrices {
    values: Vec<f32>,
    inputs: usize,
    outputs: usize,
}

impl Matrices {
    pub(super) fn zeros(inputs: usize, outputs: usize) -> Self {
        Self { values: vec![0.0; PLACES * (inputs * outputs + GAP)], inputs, outputs }
    }

    /// Those of a kernel `[3, 3, in, out]`.
    pub(super) fn of(kernel: &[f32], inputs: usize, outputs: usize) -> Self {
        let mut matrices = Self::zeros(inputs, outputs);
        dispatch(Transform { kernel, matrices: &mut matrices });
        matrices
    }

    /// The gradient of a kernel from the sums of all squares.
    pub(super) fn into_gradient(self) -> Vec<f32> {
        let mut kernel = vec![0.0; 9 * self.inputs * self.outputs];
        dispatch(Back { matrices: &self, kernel: &mut kernel });
        kernel
    }

    /// The matrix of a place.
    pub(super) fn at(&self, place: usize) -> &[f32] {
        &self.values[place * self.step()..][..self.inputs * self.outputs]
    }

    /// Calls `work` for every place with its matrix.
    pub(super) fn each(&mut self, work: impl Fn(usize, &mut [f32]) + Sync) {
        let (step, length) = (self.step(), self.inputs * self.outputs);
        each(&mut self.values, step, |place, matrix| work(place, &mut matrix[..length]));
    }

    fn step(&self) -> usize {
        self.inputs * self.outputs + GAP
    }

    /// Where a register of a matrix `[in, out]` lies, which has so many registers in a row.
    #[inline(always)]
    fn in_panels(&self, place: usize, row: usize) -> usize {
        let (input, output) = (place / row, place % row);
        (output / 2 * self.inputs + input) * 2 + output % 2
    }
}

struct Transform<'a> {
    kernel: &'a [f32],
    matrices: &'a mut Matrices,
}

impl WithSimd for Transform<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (Self { kernel, matrices }, zero) = (self, simd.splat_f32s(0.0));
        let mut half = Box::new([[zero; 3]; POINTS]);
        let [row, step] = [matrices.outputs, matrices.step()].map(|count| count / S::F32_LANES);
        let (kernel, length) = (S::as_simd_f32s(kernel).0, matrices.inputs * row);
        for place in 0..length {
            let to = matrices.in_panels(place, row);
            let matrices = &mut S::as_mut_simd_f32s(&mut matrices.values).0[to..];
            let load = |row: usize| {
                let mut line = [zero; 3];
                for column in 0..3 {
                    line[column] = kernel[(row * 3 + column) * length + place];
                }
                line
            };
            Kernel::both_ways(simd, &mut half, load, |column, line: [S::f32s; POINTS]| {
                for row in 0..POINTS {
                    matrices[(row * POINTS + column) * step] = line[row];
                }
            });
        }
    }
}

struct Back<'a> {
    matrices: &'a Matrices,
    kernel: &'a mut [f32],
}

impl WithSimd for Back<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (Self { matrices, kernel }, zero) = (self, simd.splat_f32s(0.0));
        let mut half = Box::new([[zero; POINTS]; 3]);
        let [row, step] = [matrices.outputs, matrices.step()].map(|count| count / S::F32_LANES);
        let (kernel, length) = (S::as_mut_simd_f32s(kernel).0, matrices.inputs * row);
        for place in 0..length {
            let matrices = &S::as_simd_f32s(&matrices.values).0[matrices.in_panels(place, row)..];
            let load = |row: usize| {
                let mut line = [zero; POINTS];
                for column in 0..POINTS {
                    line[column] = matrices[(row * POINTS + column) * step];
                }
                line
            };
            KernelGradient::both_ways(simd, &mut half, load, |column, line: [S::f32s; 3]| {
                for row in 0..3 {
                    kernel[(row * 3 + column) * length + place] = line[row];
                }
            });
        }
    }
}
