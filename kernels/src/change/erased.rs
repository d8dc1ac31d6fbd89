//! The rectangle that `RandomErasing` covers.

use serde::{Deserialize, Serialize};

/// A rectangle and what covers it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erased {
    /// The columns from the first number to below the second.
    pub columns: [f32; 2],
    /// The rows from the first number to below the second.
    pub rows: [f32; 2],
    /// Red, green and blue, 0 to 255; `None` covers it with noise.
    pub value: Option<[f32; 3]>,
    /// Chooses the noise; below 2^24, so that a GPU can be told it as a float.
    pub seed: u32,
}

impl Erased {
    /// Covers the rectangle in a picture, `[size, size, 3]`.
    pub(super) fn erase(&self, picture: &mut [f32], size: usize) {
        let within = |[first, end]: [f32; 2]| (0..size).filter(move |&at| (first..end).contains(&(at as f32)));
        for row in within(self.rows) {
            for column in within(self.columns) {
                for channel in 0..3 {
                    let at = (row * size + column) * 3 + channel;
                    picture[at] = self.value.map_or_else(|| noise(self.seed, at as u32), |value| value[channel]);
                }
            }
        }
    }
}

/// A number from a normal distribution with standard deviation 255, cut to 0 to 255 as Keras cuts it.
///
/// It depends only on the seed and the place, so that a GPU can draw it anywhere. The hash is PCG's (Jarzynski and Olano,
/// "Hash Functions for GPU Rendering", 2020), the distribution follows by Box and Muller's formula.
#[must_use]
pub fn noise(seed: u32, at: u32) -> f32 {
    let (first, second) = (hash(hash(seed).wrapping_add(at)), hash(hash(!seed).wrapping_add(at)));
    let radius = (-2.0 * (f64::from((first >> 8) + 1) / f64::from(1 << 24)).ln()).sqrt();
    let angle = std::f64::consts::TAU * (f64::from(second >> 8) / f64::from(1 << 24) - 0.5);
    (radius * angle.cos() * 255.0).clamp(0.0, 255.0) as f32
}

fn hash(value: u32) -> u32 {
    let state = value.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let word = ((state >> ((state >> 28) + 4)) ^ state).wrapping_mul(277_803_737);
    (word >> 22) ^ word
}
