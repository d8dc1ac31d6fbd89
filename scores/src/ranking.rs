//! Pictures sorted by the probability of one class, and what follows from the order.

use crate::predictions::Predictions;

/// The marks of a picture in the order: whether it is of the class, and whether the next one has another probability.
const OF_CLASS: u32 = 1 << 30;
const ENDS: u32 = 1 << 31;
/// What is left without them: its number.
const PICTURE: u32 = OF_CLASS - 1;

/// The pictures by their probability of one class, the highest first.
#[derive(Debug, Clone)]
pub(crate) struct Ranking {
    /// The number of each picture, with its marks.
    order: Vec<u32>,
}

/// The area under the ROC curve and the average precision; NaN where they are not defined.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Areas {
    /// How often a picture of the class gets a higher probability of it than another picture, ties counting half (Mann and
    /// Whitney 1947). Defined if there are pictures of both kinds.
    pub(crate) auc: f64,
    /// Σ (Rₙ - Rₙ₋₁) Pₙ over the thresholds, with recall R and precision P, as scikit-learn has it. Defined if there are
    /// pictures of the class.
    pub(crate) average_precision: f64,
}

impl Ranking {
    pub(crate) fn new(predictions: Predictions, class: usize) -> Self {
        let score = |picture: u32| predictions.probability(picture as usize, class);
        let mut order: Vec<u32> = (0..predictions.pictures() as u32).collect();
        order.sort_unstable_by(|&a, &b| score(b).total_cmp(&score(a)).then(a.cmp(&b)));
        let mut next: Option<f32> = None;
        for entry in order.iter_mut().rev() {
            let (picture, own) = (*entry, score(*entry));
            #[expect(clippy::float_cmp, reason = "a tie is an equal probability")]
            let tied = next.is_some_and(|next| next == own);
            if !tied {
                *entry |= ENDS;
            }
            if predictions.label(picture as usize) == class {
                *entry |= OF_CLASS;
            }
            next = Some(own);
        }
        Self { order }
    }

    /// Calls `step` with each picture, highest probability first: its number, whether it is of the class, and whether the
    /// threshold can lie below it.
    #[inline]
    pub(crate) fn each(&self, mut step: impl FnMut(usize, bool, bool)) {
        for &entry in &self.order {
            step((entry & PICTURE) as usize, entry & OF_CLASS != 0, entry & ENDS != 0);
        }
    }

    /// The same without the number, lowest probability first; the last argument says whether the next picture has another
    /// probability.
    pub(crate) fn each_rising(&self, mut step: impl FnMut(bool, bool)) {
        let mut entries = self.order.iter().rev().peekable();
        while let Some(&entry) = entries.next() {
            let ends = entries.peek().is_none_or(|&&next| next & ENDS != 0);
            step(entry & OF_CLASS != 0, ends);
        }
    }

    /// # Shapes
    /// - `weights`: how often each picture counts
    pub(crate) fn areas(&self, weights: &[u32]) -> Areas {
        let (mut hits, mut alarms) = (0_u32, 0_u32);
        let (mut hits_before, mut alarms_before) = (0_u32, 0_u32);
        let (mut twice_area, mut precision) = (0_u64, 0.0);
        self.each(|picture, of_class, ends| {
            let weight = weights[picture];
            let counted = if of_class { weight } else { 0 };
            hits += counted;
            alarms += weight - counted;
            if ends {
                twice_area += u64::from(alarms - alarms_before) * u64::from(hits + hits_before);
                alarms_before = alarms;
                if hits > hits_before {
                    precision +=
                        f64::from(hits - hits_before) * f64::from(hits) / (f64::from(hits) + f64::from(alarms));
                    hits_before = hits;
                }
            }
        });
        let (hits, alarms) = (f64::from(hits), f64::from(alarms));
        // 0 divided by 0 is NaN.
        Areas { auc: twice_area as f64 / 2.0 / (hits * alarms), average_precision: precision / hits }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn areas(scores: &[(f32, u32)], weights: &[u32]) -> (f64, f64) {
        let labels: Vec<u32> = scores.iter().map(|(_, of_class)| *of_class).collect();
        let probabilities: Vec<f32> = scores.iter().flat_map(|(score, _)| [1.0 - score, *score]).collect();
        let predictions = Predictions::new(&labels, &probabilities, 2).unwrap();
        let Areas { auc, average_precision } = Ranking::new(predictions, 1).areas(weights);
        (auc, average_precision)
    }

    #[test]
    fn pairs_are_counted_and_ties_halved() {
        // 0.25 beats 0.125 and ties with 0.25; 0.875 beats both: 3.5 of 4 pairs.
        let (auc, precision) = areas(&[(0.125, 0), (0.25, 1), (0.25, 0), (0.875, 1)], &[1; 4]);
        assert!((auc - 0.875).abs() < 1e-15);
        assert!((precision - (0.5 + 0.5 * 2.0 / 3.0)).abs() < 1e-15);
        assert!(areas(&[(0.5, 1), (0.75, 1)], &[1; 2]).0.is_nan());
        assert!(areas(&[(0.5, 0), (0.75, 0)], &[1; 2]).1.is_nan());
    }

    #[test]
    fn a_weight_counts_as_so_many_equal_pictures() {
        let twice = areas(&[(0.125, 0), (0.25, 1), (0.5, 0), (0.5, 0), (0.875, 1)], &[1; 5]);
        assert_eq!(areas(&[(0.125, 0), (0.25, 1), (0.5, 0), (0.875, 1), (0.625, 1)], &[1, 1, 2, 1, 0]), twice);
        // The first one counts nothing: there is no share of nothing in the sum.
        assert_eq!(areas(&[(0.125, 0), (0.25, 1), (0.875, 1)], &[1, 1, 0]), (1.0, 1.0));
    }
}
