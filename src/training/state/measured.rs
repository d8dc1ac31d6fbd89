//! What is measured once a network is trained, and no longer holds when its weights change.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use crate::device::read;
use crate::error::{Error, Result};
use crate::kernels::{FusedActivation, dense};

/// What is known of a trained network beside its weights. A run begins without it, and so does a network with other weights.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measured {
    /// What the logits are divided by before the softmax; see [`Model::set_temperature`](crate::Model::set_temperature).
    pub(crate) temperature: Option<f64>,
    pub(crate) memory: Option<Arc<Memory>>,
}

impl Measured {
    /// Whether it is a temperature that leaves a wrong probability nowhere: from 0.01 to 100.
    ///
    /// # Errors
    ///
    /// It is not; a sentence about the setting.
    pub(crate) fn check_temperature(temperature: f64) -> Result<f64> {
        match (0.01..=100.0).contains(&temperature) {
            true => Ok(temperature),
            false => Err(Error::config("temperature", format!("must be a number from 0.01 to 100, not {temperature}"))),
        }
    }
}

/// Vectors of training pictures, by which a picture that is unlike all of them is known (Sun et al. 2022): each is what the
/// network makes of a picture in front of its last layer with weights, shortened to [`MOST_VALUES`] numbers and to length 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Memory {
    /// `[count, width]`.
    pub(crate) vectors: Vec<f32>,
    /// The number of values of each, at most [`MOST_VALUES`].
    pub(crate) width: usize,
    /// The distance below which 95 % of the validation pictures lie, above 0.
    pub(crate) threshold: f32,
}

/// The most vectors that are kept.
pub(crate) const MOST_VECTORS: usize = 2000;
/// The most values of a vector. Longer ones are shortened in a way that nearly keeps their distances.
pub(crate) const MOST_VALUES: usize = 256;
/// The share of the validation pictures that are said to be like the training pictures.
const LIKE: f64 = 0.95;
/// Below it a threshold would make a warning of every rounding error.
const SMALLEST_THRESHOLD: f32 = 1e-4;

impl Memory {
    /// A memory of these vectors, whose threshold follows from the vectors of validation pictures. `None` if there are none of
    /// either, or one of them has a number that is not finite.
    ///
    /// # Errors
    ///
    /// The processor's tensors failed.
    pub(crate) async fn new(vectors: Vec<f32>, validation: &[f32], width: usize) -> Result<Option<Self>> {
        let finite = vectors.iter().chain(validation).all(|value| value.is_finite());
        if vectors.is_empty() || validation.is_empty() || !finite {
            return Ok(None);
        }
        let mut memory = Self { vectors, width, threshold: 1.0 };
        let mut distances = memory.unlike(validation).await?;
        distances.sort_unstable_by(f32::total_cmp);
        let at = (LIKE * distances.len() as f64).ceil() as usize - 1;
        memory.threshold = distances[at].max(SMALLEST_THRESHOLD);
        Ok(Some(memory))
    }

    /// Which neighbour's distance counts: one in 200, so that a few pictures which the training saw twice decide nothing.
    fn neighbour(&self) -> usize {
        (self.vectors.len() / self.width / 200).clamp(1, 10)
    }

    /// The distance of each picture to its nearest training pictures, as a multiple of the threshold: above 1 it is unlike
    /// them. A vector without a direction is as unlike as can be.
    ///
    /// # Shapes
    /// - `vectors`: `[pictures, width]`, made by [`shortened`]
    /// - returns `[pictures]`
    ///
    /// # Errors
    ///
    /// The processor's tensors failed.
    pub(crate) async fn unlike(&self, vectors: &[f32]) -> Result<Vec<f32>> {
        const AT_ONCE: usize = 256;
        let (device, width, count) = (Device::flex(), self.width, self.vectors.len() / self.width);
        let known = Tensor::<2>::from_data(TensorData::new(self.vectors.clone(), [count, width]), &device).transpose();
        let zeros = Tensor::zeros([count], &device);
        let mut distances = Vec::with_capacity(vectors.len() / width);
        for some in vectors.chunks(AT_ONCE * width) {
            let rows = Tensor::<2>::from_data(TensorData::new(some.to_vec(), [some.len() / width, width]), &device);
            let cosines = read(dense(rows, known.clone(), zeros.clone(), FusedActivation::Linear)).await?;
            for (row, vector) in cosines.chunks(count).zip(some.chunks(width)) {
                let mut row = row.to_vec();
                let (_, &mut cosine, _) = row.select_nth_unstable_by(self.neighbour() - 1, |a, b| b.total_cmp(a));
                // Both have length 1, but for a vector of zeros.
                let squares: f32 = vector.iter().map(|value| value * value).sum();
                let square = 1.0 + squares - 2.0 * cosine;
                distances.push(if square.is_finite() { square.max(0.0).sqrt() / self.threshold } else { f32::MAX });
            }
        }
        Ok(distances)
    }
}

/// The number of values of a shortened vector.
pub(crate) fn shortened_width(values: usize) -> usize {
    values.min(MOST_VALUES)
}

/// Vectors of length 1 with at most [`MOST_VALUES`] values. Longer ones are folded: each value is added to one place or
/// subtracted from it, both chosen by a hash of its position, which keeps distances on average (Weinberger et al. 2009).
///
/// # Shapes
/// - `rows`: `[pictures, values]`
/// - returns `[pictures, width]`
pub(crate) fn shortened(rows: &[f32], values: usize) -> Vec<f32> {
    let width = shortened_width(values);
    let mut all = Vec::with_capacity(rows.len() / values * width);
    for row in rows.chunks_exact(values) {
        let mut short = vec![0.0f32; width];
        for (position, &value) in row.iter().enumerate() {
            if values == width {
                short[position] = value;
            } else {
                let hash = hashed(position as u64);
                let sign = if hash >> 63 == 0 { 1.0 } else { -1.0 };
                short[(hash % MOST_VALUES as u64) as usize] += sign * value;
            }
        }
        let length = short.iter().map(|value| value * value).sum::<f32>().sqrt();
        all.extend(short.iter().map(|value| if length > 0.0 { value / length } else { 0.0 }));
    }
    all
}

/// The finalizer of `SplitMix64` (Steele et al. 2014).
fn hashed(position: u64) -> u64 {
    let mut x = position.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many vectors of so many values, each of which points in a direction of its own near the first or second axis.
    fn vectors(count: usize, values: usize, axis: usize) -> Vec<f32> {
        let value = |picture: usize, at: usize| {
            let noise = (hashed((picture * values + at) as u64) % 1000) as f32 / 1000.0;
            noise * 0.2 + if at == axis { (values as f32).sqrt() } else { 0.0 }
        };
        (0..count * values).map(|at| value(at / values, at % values)).collect()
    }

    #[test]
    fn a_short_vector_has_length_one_and_a_long_one_keeps_its_distances_nearly() {
        assert_eq!(shortened(&[3.0, 4.0, 0.0, 0.0], 2), [0.6, 0.8, 0.0, 0.0]);
        let values = 4096;
        let all = [vectors(2, values, 0), vectors(1, values, 9)].concat();
        let short = shortened(&all, values);
        let cosine = |a: &[f32], b: &[f32]| -> f32 {
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
            dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
        };
        let pair = |of: &[f32], width: usize, other: usize| cosine(&of[..width], &of[other * width..][..width]);
        for other in [1, 2] {
            let (long, short) = (pair(&all, values, other), pair(&short, MOST_VALUES, other));
            assert!((long - short).abs() < 0.1, "{long} {short}");
        }
    }

    #[pollster::test]
    async fn a_vector_elsewhere_is_unlike_and_nineteen_of_twenty_validation_pictures_are_not() {
        let known = shortened(&vectors(400, 8, 0), 8);
        let validation = shortened(&vectors(500, 8, 0)[400 * 8..], 8);
        let memory = Memory::new(known, &validation, 8).await.unwrap().unwrap();
        let of = memory.unlike(&validation).await.unwrap();
        assert_eq!(of.iter().filter(|&&unlike| unlike > 1.0).count(), 5);
        let elsewhere = memory.unlike(&shortened(&vectors(3, 8, 5), 8)).await.unwrap();
        assert!(elsewhere.iter().all(|&unlike| unlike > 5.0), "{elsewhere:?}");
        assert!(memory.unlike(&[0.0; 8]).await.unwrap()[0] > 1.0);
        assert_eq!(memory.unlike(&[f32::NAN; 8]).await.unwrap(), [f32::MAX]);
    }

    #[pollster::test]
    async fn nothing_is_remembered_of_no_pictures_or_of_numbers_that_are_none() {
        assert_eq!(Memory::new(vec![], &[1.0, 0.0], 2).await.unwrap(), None);
        assert_eq!(Memory::new(vec![1.0, 0.0], &[], 2).await.unwrap(), None);
        assert_eq!(Memory::new(vec![1.0, 0.0], &[f32::NAN, 0.0], 2).await.unwrap(), None);
        assert!(Measured::check_temperature(1.5).is_ok());
        assert!([0.0, f64::NAN, 101.0, -1.0].iter().all(|&wrong| Measured::check_temperature(wrong).is_err()));
    }
}
