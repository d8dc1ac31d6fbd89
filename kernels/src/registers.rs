//! Slices as SIMD registers.

use pulp::Simd;

/// Copies `V` registers, or as many numbers as there are.
#[inline(always)]
pub(crate) fn copy<S: Simd, const V: usize>(from: &[f32], to: &mut [f32]) {
    let width = V * S::F32_LANES;
    if from.len() >= width {
        // In registers: the compiler would call a function for a few numbers.
        store::<S, V>(rows_of::<S, V>(&from[..width])[0], to);
    } else {
        to[..from.len()].copy_from_slice(from);
    }
}

/// Writes registers to `out`, which may be shorter than they are.
#[inline(always)]
pub(crate) fn store<S: Simd, const V: usize>(registers: [S::f32s; V], out: &mut [f32]) {
    let width = V * S::F32_LANES;
    if out.len() >= width {
        let (out, _) = S::as_mut_simd_f32s(&mut out[..width]);
        out.copy_from_slice(&registers);
    } else {
        out.copy_from_slice(&bytemuck::cast_slice(&registers)[..out.len()]);
    }
}

/// Numbers as rows of `V` registers.
#[inline(always)]
pub(crate) fn rows_of<S: Simd, const V: usize>(values: &[f32]) -> &[[S::f32s; V]] {
    S::as_simd_f32s(values).0.as_chunks().0
}
