//! Whether the right class is among the most probable ones.

use serde::Serialize;

use crate::{groups::Groups, interval::Value, predictions::Predictions, wilson::share};

/// The share of pictures whose class is among the `k` most probable.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TopK {
    /// How many classes are looked at.
    pub k: usize,
    /// The share, 0 to 1.
    #[serde(flatten)]
    pub share: Value,
}

/// Of equal probabilities, that of the first class counts as the higher one, as it does where one class is said.
pub(crate) fn top_k(predictions: Predictions, groups: &Groups, k: usize) -> TopK {
    let found = |picture: usize| {
        let (row, label) = (predictions.row(picture), predictions.label(picture));
        let before = row.iter().enumerate().filter(|&(class, &p)| p > row[label] || (p >= row[label] && class < label));
        Some(before.count() < k)
    };
    TopK { k, share: share(groups, found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_first_class() {
        let rows = [0.25, 0.25, 0.5, 0.25, 0.25, 0.5];
        let predictions = Predictions::new(&[1, 0], &rows, 3).unwrap();
        let value = |k| top_k(predictions, &Groups::alone(2), k).share.value;
        assert_eq!([value(1), value(2), value(3)], [Some(0.0), Some(0.5), Some(1.0)]);
    }
}
