//! A loop that runs on all cores.

/// Calls `work` with the index and the values of each chunk of `length` values. In WebAssembly, which has one thread
/// here, the chunks follow one another.
pub fn each(values: &mut [f32], length: usize, work: impl Fn(usize, &mut [f32]) + Sync) {
    each_with(values, length, || (), |(), index, part| work(index, part));
}

/// The same with something to work with, which `room` makes once for each thread, or a few times.
pub(crate) fn each_with<R>(
    values: &mut [f32],
    length: usize,
    room: impl Fn() -> R + Send + Sync,
    work: impl Fn(&mut R, usize, &mut [f32]) + Sync,
) {
    #[cfg(not(target_family = "wasm"))]
    {
        use rayon::prelude::*;
        let parts = values.par_chunks_mut(length).enumerate();
        parts.for_each_init(room, |room, (index, part)| work(room, index, part));
    }
    #[cfg(target_family = "wasm")]
    {
        let mut room = room();
        values.chunks_mut(length).enumerate().for_each(|(index, part)| work(&mut room, index, part));
    }
}
