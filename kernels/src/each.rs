//! A loop that runs on all cores.

/// Calls `work` with the index and the values of each chunk of `length` values. In WebAssembly, which has one thread
/// here, the chunks follow one another.
pub(crate) fn each(values: &mut [f32], length: usize, work: impl Fn(usize, &mut [f32]) + Sync) {
    #[cfg(not(target_family = "wasm"))]
    {
        use rayon::prelude::*;
        values.par_chunks_mut(length).enumerate().for_each(|(index, part)| work(index, part));
    }
    #[cfg(target_family = "wasm")]
    values.chunks_mut(length).enumerate().for_each(|(index, part)| work(index, part));
}
