//! Slices as SIMD registers.

use pulp::Simd;

/// Copies `V` registers, or as many numbers as there are.
#[inline(always)]
pub(crate) fn copy<S: Simd, const V: usize>(from: &[f32], to: &mut [f32]) {
    match rows_of::<S, V>(from).first() {
        Some(&row) => store::<S, V>(row, to),
        None => copy_some(from, to),
    }
}

/// Writes registers to `out`, which may be shorter than they are.
#[inline(always)]
pub(crate) fn store<S: Simd, const V: usize>(registers: [S::f32s; V], out: &mut [f32]) {
    match rows_of_mut::<S, V>(out).first_mut() {
        Some(row) => *row = registers,
        None => copy_some(bytemuck::cast_slice(&{ registers }), out),
    }
}

/// Copies as many numbers as both have. It is a function of its own, because the compiler would join it with the common
/// case, and call a function of the browser for each few numbers.
#[cold]
#[inline(never)]
fn copy_some(from: &[f32], to: &mut [f32]) {
    to.iter_mut().zip(from).for_each(|(to, &from)| *to = from);
}

/// Numbers as rows of `V` registers.
#[inline(always)]
pub(crate) fn rows_of<S: Simd, const V: usize>(values: &[f32]) -> &[[S::f32s; V]] {
    S::as_simd_f32s(values).0.as_chunks().0
}

/// The same, to be written.
#[inline(always)]
fn rows_of_mut<S: Simd, const V: usize>(values: &mut [f32]) -> &mut [[S::f32s; V]] {
    S::as_mut_simd_f32s(values).0.as_chunks_mut().0
}
