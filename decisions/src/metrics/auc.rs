//! The area under a curve, from counts per threshold or from the scores themselves.

use super::config::Curve;

/// Keras's `divide_no_nan`.
pub(super) fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}

/// Keras's `AUC.result` with its default summation, `interpolation`.
///
/// `positives` and `all` count the scores between each threshold and the next, lowest first: the scores of
/// the pictures of the class, and of all pictures.
pub(super) fn area(curve: Curve, positives: &[f64], all: &[f64]) -> f64 {
    let (true_positives, predicted) = (at_least(positives), at_least(all));
    let (support, pictures) = (true_positives[0], predicted[0]);
    let steps = true_positives.windows(2).zip(predicted.windows(2));
    match curve {
        Curve::Roc => {
            let recall = |hits: f64| ratio(hits, support);
            let false_rate = |predicted: f64, hits: f64| ratio(predicted - hits, pictures - support);
            let trapezoid = |(hits, predicted): (&[f64], &[f64])| {
                let width = false_rate(predicted[0], hits[0]) - false_rate(predicted[1], hits[1]);
                width * (recall(hits[0]) + recall(hits[1])) / 2.0
            };
            steps.map(trapezoid).sum()
        }
        // Davis & Goadrich 2006, section 4: true and false positives are interpolated, not precision.
        Curve::Pr => {
            let increment = |(hits, predicted): (&[f64], &[f64])| {
                let gained = hits[0] - hits[1];
                let slope = ratio(gained, predicted[0] - predicted[1]);
                let intercept = hits[1] - slope * predicted[1];
                let growth = if predicted[1] > 0.0 { predicted[0] / predicted[1] } else { 1.0 };
                ratio(slope * (gained + intercept * growth.ln()), support)
            };
            steps.map(increment).sum()
        }
    }
}

/// Turns counts per interval into counts of all scores from each threshold upwards.
fn at_least(counts: &[f64]) -> Vec<f64> {
    let mut sums = counts.to_vec();
    for index in (1..sums.len()).rev() {
        sums[index - 1] += sums[index];
    }
    sums
}

/// The exact area under the ROC curve: among all pairs of a picture of the class and a picture of another
/// class, the share in which the first scores higher; a tie counts half (Mann and Whitney 1947).
///
/// `None` where there is no such pair, or a score is NaN.
#[must_use]
pub fn exact_roc_area(mut scores: Vec<(f32, bool)>) -> Option<f64> {
    if scores.iter().any(|(score, _)| score.is_nan()) {
        return None;
    }
    scores.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut wins, mut below) = (0.0, 0.0);
    #[expect(clippy::float_cmp, reason = "a tie is an equal score")]
    for tied in scores.chunk_by(|a, b| a.0 == b.0) {
        let positives = tied.iter().filter(|(_, positive)| *positive).count() as f64;
        let negatives = tied.len() as f64 - positives;
        wins += positives * (below + negatives / 2.0);
        below += negatives;
    }
    let positives = scores.len() as f64 - below;
    (positives > 0.0 && below > 0.0).then(|| wins / (positives * below))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_area_counts_pairs_and_halves_ties() {
        let area = |scores: &[(f32, bool)]| exact_roc_area(scores.to_vec());
        assert_eq!(area(&[(0.1, false), (0.2, false), (0.8, true)]), Some(1.0));
        assert_eq!(area(&[(0.1, true), (0.2, false)]), Some(0.0));
        assert_eq!(area(&[(0.5, true), (0.5, false), (0.5, false)]), Some(0.5));
        // 0.3 beats 0.1 and ties with 0.3; 0.9 beats both: 3.5 of 4 pairs.
        assert_eq!(area(&[(0.1, false), (0.3, true), (0.3, false), (0.9, true)]), Some(0.875));
        assert_eq!(area(&[(0.1, true), (0.3, true)]), None);
        assert_eq!(area(&[(0.1, false), (0.3, false)]), None);
        assert_eq!(area(&[(f32::NAN, true), (0.3, false)]), None);
    }

    /// The example of Keras's own documentation.
    #[test]
    fn the_area_of_keras_documentation() {
        // Scores 0 and 0.5 of another class, 0.3 and 0.9 of the class; thresholds below 0, 0.5, above 1.
        assert!((area(Curve::Roc, &[1.0, 1.0, 0.0], &[3.0, 1.0, 0.0]) - 0.75).abs() < 1e-12);
    }
}
