//! The initial values of weights: Keras's initializers.

use rand::RngExt;
use serde::{Deserialize, Serialize};

use crate::seed::{Purpose, Seed};

/// How a weight is drawn, by Keras's name. The uniform ones lie within ±√(3 variance). The normal ones are truncated
/// at two standard deviations of a normal distribution that is widened so that the variance stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Initializer {
    /// Variance `2 / (fan in + fan out)` (Glorot & Bengio 2010).
    #[default]
    GlorotUniform,
    /// Variance `2 / (fan in + fan out)`.
    GlorotNormal,
    /// Variance `2 / fan in` (He et al. 2015).
    HeUniform,
    /// Variance `2 / fan in`.
    HeNormal,
    /// Variance `1 / fan in`.
    LecunUniform,
    /// Variance `1 / fan in`.
    LecunNormal,
    /// 0 everywhere.
    Zeros,
    /// 1 everywhere.
    Ones,
}

/// The standard deviation of a standard normal distribution truncated at ±2.
const TRUNCATED_DEVIATION: f64 = 0.879_625_661_034_239_8;

impl Initializer {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Draws the values of the weight with this index among those of the network; `shape` is its shape in Keras.
    pub(crate) fn draw(self, shape: &[usize], seed: Seed, index: usize) -> Vec<f32> {
        let count = shape.iter().product();
        let (fan_in, fan_out) = fans(shape);
        let variance = match self {
            Self::Zeros => return vec![0.0; count],
            Self::Ones => return vec![1.0; count],
            Self::GlorotUniform | Self::GlorotNormal => 2.0 / (fan_in + fan_out),
            Self::HeUniform | Self::HeNormal => 2.0 / fan_in,
            Self::LecunUniform | Self::LecunNormal => 1.0 / fan_in,
        };
        let mut rng = seed.rng(Purpose::Weights(index));
        let mut uniform = || rng.random::<f64>();
        let values = 0..count;
        match self {
            Self::GlorotUniform | Self::HeUniform | Self::LecunUniform => {
                let limit = (3.0 * variance).sqrt();
                values.map(|_| ((uniform() * 2.0 - 1.0) * limit) as f32).collect()
            }
            _ => {
                let deviation = variance.sqrt() / TRUNCATED_DEVIATION;
                values.map(|_| (truncated_normal(&mut uniform) * deviation) as f32).collect()
            }
        }
    }
}

/// A standard normal value (Box & Muller 1958), drawn again until it lies within ±2.
fn truncated_normal(uniform: &mut impl FnMut() -> f64) -> f64 {
    loop {
        let radius = (-2.0 * (1.0 - uniform()).ln()).sqrt();
        let value = radius * (std::f64::consts::TAU * uniform()).cos();
        if value.abs() <= 2.0 {
            return value;
        }
    }
}

/// Keras's `compute_fans`: the last two axes are the inputs and outputs, the ones before them the window.
fn fans(shape: &[usize]) -> (f64, f64) {
    match *shape {
        [ref window @ .., inputs, outputs] => {
            let window: usize = window.iter().product();
            ((window * inputs) as f64, (window * outputs) as f64)
        }
        [length] => (length as f64, length as f64),
        [] => (1.0, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A kernel of 3 x 3 over 20 channels to 50 filters: fan in 180, fan out 450.
    const KERNEL: [usize; 4] = [3, 3, 20, 50];

    fn moments(initializer: Initializer, shape: &[usize]) -> (f64, f64, f64) {
        let values = initializer.draw(shape, Seed(1), 0);
        let count = values.len() as f64;
        let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
        let variance = values.iter().map(|&value| (f64::from(value) - mean).powi(2)).sum::<f64>() / count;
        (mean, variance, values.iter().fold(0.0, |most, &value| most.max(f64::from(value.abs()))))
    }

    #[test]
    fn drawn_weights_have_keras_variance_and_limits() {
        for (initializer, variance, uniform) in [
            (Initializer::GlorotUniform, 2.0_f64 / 630.0, true),
            (Initializer::GlorotNormal, 2.0 / 630.0, false),
            (Initializer::HeUniform, 2.0 / 180.0, true),
            (Initializer::HeNormal, 2.0 / 180.0, false),
            (Initializer::LecunUniform, 1.0 / 180.0, true),
            (Initializer::LecunNormal, 1.0 / 180.0, false),
        ] {
            let (mean, drawn, most) = moments(initializer, &KERNEL);
            let limit = if uniform { (3.0 * variance).sqrt() } else { 2.0 * variance.sqrt() / TRUNCATED_DEVIATION };
            // 9000 values: a standard error of the variance of about 1 %, of the mean of about 1 % of a deviation.
            assert!((drawn / variance - 1.0).abs() < 0.04, "{initializer:?}: {drawn} is not {variance}");
            assert!(mean.abs() < 0.04 * variance.sqrt(), "{initializer:?}: {mean}");
            assert!(most <= limit * 1.000_001 && most > limit * 0.98, "{initializer:?}: {most} is not near {limit}");
        }
    }

    #[test]
    fn fans_are_those_of_keras() {
        assert_eq!(fans(&KERNEL), (180.0, 450.0));
        assert_eq!(fans(&[7, 5]), (7.0, 5.0));
        // A depthwise kernel counts all channels as inputs and the multiplier as outputs.
        assert_eq!(fans(&[3, 3, 32, 2]), (288.0, 18.0));
    }

    #[test]
    fn each_weight_and_seed_draws_its_own_values() {
        let draw = |seed, index| Initializer::HeNormal.draw(&[4, 4], Seed(seed), index);
        assert_eq!(draw(1, 0), draw(1, 0));
        assert_ne!(draw(1, 0), draw(1, 1));
        assert_ne!(draw(1, 0), draw(2, 0));
        assert_eq!(Initializer::Ones.draw(&[2], Seed(1), 0), [1.0, 1.0]);
    }
}
