//! From pictures to transformed squares, and from products to the squares of the output.

use std::marker::PhantomData;

use pulp::{Simd, WithSimd};

use super::matrices::{Matrix, Output};
use crate::activation::FusedActivation;
use crate::simd::dispatch;

/// The rows and columns of a square of the output.
pub(super) const SIDE: usize = 4;
/// The rows and columns of a transformed square.
pub(super) const POINTS: usize = 6;
/// The numbers of a transformed square. Those of many squares at one place are a matrix.
pub(super) const PLACES: usize = POINTS * POINTS;
/// Numbers between two matrices, so that they do not compete for the same places of the cache.
pub(super) const GAP: usize = 16;

/// Squares of pictures, side by side without gaps, in the order of their rows.
#[derive(Clone, Copy)]
pub(super) struct Grid {
    /// The squares of a picture, one below and one beside the other.
    pub(super) squares: [usize; 2],
    /// The rows, columns and channels of a picture.
    pub(super) picture: [usize; 3],
    /// The rows and columns of zeros above and left of the picture that the first square begins with.
    pub(super) before: [usize; 2],
}

impl Grid {
    /// The index of a square's picture, and its first row and column with `before` counted.
    fn corner(&self, square: usize) -> (usize, [usize; 2]) {
        let [down, across] = self.squares;
        let line = square / across;
        (line / down, [line % down * SIDE, square % across * SIDE])
    }
}

/// The squares of a block, one matrix for each place.
#[derive(Clone, Copy)]
pub(super) struct Block {
    /// The index of the first square.
    pub(super) first: usize,
    /// How many squares.
    pub(super) count: usize,
    /// The numbers from one matrix to the next.
    pub(super) step: usize,
}

/// Transforms squares of `N` rows and columns of pictures, which overlap or not.
pub(super) struct Squares<'a, X, const N: usize> {
    pub(super) grid: Grid,
    pub(super) block: Block,
    pub(super) pictures: &'a [f32],
    /// Whether the matrices are panels of two registers; else their rows lie one after the other.
    pub(super) panels: bool,
    pub(super) out: &'a mut [f32],
    pub(super) matrix: PhantomData<X>,
}

impl<X: Matrix<N, POINTS>, const N: usize> Squares<'_, X, N> {
    /// Fills `out`. It is long, and two functions call it.
    #[inline(never)]
    pub(super) fn run(self) {
        dispatch(self);
    }
}

impl<X: Matrix<N, POINTS>, const N: usize> WithSimd for Squares<'_, X, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { grid, block, pictures, panels, out, .. } = self;
        let (pictures, out) = (S::as_simd_f32s(pictures).0, S::as_mut_simd_f32s(out).0);
        let ([rows, columns, channels], before) = (grid.picture, grid.before);
        let (depth, step) = (channels / S::F32_LANES, block.step / S::F32_LANES);
        let zero = simd.splat_f32s(0.0);
        let (mut patch, mut half) = (vec![zero; N * N * depth], Box::new([[zero; N]; POINTS]));
        for square in 0..block.count {
            let (picture, [top, left]) = grid.corner(block.first + square);
            let x = &pictures[picture * rows * columns * depth..][..rows * columns * depth];
            let inside =
                |start: usize, axis: usize| start >= before[axis] && start + N <= before[axis] + grid.picture[axis];
            let (x, line) = if inside(top, 0) && inside(left, 1) {
                (&x[((top - before[0]) * columns + left - before[1]) * depth..], columns * depth)
            } else {
                for (index, pixel) in patch.chunks_exact_mut(depth).enumerate() {
                    let (y, x_column) =
                        ((top + index / N).wrapping_sub(before[0]), (left + index % N).wrapping_sub(before[1]));
                    if y < rows && x_column < columns {
                        pixel.copy_from_slice(&x[(y * columns + x_column) * depth..][..depth]);
                    } else {
                        pixel.fill(zero);
                    }
                }
                (&patch[..], N * depth)
            };
            let mut lines: [&[S::f32s]; N] = [&[]; N];
            for row in 0..N {
                lines[row] = &x[row * line..][..N * depth];
            }
            for channel in 0..depth {
                let place = if panels {
                    (channel / 2 * block.count + square) * 2 + channel % 2
                } else {
                    square * depth + channel
                };
                let out = &mut out[place..];
                let load = |row: usize| {
                    let mut line = [zero; N];
                    for column in 0..N {
                        line[column] = lines[row][column * depth + channel];
                    }
                    line
                };
                X::both_ways(simd, &mut half, load, |column, line: [S::f32s; POINTS]| {
                    for row in 0..POINTS {
                        out[(row * POINTS + column) * step] = line[row];
                    }
                });
            }
        }
    }
}

/// Makes squares of the output from products, and writes the part that lies within the pictures.
pub(super) struct Products<'a> {
    pub(super) grid: Grid,
    pub(super) block: Block,
    /// The products, one matrix for each place, their rows one after the other.
    pub(super) matrices: &'a [f32],
    pub(super) bias: &'a [f32],
    pub(super) activation: FusedActivation,
    pub(super) out: &'a mut [f32],
}

impl WithSimd for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { grid, block, matrices, bias, activation, out } = self;
        let (matrices, out) = (S::as_simd_f32s(matrices).0, S::as_mut_simd_f32s(out).0);
        let (bias, zero) = (S::as_simd_f32s(bias).0, simd.splat_f32s(0.0));
        let limits = activation.limits(simd);
        let mut half = Box::new([[zero; POINTS]; SIDE]);
        let [rows, columns, channels] = grid.picture;
        let (depth, step) = (channels / S::F32_LANES, block.step / S::F32_LANES);
        for square in 0..block.count {
            let (picture, [top, left]) = grid.corner(block.first + square);
            let (height, width) = ((rows - top).min(SIDE), (columns - left).min(SIDE));
            let out = &mut out[((picture * rows + top) * columns + left) * depth..];
            for channel in 0..depth {
                let products = &matrices[square * depth + channel..];
                let load = |row: usize| {
                    let mut line = [zero; POINTS];
                    for column in 0..POINTS {
                        line[column] = products[(row * POINTS + column) * step];
                    }
                    line
                };
                Output::both_ways(simd, &mut half, load, |column, line: [S::f32s; SIDE]| {
                    for row in 0..SIDE {
                        if row < height && column < width {
                            out[(row * columns + column) * depth + channel] = simd.add_f32s(line[row], bias[channel]);
                        }
                    }
                });
            }
            for row in 0..height {
                for sum in &mut out[row * columns * depth..][..width * depth] {
                    *sum = limits.keep(simd, *sum);
                }
            }
        }
    }
}
