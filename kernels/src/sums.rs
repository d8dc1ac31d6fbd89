//! Sums over pixels.

/// `[…, channels]` to `[channels]`, in sums of sums: a small number would be lost beside the total of a
/// long row.
#[must_use]
pub fn channel_sums(x: &[f32], channels: usize) -> Vec<f32> {
    let mut sums = vec![0.0; channels];
    for pixels in x.chunks(256 * channels) {
        let mut some = vec![0.0; channels];
        for pixel in pixels.chunks_exact(channels) {
            some.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += value);
        }
        sums.iter_mut().zip(some).for_each(|(sum, value)| *sum += value);
    }
    sums
}
