//! Sums of each channel.

/// Sums `[…, channels]` to `[channels]`. Up to 256 pixels are summed first, then those sums: added to the total of
/// all pixels before it, a small number would be rounded away.
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
