//! Every score of a classifier.

use serde::Serialize;

use crate::{
    advice::{Advice, advice},
    bootstrap::Bootstrap,
    confusion::confusion_matrix,
    groups::Groups,
    interval::{Value, defined},
    isotonic::Brier,
    predictions::Predictions,
    statistics::{Drawn, OfClass, Overall, Statistics, place},
    top_k::{TopK, top_k},
    wilson::share,
};

/// What [`scores`] says. Scores are from 0 to 1 and better high, unless they say otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScoresReport {
    /// The number of pictures.
    pub images: usize,
    /// The number of groups; as many as pictures if each is on its own.
    pub groups: usize,
    /// The seed of the resamples.
    pub seed: u64,
    /// How many resamples were drawn: fewer than asked for where pictures times classes are very many.
    pub resamples: usize,
    /// `[true class][said class]`: the number of pictures.
    pub confusion_matrix: Vec<Vec<usize>>,
    /// The share of the pictures whose class was said.
    pub accuracy: Value,
    /// The mean sensitivity of the classes that have pictures.
    pub balanced_accuracy: Value,
    /// Matthews's correlation coefficient, -1 to 1; not defined if all pictures are of one class or were taken for one.
    pub mcc: Value,
    /// The mean of minus the natural logarithm of the right class's probability: 0 to about 16, better low.
    pub log_loss: Value,
    /// The mean squared distance of the probabilities from the right answer: 0 to 2, of two classes 0 to 1; better low.
    pub brier: Value,
    /// What of the Brier score a recalibration would take away; it has no interval, and is a little too large where pictures are few.
    pub brier_calibration: Value,
    /// What of it is left then: how well the probabilities tell the classes apart. It has no interval.
    pub brier_refinement: Value,
    /// The share of the pictures whose class is among the k most probable, for k = 2, 3 and 5 below the number of classes.
    pub top_k: Vec<TopK>,
    /// The mean F1 of the classes that have pictures.
    pub macro_f1: Value,
    /// The mean area under the ROC curve of the classes for which it is defined.
    pub macro_auc: Value,
    /// In the order of the classes.
    pub per_class: Vec<ClassScores>,
    /// Which score to look at first.
    pub advice: Option<Advice>,
}

/// The scores of one class against the rest; the class with the highest probability is the one that is said.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassScores {
    /// The name of the class.
    pub class_name: String,
    /// The number of pictures of the class.
    pub support: usize,
    /// The number of pictures that were taken for it.
    pub said: usize,
    /// The share of its pictures that were taken for it; also called recall.
    pub sensitivity: Value,
    /// The share of the other pictures that were not taken for it.
    pub specificity: Value,
    /// The share of the pictures that were taken for it that are of it; also called positive predictive value.
    pub precision: Value,
    /// The share of the pictures that were not taken for it that are not of it: negative predictive value.
    pub npv: Value,
    /// `2 TP / (2 TP + FP + FN)`.
    pub f1: Value,
    /// How often a picture of the class gets a higher probability of it than another one does, ties counting half.
    pub auc: Value,
    /// The mean precision over the thresholds, weighted by what each adds to sensitivity.
    pub average_precision: Value,
}

/// Every score, with intervals: Wilson's for shares, percentiles of resamples otherwise; by group where groups hold several pictures.
///
/// # Shapes
/// - `class_names`: one for each class of `predictions`
///
/// # Errors
///
/// A sentence, if there are other names or groups than classes or pictures.
pub fn scores(
    predictions: Predictions,
    class_names: &[String],
    groups: &Groups,
    bootstrap: Bootstrap,
) -> Result<ScoresReport, String> {
    let (images, classes) = (predictions.pictures(), predictions.classes());
    if class_names.len() != classes {
        return Err(format!("There are {} names for {classes} classes.", class_names.len()));
    }
    groups.check(images)?;
    let bootstrap = bootstrap.affordable(images, classes);
    let statistics = Statistics::new(predictions);
    let mut drawn = Drawn::new(&statistics, groups, bootstrap);
    let pairs: Vec<(usize, usize)> = predictions.labels().zip(predictions.said()).collect();
    let brier = Brier::new(predictions, statistics.rankings());
    let per_class = |(class, name): (usize, &String), drawn: &mut Drawn| {
        let of = |picture: usize| (pairs[picture].0 == class, pairs[picture].1 == class);
        ClassScores {
            class_name: name.clone(),
            support: pairs.iter().filter(|(label, _)| *label == class).count(),
            said: pairs.iter().filter(|(_, said)| *said == class).count(),
            sensitivity: share(groups, |picture| Some(of(picture)).and_then(|(is, said)| is.then_some(said))),
            specificity: share(groups, |picture| Some(of(picture)).and_then(|(is, said)| (!is).then_some(!said))),
            precision: share(groups, |picture| Some(of(picture)).and_then(|(is, said)| said.then_some(is))),
            npv: share(groups, |picture| Some(of(picture)).and_then(|(is, said)| (!said).then_some(!is))),
            f1: drawn.value(place(class, OfClass::F1)),
            auc: drawn.value(place(class, OfClass::Auc)),
            average_precision: drawn.value(place(class, OfClass::AveragePrecision)),
        }
    };
    let per_class: Vec<ClassScores> =
        class_names.iter().enumerate().map(|class| per_class(class, &mut drawn)).collect();
    let support: Vec<usize> = per_class.iter().map(|class| class.support).collect();
    Ok(ScoresReport {
        images,
        groups: groups.count(),
        seed: bootstrap.seed,
        resamples: bootstrap.resamples,
        confusion_matrix: confusion_matrix(predictions),
        accuracy: share(groups, |picture| Some(pairs[picture].0 == pairs[picture].1)),
        balanced_accuracy: drawn.value(Overall::BalancedAccuracy as usize),
        mcc: drawn.value(Overall::Mcc as usize),
        log_loss: drawn.value(Overall::LogLoss as usize),
        brier: drawn.value(Overall::Brier as usize),
        brier_calibration: Value::without_interval(defined(brier.calibration)),
        brier_refinement: Value::without_interval(defined(brier.refinement)),
        top_k: [2, 3, 5].into_iter().filter(|k| *k < classes).map(|k| top_k(predictions, groups, k)).collect(),
        macro_f1: drawn.value(Overall::MacroF1 as usize),
        macro_auc: drawn.value(Overall::MacroAuc as usize),
        per_class,
        advice: advice(&support),
    })
}
