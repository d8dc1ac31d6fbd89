//! What featurewise standardization has to know about pictures.

use crate::data::Dataset;

impl Dataset {
    /// The mean and the standard deviation of each channel over all pixels of all pictures, `[mean, deviation]`.
    #[must_use]
    pub fn channel_statistics(&self) -> [[f64; 3]; 2] {
        let (mut sums, mut squares) = ([0u64; 3], [0u64; 3]);
        for position in 0..self.len() {
            for pixel in self.pixels(position).chunks_exact(3) {
                for (channel, &value) in pixel.iter().enumerate() {
                    sums[channel] += u64::from(value);
                    squares[channel] += u64::from(value).pow(2);
                }
            }
        }
        let count = (self.len() * self.image_size().pow(2)) as f64;
        let mean = sums.map(|sum| sum as f64 / count);
        let variance = |channel: usize| (squares[channel] as f64 / count - mean[channel].powi(2)).max(0.0);
        [mean, [0, 1, 2].map(|channel| variance(channel).sqrt())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_has_its_mean_and_deviation_over_all_pixels_of_all_pictures() {
        let pixels = vec![0, 10, 255, 4, 10, 255];
        let pictures = Dataset::from_arrays(pixels, vec![0, 1], vec!["a".into(), "b".into()], 1).unwrap();
        assert_eq!(pictures.channel_statistics(), [[2.0, 10.0, 255.0], [2.0, 0.0, 0.0]]);
    }
}
