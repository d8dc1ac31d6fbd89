//! What is counted on the device, batch by batch.

use burn::tensor::{IndexingUpdateOp, Int, Tensor};

/// When an entry of the table of scores, pictures by classes, counts as predicted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Rule {
    /// No other class of the picture has a higher probability; a tie predicts both.
    Highest,
    /// The probability is above this.
    Above(f64),
    /// It is among the `k` highest of the picture, of a tie the first, and above a bound if there is one.
    Top { k: usize, above: Option<f64> },
}

/// A table of counts; those of all batches are added up.
///
/// Counts are `f32` on the device, where whole numbers are exact up to 2²⁴: right for epochs of up to
/// 16.7 million pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Count {
    /// `[classes]`: the pictures of each class.
    Support,
    /// `[2, classes]`: the entries that are predicted, and those of them that are true.
    Predicted(Rule),
    /// `[2, classes, thresholds]`: the entries between each of Keras's even thresholds and the next,
    /// and those of them that are true.
    Between { thresholds: usize },
    /// `[1]`: the pictures with fewer than `k` classes above their own.
    InTop { k: usize },
}

impl Count {
    /// How many numbers the table holds.
    pub(super) fn len(self, classes: usize) -> usize {
        match self {
            Self::Support => classes,
            Self::Predicted(_) => 2 * classes,
            Self::Between { thresholds } => 2 * classes * thresholds,
            Self::InTop { .. } => 1,
        }
    }

    /// The table of one batch, flat.
    ///
    /// # Shapes
    /// - `probabilities`, `targets` (one-hot): `[batch, classes]`
    /// - returns `[self.len(classes)]`
    pub(super) fn of(self, probabilities: &Tensor<2>, targets: &Tensor<2>) -> Tensor<1> {
        match self {
            Self::Support => column_sums(targets.clone()),
            Self::Predicted(rule) => {
                let predicted = rule.predicted(probabilities);
                let hits = predicted.clone() * targets.clone();
                Tensor::cat(vec![column_sums(predicted), column_sums(hits)], 0)
            }
            Self::Between { thresholds } => between(probabilities, targets, thresholds),
            Self::InTop { k } => {
                let classes = probabilities.dims()[1];
                let own = (probabilities.clone() * targets.clone()).sum_dim(1);
                // Counted from below, so that a score that is not a number is never a hit.
                let not_above = probabilities.clone().lower_equal(own).float().sum_dim(1);
                not_above.greater_elem((classes - k) as f32).float().sum()
            }
        }
    }
}

impl Rule {
    /// `[batch, classes]`: 1 where an entry is predicted, else 0.
    fn predicted(self, probabilities: &Tensor<2>) -> Tensor<2> {
        match self {
            Self::Highest => probabilities.clone().greater_equal(probabilities.clone().max_dim(1)).float(),
            Self::Above(threshold) => probabilities.clone().greater_elem(threshold as f32).float(),
            Self::Top { k, above } => {
                let top = top(probabilities, k);
                match above {
                    Some(threshold) => top * Self::Above(threshold).predicted(probabilities),
                    None => top,
                }
            }
        }
    }
}

/// 1 for the `k` highest of each row, of a tie the first: a maximum at a time, because sorting would
/// wait for the device.
fn top(probabilities: &Tensor<2>, k: usize) -> Tensor<2> {
    let [_, classes] = probabilities.dims();
    let columns = Tensor::<1, Int>::arange(0..classes as i64, &probabilities.device()).unsqueeze::<2>();
    let mut rest = probabilities.clone();
    let mut top = probabilities.zeros_like();
    for _ in 0..k {
        let highest = rest.clone().argmax(1).equal(columns.clone());
        rest = rest.mask_fill(highest.clone(), -1.0);
        top = top + highest.float();
    }
    top
}

/// Keras's buckets: `ceil(p · (thresholds - 1)) - 1`, a probability of 0 in the first.
fn between(probabilities: &Tensor<2>, targets: &Tensor<2>, thresholds: usize) -> Tensor<1> {
    let [_, classes] = probabilities.dims();
    let bucket = (probabilities.clone().transpose() * (thresholds - 1) as f32).ceil() - 1.0;
    // Clamped as whole numbers: what is not a number must not become an index out of bounds.
    let bucket = bucket.int().clamp(0, thresholds as i64 - 2);
    let count = |entries: Tensor<2>| {
        let none = Tensor::<2>::zeros([classes, thresholds], &entries.device());
        none.scatter(1, bucket.clone(), entries, IndexingUpdateOp::Add).flatten::<1>(0, 1)
    };
    let hits = targets.clone().transpose();
    Tensor::cat(vec![count(hits.ones_like()), count(hits)], 0)
}

fn column_sums(table: Tensor<2>) -> Tensor<1> {
    table.sum_dim(0).flatten::<1>(0, 1)
}
