//! The same work for many parts.

/// Calls with the number and the values of each part, on all cores where there are threads.
pub(crate) fn each(values: &mut [f32], length: usize, work: impl Fn(usize, &mut [f32]) + Sync) {
    #[cfg(not(target_family = "wasm"))]
    {
        use rayon::prelude::*;
        values.par_chunks_mut(length).enumerate().for_each(|(index, part)| work(index, part));
    }
    #[cfg(target_family = "wasm")]
    values.chunks_mut(length).enumerate().for_each(|(index, part)| work(index, part));
}
