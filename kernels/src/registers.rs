//! Slices as SIMD registers.

use pulp::Simd;

/// `V` registers from `values[from..]`. With a single register, what lies from `end` on is 0.
#[inline(always)]
pub(crate) fn load<S: Simd, const V: usize>(simd: S, values: &[f32], from: usize, end: usize) -> [S::f32s; V] {
    match V == 1 && from + S::F32_LANES > end {
        true => [simd.partial_load_f32s(&values[from..end]); V],
        false => rows_of::<S, V>(&values[from..][..V * S::F32_LANES])[0],
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

/// Adds registers to `out`, which may be shorter than they are.
#[inline(always)]
pub(crate) fn add<S: Simd, const V: usize>(simd: S, registers: [S::f32s; V], out: &mut [f32]) {
    let before = load::<S, V>(simd, out, 0, out.len());
    store::<S, V>(std::array::from_fn(|vector| simd.add_f32s(before[vector], registers[vector])), out);
}

/// Numbers as rows of `V` registers.
#[inline(always)]
pub(crate) fn rows_of<S: Simd, const V: usize>(values: &[f32]) -> &[[S::f32s; V]] {
    S::as_simd_f32s(values).0.as_chunks().0
}
