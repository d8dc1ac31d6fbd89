//! The masks of dropout.

use rand::{Rng, SeedableRng, rngs::Xoshiro256PlusPlus};

/// A mask of so many values: each is `kept` with this probability, from 0 to 1, and else 0. The same seed gives the same mask.
///
/// A generator for cryptography would take longer than all the rest of a small network's step. This one is Blackman and
/// Vigna's (2018), and each of its 64-bit numbers decides on two values, so that the probability is met to 2⁻³².
#[must_use]
pub fn mask(values: usize, probability: f64, kept: f32, seed: u64) -> Vec<f32> {
    let below = (probability * f64::from(u32::MAX)).round() as u32;
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut mask = vec![0.0; values];
    for pair in mask.chunks_mut(2) {
        let drawn = generator.next_u64();
        for (value, drawn) in pair.iter_mut().zip([drawn as u32, (drawn >> 32) as u32]) {
            *value = if drawn < below { kept } else { 0.0 };
        }
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_with_their_probability_and_without_regard_to_their_neighbours() {
        let (values, probability) = (1_000_001, 0.8);
        let mask = mask(values, probability, 1.25, 7);
        assert_eq!(mask.len(), values);
        let share = |list: &[bool]| list.iter().filter(|&&kept| kept).count() as f64 / list.len() as f64;
        let kept: Vec<bool> = mask.iter().map(|&value| value > 0.0).collect();
        assert!(mask.iter().all(|value| [0.0, 1.25].contains(value)));
        // Five standard deviations of a share of a million.
        assert!((share(&kept) - probability).abs() < 0.002, "{}", share(&kept));
        for apart in [1, 2, 4, 1280] {
            let both: Vec<bool> = kept.iter().zip(&kept[apart..]).map(|(&one, &other)| one && other).collect();
            assert!((share(&both) - probability * probability).abs() < 0.003, "{apart} apart: {}", share(&both));
        }
    }

    #[test]
    fn a_seed_gives_one_mask() {
        assert_eq!(mask(100, 0.5, 1.0, 1), mask(100, 0.5, 1.0, 1));
        assert_ne!(mask(100, 0.5, 1.0, 1), mask(100, 0.5, 1.0, 2));
    }
}
