//! Chooses by position which pictures are held out for validation.

mod grouped;

use rand::seq::SliceRandom;

pub use grouped::{folds, grouped};

use crate::seed::{Purpose, Seed};

/// Keras's `validation_split` holds out the last `fraction` in the order given: returns the position
/// of the first one, `floor(count (1 - fraction))`.
#[must_use]
pub fn last(count: usize, fraction: f64) -> usize {
    (count as f64 * (1.0 - fraction)).floor() as usize
}

/// Holds out the same share of every class, chosen by the seed: for each position, whether it is held out.
///
/// A class with at least two pictures has at least one on both sides; the picture of a class with only one
/// is for training.
///
/// # Shapes
/// - `labels`: the class of each position
/// - `counts`: the number of pictures of each class
#[must_use]
pub fn stratified(labels: &[usize], counts: &[usize], fraction: f64, seed: Seed) -> Vec<bool> {
    let mut positions: Vec<usize> = (0..labels.len()).collect();
    positions.shuffle(&mut seed.rng(Purpose::Split));
    let mut wanted = shares(counts, fraction);
    let mut held_out = vec![false; labels.len()];
    for position in positions {
        let left = &mut wanted[labels[position]];
        held_out[position] = *left > 0;
        *left = left.saturating_sub(1);
    }
    held_out
}

/// How many pictures of each class are held out: this share, but of two and more at least one on both sides.
#[must_use]
pub fn shares(counts: &[usize], fraction: f64) -> Vec<usize> {
    let share = |&count: &usize| match count {
        0 | 1 => 0,
        _ => ((count as f64 * fraction).round() as usize).clamp(1, count - 1),
    };
    counts.iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keras_holds_out_the_last_part() {
        assert_eq!(last(10, 0.25), 7);
        assert_eq!(last(2, 0.0), 2);
    }

    #[test]
    fn each_class_gives_its_share_and_a_class_of_one_gives_none() {
        let held = |labels: &[usize], counts: &[usize], fraction| {
            let held = stratified(labels, counts, fraction, Seed(1));
            let of = |class| labels.iter().zip(&held).filter(|&(&label, &held)| label == class && held).count();
            (0..counts.len()).map(of).collect::<Vec<_>>()
        };
        assert_eq!(held(&[0, 1, 1, 2, 2], &[1, 2, 2], 0.5), [0, 1, 1]);
        assert_eq!(held(&[0, 0, 0, 0, 1, 1], &[4, 2], 0.01), [1, 1]);
        assert_eq!(held(&[0, 0, 0, 0, 1, 1], &[4, 2], 0.99), [3, 1]);
    }
}
