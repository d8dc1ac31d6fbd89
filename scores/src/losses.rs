//! What each picture's probabilities cost.

use crate::predictions::Predictions;

/// The least probability whose logarithm is taken: the distance of neighbouring 32-bit numbers at 1, as scikit-learn clips them.
const LEAST: f64 = f32::EPSILON as f64;

/// Minus the natural logarithm of the probability of the right class, which is clipped to `[ε, 1 - ε]` with the ε of 32 bits: 0 to
/// about 16, of each picture. A network that is sure and wrong pays most.
pub(crate) fn log_losses(predictions: Predictions) -> Vec<f64> {
    let right = predictions.labels().zip(predictions.rows()).map(|(label, row)| f64::from(row[label]));
    right.map(|p| -p.clamp(LEAST, 1.0 - LEAST).ln()).collect()
}

/// The squared distance of the probabilities from the right answer (Brier 1950), of each picture: `Σ (pₖ - yₖ)²` over the classes, 0
/// to 2. Of two classes it is half of that, 0 to 1, as scikit-learn has it: the squared error of one probability.
pub(crate) fn brier_losses(predictions: Predictions) -> Vec<f64> {
    let scale = brier_scale(predictions.classes());
    let squares = |(label, row): (usize, &[f32])| {
        let square = |(class, &p): (usize, &f32)| (f64::from(p) - f64::from(u8::from(class == label))).powi(2);
        row.iter().enumerate().map(square).sum::<f64>() * scale
    };
    predictions.labels().zip(predictions.rows()).map(squares).collect()
}

/// What the sum of squares over the classes is multiplied by.
pub(crate) fn brier_scale(classes: usize) -> f64 {
    if classes == 2 { 0.5 } else { 1.0 }
}

/// The mean, where each picture counts as often as its weight says; NaN of nothing.
pub(crate) fn mean(losses: &[f64], weights: &[u32]) -> f64 {
    let (mut sum, mut count) = (0.0, 0_u64);
    for (loss, &weight) in losses.iter().zip(weights) {
        sum += loss * f64::from(weight);
        count += u64::from(weight);
    }
    sum / count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sure_and_wrong_answer_costs_much_and_not_without_end() {
        let predictions = Predictions::new(&[0, 1], &[0.0, 1.0, 0.25, 0.75], 2).unwrap();
        let losses = log_losses(predictions);
        assert!((losses[0] - 15.942_385_152_878_742).abs() < 1e-9 && (losses[1] + 0.75_f64.ln()).abs() < 1e-12);
        assert_eq!(brier_losses(predictions), [1.0, 0.0625]);
        let three = Predictions::new(&[2], &[1.0, 0.0, 0.0], 3).unwrap();
        assert_eq!(brier_losses(three), [2.0]);
        assert!(mean(&losses, &[0, 0]).is_nan());
    }
}
