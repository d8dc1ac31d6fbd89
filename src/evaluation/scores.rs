//! The confusion matrix and the scores of each class.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use tabfit_kernels::first_largest;

use crate::metrics::exact_roc_area;

/// What `evaluate` returns. A number that is not defined is `null` in JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// The number of pictures.
    pub images: usize,
    /// The mean of the compiled loss.
    #[serde(serialize_with = "null_unless_finite")]
    pub loss: f64,
    /// The share of pictures whose class was predicted, 0 to 1.
    pub accuracy: f64,
    /// Loss, accuracy and every compiled metric by name: Keras's `evaluate(return_dict=True)`.
    pub metrics: BTreeMap<String, Option<f64>>,
    /// The classes, in the order of the confusion matrix.
    pub class_names: Vec<String>,
    /// `[true class][predicted class]`: the number of pictures.
    pub confusion_matrix: Vec<Vec<usize>>,
    /// In the order of the class names.
    pub per_class: Vec<ClassScores>,
    /// The plain means over the classes that have pictures.
    pub macro_average: Scores,
    /// The means weighted by the number of pictures of each class.
    pub weighted_average: Scores,
}

/// The scores of one class against the rest; the class with the highest probability is the predicted one.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassScores {
    /// The name of the class.
    pub class_name: String,
    /// The share of the pictures predicted as this class that are of it; `None` if none was.
    pub precision: Option<f64>,
    /// The share of the pictures of this class that were predicted as it; `None` if there are none.
    pub recall: Option<f64>,
    /// `2 TP / (2 TP + FP + FN)`; `None` if the class has no picture and was never predicted.
    pub f1: Option<f64>,
    /// The exact area under the ROC curve: how often a picture of this class gets a higher probability of it
    /// than a picture of another class, ties counting half. `None` if there are no pictures of one kind.
    pub auc: Option<f64>,
    /// The number of pictures of the class.
    pub support: usize,
}

/// Averages over classes that have pictures. An undefined precision counts as 0, as in scikit-learn:
/// a class that is never predicted must not raise the average. An undefined area is left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are those of ClassScores")]
pub struct Scores {
    pub precision: Option<f64>,
    pub recall: Option<f64>,
    pub f1: Option<f64>,
    pub auc: Option<f64>,
}

impl Evaluation {
    /// # Shapes
    /// - `labels`: one per picture
    /// - `probabilities`: `[pictures, classes]`
    pub(crate) fn new(
        class_names: &[String],
        labels: &[usize],
        probabilities: &[f32],
        results: Vec<(String, f64)>,
    ) -> Self {
        let classes = class_names.len();
        let confusion_matrix = confusion_matrix(classes, labels, probabilities);
        let per_class: Vec<ClassScores> = (0..classes)
            .map(|class| {
                let of_class = probabilities.iter().skip(class).step_by(classes);
                let scores = of_class.zip(labels).map(|(&score, &label)| (score, label == class));
                let auc = exact_roc_area(scores.collect());
                ClassScores::new(class_names[class].clone(), class, &confusion_matrix, auc)
            })
            .collect();
        let hits: usize = (0..classes).map(|class| confusion_matrix[class][class]).sum();
        Self {
            images: labels.len(),
            loss: results.iter().find(|(name, _)| name == "loss").map_or(f64::NAN, |(_, loss)| *loss),
            accuracy: hits as f64 / labels.len() as f64,
            metrics: results.into_iter().map(|(name, value)| (name, Some(value).filter(|v| v.is_finite()))).collect(),
            class_names: class_names.to_vec(),
            confusion_matrix,
            macro_average: Scores::average(&per_class, |_| 1.0),
            weighted_average: Scores::average(&per_class, |class| class.support as f64),
            per_class,
        }
    }
}

impl ClassScores {
    fn new(class_name: String, class: usize, matrix: &[Vec<usize>], auc: Option<f64>) -> Self {
        let hits = matrix[class][class];
        let support: usize = matrix[class].iter().sum();
        let predicted: usize = matrix.iter().map(|row| row[class]).sum();
        let share = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
        Self {
            class_name,
            precision: share(hits, predicted),
            recall: share(hits, support),
            f1: share(2 * hits, predicted + support),
            auc,
            support,
        }
    }
}

impl Scores {
    fn average(classes: &[ClassScores], weight: impl Fn(&ClassScores) -> f64) -> Self {
        let mean = |value: &dyn Fn(&ClassScores) -> Option<f64>| {
            let present = classes.iter().filter(|class| class.support > 0);
            let (sum, total) = present
                .filter_map(|class| Some((value(class)?, weight(class))))
                .fold((0.0, 0.0), |(sum, total), (value, weight)| (sum + value * weight, total + weight));
            (total > 0.0).then(|| sum / total)
        };
        Self {
            precision: mean(&|class| Some(class.precision.unwrap_or(0.0))),
            recall: mean(&|class| class.recall),
            f1: mean(&|class| class.f1),
            auc: mean(&|class| class.auc),
        }
    }
}

/// The number of pictures of each class by predicted class: `[true class][predicted class]`.
///
/// # Shapes
/// - `labels`: one per picture
/// - `probabilities`: `[pictures, classes]`
pub(crate) fn confusion_matrix(classes: usize, labels: &[usize], probabilities: &[f32]) -> Vec<Vec<usize>> {
    let mut matrix = vec![vec![0; classes]; classes];
    for (&class, row) in labels.iter().zip(probabilities.chunks_exact(classes)) {
        matrix[class][first_largest(row)] += 1;
    }
    matrix
}

#[cfg_attr(
    target_pointer_width = "64",
    expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")
)]
fn null_unless_finite<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    value.is_finite().then_some(*value).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The evaluation of pictures with this confusion matrix, each predicted with probability 1.
    fn evaluation(matrix: &[&[usize]]) -> Evaluation {
        let names: Vec<String> = (0..matrix.len()).map(|class| format!("class {class}")).collect();
        let (mut labels, mut probabilities) = (Vec::new(), Vec::new());
        for (class, row) in matrix.iter().enumerate() {
            for (said, &count) in row.iter().enumerate() {
                for _ in 0..count {
                    labels.push(class);
                    probabilities.extend((0..matrix.len()).map(|class| f32::from(u8::from(class == said))));
                }
            }
        }
        Evaluation::new(&names, &labels, &probabilities, vec![("loss".into(), f64::NAN), ("auc".into(), 0.5)])
    }

    fn rounded(values: impl Iterator<Item = Option<f64>>) -> Vec<f64> {
        values.map(|value| (value.unwrap() * 100.0).round() / 100.0).collect()
    }

    /// The 277 pictures of the tutorial's report, to its two decimals.
    #[test]
    fn the_tutorials_report() {
        let evaluation = evaluation(&[&[76, 18, 2], &[3, 82, 6], &[0, 0, 90]]);
        assert_eq!(evaluation.images, 277);
        assert!((evaluation.accuracy - 248.0 / 277.0).abs() < 1e-12);
        let classes = || evaluation.per_class.iter();
        assert_eq!(rounded(classes().map(|class| class.precision)), [0.96, 0.82, 0.92]);
        assert_eq!(rounded(classes().map(|class| class.recall)), [0.79, 0.90, 1.00]);
        assert_eq!(rounded(classes().map(|class| class.f1)), [0.87, 0.86, 0.96]);
        assert_eq!(classes().map(|class| class.support).collect::<Vec<_>>(), [96, 91, 90]);
        // Weighted by the pictures of each class, recall is accuracy.
        assert!((evaluation.weighted_average.recall.unwrap() - evaluation.accuracy).abs() < 1e-12);
        let mean = classes().map(|class| class.f1.unwrap()).sum::<f64>() / 3.0;
        assert!((evaluation.macro_average.f1.unwrap() - mean).abs() < 1e-12);
        // With probabilities of 0 and 1, the area is the mean of recall and specificity.
        let area = f64::midpoint(76.0 / 96.0, 178.0 / 181.0);
        assert!((evaluation.per_class[0].auc.unwrap() - area).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_defined_is_null_and_a_class_never_found_lowers_the_average() {
        // Class 1 is never predicted, class 2 has no picture and is never predicted.
        let evaluation = evaluation(&[&[3, 0, 0], &[1, 0, 0], &[0, 0, 0]]);
        let [_, missed, absent] = &evaluation.per_class[..] else { panic!("three classes") };
        assert_eq!((missed.precision, missed.recall, missed.f1), (None, Some(0.0), Some(0.0)));
        assert_eq!((absent.precision, absent.recall, absent.f1, absent.auc), (None, None, None, None));
        assert_eq!(evaluation.macro_average.precision, Some(0.375));
        assert_eq!(evaluation.macro_average.recall, Some(0.5));
        assert_eq!(evaluation.weighted_average.precision, Some(0.5625));
        let json = serde_json::to_value(&evaluation).unwrap();
        assert_eq!(json["loss"], serde_json::Value::Null);
        assert_eq!(json["metrics"], serde_json::json!({"auc": 0.5, "loss": null}));
        assert_eq!(json["perClass"][2]["auc"], serde_json::Value::Null);
        assert_eq!(json["macroAverage"]["precision"], 0.375);
    }
}
