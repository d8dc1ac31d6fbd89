//! What was taken for what.

use crate::predictions::Predictions;

/// The table of all pictures: `[true class][said class]`.
pub(crate) fn confusion_matrix(predictions: Predictions) -> Vec<Vec<usize>> {
    let mut matrix = vec![vec![0; predictions.classes()]; predictions.classes()];
    for (label, said) in predictions.labels().zip(predictions.said()) {
        matrix[label][said] += 1;
    }
    matrix
}

/// For each class the pictures that are of it, that were taken for it, and both.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    hits: Vec<f64>,
    support: Vec<f64>,
    said: Vec<f64>,
}

impl Tally {
    /// # Shapes
    /// - `pairs`: the true class and the said class of each picture
    /// - `weights`: how often each picture counts
    pub(crate) fn new(classes: usize, pairs: &[(u32, u32)], weights: &[u32]) -> Self {
        let mut counts = vec![[0_u32; 3]; classes];
        for (&(label, said), &weight) in pairs.iter().zip(weights) {
            counts[label as usize][1] += weight;
            counts[said as usize][2] += weight;
            counts[label as usize][0] += if label == said { weight } else { 0 };
        }
        let column = |column: usize| counts.iter().map(|counts| f64::from(counts[column])).collect();
        Self { hits: column(0), support: column(1), said: column(2) }
    }

    /// `2 TP / (2 TP + FP + FN)` of each class: 0 to 1; NaN for one that has no picture and was never said.
    pub(crate) fn f1(&self) -> impl Iterator<Item = f64> {
        self.rows().map(|(hits, support, said)| 2.0 * hits / (support + said))
    }

    /// The mean sensitivity of the classes that have pictures: 0 to 1; NaN of nothing.
    pub(crate) fn balanced_accuracy(&self) -> f64 {
        mean(self.rows().filter(|(_, support, _)| *support > 0.0).map(|(hits, support, _)| hits / support))
    }

    /// The mean F1 of the classes that have pictures: 0 to 1; NaN of nothing.
    pub(crate) fn macro_f1(&self) -> f64 {
        let present = self.rows().zip(self.f1()).filter(|((_, support, _), _)| *support > 0.0);
        mean(present.map(|(_, f1)| f1))
    }

    /// Matthews's correlation coefficient for any number of classes (Gorodkin 2004): -1 to 1, and 0 for answers that have nothing to do
    /// with the classes. NaN if all pictures are of one class or were taken for one, where scikit-learn says 0.
    pub(crate) fn mcc(&self) -> f64 {
        let sum = |of: fn((f64, f64, f64)) -> f64| self.rows().map(of).sum::<f64>();
        let (all, hits) = (sum(|(_, support, _)| support), sum(|(hits, ..)| hits));
        let spread_of_said = all * all - sum(|(_, _, said)| said * said);
        let spread_of_true = all * all - sum(|(_, support, _)| support * support);
        (hits * all - sum(|(_, support, said)| support * said)) / (spread_of_said * spread_of_true).sqrt()
    }

    /// Hits, support and how often it was said, of each class.
    fn rows(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        self.hits.iter().zip(&self.support).zip(&self.said).map(|((&hits, &support), &said)| (hits, support, said))
    }
}

/// The true class and the said class of each picture.
pub(crate) fn pairs(predictions: Predictions) -> Vec<(u32, u32)> {
    predictions.labels().zip(predictions.said()).map(|(label, said)| (label as u32, said as u32)).collect()
}

/// The mean; NaN of nothing.
pub(crate) fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(table: &[&[u32]]) -> Tally {
        let cells = |(label, row): (usize, &&[u32])| -> Vec<((u32, u32), u32)> {
            row.iter().enumerate().map(|(said, &count)| ((label as u32, said as u32), count)).collect()
        };
        let (pairs, weights): (Vec<_>, Vec<_>) = table.iter().enumerate().flat_map(cells).unzip();
        Tally::new(table.len(), &pairs, &weights)
    }

    #[test]
    fn the_tutorials_table() {
        let near = |value: f64, wanted: f64| assert!((value - wanted).abs() < 1e-12, "{value} instead of {wanted}");
        let tutorial = tally(&[&[76, 18, 2], &[3, 82, 6], &[0, 0, 90]]);
        near(tutorial.balanced_accuracy(), (76.0 / 96.0 + 82.0 / 91.0 + 1.0) / 3.0);
        near(tutorial.f1().next().unwrap(), 152.0 / (96.0 + 79.0));
        assert!(tally(&[&[3, 0], &[0, 0]]).mcc().is_nan());
        near(tally(&[&[3, 0], &[0, 2]]).mcc(), 1.0);
        near(tally(&[&[0, 3], &[2, 0]]).mcc(), -1.0);
    }
}
