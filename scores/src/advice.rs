//! Which score fits, in a sentence.

use serde::Serialize;

/// The score to look at first, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// Its name in the report.
    pub metric: &'static str,
    /// A plain sentence.
    pub sentence: &'static str,
}

/// A class of fewer pictures than this has an interval too wide to tell much: of 20 pictures, half of them found, Wilson's reaches
/// from 0.30 to 0.70.
const FEW: usize = 20;

/// A largest class of more than this many times the smallest one dominates the accuracy.
const IMBALANCED: f64 = 1.5;

/// The choice that Metrics Reloaded (Maier-Hein, Reinke and others 2024) makes for pictures with one class each, as far as the number
/// of pictures of each class decides it. `None` if there is nothing to compare: fewer than two classes have pictures.
///
/// # Shapes
/// - `support`: the pictures of each class
#[must_use]
pub fn advice(support: &[usize]) -> Option<Advice> {
    let (least, most) = (*support.iter().min()?, *support.iter().max()?);
    let present = support.iter().filter(|count| **count > 0).count();
    if present < 2 {
        return None;
    }
    let imbalanced = most as f64 > IMBALANCED * least as f64;
    let (metric, sentence) = match (present < support.len(), least < FEW, imbalanced, support.len() == 2) {
        (true, ..) => (
            "balancedAccuracy",
            "A class has no pictures here, so that nothing is known about it: balanced accuracy is the mean of the other classes.",
        ),
        (_, true, ..) => (
            "balancedAccuracy",
            "A class has fewer than 20 pictures here: look at balanced accuracy, and believe its interval more than its value.",
        ),
        (_, _, true, true) => (
            "auc",
            "One class has many more pictures than the other, so that accuracy mostly tells how the larger one does: look at \
             balanced accuracy, and at the area under the ROC curve, which needs no threshold.",
        ),
        (_, _, true, false) => (
            "balancedAccuracy",
            "Some classes have many more pictures than others, so that accuracy mostly tells how the large ones do: balanced \
             accuracy counts every class alike.",
        ),
        (_, _, false, true) => (
            "accuracy",
            "Both classes have about as many pictures, so that accuracy is fair; sensitivity and specificity tell which of the \
             two mistakes is made.",
        ),
        (_, _, false, false) => (
            "accuracy",
            "All classes have about as many pictures, so that accuracy is fair; the sensitivity of each class tells which one is \
             missed.",
        ),
    };
    Some(Advice { metric, sentence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pictures_of_each_class_decide() {
        let metric = |support: &[usize]| advice(support).map(|advice| advice.metric);
        assert_eq!(metric(&[96, 91, 90]), Some("accuracy"));
        assert_eq!(metric(&[500, 50]), Some("auc"));
        assert_eq!(
            [metric(&[30, 20]), metric(&[31, 20]), metric(&[20, 19])],
            ["accuracy", "auc", "balancedAccuracy"].map(Some)
        );
        assert_eq!(metric(&[500, 50, 400]), Some("balancedAccuracy"));
        assert!(advice(&[19, 19]).unwrap().sentence.contains("fewer than 20"));
        assert!(advice(&[100, 100, 0]).unwrap().sentence.contains("no pictures"));
        assert_eq!(metric(&[100, 0]), None);
        assert_eq!(metric(&[]), None);
    }
}
