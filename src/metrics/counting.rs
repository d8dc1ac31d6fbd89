//! Fills the tables of counts on the device, one batch at a time.

use burn::tensor::{IndexingUpdateOp, Int, Tensor};
use tabfit_decisions::metrics::{Count, Rule};

/// The table of one batch, flat.
///
/// # Shapes
/// - `probabilities`, `targets` (one-hot): `[batch, classes]`
/// - returns `[count.len(classes)]`
pub(super) fn table(count: Count, probabilities: &Tensor<2>, targets: &Tensor<2>) -> Tensor<1> {
    match count {
        Count::Support => column_sums(targets.clone()),
        Count::Predicted(rule) => {
            let predicted = predicted(rule, probabilities);
            let hits = predicted.clone() * targets.clone();
            Tensor::cat(vec![column_sums(predicted), column_sums(hits)], 0)
        }
        Count::Between { thresholds } => between(probabilities, targets, thresholds),
        Count::InTop { k } => {
            let classes = probabilities.dims()[1];
            let own = (probabilities.clone() * targets.clone()).sum_dim(1);
            // Counts the classes that are not above, because with NaN no comparison holds: NaN is never a hit.
            let not_above = probabilities.clone().lower_equal(own).float().sum_dim(1);
            not_above.greater_elem((classes - k) as f32).float().sum()
        }
    }
}

/// `[batch, classes]`: 1 where an entry is predicted, else 0.
fn predicted(rule: Rule, probabilities: &Tensor<2>) -> Tensor<2> {
    match rule {
        Rule::Highest => probabilities.clone().greater_equal(probabilities.clone().max_dim(1)).float(),
        Rule::Above(threshold) => probabilities.clone().greater_elem(threshold as f32).float(),
        Rule::Top { k, above: None } => top(probabilities, k),
        Rule::Top { k, above: Some(threshold) } => {
            top(probabilities, k) * predicted(Rule::Above(threshold), probabilities)
        }
    }
}

/// 1 for the `k` highest of each row, the first of equal ones. It takes one maximum after the other, because
/// sorting would wait for the device.
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

/// Keras's buckets: `ceil(p · (thresholds - 1)) - 1`, with a probability of 0 in the first one.
fn between(probabilities: &Tensor<2>, targets: &Tensor<2>, thresholds: usize) -> Tensor<1> {
    let [_, classes] = probabilities.dims();
    let bucket = (probabilities.clone().transpose() * (thresholds - 1) as f32).ceil() - 1.0;
    // Clamped as integers, so that NaN cannot become an index out of bounds.
    let bucket = bucket.int().clamp(0, thresholds as i64 - 2);
    let count = |entries: Tensor<2>| {
        let zeros = Tensor::<2>::zeros([classes, thresholds], &entries.device());
        zeros.scatter(1, bucket.clone(), entries, IndexingUpdateOp::Add).flatten::<1>(0, 1)
    };
    let hits = targets.clone().transpose();
    Tensor::cat(vec![count(hits.ones_like()), count(hits)], 0)
}

fn column_sums(table: Tensor<2>) -> Tensor<1> {
    table.sum_dim(0).flatten::<1>(0, 1)
}
