//! Labels that are probably wrong, by confident learning (Northcutt, Jiang and Chuang 2021), as cleanlab finds them.
//!
//! The probabilities must come from a network that has not learned from these pictures, such as those of validation or of the
//! parts that folds hold out: a network that has seen a wrong label repeats it.

use serde::{Deserialize, Serialize};

/// How near a probability may be below a threshold, or the given label's below the highest, to count as equal. It is cleanlab's.
const NEAR: f64 = 1e-6;

/// A picture whose label is probably wrong.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LabelIssue {
    /// Its place in the list of pictures.
    pub picture: usize,
    /// The label that it has.
    pub given: usize,
    /// The label that the network is confident of.
    pub suggested: usize,
    /// How good the given label is: 0 to 1, low is bad.
    pub score: f64,
}

/// How good a label is called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// The probability of the given label: finds strange pictures, too.
    #[default]
    SelfConfidence,
    /// `(p(given) - max p(other) + 1) / 2`: finds labels for which there is a clearly better one.
    NormalizedMargin,
}

/// The pictures that confident learning takes for wrongly labelled, the worst first.
///
/// A class has as its threshold the mean probability of it among the pictures that are labelled so. A picture is confidently of the
/// class whose threshold it reaches, of several the most probable one; if that is not its label, it lies beside the diagonal of
/// the confident joint, and its label is an issue, unless the label is also the most probable class. A class that no picture is
/// labelled with has no threshold and is never suggested. This is `find_label_issues(filter_by="confident_learning")` of cleanlab.
///
/// # Shapes
/// - `labels`: one per picture, from 0 to `classes` - 1
/// - `probabilities`: `[pictures, classes]`, each from 0 to 1
///
/// # Errors
///
/// A sentence, if the lengths do not fit, there is no such class, or a number is not a probability.
pub fn label_issues(
    labels: &[u32],
    probabilities: &[f32],
    classes: usize,
    quality: Quality,
) -> Result<Vec<LabelIssue>, String> {
    let scores = label_quality(labels, probabilities, classes, quality)?;
    let thresholds = thresholds(labels, probabilities, classes);
    let rows = labels.iter().zip(probabilities.chunks_exact(classes)).zip(scores).enumerate();
    let mut issues: Vec<LabelIssue> = rows
        .filter_map(|(picture, ((&given, row), score))| {
            let (given, suggested) = (given as usize, confident(row, &thresholds)?);
            let highest = row.iter().enumerate().filter(|(class, _)| *class != given).map(|(_, p)| f64::from(*p));
            let predicted = f64::from(row[given]) + NEAR >= highest.fold(0.0, f64::max);
            (suggested != given && !predicted).then_some(LabelIssue { picture, given, suggested, score })
        })
        .collect();
    issues.sort_by(|a, b| a.score.total_cmp(&b.score));
    Ok(issues)
}

/// How good the label of each picture is: 0 to 1, low is bad. cleanlab's `get_label_quality_scores`.
///
/// # Shapes
/// - `labels`: one per picture, from 0 to `classes` - 1
/// - `probabilities`: `[pictures, classes]`, each from 0 to 1
///
/// # Errors
///
/// The same as [`label_issues`].
pub fn label_quality(
    labels: &[u32],
    probabilities: &[f32],
    classes: usize,
    quality: Quality,
) -> Result<Vec<f64>, String> {
    if classes < 2 || labels.len().checked_mul(classes) != Some(probabilities.len()) {
        return Err(format!(
            "{} pictures of {classes} classes cannot have {} probabilities; label issues need two classes and a probability for \
             each.",
            labels.len(),
            probabilities.len()
        ));
    }
    if let Some(at) = labels.iter().position(|&label| label as usize >= classes) {
        return Err(format!("Picture {at} has the label {}, but there are only {classes} classes.", labels[at]));
    }
    if let Some(at) = probabilities.iter().position(|p| !(0.0..=1.0 + 1e-5).contains(p)) {
        return Err(format!("A probability of picture {} is {}, not from 0 to 1.", at / classes, probabilities[at]));
    }
    let score = |(&given, row): (&u32, &[f32])| {
        let own = f64::from(row[given as usize]);
        let others = row.iter().enumerate().filter(|(class, _)| *class != given as usize);
        let score = match quality {
            Quality::SelfConfidence => own,
            Quality::NormalizedMargin => {
                f64::midpoint(own - others.map(|(_, p)| f64::from(*p)).fold(0.0, f64::max), 1.0)
            }
        };
        score.clamp(0.0, 1.0)
    };
    Ok(labels.iter().zip(probabilities.chunks_exact(classes)).map(score).collect())
}

/// For each class the mean probability of it among the pictures that are labelled so, less what counts as equal; infinite for a class
/// without pictures.
fn thresholds(labels: &[u32], probabilities: &[f32], classes: usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0_usize); classes];
    for (&label, row) in labels.iter().zip(probabilities.chunks_exact(classes)) {
        let (sum, count) = &mut sums[label as usize];
        *sum += f64::from(row[label as usize]);
        *count += 1;
    }
    // Never below what counts as equal, so that a probability of 0 is never confident.
    let threshold = |(sum, count): (f64, usize)| match count {
        0 => f64::INFINITY,
        _ => (sum / count as f64).max(2.0 * NEAR) - NEAR,
    };
    sums.into_iter().map(threshold).collect()
}

/// The class whose threshold a picture reaches. If it reaches several, the most probable of all classes that have a threshold, and of
/// equal ones the first.
fn confident(row: &[f32], thresholds: &[f64]) -> Option<usize> {
    let mut reached = (0..row.len()).filter(|&class| f64::from(row[class]) >= thresholds[class]);
    let (first, several) = (reached.next()?, reached.next().is_some());
    let present = (0..row.len()).filter(|&class| thresholds[class].is_finite());
    let most_probable = present.fold(first, |best, class| if row[class] > row[best] { class } else { best });
    Some(if several { most_probable } else { first })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confident_other_class_is_an_issue_and_an_undecided_one_is_not() {
        let labels = [0, 0, 0, 1, 1, 1];
        let rows = [0.9, 0.1, 0.8, 0.2, 0.05, 0.95, 0.2, 0.8, 0.1, 0.9, 0.55, 0.45];
        let issues = label_issues(&labels, &rows, 2, Quality::SelfConfidence).unwrap();
        // Thresholds are 0.583 and 0.717: the last picture reaches neither.
        assert_eq!(issues.iter().map(|issue| (issue.picture, issue.suggested)).collect::<Vec<_>>(), [(2, 1)]);
        assert!((issues[0].score - 0.05).abs() < 1e-6);
        let margin = label_issues(&labels, &rows, 2, Quality::NormalizedMargin).unwrap();
        assert!((margin[0].score - 0.05).abs() < 1e-6 && margin.len() == 1);
    }

    #[test]
    fn a_label_that_is_as_probable_as_any_other_is_none() {
        let issues = |labels: &[u32], rows: &[f32], classes| {
            let found = label_issues(labels, rows, classes, Quality::default()).unwrap();
            found.iter().map(|issue| (issue.picture, issue.suggested)).collect::<Vec<_>>()
        };
        // The first picture reaches the threshold of class 1, 0.4, and not that of its own, 0.7; but both are equally probable.
        assert_eq!(issues(&[0, 0, 1], &[0.5, 0.5, 0.9, 0.1, 0.6, 0.4], 2), []);
        // What is at a threshold reaches it; of several that are reached, the most probable one is suggested, or the first.
        assert_eq!(issues(&[0, 1], &[0.8, 0.2, 0.8, 0.2], 2), [(1, 0)]);
        assert_eq!(issues(&[1, 0], &[0.2, 0.8, 0.2, 0.8], 2), [(1, 1)]);
        assert_eq!(issues(&[0, 1, 2], &[0.4, 0.3, 0.3, 0.3, 0.4, 0.3, 0.45, 0.45, 0.1], 3), [(2, 0)]);
    }

    #[test]
    fn an_absent_class_is_never_suggested_and_nonsense_is_refused() {
        let rows = [0.3, 0.1, 0.6, 0.3, 0.1, 0.6];
        assert!(label_issues(&[0, 0], &rows, 3, Quality::default()).unwrap().is_empty());
        assert!(label_issues(&[], &[], 2, Quality::default()).unwrap().is_empty());
        assert!(label_issues(&[0], &[1.0], 1, Quality::default()).is_err());
        assert!(label_issues(&[0], &[1.0, 0.0], 2, Quality::default()).is_ok());
        assert!(label_issues(&[0], &[1.001, 0.0], 2, Quality::default()).is_err());
        assert!(label_issues(&[2], &[0.5, 0.5], 2, Quality::default()).unwrap_err().contains("label 2"));
        assert!(label_issues(&[0], &[f32::NAN, 0.5], 2, Quality::default()).unwrap_err().contains("NaN"));
    }
}
