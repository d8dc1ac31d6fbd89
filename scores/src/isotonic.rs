//! The best that could be made of probabilities without changing their order.

use crate::{
    losses::{brier_losses, brier_scale, mean},
    predictions::Predictions,
    ranking::Ranking,
};

/// The Brier score of all classes and its two parts; NaN of nothing.
///
/// The probabilities are replaced by the rising function of them that fits best: shares of the class over neighbouring
/// pictures, found by pooling neighbours that fall (Ayer and others 1955). What the Brier score falls by is its calibration
/// part, and what is left its refinement (De Groot and Fienberg 1983; with this function: Dimitriadis, Gneiting and Jordan 2021). No bins
/// have to be chosen. The function is fitted to the very pictures that it is judged on, so that the calibration part is a little too
/// large where pictures are few.
///
/// Of several classes, the parts are the sums over each class against the rest, as the score itself is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Brier {
    /// Their sum.
    pub(crate) score: f64,
    /// What a recalibration would take away; 0 is best.
    pub(crate) calibration: f64,
    /// What is left then; 0 is best.
    pub(crate) refinement: f64,
}

impl Brier {
    /// # Shapes
    /// - `rankings`: one for each class
    pub(crate) fn new(predictions: Predictions, rankings: &[Ranking]) -> Self {
        let score = mean(&brier_losses(predictions), &vec![1; predictions.pictures()]);
        let refinement = rankings.iter().map(refinement).sum::<f64>() * brier_scale(rankings.len());
        let calibration = score - refinement;
        // Rounding may leave less than nothing.
        Self { score, calibration: if calibration < 0.0 { 0.0 } else { calibration }, refinement }
    }
}

/// The refinement of one class against the rest: 0 to 0.25; NaN of nothing.
fn refinement(ranking: &Ranking) -> f64 {
    let mut blocks: Vec<(f64, f64)> = Vec::new();
    let (mut hits, mut size) = (0.0, 0.0);
    ranking.each_rising(|of_class, ends| {
        size += 1.0;
        hits += f64::from(u8::from(of_class));
        if ends {
            let mut block = (hits, size);
            // A share that does not rise is pooled with the one before.
            while let Some(&(before, of)) = blocks.last()
                && before * block.1 >= block.0 * of
            {
                blocks.pop();
                block = (before + block.0, of + block.1);
            }
            blocks.push(block);
            (hits, size) = (0.0, 0.0);
        }
    });
    // Among `of` pictures with `hits` of the class and the share as their probability, the squares sum to this.
    let (left, all) =
        blocks.iter().fold((0.0, 0.0), |(left, all), (hits, of)| (left + hits * (1.0 - hits / of), all + of));
    left / all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predictions::Predictions;

    fn of(scores: &[(f32, u32)]) -> f64 {
        let labels: Vec<u32> = scores.iter().map(|(_, of_class)| *of_class).collect();
        let probabilities: Vec<f32> = scores.iter().flat_map(|(score, _)| [1.0 - score, *score]).collect();
        let predictions = Predictions::new(&labels, &probabilities, 2).unwrap();
        refinement(&Ranking::new(predictions, 1))
    }

    #[test]
    fn an_order_that_is_right_leaves_nothing_and_a_wrong_one_leaves_the_spread() {
        assert!(of(&[(0.5, 0), (0.625, 0), (0.75, 1), (0.875, 1)]).abs() < 1e-15);
        assert!((of(&[(0.5, 1), (0.625, 1), (0.75, 0), (0.875, 0)]) - 0.25).abs() < 1e-15);
        // Equal probabilities are one block, however they are sorted.
        assert!((of(&[(0.5, 1), (0.5, 0), (0.5, 0), (0.5, 1)]) - 0.25).abs() < 1e-15);
        assert!(of(&[]).is_nan());
    }
}
